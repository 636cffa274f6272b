//! 03: what becomes of a thread that panics.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::answer::answer;
use super::gate::{Job, hand_out};
use super::reply::{Reply, judged, require};
use crate::units::secs;

const JOBS: usize = 4;
const FAILING: usize = 1;

/// Checks a function that runs each job on a thread of its own and says `None` for the one that panics.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Job};
/// fn survive(jobs: Vec<Job>) -> Vec<Option<u64>> {
///     todo!()
/// }
/// assert!(check::survive(survive).sentence.contains("todo!()"));
/// ```
pub fn survive(theirs: impl Fn(Vec<Job>) -> Vec<Option<u64>>) -> Reply {
    judged(&theirs, "a thread waits for something that no other thread will do", || {
        let (gate, jobs) = hand_out(JOBS, JOBS, secs(1), Some(FAILING));
        let answers = match catch_unwind(AssertUnwindSafe(|| theirs(jobs))) {
            Ok(answers) => answers,
            // A stub never ran a job; its panic is the watcher's to tell.
            Err(payload) if gate.numbers().is_empty() => resume_unwind(payload),
            Err(_) => {
                let advice = "look at what `join` returns before you unwrap it";
                return Err(format!("the panic of job {FAILING} came through: {advice}"));
            }
        };
        gate.all_done("job", "run", JOBS, "join every thread")?;
        require!(
            gate.on_this_thread() == 0,
            "a job ran on the calling thread, and its panic could have ended that one: give every job a thread"
        );
        let (peak, count) = (gate.peak(), answers.len());
        require!(
            peak == JOBS,
            "at the peak {peak} jobs were in flight: start all {JOBS} threads before you join the first"
        );
        let advice = "the one that panicked needs its place too, as None";
        require!(count == JOBS, "{count} answers came back for {JOBS} jobs; {advice}");
        for (number, answered) in answers.into_iter().enumerate() {
            let expected = (number != FAILING).then(|| answer(number));
            require!(answered == expected, "job {number} should read {expected:?}, but reads {answered:?}");
        }
        Ok(format!(
            "job {FAILING} panicked on its own thread, and the other {} answers are all there",
            JOBS - 1
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    fn right(jobs: Vec<Job>) -> Vec<Option<u64>> {
        let threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(move || job.run())).collect();
        threads.into_iter().map(|thread| thread.join().ok()).collect()
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&survive(|_| todo!()), NotDone, "todo!()");
        let unwraps = |jobs: Vec<Job>| {
            let threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(move || job.run())).collect();
            threads.into_iter().map(|thread| Some(thread.join().unwrap())).collect()
        };
        assert_reply(&survive(unwraps), Wrong, "the panic of job 1 came through");
        let closes_ranks = |jobs: Vec<Job>| right(jobs).into_iter().filter(Option::is_some).collect();
        assert_reply(&survive(closes_ranks), Wrong, "needs its place too");
        let in_place = |jobs: Vec<Job>| {
            jobs.iter().map(|job| catch_unwind(AssertUnwindSafe(|| job.run())).ok()).collect()
        };
        assert_reply(&survive(in_place), Wrong, "ran on the calling thread");
        let one_by_one = |jobs: Vec<Job>| {
            jobs.into_iter().map(|job| thread::spawn(move || job.run()).join().ok()).collect()
        };
        assert_reply(&survive(one_by_one), Wrong, "before you join the first");
        let invents = |jobs: Vec<Job>| right(jobs).into_iter().map(|answer| answer.or(Some(0))).collect();
        assert_reply(&survive(invents), Wrong, "job 1 should read None");
        assert_reply(&survive(right), Right, "the other 3 answers");
    }
}
