//! The recorder at work in a process of its own, so that no other test's tasks are in the recording.

use std::thread;
use std::time::Duration;

use film::{self as trace, Event, EventKind, Recording, Session, Who};

fn record(run: impl FnOnce()) -> Recording {
    let session = Session::start().unwrap();
    run();
    session.finish()
}

fn kinds(recording: &Recording, who: Who) -> Vec<EventKind> {
    recording.events.iter().filter(|event| event.who == who).map(|event| event.kind).collect()
}

/// Whether the sampler told it, so that it may or may not be there.
fn sampled(event: &Event) -> bool {
    event.who.is_thread() && matches!(event.kind, EventKind::Stamp | EventKind::Ready)
}

#[test]
fn a_task_runs_waits_and_ends() {
    let recording = record(|| {
        trace::ready(0);
        trace::task(0, || trace::waiting(|| ()));
    });
    let expected =
        [EventKind::Ready, EventKind::Running, EventKind::Blocked, EventKind::Running, EventKind::Done];
    assert_eq!(kinds(&recording, Who::Task(0)), expected);
    assert!(recording.events.is_sorted_by_key(|event| event.time));
    assert!(recording.events.iter().all(|e| (recording.start..=recording.end).contains(&e.time)));
}

#[test]
fn a_task_that_panics_is_told_from_one_that_ends() {
    let recording = record(|| {
        let task = || trace::task(1, || std::panic::resume_unwind(Box::new(())));
        assert!(std::panic::catch_unwind(task).is_err());
        trace::mark("after");
    });
    assert_eq!(kinds(&recording, Who::Task(1)), [EventKind::Running, EventKind::Dropped]);
    let mark = recording.events.iter().find(|event| event.kind == EventKind::Mark).unwrap();
    assert!(mark.who.is_thread(), "the task is over, so the mark is the thread's");
    assert_eq!(mark.label.as_deref(), Some("after"));
}

#[test]
fn every_poll_is_seen() {
    let recording = record(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(trace::task_async(3, async {
            tokio::task::yield_now().await;
            trace::mark("second poll");
        }));
    });
    let expected =
        [EventKind::Running, EventKind::Waiting, EventKind::Running, EventKind::Mark, EventKind::Done];
    assert_eq!(kinds(&recording, Who::Task(3)), expected);
}

#[test]
fn a_future_dropped_before_its_end_says_so_and_keeps_its_name() {
    let recording = record(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let never = trace::watch("never", std::future::pending::<()>());
            assert!(tokio::time::timeout(Duration::from_millis(1), never).await.is_err());
        });
    });
    let named = recording.events.iter().find(|event| event.label.as_deref() == Some("never")).unwrap();
    assert_eq!(kinds(&recording, named.who).last(), Some(&EventKind::Dropped));
}

#[test]
fn steps_of_the_readers_own_tokio_tasks_are_told_apart() {
    let recording = record(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let tasks = [tokio::spawn(async { trace::mark("a") }), tokio::spawn(async { trace::mark("b") })];
            for task in tasks {
                task.await.unwrap();
            }
        });
    });
    let marks: Vec<_> = recording.events.iter().filter(|event| event.kind == EventKind::Mark).collect();
    assert_eq!(marks.len(), 2);
    assert!(marks.iter().all(|mark| mark.who.is_tokio()));
    assert_ne!(marks[0].who, marks[1].who);
}

#[test]
fn threads_have_their_own_rows_with_beginning_and_end() {
    let recording = record(|| {
        let spawn = |name: &str| {
            let label = name.to_owned();
            thread::Builder::new().name(name.into()).spawn(move || trace::mark(&label)).unwrap()
        };
        let threads = [spawn("left"), spawn("right")];
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
    for name in ["left", "right"] {
        let thread = recording.threads.iter().find(|t| t.name.as_deref() == Some(name)).unwrap();
        let own: Vec<EventKind> = recording
            .events
            .iter()
            .filter(|event| event.tid == thread.tid && !sampled(event))
            .map(|event| event.kind)
            .collect();
        assert_eq!(own, [EventKind::Mark, EventKind::End]);
    }
    assert_eq!(recording.home, (std::process::id(), recording.threads[0].tid));
}

#[test]
fn the_bound_holds_and_what_did_not_fit_is_counted() {
    let session = Session::start_with(1_000, true).unwrap();
    for index in 0..2_000 {
        trace::task(index, || ());
    }
    let recording = session.finish();
    let kept = recording.events.len() as u64;
    assert!((800..=1_000).contains(&kept), "{kept} kept");
    let told = recording.events.iter().filter(|event| !sampled(event)).count() as u64;
    assert!(told + recording.lost >= 4_002, "{told} kept and {} lost", recording.lost);
}

#[test]
fn one_recording_at_a_time() {
    let session = Session::start().unwrap();
    let message = Session::start().err().unwrap().to_string();
    assert!(message.starts_with("a film inside a film"), "{message}");
    drop(session);
    assert!(Session::start().is_ok());
}

#[test]
fn a_recording_holds_nothing_of_the_one_before() {
    record(|| trace::mark("first"));
    let second = record(|| trace::mark("second"));
    let labels: Vec<_> = second.events.iter().filter_map(|event| event.label.as_deref()).collect();
    assert_eq!(labels, ["second"]);
}

#[test]
fn a_thread_that_records_nothing_is_seen_all_the_same() {
    let recording = record(|| {
        let busy = || {
            let start = std::time::Instant::now();
            // Long enough that the sampler has a turn on a machine that is busy.
            while start.elapsed() < Duration::from_millis(500) {
                std::hint::spin_loop();
            }
        };
        thread::Builder::new().name("silent".into()).spawn(busy).unwrap().join().unwrap();
    });
    let silent = recording.threads.iter().find(|t| t.name.as_deref() == Some("silent")).expect("sampled");
    let readings: Vec<u64> = recording
        .events
        .iter()
        .filter(|event| event.tid == silent.tid)
        .filter_map(|event| event.cpu())
        .collect();
    assert!(readings.is_sorted() && readings.last() > readings.first(), "{readings:?}");
}

#[test]
fn the_cost_of_an_event_is_measured() {
    let recording = record(|| ());
    assert!(recording.cost.event > 0.0 && recording.cost.step > recording.cost.event, "{:?}", recording.cost);
    println!("{:?}", recording.cost);
}
