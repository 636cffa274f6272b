//! 12b: an order that fails, a program that none makes fail, and a word explained.

use schedule::{Outcome, Program};

use super::reply::{Reply, reply, require};
use crate::format;
use crate::lesson::scheduler::{Steered, apart, explore, replay};

/// Checks an order that the reader chose: it has to end in a deadlock.
///
/// ```
/// use concurrency_lab::prelude::*;
/// #[replayed]
/// mod alone {
///     fn main() {}
/// }
/// assert!(check::deadlocks(be_the_scheduler(alone)).sentence.contains("no deadlock"));
/// ```
pub fn deadlocks(order: Steered) -> Reply {
    let judged = match order.ending() {
        Err(problem) => Err(problem),
        Ok(None) => {
            Err("it has not come to its end: somebody has to go on, so write one more `.then(…)`".into())
        }
        Ok(Some(Outcome::Deadlock)) => {
            Ok("nobody can go on: each holds what another waits for, and all waits together are a circle"
                .into())
        }
        Ok(Some(_)) => {
            Err("there is no deadlock in this order: somebody got both locks and gave them back".into())
        }
    };
    reply("deadlocks", "your order", judged)
}

/// Checks a program by up to 10,000 schedules: none may fail, all have to end with `answer`, and its threads must still be able to
/// take turns.
pub fn holds(program: Program, answer: &str) -> Reply {
    reply("holds", program.name(), all_end_with(program, answer))
}

fn all_end_with(program: Program, answer: &str) -> Result<String, String> {
    let found = explore(program).schedules(10_000).run().found?;
    for ending in &found.endings {
        let (ended, token) = (&ending.outcome, &ending.token);
        require!(
            *ended == Outcome::Answer(answer.to_owned()),
            "in {} of {} it does not end with {answer}; look at the film of \"{token}\"",
            format::count(ending.orders as u64),
            format::plural(found.orders as u64, "order")
        );
    }
    require!(
        found.orders > 1,
        "it has a single order: its threads run one after the other, so nothing is concurrent"
    );
    taking_turns(program, answer)?;
    let orders = format::plural(found.orders as u64, "order");
    let all = if found.complete { "all its" } else { "all that were tried, " };
    Ok(format!("{all} {orders} end with {answer}"))
}

/// Whether threads that take turns after each step look at what they change, and `main` at what it gives back.
fn taking_turns(program: Program, answer: &str) -> Result<(), String> {
    let mut turns = Vec::new();
    let trace = loop {
        let trace = apart(|| schedule::steer(program, &turns))?;
        let Some(asks) = trace.asks.as_ref().filter(|_| turns.len() < 50) else { break trace };
        turns.push(*asks.iter().find(|thread| turns.last() != Some(thread)).unwrap_or(&asks[0]));
    };
    let steps = |thread| trace.steps.iter().filter(move |step| step.thread == thread).map(|step| &*step.what);
    for thread in trace.steps.iter().map(|step| step.thread).filter(|thread| *thread > 0) {
        require!(
            !steps(thread).all(|what| what.starts_with("stores")),
            "thread {thread} stores without having looked at what is there: that adds nothing"
        );
    }
    let read: Vec<&str> = steps(0).filter_map(|what| what.strip_prefix("loads ")).collect();
    require!(
        !matches!(read[..], [one] if one != answer),
        "where the threads take turns, `main` reads {}, whatever it gives back",
        read[0]
    );
    Ok(())
}

/// Checks an explanation of a word: in this order of two threads that load and store, the update of which one is lost?
pub fn lost(program: Program, word: &str, thread: usize) -> Reply {
    reply("lost", "your explanation", explained(program, word, thread))
}

