//! Saved results that somebody, or a disk, has been at: whatever is in the file, loading it and showing what was loaded
//! neither panics nor takes memory beyond measure.
//!
//! Seeded. `FUZZ_INPUTS=1000000 cargo test --release -p concurrency-lab --test saved_results` tries more.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use concurrency_lab::machine::machine;
use concurrency_lab::measure::{Comparison, Lane, Sample};
use concurrency_lab::model::Model::{Async, Processes, Sequential, Threads};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::{Value, json};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// A number that is likely to be a special case somewhere.
    fn odd_number(&mut self) -> f64 {
        const ODD: [f64; 12] = [
            0.0,
            -0.0,
            -1.0,
            1.0,
            1e-308,
            5e-324,
            1e308,
            -1e308,
            1.5e19,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        ODD[self.below(ODD.len())]
    }
}

fn comparison() -> Comparison {
    let lanes = [
        Lane::new(Sequential),
        Lane::new(Async),
        Lane::new(Threads(2)),
        Lane::new(Processes(2)),
        Lane::control(Sequential),
    ];
    let mut result = Comparison::default();
    result.workload.title = "4 tasks of a function".to_owned();
    result.workload.tasks = 4;
    result.machine = machine();
    result.settings.rounds = 3;
    result.lanes = lanes.into();
    for (place, lane) in result.lanes.iter_mut().enumerate() {
        lane.cold = Some(0.3);
        lane.samples = (0..3)
            .map(|round| Sample {
                round,
                wall: 0.2 / (1.0 + place as f64) + 0.001 * round as f64,
                cpu: 0.1,
                voluntary: 3,
                involuntary: 1,
                queued: 0.0,
                disturbed: round == 1,
            })
            .collect();
    }
    result
}

fn saved(folder: &Path) -> Value {
    let path = folder.join("valid.json");
    comparison().save(&path);
    serde_json::from_slice(&fs::read(&path).unwrap()).unwrap()
}

/// Loads a file and shows all there is of it; whether it was a saved comparison.
fn load_and_show(path: &Path, draw: bool) -> bool {
    let loaded = Comparison::load(path);
    let _ = loaded.verdict().to_string();
    for figure in [loaded.figure(), loaded.table()] {
        let _ = figure.text();
        if draw {
            let _ = figure.svg();
        }
    }
    loaded.problem.is_none()
}

/// Puts something else in place of a part of a value.
fn spoil(value: &mut Value, random: &mut Random) {
    let step_in = random.below(8) > 0;
    match value {
        Value::Array(items) if step_in && !items.is_empty() => {
            let at = random.below(items.len());
            match random.below(12) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                2 => items.clear(),
                _ => spoil(&mut items[at], random),
            }
        }
        Value::Object(fields) if step_in && !fields.is_empty() => {
            let at = random.below(fields.len());
            let name = fields.keys().nth(at).cloned().unwrap_or_default();
            match random.below(40) {
                0 => drop(fields.remove(&name)),
                _ => spoil(&mut fields[&name], random),
            }
        }
        Value::Number(number) if step_in => {
            let whole = [0, 1, 2, 1 << 31, 1 << 62, u64::MAX];
            *value = match random.below(3) {
                0 if number.is_f64() => json!(random.odd_number()),
                0 => json!(-(random.below(9) as i64)),
                _ => json!(whole[random.below(whole.len())]),
            };
        }
        Value::String(text) if step_in => {
            *value = match random.below(4) {
                0 => json!(""),
                1 => json!("w".repeat(20_000)),
                2 => json!("并发 \u{202e}<script> 💥\u{0}"),
                _ => json!(format!("{text}\n{text}")),
            }
        }
        value => {
            let others = [
                json!(null),
                json!([]),
                json!({}),
                json!(-1),
                json!(true),
                json!("x"),
                json!({"Threads": 0}),
            ];
            *value = others[random.below(others.len())].clone();
        }
    }
}

/// The next input: bytes at random, a valid file with some bytes changed, or one with some values changed.
fn input(valid: &Value, text: &[u8], random: &mut Random) -> Vec<u8> {
    match random.below(10) {
        0 => (0..random.below(300)).map(|_| random.next() as u8).collect(),
        1..4 => {
            let mut bytes = text.to_vec();
            for _ in 0..=random.below(4) {
                let at = random.below(bytes.len());
                match random.below(4) {
                    0 => bytes.truncate(at),
                    1 => drop(bytes.drain(at..(at + random.below(20)).min(bytes.len()))),
                    2 => bytes.insert(at, b"0123456789-eE.,:[]{}\"nft"[random.below(24)]),
                    _ if at < bytes.len() => bytes[at] = b"0123456789-eE.,:[]{}\"nft"[random.below(24)],
                    _ => {}
                }
            }
            bytes
        }
        _ => {
            let mut value = valid.clone();
            for _ in 0..=random.below(4) {
                spoil(&mut value, random);
            }
            value.to_string().into_bytes()
        }
    }
}

/// No more address space than now and so much: an absurd allocation ends the test.
fn bound_memory(more: u64) {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    let now: u64 = pages.split(' ').next().unwrap().parse::<u64>().unwrap() * 4_096;
    let (_, hard) = getrlimit(Resource::RLIMIT_AS).unwrap();
    setrlimit(Resource::RLIMIT_AS, (now + more).min(hard), hard).unwrap();
}

#[test]
fn no_file_and_no_number_breaks_what_is_shown() {
    let inputs: usize =
        std::env::var("FUZZ_INPUTS").map_or(20_000, |text| text.parse().expect("a number of inputs"));
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let valid = saved(folder.path());
    let text = valid.to_string().into_bytes();
    let path = folder.path().join("input.json");
    bound_memory(1 << 30);
    let mut random = Random(2_026);
    let mut good = 0;
    for number in 0..inputs {
        let bytes = input(&valid, &text, &mut random);
        fs::write(&path, &bytes).unwrap();
        let shown = catch_unwind(AssertUnwindSafe(|| load_and_show(&path, number % 64 == 0)));
        let shown = shown.unwrap_or_else(|_| panic!("input {number}:\n{}", String::from_utf8_lossy(&bytes)));
        good += usize::from(shown);
    }
    println!("{inputs} inputs, {good} of them loaded");
    assert!(good > inputs / 20, "only {good} of {inputs} could be loaded: the changes are too wild");

    // What no file can hold: numbers that are none.
    for number in 0..inputs / 10 {
        let mut result = comparison();
        for _ in 0..=random.below(6) {
            let lane = random.below(result.lanes.len());
            let lane = &mut result.lanes[lane];
            let sample = random.below(lane.samples.len());
            match random.below(8) {
                0 => lane.samples.clear(),
                1 => lane.cold = Some(random.odd_number()),
                _ if lane.samples.is_empty() => {}
                2 => lane.samples[sample].cpu = random.odd_number(),
                _ => lane.samples[sample].wall = random.odd_number(),
            }
            result.conditions.foreign = random.odd_number();
        }
        let told = format!("{:?}", result.lanes);
        let shown = catch_unwind(AssertUnwindSafe(|| {
            let shown = [result.figure(), result.table()];
            assert!(shown.iter().all(|figure| !figure.text().is_empty()));
            if number % 16 == 0 {
                let _ = result.figure().svg();
            }
        }));
        assert!(shown.is_ok(), "{told}");
    }
}
