//! What is read from recordings made by hand, and from any recording.

use proptest::prelude::*;

use super::*;
use crate::event::{EventKind, Who};
use crate::recording::Recording;
use crate::testing::{HOME, Script, two_processes, two_tasks};

fn states(trace: &Trace, name: &str) -> Vec<(State, u64, u64)> {
    let of = |span: &&Span| trace.actors[span.actor as usize].name == name;
    trace.spans.iter().filter(of).map(|span| (span.state, span.start / 1_000, span.end / 1_000)).collect()
}

#[test]
fn an_async_task_runs_waits_and_runs_again() {
    let trace = Trace::new(two_tasks());
    let expected = [(State::Running, 10, 20), (State::Waiting, 20, 31), (State::Running, 31, 40)];
    assert_eq!(states(&trace, "do_first"), expected);
}

#[test]
fn two_on_one_core_are_never_together_however_long_they_claim_to_run() {
    let recording =
        Script::new(100).task((100, 101), 0, 0, 0, 100).task((100, 102), 0, 1, 0, 100).recording();
    let facts = Facts::of(&Trace::new(recording));
    assert_eq!((facts.overlap, facts.at_least, facts.busy), (0, false, 100_000));
}

#[test]
fn a_task_handed_over_is_queued_until_it_begins() {
    let who = Who::Task(7);
    let recording = Script::new(100)
        .at(10, HOME, 0, who, EventKind::Ready)
        .at(40, (100, 101), 1, who, EventKind::Running)
        .at(50, (100, 101), 1, who, EventKind::Blocked)
        .at(70, (100, 101), 1, who, EventKind::Running)
        .at(90, (100, 101), 1, who, EventKind::Done)
        .recording();
    let expected = [
        (State::Queued, 10, 40),
        (State::Running, 40, 50),
        (State::Blocked, 50, 70),
        (State::Running, 70, 90),
    ];
    assert_eq!(states(&Trace::new(recording), "task 7"), expected);
}

#[test]
fn rows_go_by_task_and_core() {
    let trace = Trace::new(two_processes());
    let names = |by| rows(&trace, by).into_iter().map(|row| row.name).collect::<Vec<_>>();
    assert_eq!(names(By::Task), ["main", "do_first (pid 200)", "do_second (pid 201)"]);
    assert_eq!(names(By::Core), ["core 0", "core 1"]);
}

#[test]
fn packing_needs_as_many_rows_as_tasks_were_under_way() {
    let one_by_one = (0..10)
        .fold(Script::new(1_000), |script, n| script.task(HOME, 0, n, 100 * n as u64, 100 * n as u64 + 90));
    assert_eq!(packed(rows(&Trace::new(one_by_one.recording()), By::Task)).len(), 1);
    let together = (0..10).fold(Script::new(1_000), |script, n| {
        let who = Who::Task(n);
        let time = 10 * n as u64;
        script.at(time, HOME, 0, who, EventKind::Running).at(time + 1, HOME, 0, who, EventKind::Waiting)
    });
    assert_eq!(packed(rows(&Trace::new(together.recording()), By::Task)).len(), 10);
}

#[test]
fn tokio_tasks_known_by_their_steps_alone_have_rows_and_switches() {
    let (a, b) = (Who::Tokio(41), Who::Tokio(42));
    let recording = Script::new(100)
        .step(10, HOME, 0, a, "a 1")
        .cpu(10)
        .step(20, HOME, 0, b, "b 1")
        .cpu(20)
        .step(30, HOME, 0, a, "a 2")
        .cpu(30)
        .step(40, HOME, 0, b, "b 2")
        .cpu(40)
        .recording();
    let trace = Trace::new(recording);
    assert_eq!(Facts::of(&trace).switches, 3);
    assert_eq!(states(&trace, "task 1"), [(State::Running, 10, 20), (State::Waiting, 20, 30)]);
    assert_eq!(states(&trace, "task 2"), [(State::Running, 20, 30), (State::Waiting, 30, 40)]);
}

#[test]
fn a_pools_thread_of_before_is_no_business_of_the_films_and_one_that_it_starts_is_left_running() {
    let (before, started) = ((100, 101), (100, 102));
    let recording = Script::new(100_000)
        .at(0, HOME, 0, Who::Thread, EventKind::Begin)
        .cpu(1)
        .at(0, before, 1, Who::Thread, EventKind::Stamp)
        .cpu(1)
        .at(50_000, before, 1, Who::Thread, EventKind::Stamp)
        .cpu(50_000)
        .at(50_000, started, 1, Who::Thread, EventKind::Stamp)
        .cpu(40_000)
        .with(|recording| recording.alive = vec![HOME, before, started])
        .recording();
    let rows = rows(&Trace::new(recording), By::Task);
    let ends: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.unfinished)).collect();
    assert_eq!(ends, [("thread 1", None), ("thread 2", Some("left running"))]);
}

