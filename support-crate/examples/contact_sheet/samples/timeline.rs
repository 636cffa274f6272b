//! Films of real code: the deck's program in every model, and what goes wrong.

use std::time::Instant;

use concurrency_lab::chart::Figure;
use concurrency_lab::prelude::*;
use concurrency_lab::timeline::Lane;
use concurrency_lab::trace::testing::{HOME, Script};
use concurrency_lab::trace::{self, EventKind, Recording, Trace, Who};
use rayon::prelude::*;

use super::hard::hard_names;

type Named = (String, Figure);

pub fn all() -> Vec<Named> {
    [shares(), deck(), computing(), one_core(), trouble(), hard(), models(), comparisons()].concat()
}

fn shown(name: &str, timeline: &Timeline) -> Named {
    (format!("timeline-{name}"), timeline.figure())
}

/// Recordings by hand, in which readings tell only how much of a stretch was on a core.
fn shares() -> Vec<Named> {
    let (home, left, right) = (HOME, (100, 101), (100, 102));
    let me = Who::Thread;
    // Milliseconds of processor time of two threads on core 0, read every millisecond; they change every third one.
    let mut script = Script::new(24_000).at(0, home, 1, me, EventKind::Begin).cpu(1);
    let (mut of_left, mut of_right) = (1, 1);
    for time in 0..=24u64 {
        script = script.at(1_000 * time, left, 0, me, EventKind::Stamp).cpu(of_left);
        script = script.at(1_000 * time, right, 0, me, EventKind::Stamp).cpu(of_right);
        let share = match time % 6 {
            0 | 1 => 1_000,
            2 => 300 + 20 * time,
            3 | 4 => 0,
            _ => 700 - 10 * time,
        };
        (of_left, of_right) = (of_left + share, of_right + 1_000 - share);
    }
    for number in 1..=3u64 {
        script = script.step(7_100 * number - 200, left, 0, me, &format!("left {number}"));
        script = script.step(7_100 * number + 2_000, right, 0, me, &format!("right {number}"));
    }
    let pinned = timeline(script.at(24_000, home, 1, me, EventKind::End).cpu(200).recording());
    // Ten shares, from a tenth to all of the time.
    let mut script = Script::new(10_000);
    for share in 1..=10u64 {
        let thread = (100, 100 + share as u32);
        script = script.at(0, thread, 0, me, EventKind::Stamp).cpu(1);
        script = script.at(10_000, thread, 0, me, EventKind::Stamp).cpu(1 + 1_000 * share);
    }
    vec![
        shown("shares-one-core", &pinned),
        shown("shares-one-core-by-core", &pinned.by_core()),
        shown("shares-tenths", &timeline(script.recording())),
    ]
}

fn timeline(recording: Recording) -> Timeline {
    Timeline::new(vec![Lane::new("", None, Trace::new(recording))], machine())
}

/// Two threads that compute on one core, and what is in a film of a pool.
fn one_core() -> Vec<Named> {
    let pinned = film(|| {
        on_cores([first_core()], || {
            let left = std::thread::spawn(|| busy("left"));
            let right = std::thread::spawn(|| busy("right"));
            left.join().unwrap();
            right.join().unwrap();
        })
    });
    vec![shown("pinned", &pinned), shown("pinned-by-core", &pinned.by_core())]
}

fn do_first() {
    for line in 1..=3 {
        step!("do_first line {line}");
    }
}

fn do_second() {
    for line in 1..=3 {
        step!("do_second line {line}");
    }
}

async fn first_block() {
    step!("do_first block 1");
    tokio::task::yield_now().await;
    step!("do_first block 2");
}

async fn second_block() {
    step!("do_second block 1");
    tokio::task::yield_now().await;
    step!("do_second block 2");
}

fn spin(time: Duration) -> u64 {
    let start = Instant::now();
    let mut turns = 0;
    while start.elapsed() < time {
        turns += 1;
    }
    turns
}

