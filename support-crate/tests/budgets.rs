//! A task that never ends costs its own lane and nothing else. Each comparison runs in a process of its own, since the
//! threads that are left behind go on.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use concurrency_lab::measure::{Comparison, Stop};
use concurrency_lab::prelude::*;

/// What became of every lane, what the verdict says, how long it took, and whether a normal comparison works then.
#[derive(serde::Serialize, serde::Deserialize, Debug)]
struct Told {
    lanes: Vec<(String, Option<String>)>,
    verdict: String,
    shown: String,
    seconds: f64,
    afterwards: Vec<Option<String>>,
}

fn told(comparison: impl FnOnce() -> Comparison + Send + 'static) -> Told {
    let run = || {
        let start = Instant::now();
        let result = comparison();
        let seconds = start.elapsed().as_secs_f64();
        let lanes = result.lanes.iter().map(|lane| (lane.name.clone(), lane.failure().map(str::to_owned)));
        let after = compare(Compute::new(4, |i| i)).rounds(3).run();
        Told {
            lanes: lanes.collect(),
            verdict: result.verdict().to_string(),
            shown: result.figure().text(),
            seconds,
            afterwards: after.lanes.iter().map(|lane| lane.failure().map(str::to_owned)).collect(),
        }
    };
    process::fork(run).join_within(secs(60)).unwrap()
}

/// Every lane of `told` was given up over task 1, by name, in time, and the next comparison was none the worse.
fn assert_given_up(told: &Told) {
    assert!(told.seconds < 12.0, "{told:?}");
    assert_eq!(told.lanes.len(), 7, "{told:?}");
    for (name, failure) in &told.lanes {
        let failure = failure.as_deref().unwrap_or_else(|| panic!("{name} did not fail: {told:?}"));
        assert!(failure.contains("task 1"), "{name}: {failure}");
        if !name.ends_with("(again)") {
            assert!(told.verdict.contains(&format!("{name} failed: ")), "{name}: {}", told.verdict);
            assert!(told.shown.contains(name.as_str()), "{name}: {}", told.shown);
        }
    }
    assert!(told.lanes[0].1.as_ref().unwrap().contains("1 thread was left running task 1"), "{told:?}");
    assert!(told.afterwards.iter().all(Option::is_none), "{told:?}");
}

#[test]
fn a_task_that_sleeps_for_ever_is_given_up() {
    assert_given_up(&told(|| {
        let sleeps = Compute::new(4, |i| {
            if i == 1 {
                std::thread::sleep(secs(3_600));
            }
            1u8
        });
        compare(sleeps).budget(ms(500)).run()
    }));
}

#[test]
fn a_task_that_computes_for_ever_is_given_up() {
    assert_given_up(&told(|| {
        let spins = Compute::new(4, |i| {
            if i == 1 {
                loop {
                    std::hint::spin_loop();
                }
            }
            1u8
        });
        compare(spins).budget(ms(500)).run()
    }));
}

#[test]
fn a_task_that_deadlocks_is_given_up() {
    assert_given_up(&told(|| {
        let deadlocks = Compute::new(4, |i| {
            if i == 1 {
                let locks = Arc::new((Mutex::new(()), Mutex::new(())));
                let turned = locks.clone();
                let other = std::thread::spawn(move || {
                    let _second = turned.1.lock();
                    std::thread::sleep(ms(50));
                    drop(turned.0.lock());
                });
                let _first = locks.0.lock();
                std::thread::sleep(ms(50));
                drop(locks.1.lock());
                let _ = other.join();
            }
            1u8
        });
        compare(deadlocks).budget(ms(500)).run()
    }));
}

#[test]
fn a_task_that_never_ends_costs_its_own_model_alone() {
    let told = told(|| {
        let work = Tasks::new(4).blocking(|i| i).asynchronous(|i| async move {
            if i == 2 {
                std::future::pending::<()>().await;
            }
            i
        });
        compare(work).models([Sequential, Async, Threads(2)]).budget(ms(300)).run()
    });
    let failed: Vec<_> = told.lanes.iter().filter(|(_, failure)| failure.is_some()).collect();
    assert_eq!(failed.len(), 1, "{told:?}");
    assert_eq!(failed[0].0, "async");
    let failure = failed[0].1.as_deref().unwrap();
    assert!(failure.contains("task 2 did not end") && failure.contains("cancelled"), "{failure}");
    assert!(told.seconds < 5.0, "{told:?}");
}

#[test]
fn a_curve_and_a_growth_give_up_too() {
    fn sleeps(tasks: usize) -> impl Workload {
        Compute::new(tasks, |i| {
            if i == 1 {
                std::thread::sleep(secs(3_600));
            }
            1u8
        })
        .waits()
    }
    let start = Instant::now();
    let curve = process::fork(|| scaling(sleeps(4), 1..=2).budget(ms(500)).run());
    let curve = curve.join_within(secs(60)).unwrap();
    assert!(curve.points.iter().all(|point| point.failure.as_ref().unwrap().contains("task 1 did not end")));
    let grown = growth(sleeps).tasks([1, 4]).models([Async, Threads(1)]).budget(ms(500)).run();
    for lane in &grown.lanes {
        assert_eq!(lane.points.len(), 1, "one task ends: {lane:?}");
        assert!(lane.ended.as_ref().unwrap().contains("task 1 did not end"), "{lane:?}");
    }
    assert!(start.elapsed() < secs(15), "{:?}", start.elapsed());
}

#[test]
fn a_budget_too_short_for_a_round_shows_what_was_measured() {
    let sleeps = Compute::new(2, |_| std::thread::sleep(Duration::from_millis(40))).waits();
    let result = compare(sleeps).models([Sequential, Threads(2)]).budget(ms(60)).run();
    assert_eq!((result.problem.as_deref(), result.settings.stopped), (None, Stop::FirstRuns));
    let medians: Vec<f64> = [Sequential, Threads(2)].map(|model| result.stats(model).unwrap().median).into();
    assert!(medians[0] >= 0.08 && medians[1] >= 0.04, "{medians:?}");
    let verdict = result.verdict().to_string();
    assert!(verdict.contains("a budget of 60.0 ms is too short for one round"), "{verdict}");
    assert!(!result.figure().text().is_empty());
}

#[test]
fn a_limit_of_any_length_is_one() {
    let job = || Compute::new(2, |i| i);
    let result = compare(job()).models([Sequential]).patience(Duration::MAX).rounds(2).run();
    assert_eq!(result.settings.rounds, 2);
    assert!(
        growth(|tasks| Compute::new(tasks, |i| i))
            .tasks([1, 2])
            .models([Sequential])
            .budget(Duration::MAX)
            .run()
            .problem
            .is_none()
    );
}
