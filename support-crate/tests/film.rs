//! Films of real code, in a process of their own so that no other test's threads are in the picture.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use concurrency_lab::prelude::*;

/// One test at a time: a film shows every thread of its process that computes.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
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

/// Who made each step.
fn order(film: &Timeline) -> Vec<&str> {
    let trace = &film.lanes()[0].trace;
    trace.steps.iter().map(|step| trace.actors[step.actor as usize].name.as_str()).collect()
}

#[test]
fn a_sequential_program_has_one_row_and_its_steps_in_order() {
    let _alone = alone();
    let film = film(|| {
        do_first();
        do_second();
        "done"
    });
    assert_eq!(film.value, Some("done"));
    assert_eq!((film.facts().threads, film.facts().pids.len(), film.facts().switches), (1, 1, 0));
    let lines = ["do_first line 1", "do_first line 2", "do_first line 3"];
    assert_eq!(film.steps()[..3], lines);
    assert_eq!(order(&film), ["main"; 6]);
    assert!(film.tell().ends_with("6 steps in order"), "{}", film.tell());
}

#[test]
fn async_tasks_switch_only_where_they_yield() {
    let _alone = alone();
    // Tokio wakes tasks that yielded in the same turn last to first.
    async fn block(name: &str) {
        step!("{name} block 1");
        tokio::task::yield_now().await;
        step!("{name} block 2");
    }
    let film = film(|| {
        runtime().block_on(async {
            let first = tokio::spawn(watch("do_first", block("do_first")));
            let second = tokio::spawn(watch("do_second", block("do_second")));
            first.await.unwrap();
            second.await.unwrap();
        });
    });
    assert_eq!(order(&film), ["do_first", "do_second", "do_second", "do_first"]);
    assert_eq!((film.facts().threads, film.facts().tasks, film.facts().switches), (1, 2, 2));
    assert!(film.facts().overlap == 0);
    assert!(film.tell().ends_with("2 switches, 1 at an await and 1 at a task's end"), "{}", film.tell());
}

#[test]
fn threads_have_a_row_each() {
    let _alone = alone();
    let film = film(|| {
        let first = thread::spawn(do_first);
        let second = thread::spawn(do_second);
        first.join().unwrap();
        second.join().unwrap();
    });
    assert_eq!((film.facts().threads, film.facts().pids.len()), (2, 1));
    // Either of the two may be the first on a core.
    let names: BTreeSet<String> = film.rows().into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["main", "thread 1", "thread 2"].map(str::to_owned).into());
    assert!(film.rows().iter().all(|row| row.unfinished.is_none()), "{:?}", film.rows());
}

#[test]
fn processes_have_a_row_each_and_their_steps_come_home() {
    let _alone = alone();
    let film = film(|| {
        let first = process::fork(do_first);
        let second = process::fork(do_second);
        let pids = [first.pid(), second.pid()];
        first.join().unwrap();
        second.join().unwrap();
        pids
    });
    assert_eq!(film.facts().pids.len(), 2, "{}", film.tell());
    assert_eq!(film.steps().len(), 6);
    let mut of_first: Vec<String> = film.steps();
    of_first.retain(|step| step.starts_with("do_first"));
    assert_eq!(of_first, ["do_first line 1", "do_first line 2", "do_first line 3"]);
    let names: Vec<String> = film.rows().into_iter().map(|row| row.name).collect();
    assert!(names.iter().any(|name| name.starts_with("do_first (pid ")), "{names:?}");
}

#[test]
fn a_childs_steps_are_told_once_whatever_the_parent_recorded_before() {
    let _alone = alone();
    let film = film(|| {
        step!("before");
        process::fork(|| step!("inside")).join().unwrap();
        step!("after");
    });
    assert_eq!(film.steps(), ["before", "inside", "after"]);
}

