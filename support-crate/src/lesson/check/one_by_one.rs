//! 07: the sequential program: one job after the other, in order, on the thread that was there.

use super::answer::answer;
use super::gate::{Job, hand_out};
use super::reply::{Reply, judged, require};
use crate::units::ms;

const JOBS: usize = 5;

/// Checks a function that runs jobs one after the other on the calling thread and adds up their answers.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Job};
/// fn one_by_one(jobs: Vec<Job>) -> u64 {
///     todo!()
/// }
/// assert!(check::one_by_one(one_by_one).sentence.contains("todo!()"));
/// ```
pub fn one_by_one(theirs: impl Fn(Vec<Job>) -> u64) -> Reply {
    judged(&theirs, "each job comes back by itself, so look for a loop without an end", || {
        let (gate, jobs) = hand_out(JOBS, 2, ms(20), None);
        let sum = theirs(jobs);
        let (peak, order) = (gate.peak(), gate.numbers());
        require!(peak < 2, "{peak} jobs were under way at the same time: end one before you begin the next");
        let here = gate.on_this_thread();
        require!(
            here == order.len(),
            "a job ran on another thread: a sequential program has only the one it was called on"
        );
        gate.all_done("job", "run", JOBS, "run each of them here")?;
        require!(order.is_sorted(), "the jobs ran in the order {order:?}, not in the order given");
        let expected: u64 = (0..JOBS).map(answer).sum();
        require!(sum == expected, "it gave {sum}, but the answers add up to {expected}");
        Ok(format!("{JOBS} jobs, in order, one at a time, on one thread, and the sum is {sum}"))
    })
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&one_by_one(|_| todo!()), NotDone, "todo!()");
        let on_threads = |jobs: Vec<Job>| {
            let threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(move || job.run())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        };
        assert_reply(&one_by_one(on_threads), Wrong, "at the same time");
        let elsewhere = |jobs: Vec<Job>| {
            jobs.into_iter().map(|job| thread::spawn(move || job.run()).join().unwrap()).sum()
        };
        assert_reply(&one_by_one(elsewhere), Wrong, "on another thread");
        let backwards = |mut jobs: Vec<Job>| {
            let mut sum = 0;
            while let Some(job) = jobs.pop() {
                sum += job.run();
            }
            sum
        };
        assert_reply(&one_by_one(backwards), Wrong, "[4, 3, 2, 1, 0]");
        let forgets = |jobs: Vec<Job>| jobs[1..].iter().map(Job::run).sum();
        assert_reply(&one_by_one(forgets), Wrong, "job 0 was never run");
        let last_only = |jobs: Vec<Job>| jobs.iter().map(Job::run).fold(0, |_, answer| answer);
        assert_reply(&one_by_one(last_only), Wrong, "the answers add up to");
        assert_reply(&one_by_one(|jobs| jobs.iter().map(Job::run).sum()), Right, "5 jobs, in order");
    }
}
