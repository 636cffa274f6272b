//! Every warning comes where it is called for, and a calm comparison has none.

use super::*;
use crate::measure::testing::comparison;
use crate::model::Model;
use crate::workload::Nature;

/// Computing on two cores, all of them busy, runs long enough.
fn calm() -> Comparison {
    let mut result = comparison(&[(Model::Sequential, 0.4), (Model::Threads(2), 0.2)], 9, 0.01, 1);
    for sample in &mut result.lanes[1].samples {
        sample.cpu = 1.96 * sample.wall;
    }
    result
}

/// What is said of the calm comparison once something was changed.
fn said(change: impl FnOnce(&mut Comparison)) -> String {
    let mut result = calm();
    change(&mut result);
    let all = of(&result);
    assert!(all.iter().all(|warning| !warning.advice.is_empty()));
    all.into_iter().map(|warning| warning.what).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_calm_comparison_has_no_warning() {
    assert_eq!(said(|_| ()), "");
}

#[test]
fn what_the_build_costs_is_said() {
    assert!(said(|result| result.machine.profile.opt_level = "0".into()).contains("opt-level 0"));
    assert!(said(|result| result.machine.profile.overflow_checks = true).contains("overflow checks on"));
    assert!(said(|result| result.machine.profile.debug_assertions = true).contains("debug assertions on"));
}

#[test]
fn what_others_took_is_said() {
    assert!(said(|result| result.conditions.throttled = 0.5).contains("held this process back for 500 ms"));
    let busy = said(|result| {
        result.conditions.disturbed = vec![2, 3];
        result.conditions.took = 4.0;
        result.conditions.foreign = 2.0;
    });
    assert_eq!(
        busy,
        "2 of 9 rounds were disturbed by other work on this machine, which took about 25% of the time of 2 cores"
    );
    assert!(said(|result| result.machine.cores.quota = Some(1.5)).contains("only 1.50 cores' worth"));
}

#[test]
fn times_that_drift_are_said() {
    let drifted = said(|result| {
        for sample in result.lanes.iter_mut().flat_map(|lane| &mut lane.samples) {
            let factor = 1.0 + 0.1 * sample.round as f64;
            (sample.wall, sample.cpu) = (factor * sample.wall, factor * sample.cpu);
        }
    });
    assert!(drifted.starts_with("the times drifted: runs of the last third of rounds took 1.5"), "{drifted}");
}

#[test]
fn runs_too_short_to_time_are_said() {
    let scale = |lanes: &mut [Lane], by: f64| {
        for sample in lanes.iter_mut().flat_map(|lane| &mut lane.samples) {
            (sample.wall, sample.cpu) = (sample.wall * by, sample.cpu * by);
        }
    };
    let one = said(|result| scale(&mut result.lanes[1..2], 1e-3));
    assert!(one.starts_with("threads (2) takes ") && one.contains("too short"), "{one}");
    let two = said(|result| scale(&mut result.lanes, 1e-3));
    assert!(two.contains("sequential and threads (2) take ") && two.contains(" to "), "{two}");
}

#[test]
fn workers_left_on_one_core_are_said_in_short_runs_only() {
    let idle = |wall: f64| {
        said(move |result| {
            for sample in &mut result.lanes[1].samples {
                (sample.wall, sample.cpu) = (wall, 1.2 * wall);
            }
        })
    };
    assert!(idle(0.01).starts_with("threads (2) kept only 1.2 of 2 cores busy in its runs of 10.0 ms"));
    assert_eq!(idle(0.3), "");
    let messages = said(|result| {
        (result.lanes[1].model, result.lanes[1].name) = (Model::Processes(2), "processes (2)".into());
        for sample in &mut result.lanes[1].samples {
            (sample.wall, sample.cpu) = (0.01, 0.012);
        }
    });
    assert!(messages.ends_with("its workers wait for a message at every task"), "{messages}");
    let waits = said(|result| {
        result.workload.nature = Nature::Waits;
        for sample in &mut result.lanes[1].samples {
            (sample.wall, sample.cpu) = (0.01, 0.001);
        }
    });
    assert_eq!(waits, "");
}

#[test]
fn more_workers_than_cores_are_said_where_they_compute() {
    let crowded = |result: &mut Comparison| {
        let lane = &mut result.lanes[1];
        (lane.model, lane.name) = (Model::Threads(8), "threads (8)".into());
    };
    assert_eq!(said(crowded), "8 workers share 2 cores");
    for nature in [Nature::Waits, Nature::Mixed] {
        let overlaps = said(move |result| {
            crowded(result);
            result.workload.nature = nature;
        });
        assert_eq!(overlaps, "");
    }
}

#[test]
fn a_task_that_blocks_the_one_thread_is_said_where_it_waits() {
    let blocks = |nature| {
        said(move |result| {
            result.workload.nature = nature;
            result.lanes[1].notes.push("no async form: each task blocks the one thread".into());
        })
    };
    assert_eq!(blocks(Nature::Waits), "threads (2): no async form: each task blocks the one thread");
    assert_eq!(blocks(Nature::Computes), "");
}

#[test]
fn threads_left_behind_are_said() {
    let left = |n| said(|result| result.conditions.left_running = n);
    assert!(left(1).starts_with("1 thread is still at tasks that did not end"), "{}", left(1));
    assert!(left(2).starts_with("2 threads are still at"), "{}", left(2));
}

#[test]
fn too_few_rounds_are_said() {
    let first = said(|result| {
        (result.settings.rounds, result.settings.stopped, result.settings.budget) = (1, Stop::FirstRuns, 0.5);
        result.lanes.iter_mut().for_each(|lane| lane.samples.truncate(1));
        result.lanes.iter_mut().for_each(|lane| lane.samples[0].wall = 0.25);
    });
    assert!(
        first.contains("a budget of 500 ms is too short for one round, which takes about 750 ms"),
        "{first}"
    );
    assert_eq!(said(|result| result.settings.rounds = 2), "only 2 rounds fitted, too few for an interval");
}