/// Two threads that take turns on core 0, read every millisecond: the readings tell 600 and 400 µs of the second one.
fn hand_over() -> Trace {
    let (a, b) = ((100, 101), (100, 102));
    let mut script = Script::new(3_000);
    for (time, of_a, of_b) in [(0, 1, 1), (1_000, 1_001, 1), (2_000, 1_601, 401), (3_000, 1_601, 1_401)] {
        let me = Who::Thread;
        script = script.at(time, a, 0, me, EventKind::Stamp).cpu(of_a);
        script = script.at(time, b, 0, me, EventKind::Stamp).cpu(of_b);
    }
    Trace::new(script.recording())
}

#[test]
fn of_a_hand_over_between_two_readings_only_the_shares_are_told() {
    let trace = hand_over();
    let of = |name: &str| -> Vec<(State, u64, u64, u64)> {
        let own = trace.spans.iter().filter(|span| trace.actors[span.actor as usize].name == name);
        own.map(|span| (span.state, span.start / 1_000, span.end / 1_000, span.on_core / 1_000)).collect()
    };
    let first = [
        (State::Running, 0, 1_000, 1_000),
        (State::Waiting, 1_000, 2_000, 600),
        (State::Waiting, 2_000, 3_000, 0),
    ];
    assert_eq!(of("thread 1"), first);
    let second = [
        (State::Waiting, 0, 1_000, 0),
        (State::Waiting, 1_000, 2_000, 400),
        (State::Running, 2_000, 3_000, 1_000),
    ];
    assert_eq!(of("thread 2"), second);
    let facts = Facts::of(&trace);
    assert_eq!((facts.busy, facts.overlap, facts.at_least), (3_000_000, 0, false));
}

#[test]
fn more_than_fits_into_the_time_was_at_the_same_time() {
    let (a, b) = ((100, 101), (100, 102));
    let mut script = Script::new(10_000);
    for (place, thread) in (0..).zip([a, b]) {
        script = script.at(0, thread, place, Who::Thread, EventKind::Stamp).cpu(1);
        script = script.at(10_000, thread, place, Who::Thread, EventKind::Stamp).cpu(7_001);
    }
    let facts = Facts::of(&Trace::new(script.recording()));
    assert_eq!(facts.overlap, 4_000_000, "7 ms each of 10");
}

#[test]
fn partial_shares_on_two_cores_may_or_may_not_have_met() {
    let (a, b) = ((100, 101), (100, 102));
    let mut script = Script::new(10_000);
    for (place, thread) in (0..).zip([a, b]) {
        script = script.at(0, thread, place, Who::Thread, EventKind::Stamp).cpu(1);
        script = script.at(10_000, thread, place, Who::Thread, EventKind::Stamp).cpu(5_001);
    }
    let facts = Facts::of(&Trace::new(script.recording()));
    assert_eq!((facts.threads, facts.overlap, facts.at_least), (2, 0, true));
    assert_eq!(facts.busy, 10_000_000, "5 ms each, and nobody knows whether they met: 10 ms at most");
}

/// Who had each core in every microsecond: slices of random length, each of a random thread or nobody.
fn schedule(cores: usize) -> impl Strategy<Value = Vec<Vec<(usize, u64)>>> {
    // Threads 0 to 2 run on core 0 only, 3 to 5 on core 1 only; the last number is nobody.
    let core = |core: usize| prop::collection::vec((3 * core..3 * core + 4, 1u64..400), 1..30);
    (0..cores).map(core).collect::<Vec<_>>()
}