fn busy(name: &str) {
    for part in 1..=3 {
        step!("{name} part {part}");
        spin(ms(10));
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
}

fn deck() -> Vec<Named> {
    let sequential = film(|| {
        do_first();
        do_second();
    });
    let tasks = film(|| {
        runtime().block_on(async {
            for task in [tokio::spawn(first_block()), tokio::spawn(second_block())] {
                task.await.expect("the task ends");
            }
        });
    });
    let watched = film(|| {
        runtime().block_on(async {
            tokio::join!(watch("do_first", first_block()), watch("do_second", second_block()))
        })
    });
    let threads = film(|| {
        let first = std::thread::spawn(do_first);
        let second = std::thread::spawn(do_second);
        first.join().unwrap();
        second.join().unwrap();
    });
    let processes = film(|| {
        let first = process::fork(do_first);
        let second = process::fork(do_second);
        first.join().unwrap();
        second.join().unwrap();
    });
    vec![
        shown("sequential", &sequential),
        shown("async", &tasks),
        shown("async-watched", &watched),
        shown("threads", &threads),
        shown("processes", &processes),
    ]
}

fn computing() -> Vec<Named> {
    let threads = film(|| {
        let first = std::thread::spawn(|| busy("first"));
        let second = std::thread::spawn(|| busy("second"));
        first.join().unwrap();
        second.join().unwrap();
    });
    let processes = film(|| {
        let first = process::fork(|| busy("first"));
        let second = process::fork(|| busy("second"));
        first.join().unwrap();
        second.join().unwrap();
    });
    let four = film(|| {
        std::thread::scope(|scope| {
            for name in ["a", "b", "c", "d"] {
                scope.spawn(move || busy(name));
            }
        });
    });
    let silent = film(|| (0..200u64).into_par_iter().map(|_| spin(us(200))).sum::<u64>());
    let sleeping = film(|| {
        let sleepers = [10, 20, 15].map(|time| {
            std::thread::spawn(move || {
                step!("before");
                std::thread::sleep(ms(time));
                step!("after");
                spin(ms(5));
            })
        });
        sleepers.map(|sleeper| sleeper.join().unwrap())
    });
    vec![
        shown("busy-threads", &threads),
        shown("busy-threads-by-core", &threads.by_core()),
        shown("busy-processes", &processes),
        shown("busy-processes-by-core", &processes.by_core()),
        shown("four-threads", &four),
        shown("rayon-silent", &silent),
        shown("sleeping-threads", &sleeping),
    ]
}

fn trouble() -> Vec<Named> {
    let panic = film(|| {
        step!("so far so good");
        spin(ms(2));
        panic!("the number 7 is too much");
    });
    let left = film(|| {
        let left = std::thread::spawn(|| {
            step!("begins");
            std::thread::sleep(ms(100));
        });
        spin(ms(5));
        drop(left);
        runtime().block_on(async {
            let never = watch("never", std::future::pending::<()>());
            let _ = tokio::time::timeout(ms(3), never).await;
        });
    });
    let million = film(|| {
        for index in 0..500_000 {
            trace::task(index % 5, || ());
        }
    });
    vec![
        shown("panic", &panic),
        shown("left-running", &left),
        shown("no-events", &film(|| ())),
        shown("million-events", &million),
    ]
}

/// Names, labels and numbers of rows that are hard to set.
fn hard() -> Vec<Named> {
    let names = hard_names();
    let labelled = film(|| {
        runtime().block_on(async {
            for name in &names {
                watch(name, async {
                    step!("{name}");
                    spin(us(50));
                    tokio::task::yield_now().await;
                    step!("{name} again");
                })
                .await;
            }
        });
    });
    let forty = film(|| {
        for lane in 0..40 {
            trace::task(lane, || spin(us(100)));
        }
    });
    let range = film(|| {
        step!("at once");
        std::thread::sleep(secs(1));
        step!("a thousand million nanoseconds later");
    });
    vec![shown("hard-names", &labelled), shown("forty-rows", &forty), shown("range", &range)]
}

fn models() -> Vec<Named> {
    let mut all = Vec::new();
    for (name, model) in [("model-async", Async), ("model-threads", Threads(4)), ("model-pool", Pool(2))] {
        let film = film(move || values(Waits { tasks: 40, wait: ms(5) }, model));
        all.push(shown(name, &film));
    }
    all
}

fn comparisons() -> Vec<Named> {
    let waits = compare(Waits { tasks: 40, wait: ms(5) }).rounds(2).run().timeline();
    let primes = compare(Primes { below: 400_000, tasks: 16 }).rounds(2).run().timeline();
    vec![
        shown("comparison-waits", &waits),
        shown("comparison-primes", &primes),
        shown("comparison-primes-by-core", &primes.by_core()),
    ]
}