fn explained(program: Program, word: &str, thread: usize) -> Result<String, String> {
    let trace = replay(program, word).run?.trace;
    let stores = || trace.steps.iter().filter(|step| step.what.starts_with("stores"));
    let last = stores().next_back().ok_or("nothing is stored in this order")?;
    let first = stores().next().unwrap_or(last);
    require!(
        first.what == last.what && first.thread != last.thread,
        "no update is lost in this order: the second thread loaded what the first had stored"
    );
    require!(
        thread == first.thread,
        "look at the film again: thread {thread} is not the one whose number is written over"
    );
    Ok(format!(
        "thread {} stored, and thread {}, which had loaded before that, wrote over it",
        first.thread, last.thread
    ))
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Grade::*, assert_reply};
    use super::*;
    use crate::lesson::scheduler::be_the_scheduler;
    use crate::lesson::scheduler::tests::two_locks;

    schedule::replayed! {
        mod lost_update {
            use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
            use std::thread;
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            fn main() -> u32 {
                let add = || NUMBER.store(NUMBER.load(Relaxed) + 1, Relaxed);
                let (one, other) = (thread::spawn(add), thread::spawn(add));
                one.join().unwrap();
                other.join().unwrap();
                NUMBER.load(Relaxed)
            }
        }
    }

    schedule::replayed! {
        mod only_stores {
            use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
            use std::thread;
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            fn main() -> u32 {
                let add = || NUMBER.store(2, Relaxed);
                let (one, other) = (thread::spawn(add), thread::spawn(add));
                one.join().unwrap();
                other.join().unwrap();
                NUMBER.load(Relaxed)
            }
        }
    }

    schedule::replayed! {
        mod only_says_so {
            use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
            use std::thread;
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            fn main() -> u32 {
                let add = || NUMBER.store(NUMBER.load(Relaxed) + 1, Relaxed);
                let (one, other) = (thread::spawn(add), thread::spawn(add));
                one.join().unwrap();
                other.join().unwrap();
                NUMBER.load(Relaxed);
                2
            }
        }
    }

    schedule::replayed! {
        mod in_turn {
            fn main() -> u32 {
                std::thread::spawn(|| 1).join().unwrap() + std::thread::spawn(|| 1).join().unwrap()
            }
        }
    }

    schedule::replayed! {
        mod added {
            use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            fn main() -> u32 {
                std::thread::scope(|scope| {
                    scope.spawn(|| NUMBER.fetch_add(1, Relaxed));
                    scope.spawn(|| NUMBER.fetch_add(1, Relaxed));
                });
                NUMBER.load(Relaxed)
            }
        }
    }

    #[test]
    fn an_order_that_deadlocks_is_told_from_others() {
        let order = be_the_scheduler(two_locks);
        assert_reply(&deadlocks(order.clone().then(1)), Wrong, "one more");
        assert_reply(&deadlocks(order.clone().then(1).then(1).then(1)), Wrong, "no deadlock");
        assert_reply(
            &deadlocks(order.clone().then(9)),
            Wrong,
            "thread 9 cannot go on at choice 1: only 1 or 2 can",
        );
        assert_reply(&deadlocks(order.then(1).then(2)), Right, "a circle");
    }

    #[test]
    fn a_program_holds_if_no_order_breaks_it_and_it_has_several() {
        assert_reply(&holds(lost_update, "2"), Wrong, "in 4 of 6 orders it does not end with 2");
        assert_reply(&holds(in_turn, "2"), Wrong, "a single order");
        assert_reply(&holds(only_stores, "2"), Wrong, "that adds nothing");
        assert_reply(&holds(only_says_so, "2"), Wrong, "`main` reads 1, whatever it gives back");
        assert_reply(&holds(added, "2"), Right, "all its 2 orders end with 2");
    }

    #[test]
    fn a_word_is_explained_by_the_thread_whose_update_is_lost() {
        let found = explore(lost_update).run();
        let word = found.token();
        assert_reply(&lost(lost_update, &word, 2), Right, "thread 2 stored, and thread 1");
        assert_reply(&lost(lost_update, &word, 1), Wrong, "look at the film again");
        assert_reply(&lost(added, &word, 1), Wrong, "belongs to another program");
    }
}