proptest! {
    /// Whatever really happened, and whenever it was read, what the trace says holds of it.
    #[test]
    fn what_is_told_of_a_schedule_holds(
        schedule in schedule(2),
        mut times in prop::collection::vec(0u64..4_000, 2..40),
        counted: bool,
    ) {
        let on: Vec<Vec<Option<usize>>> = schedule
            .iter()
            .enumerate()
            .map(|(core, slices)| {
                let who = |thread: usize| (thread < 3 * core + 3).then_some(thread);
                let slices = slices.iter().flat_map(|&(thread, long)| std::iter::repeat_n(who(thread), long as usize));
                slices.chain(std::iter::repeat(None)).take(4_000).collect()
            })
            .collect();
        let ran = |thread: usize, from: u64, to: u64| -> u64 {
            let core = &on[thread / 3][from as usize..to as usize];
            core.iter().filter(|who| **who == Some(thread)).count() as u64
        };
        // How often it was given a core before that moment, and whether it has one then.
        let given = |thread: usize, time: u64| {
            let has = |at: usize| on[thread / 3].get(at) == Some(&Some(thread));
            let starts = (0..time as usize).filter(|&at| has(at) && (at == 0 || !has(at - 1)));
            (starts.count() as u64, time > 0 && has(time as usize - 1) && has(time as usize))
        };
        times.extend([0, 4_000]);
        times.sort_unstable();
        times.dedup();
        let mut script = Script::new(4_000);
        for (place, &time) in times.iter().enumerate() {
            for thread in 0..6 {
                // Not every thread is read every time.
                if time == 0 || time == 4_000 || (place + thread) % 3 > 0 {
                    script = script
                        .at(time, (100, 101 + thread as u32), (thread / 3) as u16, Who::Thread, EventKind::Stamp)
                        .cpu(1 + ran(thread, 0, time));
                    if counted {
                        let (given, own) = given(thread, time);
                        script = script.given(given, own && place % 2 == 0);
                    }
                }
            }
        }
        let trace = Trace::new(script.recording());
        let finest = 10;
        for thread in 0..6u32 {
            let own: Vec<&Span> = trace.spans.iter().filter(|span| span.thread == thread).collect();
            prop_assert!(own.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", own);
            for span in own {
                let truth = ran(thread as usize, span.start / 1_000, span.end / 1_000);
                prop_assert!(span.on_core <= span.length());
                if span.is_partial() || span.state == State::Running {
                    prop_assert_eq!(span.on_core / 1_000, truth);
                } else {
                    // What is too short to see is left out: so much of every stretch between two readings.
                    let readings = times.len() as u64;
                    prop_assert!(truth <= span.length() / 1_000 / 20 + finest * readings, "{:?} {}", span, truth);
                }
            }
        }
        for core in 0..2u16 {
            let total: u64 = trace.spans.iter().filter(|span| span.core == Some(core)).map(|span| span.on_core).sum();
            prop_assert!(total <= trace.length(), "core {}: {}", core, total);
        }
        let both = (0..4_000).filter(|&at| on.iter().all(|core| core[at].is_some())).count() as u64;
        let any = (0..4_000).filter(|&at| on.iter().any(|core| core[at].is_some())).count() as u64;
        let active = active_threads(&trace);
        if active.len() == 6 {
            let facts = Facts::of(&trace);
            let seen: Vec<&Span> = trace.spans.iter().filter(|span| span.on_core > 0).collect();
            let left_out = 4_000 * any - seen.iter().map(|span| span.on_core).sum::<u64>().min(4_000 * any);
            prop_assert!(facts.overlap <= both * 1_000, "{} of {}", facts.overlap, both);
            prop_assert!(facts.busy + left_out >= any * 1_000 && facts.busy <= trace.length());
        }
    }

    /// Events in any order and of any sort: no panic, and still no thread in two places.
    #[test]
    fn any_recording_can_be_read(
        events in prop::collection::vec((0u64..200, 0u32..4, 0u16..3, 0usize..8, 0usize..10, 0u64..300), 0..60)
    ) {
        use EventKind::*;
        const KINDS: [EventKind; 10] = [Begin, Ready, Running, Waiting, Blocked, Done, Dropped, Mark, Stamp, End];
        let mut script = Script::new(150);
        for (time, thread, core, who, kind, cpu) in events {
            let who = [Who::Thread, Who::Task(1), Who::Task(2), Who::Watched(1), Who::Tokio(1), Who::Tokio(2)]
                .get(who).copied().unwrap_or(Who::Thread);
            script = script.at(time, (100 + thread % 2, 100 + thread), core, who, KINDS[kind]);
            if cpu > 0 {
                script = script.cpu(cpu);
            }
        }
        let trace = Trace::new(script.recording());
        for thread in 0..trace.recording.threads.len() as u32 {
            let on = trace.spans.iter().filter(|span| span.thread == thread && span.on_core > 0);
            let own: Vec<&Span> = on.collect();
            prop_assert!(own.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", own);
            prop_assert!(own.iter().all(|span| span.end <= trace.length()));
        }
        let facts = Facts::of(&trace);
        prop_assert!(facts.busy <= trace.length() && facts.overlap <= facts.busy);
        for by in [By::Task, By::Core] {
            packed(rows(&trace, by));
        }
    }
}

#[test]
fn an_empty_recording_has_no_rows() {
    assert!(rows(&Trace::new(Recording::default()), By::Task).is_empty());
}
