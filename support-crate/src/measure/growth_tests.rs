//! Growth against a made-up machine.

use super::*;
use crate::workload::Waits;

/// 600 bytes and a microsecond a task, until `end` tasks.
fn made_up(end: usize, why: &'static str) -> impl Fn(Model, usize, Duration) -> Measured {
    move |_, tasks, _| {
        if tasks > end {
            return Err(why.to_owned());
        }
        Ok((0.01 + 1e-6 * tasks as f64, Some(50_000 + 600 * tasks as u64)))
    }
}

fn grown(tasks: &[usize], end: usize) -> GrowthLane {
    let budget = Some(Duration::from_secs(1));
    drive("waits".to_owned(), tasks, &[Model::Async], budget, &made_up(end, "no more")).lanes.remove(0)
}

#[test]
fn every_number_of_tasks_is_measured_as_often_as_the_time_allows() {
    let lane = grown(&[10, 100, 1_000, 10_000], usize::MAX);
    assert_eq!(lane.points.len(), 4);
    assert_eq!(lane.points[3].times.len(), MOST_SERIES);
    assert_eq!(lane.points[3].bytes(), Some(6_050_000.0));
    assert_eq!((lane.ended, lane.name.as_str()), (None, "async"));
}

#[test]
fn where_a_model_ends_is_named_and_what_came_before_is_kept() {
    let lane = grown(&[10, 50, 100, 400, 1_000, 10_000], 500);
    assert_eq!(lane.points.len(), 4);
    assert_eq!(lane.ended.as_deref(), Some("could not run 1,000 tasks: no more"));
}

#[test]
fn a_crash_ends_it_with_its_sentence() {
    let crash = |_: Model, _: usize, _: Duration| Err("it did not answer within 5s".to_owned());
    let growth = drive("waits".to_owned(), &[10], &[Model::Threads(1)], None, &crash);
    let lane = &growth.lanes[0];
    assert!(lane.points.is_empty());
    assert!(lane.ended.as_deref().unwrap().contains("did not answer within 5s"), "{:?}", lane.ended);
    assert_eq!(lane.name, "threads, one a task");
}

#[test]
fn a_later_failure_leaves_the_points_measured_before() {
    let calls = std::cell::Cell::new(0);
    let flaky = |_: Model, tasks: usize, _: Duration| {
        calls.set(calls.get() + 1);
        if calls.get() > 3 { Err("late".to_owned()) } else { Ok((0.01, Some(tasks as u64))) }
    };
    let growth = drive("waits".to_owned(), &[1, 2, 3], &[Model::Async], Some(Duration::from_secs(1)), &flaky);
    assert_eq!((growth.lanes[0].points.len(), growth.lanes[0].ended.as_deref()), (3, None));
}

#[test]
fn limits_are_met_where_that_harms_nobody() {
    assert_eq!(within_limits(Model::Async, &[10, 1_000_000]), (vec![10, 1_000_000], None));
    let (safe, why) = within_limits(Model::Threads(1), &[10, 100, 1_000_000]);
    assert!(safe.len() >= 2 && safe.iter().all(|&tasks| tasks <= 1_000_000));
    assert!(why.is_some(), "a million threads are nowhere to be had");
}

#[test]
fn numbers_are_rounded_down_to_two_digits() {
    assert_eq!([29_743, 100, 99, 7, 0].map(round_down), [29_000, 100, 99, 7, 0]);
}

#[test]
fn mistakes_are_named_before_any_work_starts() {
    let make = |tasks| Waits { tasks, wait: Duration::from_millis(1) };
    let refused = |grow: Grow| grow.run().problem.unwrap();
    assert!(refused(growth(make).tasks([])).starts_with("no numbers of tasks"));
    assert!(refused(growth(make).models([])).starts_with("no models"));
    assert!(refused(growth(make).tasks([0, 10])).starts_with("tasks: 0 "));
    assert!(refused(growth(make).tasks([usize::MAX])).contains("to a value from 1 to 1,000,000"));
}

#[test]
fn a_real_point_runs_in_a_child_and_sees_its_memory() {
    // In a fresh process: a forked child's memory also grows where its parent writes, as other tests do here.
    let bytes = crate::process::spawn(|| {
        let growth = growth(|tasks| Waits { tasks, wait: Duration::from_millis(20) })
            .tasks([10, 5_000])
            .models([Model::Async])
            .budget(Duration::from_millis(300))
            .run();
        let lane = &growth.lanes[0];
        assert_eq!((growth.problem.as_deref(), lane.ended.as_deref()), (None, None));
        lane.points.iter().map(|point| point.bytes().unwrap()).collect::<Vec<_>>()
    });
    let bytes = bytes.join().unwrap();
    assert!(bytes.len() == 2 && bytes[1] > bytes[0], "{bytes:?}");
}
