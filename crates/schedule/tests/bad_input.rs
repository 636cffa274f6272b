//! What a reader may bring that cannot be put in order: one sentence each, and nothing hangs.

use std::cell::Cell;

use schedule::{Outcome, Program, Search, explore, replayed};

fn outcomes(program: Program) -> Vec<Outcome> {
    let found = explore(program, Search { schedules: 200, ..Search::default() }).unwrap();
    found.endings.into_iter().map(|ending| ending.outcome).collect()
}

fn refused(program: Program) -> String {
    explore(program, Search::default()).unwrap_err().to_string()
}

replayed! {
    mod static_lock {
        use std::sync::Mutex;
        static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
        fn main() {
            let other = std::thread::spawn(|| LINES.lock().unwrap().push(1));
            LINES.lock().unwrap().push(2);
            other.join().unwrap();
        }
    }
}

replayed! {
    mod spins_for_ever {
        use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
        fn main() {
            let never = AtomicBool::new(false);
            while !never.load(Relaxed) {
                std::hint::spin_loop();
            }
        }
    }
}

replayed! {
    mod waits_by_spinning {
        use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
        static READY: AtomicBool = AtomicBool::new(false);
        fn main() -> u8 {
            let other = std::thread::spawn(|| READY.store(true, Relaxed));
            while !READY.load(Relaxed) {}
            other.join().unwrap();
            7
        }
    }
}

replayed! {
    mod sleeps {
        use std::sync::mpsc::channel;
        use std::thread::{sleep, spawn};
        use std::time::Duration;
        fn main() -> Vec<u8> {
            let (sender, receiver) = channel();
            let slow = sender.clone();
            spawn(move || {
                sleep(Duration::from_secs(60));
                slow.send(1).unwrap();
            });
            spawn(move || sender.send(2).unwrap());
            receiver.iter().collect()
        }
    }
}

replayed! {
    mod too_many {
        use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
        use std::thread;
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        fn main() {
            let threads: Vec<_> = (0..8).map(|_| thread::spawn(|| {
                for _ in 0..100 {
                    NUMBER.fetch_add(1, Relaxed);
                }
            })).collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        }
    }
}

#[test]
fn a_static_lock_is_refused() {
    assert!(
        refused(static_lock).starts_with("a `static` Mutex keeps what it holds"),
        "{}",
        refused(static_lock)
    );
}

#[test]
fn a_loop_without_end_is_ended_and_one_that_waits_is_not() {
    assert_eq!(outcomes(spins_for_ever), [Outcome::Endless]);
    assert_eq!(outcomes(waits_by_spinning), [Outcome::Answer("7".into())]);
}

#[test]
fn a_sleep_takes_no_time_and_any_time() {
    let answers = outcomes(sleeps);
    assert!(answers.contains(&Outcome::Answer("[1, 2]".into())), "{answers:?}");
    assert!(answers.contains(&Outcome::Answer("[2, 1]".into())), "{answers:?}");
}

#[test]
fn a_space_too_large_is_said_to_be() {
    let found = explore(too_many, Search { schedules: 100, ..Search::default() }).unwrap();
    assert!(!found.complete);
    assert_eq!(found.schedules, 100);
    assert!(found.drawn.iter().sum::<usize>() >= 40, "{found:?}");
}

#[test]
fn a_search_ends_when_it_is_told_to() {
    let asked = Cell::new(0);
    let goes_on = || asked.replace(asked.get() + 1) < 20;
    let found = explore(too_many, Search { schedules: 1_000_000, goes_on: &goes_on }).unwrap();
    assert!(found.stopped && found.schedules < 30, "{found:?}");
}

#[test]
fn no_schedules_are_refused() {
    let none = explore(sleeps, Search { schedules: 0, ..Search::default() }).unwrap_err();
    assert!(none.to_string().starts_with("0 schedules show nothing"));
}
