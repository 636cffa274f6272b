//! 00: a task whose value depends on its number alone.

use std::collections::HashSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use super::reply::{Reply, judged, require};
use crate::format;
use crate::lesson::threads::on_threads;
use crate::machine::Usage;
use crate::units::us;

const TASKS: usize = 16;
/// The least that a task has to compute: handing it to a thread takes about as long.
const LEAST: Duration = us(2);

/// Checks a task of the reader's own: the same number gives the same value, on any thread and in any order, and
/// different numbers give different values. All that is timed here is whether it has anything to compute.
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
        // The quickest of some runs: whatever else the machine does only adds to them.
        let run = |_| {
            let (start, before) = (Instant::now(), Usage::now(&[], None));
            for number in 0..TASKS {
                black_box(theirs(black_box(number)));
            }
            (start.elapsed(), Usage::now(&[], None).since(&before))
        };
        let quickest = (0..5).map(run).min_by_key(|(took, _)| *took);
        let (took, Usage { cpu, queued, .. }) = quickest.unwrap_or_default();
        let each = format::duration(took.as_secs_f64() / TASKS as f64);
        require!(
            took >= LEAST * TASKS as u32,
            "a task is done in {each}: there is nothing to race; give it more rounds, of a loop that is no mere formula to the \
             compiler, as the one with `rotate_left`"
        );
        require!(
            cpu + queued >= 0.5 * took.as_secs_f64(),
            "a task takes {each}, and for most of that it waits: let it compute, as the one with `rotate_left` does"
        );
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
        assert_reply(&my_task(|number| number as u64), Wrong, "there is nothing to race");
        let waits = |number: usize| {
            std::thread::sleep(us(500));
            number as u64
        };
        assert_reply(&my_task(waits), Wrong, "for most of that it waits");
        assert_reply(&my_task(|_| panic!("no luck")), Wrong, "it panicked: no luck");
    }

    #[test]
    fn accepts_any_computation() {
        let folded =
            |number| (0..50_000).fold(number as u64, |sum, step| sum.wrapping_mul(31).wrapping_add(step));
        assert_reply(&my_task(folded), Right, "16 values");
        let looped = |number: usize| {
            let mut value = number as u64;
            for _ in 0..50_000 {
                value = black_box(value.rotate_left(5)) ^ 7;
            }
            value
        };
        assert_reply(&my_task(looped), Right, "16 values");
        let counted = |number: usize| (2..20_000).filter(|n| n % 7 == 3).sum::<u64>() + number as u64;
        assert_reply(&my_task(counted), Right, "16 values");
    }
}
