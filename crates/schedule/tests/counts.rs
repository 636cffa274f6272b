//! Orders worked out by hand, and failures found, run again and told.

use schedule::{Decisive, Ending, Found, Outcome, Program, Search, circle, explore, replay, replayed, steer};

fn found(program: Program) -> Found {
    explore(program, Search::default()).unwrap()
}

fn failure(found: &Found) -> &Ending {
    found.endings.iter().find(|ending| ending.outcome.is_failure()).expect("a failure")
}

fn answer(found: &Found, answer: &str) -> Ending {
    let answer = Outcome::Answer(answer.to_owned());
    found.endings.iter().find(|ending| ending.outcome == answer).expect("this answer").clone()
}

replayed! {
    mod lost_update {
        use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
        use std::thread;

        static NUMBER: AtomicU32 = AtomicU32::new(0);

        fn main() -> u32 {
            let add = || NUMBER.store(NUMBER.load(SeqCst) + 1, SeqCst);
            let (one, other) = (thread::spawn(add), thread::spawn(add));
            one.join().unwrap();
            other.join().unwrap();
            NUMBER.load(SeqCst)
        }
    }
}

replayed! {
    mod under_a_lock {
        use std::sync::{Arc, Mutex};
        use std::thread;

        fn main() -> i32 {
            let number = Arc::new(Mutex::new(0));
            let threads: Vec<_> = (0..3).map(|_| {
                let number = Arc::clone(&number);
                thread::spawn(move || *number.lock().unwrap() += 1)
            }).collect();
            for thread in threads {
                thread.join().unwrap();
            }
            let number = *number.lock().unwrap();
            number
        }
    }
}

replayed! {
    mod atomic_adds {
        use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
        use std::thread;

        fn main() -> u32 {
            let number = AtomicU32::new(0);
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        for _ in 0..3 {
                            number.fetch_add(1, Relaxed);
                        }
                    });
                }
            });
            number.load(Relaxed)
        }
    }
}

#[test]
fn two_threads_that_load_and_store_have_six_orders() {
    // Two steps each: 4! / (2! 2!) = 6; in the two where one thread ends before the other begins nothing is lost.
    let found = found(lost_update);
    assert!(found.complete);
    assert_eq!((found.orders, found.schedules), (6, 6));
    assert_eq!((answer(&found, "1").orders, answer(&found, "2").orders), (4, 2));
    assert_eq!(answer(&found, "1").preemptions, 1);
}

#[test]
fn three_threads_under_a_lock_have_six_orders() {
    // Who locks first, second and third: 3! = 6.
    let found = found(under_a_lock);
    assert!(found.complete);
    assert_eq!((found.orders, answer(&found, "3").orders), (6, 6));
}

#[test]
fn two_threads_of_three_steps_have_twenty_orders() {
    // 6! / (3! 3!) = 20.
    let found = found(atomic_adds);
    assert!(found.complete);
    assert_eq!((found.orders, answer(&found, "6").orders), (20, 20));
}

#[test]
fn a_word_run_a_hundred_times_gives_a_hundred_equal_traces() {
    for program in [lost_update, two_locks, philosophers, missed, dropped_branch, check_then_act] {
        let found = found(program);
        let word = &found.endings[0].token;
        let first = replay(program, word).unwrap();
        assert_eq!(first.outcome, found.endings[0].outcome, "{}", program.name());
        for _ in 0..99 {
            assert_eq!(replay(program, word).unwrap(), first);
        }
    }
}

#[test]
fn the_switch_that_makes_the_difference_is_named() {
    let word = answer(&found(lost_update), "1").token;
    let replay = replay(lost_update, &word).unwrap();
    let due = Decisive { after: 1, instead: 1, outcome: Outcome::Answer("2".into()) };
    assert_eq!(replay.decisive, Some(due));
    let steps: Vec<(usize, &str)> = replay.steps.iter().map(|s| (s.thread, s.what.as_str())).collect();
    assert_eq!(steps, [(1, "loads 0"), (2, "loads 0"), (2, "stores 1"), (1, "stores 1"), (0, "loads 1")]);
}

replayed! {
    mod check_then_act {
        use std::sync::{Arc, Mutex};
        use std::thread;

        fn main() {
            let seats = Arc::new(Mutex::new(1));
            let booked = Arc::new(Mutex::new(0));
            let threads: Vec<_> = (0..2).map(|_| {
                let (seats, booked) = (seats.clone(), booked.clone());
                thread::spawn(move || {
                    if *seats.lock().unwrap() > 0 {
                        *seats.lock().unwrap() -= 1;
                        *booked.lock().unwrap() += 1;
                    }
                })
            }).collect();
            for thread in threads {
                thread.join().unwrap();
            }
            assert!(*booked.lock().unwrap() <= 1, "one seat was sold twice");
        }
    }
}

