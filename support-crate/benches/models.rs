//! What the crate's own figures are worth: held against hand-written code of the same job in the same run.
//!
//! `cargo bench -p concurrency-lab --bench models`. Prints what running through the harness costs, how well the models
//! use the cores, and what waiting together takes. Goals stand beside the figures; they hold on free cores, so this is no test.
//!
//! `cargo bench -p concurrency-lab --bench models -- power` prints the smallest difference that comparisons find, and how
//! often they claim one where there is none; about half an hour. `-- power 20 100` makes 20 comparisons at each difference,
//! and 100 of the same work.

use std::hint::black_box;
use std::time::Instant;

use concurrency_lab::measure::{Compare, Standing};
use concurrency_lab::prelude::*;
use crossbeam::channel;
use rayon::prelude::*;

const BLOCKS: usize = 15;
const TASKS: usize = 64;
const WAITS: usize = 40;

fn main() {
    let mut asked = std::env::args().skip(1).filter(|argument| argument != "--bench");
    if asked.next().as_deref() == Some("power") {
        let mut number = |usual| asked.next().map_or(Ok(usual), |number| number.parse()).expect("a number");
        return power(number(10), number(500));
    }
    overhead();
    efficiency();
    waiting_together();
    a_million_events();
}

/// About a millisecond of computing.
fn task(index: usize) -> u64 {
    (0..1_500_000u64).fold(index as u64, |sum, step| black_box(sum.rotate_left(5) ^ step))
}

/// Hand-written code, and the figure that `compare` reports for the same job, in turns; the median of the ratios.
fn overhead() {
    println!("the figure of `compare` / the figure of hand-written code ({TASKS} tasks, goal: at most 1.02)");
    let n = cores();
    let mut runtime = Job::current_thread();
    let mut threads = HandThreads::start(n);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("a pool");
    let mut ways: Vec<Way> = vec![
        (Sequential, Box::new(|| drop(black_box((0..TASKS).map(task).collect::<Vec<_>>()))), vec![]),
        (Async, Box::new(move || runtime.run()), vec![]),
        (Threads(n), Box::new(move || threads.run()), vec![]),
        (
            Pool(n),
            Box::new(move || {
                drop(black_box(pool.install(|| (0..TASKS).into_par_iter().map(task).collect::<Vec<_>>())))
            }),
            vec![],
        ),
    ];
    for _ in 0..BLOCKS {
        for (model, by_hand, ratios) in &mut ways {
            // Before and after, so that a machine that becomes busier touches both sides.
            let mut seconds = timed(5, by_hand);
            let result = compare(Compute::new(TASKS, task)).models([*model]).rounds(10).run();
            seconds.extend(timed(5, by_hand));
            ratios.push(result.stats(*model).expect("it ran").median / median(seconds));
        }
    }
    for (model, _, ratios) in ways {
        println!("  {:16} {}", model.to_string(), spread(ratios));
    }
}

/// A model, the same by hand, and the ratios.
type Way = (Model, Box<dyn FnMut()>, Vec<f64>);

fn timed(times: usize, job: &mut Box<dyn FnMut()>) -> Vec<f64> {
    let once = |_| {
        let start = Instant::now();
        job();
        start.elapsed().as_secs_f64()
    };
    (0..times).map(once).collect()
}

/// Tokio, one thread, a spawned task each.
struct Job(tokio::runtime::Runtime);

impl Job {
    fn current_thread() -> Self {
        Self(tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime"))
    }

    fn run(&mut self) {
        self.0.block_on(async {
            let tasks: Vec<_> = (0..TASKS).map(|index| tokio::spawn(async move { task(index) })).collect();
            for task in tasks {
                black_box(task.await.expect("it ends"));
            }
        });
    }
}

/// Threads that take numbers from a channel.
struct HandThreads {
    numbers: channel::Sender<usize>,
    answers: channel::Receiver<(usize, u64)>,
}

impl HandThreads {
    fn start(n: usize) -> Self {
        let (numbers, waiting) = channel::unbounded();
        let (done, answers) = channel::unbounded();
        for _ in 0..n {
            let (waiting, done) = (waiting.clone(), done.clone());
            std::thread::spawn(move || waiting.iter().try_for_each(|index| done.send((index, task(index)))));
        }
        Self { numbers, answers }
    }

