//! 00: a task whose value depends on its number alone.

use std::collections::HashSet;

use super::reply::{Reply, judged, require};
use crate::lesson::threads::on_threads;

const TASKS: usize = 16;

/// Checks a task of the reader's own: the same number gives the same value, on any thread and in any order, and
/// different numbers give different values.
///
/// ```
/// use concurrency_lab::lesson::check;
/// fn my_task(number: usize) -> u64 {
///     todo!()
/// }
/// assert!(check::my_task(my_task).sentence.contains("todo!()"));
/// ```
pub fn my_task(theirs: impl Fn(usize) -> u64 + Sync) -> Reply {
    judged(&theirs, "give each task less to do while you try it out", || {
        let in_order: Vec<u64> = (0..TASKS).map(&theirs).collect();
        for (number, once) in in_order.iter().enumerate().rev() {
            let then = theirs(number);
            let advice = "when the tasks ran in another order: use nothing but its number";
            require!(*once == then, "task {number} gave {once}, and {then} {advice}");
        }
        let elsewhere = on_threads(TASKS, &theirs);
        for number in 0..TASKS {
            let same = elsewhere[number] == in_order[number];
            require!(same, "task {number} gave another value on another thread: use nothing but its number");
        }
        let (values, first) = (in_order.iter().collect::<HashSet<_>>().len(), in_order[0]);
        require!(
            values > 1,
            "every task gave {first}: let the value depend on the number, or no check can tell tasks apart"
        );
        let advice = "so two tasks could be taken for one another";
        require!(values == TASKS, "{TASKS} tasks gave only {values} different values, {advice}");
        Ok(format!("{TASKS} tasks, {TASKS} values, the same in any order and on any thread"))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&my_task(|_| todo!()), NotDone, "todo!()");
        assert_reply(&my_task(|_| 7), Wrong, "every task gave 7");
        assert_reply(&my_task(|number| number as u64 / 2), Wrong, "only 8 different values");
        let calls = AtomicU64::new(0);
        assert_reply(&my_task(move |_| calls.fetch_add(1, SeqCst)), Wrong, "in another order");
        let home = std::sync::OnceLock::new();
        let by_thread = move |number: usize| {
            let here = std::thread::current().id();
            number as u64 + if *home.get_or_init(|| here) == here { 0 } else { 100 }
        };
        assert_reply(&my_task(by_thread), Wrong, "on another thread");
        assert_reply(&my_task(|number| number as u64 * 31 + 7), Right, "16 values");
    }
}