replayed! {
    mod two_locks {
        use std::sync::{Arc, Mutex};
        use std::thread;

        fn main() {
            let (left, right) = (Arc::new(Mutex::new(1)), Arc::new(Mutex::new(2)));
            let (l, r) = (left.clone(), right.clone());
            let other = thread::spawn(move || {
                let _r = r.lock().unwrap();
                let _l = l.lock().unwrap();
            });
            {
                let _l = left.lock().unwrap();
                let _r = right.lock().unwrap();
            }
            other.join().unwrap();
        }
    }
}

replayed! {
    mod philosophers {
        use std::sync::{Arc, Mutex};
        use std::thread;

        fn main() {
            let forks: Vec<_> = (0..3).map(|_| Arc::new(Mutex::new(()))).collect();
            let threads: Vec<_> = (0..3).map(|place| {
                let (left, right) = (forks[place].clone(), forks[(place + 1) % 3].clone());
                thread::spawn(move || {
                    let _left = left.lock().unwrap();
                    let _right = right.lock().unwrap();
                })
            }).collect();
            for thread in threads {
                thread.join().unwrap();
            }
        }
    }
}

replayed! {
    mod missed {
        use std::sync::{Arc, Condvar, Mutex};
        use std::thread;

        fn main() {
            let pair = Arc::new((Mutex::new(false), Condvar::new()));
            let other = pair.clone();
            let waiter = thread::spawn(move || {
                let ready = other.0.lock().unwrap();
                // Without a look at `ready`: a notification that came before is missed.
                drop(other.1.wait(ready).unwrap());
            });
            *pair.0.lock().unwrap() = true;
            pair.1.notify_one();
            waiter.join().unwrap();
        }
    }
}

replayed! {
    mod channel_and_lock {
        use std::sync::{Arc, Mutex, mpsc};
        use std::thread;

        fn main() {
            let (sender, receiver) = mpsc::sync_channel(1);
            let log = Arc::new(Mutex::new(Vec::new()));
            let own = log.clone();
            let producer = thread::spawn(move || {
                for number in 0..3 {
                    let mut log = own.lock().unwrap();
                    log.push(number);
                    sender.send(number).unwrap();
                }
            });
            for number in receiver {
                log.lock().unwrap().push(number);
            }
            producer.join().unwrap();
        }
    }
}

replayed! {
    mod dropped_branch {
        use std::cell::Cell;
        use std::rc::Rc;
        use tokio::time::{Duration, sleep};

        async fn transfer(from: Rc<Cell<i32>>, to: Rc<Cell<i32>>) {
            from.set(from.get() - 1);
            sleep(Duration::from_millis(1)).await;
            to.set(to.get() + 1);
        }

        fn main() {
            tokio::block_on(async {
                let (from, to) = (Rc::new(Cell::new(1)), Rc::new(Cell::new(0)));
                tokio::select! {
                    () = transfer(from.clone(), to.clone()) => {}
                    () = sleep(Duration::from_millis(5)) => {}
                }
                assert_eq!(from.get() + to.get(), 1, "money is lost");
            });
        }
    }
}

replayed! {
    mod async_lost_update {
        use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
        use std::sync::Arc;

        async fn add(number: Arc<AtomicU32>) {
            let seen = number.load(Relaxed);
            tokio::task::yield_now().await;
            number.store(seen + 1, Relaxed);
        }

        fn main() -> u32 {
            tokio::block_on(async {
                let number = Arc::new(AtomicU32::new(0));
                let one = tokio::spawn(add(number.clone()));
                let other = tokio::spawn(add(number.clone()));
                one.await.unwrap();
                other.await.unwrap();
                number.load(Relaxed)
            })
        }
    }
}

replayed! {
    mod aborted {
        use std::sync::Arc;
        use tokio::sync::Mutex;

        async fn both(pair: Arc<Mutex<(u32, u32)>>) {
            pair.lock().await.0 += 1;
            tokio::task::yield_now().await;
            pair.lock().await.1 += 1;
        }

        fn main() -> bool {
            tokio::block_on(async {
                let pair = Arc::new(Mutex::new((0, 0)));
                let task = tokio::spawn(both(pair.clone()));
                tokio::task::yield_now().await;
                task.abort();
                let _ = task.await;
                let pair = pair.lock().await;
                pair.0 == pair.1
            })
        }
    }
}