    fn run(&mut self) {
        let mut values = vec![0; TASKS];
        (0..TASKS).for_each(|index| self.numbers.send(index).expect("the threads listen"));
        for _ in 0..TASKS {
            let (index, value) = self.answers.recv().expect("the threads answer");
            values[index] = value;
        }
        black_box(values);
    }
}

/// How many times as fast as sequential, a worker: with few tasks that are long, and with many that are short.
fn efficiency() {
    const MOST: usize = 16 * TASKS;
    let n = cores();
    println!("\nefficiency on {n} cores, about a second of computing (goal: at least 0.95)");
    for tasks in [TASKS, MOST] {
        let each = MOST / tasks;
        let work = move |index| (0..each).fold(0, |sum, part| sum ^ task(index * each + part));
        let models = [Sequential, Threads(n), Pool(n), Processes(n)];
        let result = compare(Compute::new(tasks, work)).models(models).rounds(9).run();
        for model in &models[1..] {
            let Some(speedup) = result.stats(*model).and_then(|stats| stats.speedup) else { continue };
            let share = speedup.map(|ratio| ratio / n as f64);
            let (share, low, high) = (share.estimate, share.low, share.high);
            println!("  {tasks:5} tasks, {:16} {share:.3} [{low:.3}, {high:.3}]", model.to_string());
        }
        result.warnings.iter().for_each(|warning| println!("  mind: {}", warning.what));
    }
}

fn waiting_together() {
    let wait = ms(25);
    println!("\n{WAITS} waits of 25 ms together / one wait (goal: at most 1.10)");
    let result = compare(Waits { tasks: WAITS, wait }).models([Async, Threads(WAITS)]).rounds(15).run();
    for model in [Async, Threads(WAITS)] {
        let took = result.stats(model).expect("it ran").median;
        println!("  {:16} {:.3}", model.to_string(), took / wait.as_secs_f64());
    }
    let grown =
        growth(|tasks| Waits { tasks, wait: ms(100) }).tasks([1_000, 10_000, 100_000]).models([Async]).run();
    println!(
        "\n100,000 waiting tasks (goals: under 1 s, at most 1 KiB each by slope)\n{}",
        grown.chart().text()
    );
}

/// How many of `nulls` comparisons of two names for the same work claim a difference, and the smallest difference that nine
/// of ten comparisons find within a budget, by `tries` for each step.
fn power(tries: usize, nulls: usize) {
    const STEPS: [f64; 9] = [0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3];
    for (name, work) in KINDS {
        let claimed: Vec<f64> =
            (0..nulls).filter_map(|_| claim(work, 1.0, |compare| compare.rounds(9))).collect();
        let (count, slower) = (claimed.len(), claimed.iter().filter(|by| **by < 0.0).count());
        let most = claimed.into_iter().map(f64::abs).fold(0.0, f64::max) * 100.0;
        println!(
            "{name}: {count} of {nulls} comparisons of the same work claim a difference, {slower} of them that the second is the \
             slower, of {most:.2}% at most"
        );
    }
    for seconds in [2, 10] {
        for (name, work) in KINDS {
            let missed = |by: f64| {
                let claimed =
                    move |_: &usize| claim(work, 1.0 + by, |compare| compare.budget(secs(seconds))).is_none();
                (0..tries).filter(claimed)
            };
            let found = STEPS.into_iter().find(|&by| missed(by).nth(tries / 10).is_none());
            let told = found.map_or("over 30".to_owned(), |by| format!("{}", by * 100.0));
            println!(
                "{name}, {seconds} s: a difference of {told}% is found in 9 of 10 ({tries} comparisons a step)"
            );
        }
    }
}

/// Does work of about so many times 4 ms.
type Work = fn(f64);

const KINDS: [(&str, Work); 3] = [
    ("computing", computing),
    ("waiting", waiting),
    ("both", |length| {
        computing(length / 2.0);
        waiting(length / 2.0);
    }),
];

fn computing(length: f64) {
    (0..(6_000_000.0 * length) as u64).fold(0, |sum: u64, step| black_box(sum.rotate_left(5) ^ step));
}

fn waiting(length: f64) {
    std::thread::sleep(ms(4).mul_f64(length));
}

/// What difference a comparison claims between work and the same that takes `times` as long, below zero where the second is the
/// slower. Both are one task on a pool, which asks how many workers that has: nothing else tells the two apart.
fn claim(work: Work, times: f64, how: impl Fn(Compare) -> Compare) -> Option<f64> {
    let task = move |_| work(4.0 * if rayon::current_num_threads() == 2 { times } else { 1.0 });
    let result = how(compare(Compute::new(1, task)).models([Pool(1), Pool(2)])).run();
    match result.standing(result.lane(Pool(2)).expect("it was asked for")) {
        Standing::Faster(ratio) => Some(ratio.estimate - 1.0),
        Standing::Slower(ratio) => Some(1.0 - 1.0 / ratio.estimate),
        _ => None,
    }
}

/// Half a million tasks begin and end: a million events.
fn a_million_events() {
    let filmed = film(|| (0..500_000).for_each(|index| concurrency_lab::trace::task(index % 5, || ())));
    let start = Instant::now();
    let figure = filmed.figure();
    let bytes = figure.svg().map_or(0, |svg| svg.len()) + figure.png().map_or(0, |png| png.len());
    let took = start.elapsed();
    println!(
        "\na film of a million events drawn twice, as SVG and PNG ({bytes} bytes): {took:.2?} (goal: under 2 s)"
    );
    figure.text().lines().filter(|line| line.contains("event")).for_each(|line| println!("  {line}"));
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// "1.003 (0.998 to 1.009 in the middle half)".
fn spread(mut ratios: Vec<f64>) -> String {
    ratios.sort_by(f64::total_cmp);
    let at = |share: f64| ratios[(share * (ratios.len() - 1) as f64).round() as usize];
    format!("{:.3} ({:.3} to {:.3} in the middle half)", at(0.5), at(0.25), at(0.75))
}
