use concurrency_lab::chart::Figure;
use concurrency_lab::prelude::*;
use concurrency_lab::timeline::SliceTrack;

use super::hard::hard_names;

/// Tracks that take turns of `turn` nanoseconds on core 1, so many each.
fn in_turn(names: &[String], turn: u64, turns: u64) -> Slices {
    let number = names.len() as u64;
    let track = |(place, name): (u64, &String)| SliceTrack {
        name: name.clone(),
        pieces: (0..turns)
            .map(|n| (n * number + place) * turn)
            .map(|start| (start, start + turn * 9 / 10))
            .collect(),
        involuntary: Some(turns),
    };
    let tracks: Vec<SliceTrack> = (0..).zip(names).map(track).collect();
    let machine = Machine { cpu: "AMD EPYC 7B13".into(), ..Machine::default() };
    let involuntary = number * turns;
    Slices { awaits: None, core: 1, tracks, threshold: 20_000, involuntary, machine, problem: None }
}

fn threads(number: usize) -> Vec<String> {
    (1..=number).map(|n| format!("thread {n}")).collect()
}

fn shown(name: &str, seen: &Slices) -> (String, Figure) {
    (format!("slices-{name}"), seen.figure())
}

pub fn of_fixed_data() -> Vec<(String, Figure)> {
    let tasks = Slices { awaits: Some(4), ..in_turn(&threads(3), 2_000_000, 5) };
    vec![
        shown("threads", &in_turn(&threads(3), 4_000_000, 24)),
        shown("tasks", &tasks),
        shown("thirty-two", &in_turn(&threads(32), 1_000_000, 10)),
        shown("hard-names", &in_turn(&hard_names(), 3_000_000, 5)),
        shown("one", &in_turn(&threads(1), 1_000_000, 1)),
        shown("nothing-seen", &in_turn(&threads(3), 0, 0)),
        shown("range", &in_turn(&threads(2), 5_000_000_000, 10)),
    ]
}

pub fn measured() -> Vec<(String, Figure)> {
    vec![shown("measured-threads", &slices(3, ms(200))), shown("measured-tasks", &task_slices(3, ms(200), 4))]
}