#[test]
fn a_panic_ends_the_film_and_shows_what_was_up_to_there() {
    let _alone = alone();
    let film = film(|| {
        step!("so far");
        if film_is_long() {
            panic!("the number {} is too much", 7);
        }
    });
    assert!(film.value.is_none());
    assert_eq!(film.steps(), ["so far"]);
    assert!(film.tell().contains("panic: the number 7 is too much"), "{}", film.tell());
    let text = film.figure().text();
    assert!(text.contains("The film ended in a panic: the number 7 is too much"), "{text}");
}

fn film_is_long() -> bool {
    true
}

#[test]
fn a_thread_left_behind_is_named() {
    let _alone = alone();
    let (go, wait) = mpsc::channel::<()>();
    let (said, hear) = mpsc::channel();
    let film = film(|| {
        let left = thread::spawn(move || {
            step!("still at it");
            said.send(()).unwrap();
            let _ = wait.recv();
        });
        hear.recv().unwrap();
        left
    });
    let text = film.figure().text();
    assert!(text.contains("Without an end: thread 1 (left running)"), "{text}");
    drop(go);
    film.value.unwrap().join().unwrap();
}

#[test]
fn a_film_of_nothing_says_how_to_get_something() {
    let _alone = alone();
    let film = film(|| ());
    assert!(
        film.tell().starts_with("nothing happened that a film can show: print with `step!("),
        "{}",
        film.tell()
    );
    assert!(film.figure().text().contains("watch("));
}

#[test]
fn a_film_inside_a_film_runs_and_says_so() {
    let _alone = alone();
    let outer = film(|| {
        let inner = film(|| {
            step!("inner");
            5
        });
        assert!(inner.tell().starts_with("a film inside a film"));
        inner.value
    });
    assert_eq!(outer.value, Some(Some(5)));
    assert_eq!(outer.steps(), ["inner"]);
}

#[test]
fn a_comparison_films_one_run_of_every_model() {
    let _alone = alone();
    let models = [Sequential, Async, Threads(2), Pool(2), Processes(2)];
    let result = compare(Waits { tasks: 6, wait: ms(2) }).models(models).rounds(2).run();
    let timeline = result.timeline();
    assert_eq!(timeline.lanes().len(), 5);
    for lane in timeline.lanes() {
        assert_eq!(lane.failure, None);
        assert_eq!(lane.facts.tasks, 6, "{}", lane.name);
    }
    assert_eq!(timeline.lanes()[4].facts.pids.len(), 2);
    assert_eq!(timeline.lanes()[1].facts.threads, 1);
}

#[test]
fn threads_that_never_yield_share_one_core_in_slices() {
    let _alone = alone();
    let seen = slices(3, ms(150));
    assert_eq!(seen.problem, None);
    assert!(seen.overlap().is_zero());
    assert!(seen.involuntary > 0, "{}", seen.tell());
    assert!(seen.switches() >= 2, "{}", seen.tell());
}

#[test]
fn tasks_have_one_slice_for_each_stretch_without_an_await() {
    let _alone = alone();
    let seen = task_slices(3, ms(90), 4);
    assert_eq!(seen.slices().len(), 15, "{}", seen.tell());
    assert!(seen.overlap().is_zero());
    assert!(seen.tell().contains("one for each stretch without an await"), "{}", seen.tell());
}

#[test]
fn slices_that_make_no_sense_are_refused_in_one_sentence() {
    let _alone = alone();
    for (seen, start) in [
        (slices(0, ms(100)), "threads: 0 is outside"),
        (slices(1_000_000_000, ms(100)), "threads: 1,000,000,000 is outside"),
        (slices(3, ms(0)), "milliseconds: 0 is outside"),
        (slices(3, secs(3_600)), "milliseconds: 3,600,000 is outside"),
        (task_slices(3, ms(100), 5_000), "awaits: 5,000 is outside"),
        (task_slices(32, ms(10), 900), "32 tasks with 900 awaits each"),
    ] {
        assert!(seen.tell().starts_with(start), "{}", seen.tell());
        assert!(seen.figure().text().contains(&start[1..]));
    }
}
