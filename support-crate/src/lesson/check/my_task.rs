//! 00: a task whose value depends on its number alone.

use std::collections::HashSet;

use crate::units::secs;

use super::job::on_threads;
use super::reply::{Reply, Verdict, judged, require};

const TASKS: usize = 16;

/// Checks a task of the reader's own: the same number gives the same value, on any thread and in any order, and
/// different numbers give different values.
///
/// ```
/// use concurrency_lab::lesson::check;
/// fn my_task(number: usize) -> u64 {
///     todo!()
/// }
/// assert!(check::my_task(my_task).sentence().contains("todo!()"));
/// ```
pub fn my_task<F>(theirs: F) -> Reply
where
    F: Fn(usize) -> u64 + Send + Sync + 'static,
{
    let endless = "give each task less to do while you try it out";
    judged::<F>(secs(6), endless, move || judge(theirs))
}

fn judge(theirs: impl Fn(usize) -> u64 + Sync) -> Verdict {
    let in_order: Vec<u64> = (0..TASKS).map(&theirs).collect();
    let mut again: Vec<u64> = (0..TASKS).rev().map(&theirs).collect();
    again.reverse();
    if let Some(number) = (0..TASKS).find(|&number| in_order[number] != again[number]) {
        let (once, then) = (in_order[number], again[number]);
        return Err(format!(
            "task {number} gave {once}, and {then} when the tasks ran in another order: use nothing but its number"
        ));
    }
    let elsewhere = on_threads(TASKS, &theirs);
    if let Some(number) = (0..TASKS).find(|&number| elsewhere[number] != in_order[number]) {
        return Err(format!(
            "task {number} gave another value on another thread: use nothing but its number"
        ));
    }
    let values: HashSet<_> = in_order.iter().collect();
    require(values.len() > 1, || {
        format!(
            "every task gave {}: let the value depend on the number, or no check can tell tasks apart",
            in_order[0]
        )
    })?;
    require(values.len() == TASKS, || {
        format!(
            "{TASKS} tasks gave only {} different values, so two tasks could be taken for one another",
            values.len()
        )
    })?;
    Ok(format!("{TASKS} tasks, {TASKS} values, the same in any order and on any thread"))
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