replayed! {
    mod only_says_so {
        fn main() {
            panic!("deadlock! nobody waits");
        }
    }
}

#[test]
fn the_pre_emptions_of_an_ending_are_those_of_its_word() {
    for program in
        [lost_update, two_locks, philosophers, missed, dropped_branch, check_then_act, async_lost_update]
    {
        // Of what is drawn by chance much can be left out.
        for schedules in [5, 40, 10_000] {
            for ending in explore(program, Search { schedules, ..Search::default() }).unwrap().endings {
                let trace = replay(program, &ending.token).unwrap();
                assert_eq!((&trace.outcome, trace.preemptions()), (&ending.outcome, ending.preemptions));
            }
        }
    }
}

#[test]
fn what_fails_is_found_with_its_reason() {
    let cases = [
        (only_says_so, Outcome::Panic("deadlock! nobody waits".into())),
        (check_then_act, Outcome::Panic("one seat was sold twice".into())),
        (two_locks, Outcome::Deadlock),
        (philosophers, Outcome::Deadlock),
        (missed, Outcome::Deadlock),
        (channel_and_lock, Outcome::Deadlock),
    ];
    for (program, due) in cases {
        let found = found(program);
        let ending = failure(&found);
        assert_eq!(ending.outcome, due, "{}", program.name());
        let trace = replay(program, &ending.token).unwrap();
        assert_eq!(trace.outcome, due);
    }
}

#[test]
fn a_dropped_branch_and_a_cancelled_task_are_found() {
    let Outcome::Panic(said) = failure(&found(dropped_branch)).outcome.clone() else { panic!("no panic") };
    assert!(said.contains("money is lost"), "{said}");
    let found = found(aborted);
    assert!(answer(&found, "false").orders > 0 && answer(&found, "true").orders > 0);
}

#[test]
fn an_async_update_is_lost_between_two_awaits() {
    let found = found(async_lost_update);
    assert!(answer(&found, "1").orders > 0 && answer(&found, "2").orders > 0);
}

#[test]
fn a_circle_of_waits_names_all_in_it() {
    for (program, due) in [(two_locks, 2), (philosophers, 3), (channel_and_lock, 2)] {
        let waits = replay(program, &failure(&found(program)).token).unwrap().waits;
        assert_eq!(circle(&waits).len(), due, "{}", program.name());
        assert!(waits.iter().all(|wait| wait.place.file.ends_with("counts.rs") && wait.place.line > 0));
    }
    let waits = replay(missed, &failure(&found(missed)).token).unwrap().waits;
    assert_eq!(circle(&waits), []);
    assert!(waits.iter().any(|wait| wait.what == "waits" && wait.on.is_none()), "{waits:?}");
}

#[test]
fn a_reader_decides_who_goes_on() {
    let open = steer(lost_update, &[]).unwrap();
    assert_eq!((open.asks.as_deref(), open.steps.len()), (Some([1, 2].as_slice()), 0));
    let ended = steer(lost_update, &[1, 2, 1]).unwrap();
    assert_eq!((ended.asks, ended.outcome), (None, Outcome::Answer("1".into())));
    let wrong = steer(lost_update, &[1, 0]).unwrap_err().to_string();
    assert_eq!(wrong, "thread 0 cannot go on at choice 2: only 1 or 2 can");
}

#[test]
fn a_step_that_is_no_choice_may_be_named_or_left_out() {
    let short = steer(lost_update, &[1, 1]).unwrap();
    assert_eq!(short.outcome, Outcome::Answer("2".into()));
    for named in [&[1, 1, 2][..], &[1, 1, 2, 2], &[1, 1, 2, 2, 0]] {
        assert_eq!(steer(lost_update, named).unwrap(), short, "{named:?}");
    }
    for (wrong, due) in [
        (&[1, 1, 1][..], "it answers 2 after 2 of your steps: number 3, `.then(1)`, is one too many"),
        (&[1, 1, 2, 2, 0, 0], "it answers 2 after 5 of your steps: number 6, `.then(0)`, is one too many"),
    ] {
        assert_eq!(steer(lost_update, wrong).unwrap_err().to_string(), due);
    }
}

