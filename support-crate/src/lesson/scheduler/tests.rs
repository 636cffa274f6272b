//! What a reader sees of orders, films and steering, and what a mistake says.

use super::{be_the_scheduler, explore, on_real_cores, replay};

schedule::replayed! {
    pub(crate) mod two_locks {
        use std::sync::Mutex;
        fn main() {
            let (left, right) = (Mutex::new(1), Mutex::new(2));
            std::thread::scope(|scope| {
                scope.spawn(|| { let _l = left.lock().unwrap(); let _r = right.lock().unwrap(); });
                scope.spawn(|| { let _r = right.lock().unwrap(); let _l = left.lock().unwrap(); });
            });
        }
    }
}

schedule::replayed! {
    mod too_many {
        use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
        fn main() {
            let number = AtomicU32::new(0);
            std::thread::scope(|scope| {
                for _ in 0..6 {
                    scope.spawn(|| (0..50).for_each(|_| _ = number.fetch_add(1, Relaxed)));
                }
            });
        }
    }
}

#[test]
fn orders_are_told_with_what_was_counted() {
    let text = explore(two_locks).run().figure().text();
    assert!(text.contains("orders of two_locks: in 2 it deadlocks"), "{text}");
    assert!(text.contains("sequential consistency"), "{text}");
    let text = explore(too_many).schedules(60).run().figure().text();
    assert!(text.contains("Some ") && text.contains("There may be more orders than these."), "{text}");
}

#[test]
fn a_film_of_a_deadlock_names_the_circle_and_where_each_waits() {
    let figure = replay(two_locks, &explore(two_locks).run().token()).figure();
    let text = figure.text();
    assert!(text.contains("A circle of waits: thread 1 → thread 2 → thread 1"), "{text}");
    assert!(text.contains("Thread 1 waits at tests.rs:"), "{text}");
    let due = "The switch at the upright line, after step 1, makes the difference: where thread 1 goes on instead, it ends";
    assert!(text.contains(due), "{text}");
    assert!(figure.svg().unwrap().contains("no time is measured"));
}

#[test]
fn a_reader_is_told_who_may_go_on_and_with_how_few_switches_it_can_be_done() {
    let start = be_the_scheduler(two_locks);
    let text = start.figure().text();
    assert!(text.contains("Thread 1: locks next") && text.contains("(.then(2))"), "{text}");
    let ended = start.then(1).then(2).figure().text();
    assert!(
        ended.contains("It deadlocks, with 1 pre-emption of yours; no order with fewer is known."),
        "{ended}"
    );
}

#[test]
fn mistakes_are_one_sentence() {
    let cases = [
        (explore(two_locks).schedules(0).run().figure(), "Schedules: 0 is outside what is allowed"),
        (replay(two_locks, "nonsense").figure(), "\"nonsense\" is no word for a schedule"),
        (replay(two_locks, "1ffff-0").figure(), "belongs to another program"),
        (be_the_scheduler(two_locks).then(7).figure(), "Thread 7 cannot go on at choice 1: only 1 or 2 can"),
        (on_real_cores(0), "0 is outside what is allowed"),
    ];
    for (figure, said) in cases {
        let text = figure.text();
        println!("{text}");
        assert!(text.contains(said), "{said} is not in: {text}");
        assert_eq!(text.trim().lines().count(), 1, "{text}");
    }
}

schedule::replayed! {
    mod one_or_ten {
        use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
        fn main() -> u32 {
            let number = AtomicU32::new(1);
            std::thread::scope(|scope| {
                scope.spawn(|| number.store(10, Relaxed));
            });
            number.load(Relaxed)
        }
    }
}

#[test]
fn the_share_of_an_answer_is_not_that_of_one_that_begins_so() {
    let found = explore(one_or_ten).run();
    assert_eq!((found.share("answers 10"), found.share("answers 1")), (1.0, 0.0));
    assert_eq!(explore(two_locks).run().share("deadlocks"), 2.0 / explore(two_locks).run().orders() as f64);
}