#[test]
fn a_word_of_another_program_or_version_or_none_is_refused() {
    let word = answer(&found(lost_update), "1").token;
    let said = |program, word: &str| replay(program, word).unwrap_err().to_string();
    assert!(said(two_locks, &word).contains("belongs to another program"));
    assert!(said(lost_update, &word.replacen('1', "2", 1)).contains("was written by version 2"));
    for broken in ["", "-", "word", "1", &word[..4], &format!("{word}é"), &format!("{word}9999999999999a")] {
        assert!(said(lost_update, broken).contains("is no word"), "{broken}: {}", said(lost_update, broken));
    }
    let far = format!("{}50a", &word[..6]);
    assert!(said(lost_update, &far).contains("leads nowhere"), "{}", said(lost_update, &far));
}

replayed! {
    mod booked_under_one_lock {
        use std::sync::{Arc, Mutex};
        use std::thread;

        fn main() -> (i32, i32) {
            let hall = Arc::new(Mutex::new((1, 0)));
            let threads: Vec<_> = (0..2).map(|_| {
                let hall = hall.clone();
                thread::spawn(move || {
                    let mut hall = hall.lock().unwrap();
                    if hall.0 > 0 {
                        hall.0 -= 1;
                        hall.1 += 1;
                    }
                })
            }).collect();
            for thread in threads {
                thread.join().unwrap();
            }
            let hall = *hall.lock().unwrap();
            hall
        }
    }
}

replayed! {
    mod forks_by_number {
        use std::sync::Mutex;
        use std::thread;

        fn main() {
            let forks = [Mutex::new(()), Mutex::new(()), Mutex::new(())];
            thread::scope(|scope| {
                for place in 0..3 {
                    let (one, other) = (place.min((place + 1) % 3), place.max((place + 1) % 3));
                    let (one, other) = (&forks[one], &forks[other]);
                    scope.spawn(|| {
                        let _one = one.lock().unwrap();
                        let _other = other.lock().unwrap();
                    });
                }
            });
        }
    }
}

replayed! {
    mod waited_for {
        use std::sync::{Arc, Condvar, Mutex};
        use std::thread;

        fn main() -> bool {
            let pair = Arc::new((Mutex::new(false), Condvar::new()));
            let other = pair.clone();
            let waiter = thread::spawn(move || *other.1.wait_while(other.0.lock().unwrap(), |ready| !*ready).unwrap());
            *pair.0.lock().unwrap() = true;
            pair.1.notify_one();
            waiter.join().unwrap()
        }
    }
}

replayed! {
    mod sent_without_the_lock {
        use std::sync::{Arc, Mutex, mpsc};
        use std::thread;

        fn main() -> usize {
            let (sender, receiver) = mpsc::sync_channel(1);
            let log = Arc::new(Mutex::new(Vec::new()));
            let own = log.clone();
            let producer = thread::spawn(move || {
                for number in 0..2 {
                    own.lock().unwrap().push(number);
                    sender.send(number).unwrap();
                }
            });
            for number in receiver {
                log.lock().unwrap().push(number);
            }
            producer.join().unwrap();
            let written = log.lock().unwrap().len();
            written
        }
    }
}

replayed! {
    mod paid_or_not {
        use std::cell::Cell;
        use std::time::Duration;
        use tokio::time::sleep;

        fn main() -> i32 {
            let (from, to) = (Cell::new(1), Cell::new(0));
            tokio::block_on(async {
                let pay = async {
                    sleep(Duration::from_millis(1)).await;
                    from.set(from.get() - 1);
                    to.set(to.get() + 1);
                };
                tokio::select! {
                    () = pay => {}
                    () = sleep(Duration::from_millis(5)) => {}
                }
            });
            from.get() + to.get()
        }
    }
}

#[test]
fn what_is_right_is_right_in_all_orders() {
    let cases = [
        (atomic_adds, "6"),
        (booked_under_one_lock, "(0, 1)"),
        (forks_by_number, "()"),
        (waited_for, "true"),
        (sent_without_the_lock, "4"),
        (paid_or_not, "1"),
    ];
    for (program, due) in cases {
        let found = found(program);
        println!(
            "{}: {} schedules, {} orders in {:.1} ms",
            found.program,
            found.schedules,
            found.orders,
            1e3 * found.seconds
        );
        assert!(found.complete, "{found:?}");
        assert_eq!(found.endings.len(), 1, "{found:?}");
        assert_eq!(found.endings[0].outcome, Outcome::Answer(due.into()), "{}", program.name());
    }
}
