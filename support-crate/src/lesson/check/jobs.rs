//! Exercises with jobs, which remember how they were run: all at once (02), by threads that may panic (03), one by one (07).

use std::sync::Arc;
use std::time::Duration;

use super::gate::Gate;
use super::reply::{Reply, all_in_order, answer, judged, require};
use crate::units::{ms, secs};

/// One piece of work. [`Job::run`] does it, blocking, and gives its answer.
#[derive(Clone, Debug)]
pub struct Job {
    number: usize,
    fails: bool,
    gate: Arc<Gate>,
}

impl Job {
    /// Does the work and returns its answer. It blocks the thread that calls it.
    pub fn run(&self) -> u64 {
        let place = self.gate.enter(self.number);
        self.gate.wait(self.number);
        self.gate.leave(place);
        if self.fails {
            panic!("job {} failed; look at what `join` returns before you unwrap it", self.number);
        }
        answer(self.number)
    }
}

/// `count` jobs that stay until `together` of them run at the same time, and the gate where they meet.
fn hand_out(count: usize, together: usize, patience: Duration) -> (Arc<Gate>, Vec<Job>) {
    let gate = Arc::new(Gate::new(together, patience));
    let job = |number| Job { number, fails: false, gate: gate.clone() };
    let jobs = (0..count).map(job).collect();
    (gate, jobs)
}

/// Checks a function that runs blocking jobs all at the same time and returns their answers in the order of the jobs.
///
/// The jobs wait for one another: only code that has all of them in flight together lets them meet.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Job};
/// fn all_at_once(jobs: Vec<Job>) -> Vec<u64> {
///     todo!()
/// }
/// assert!(check::all_at_once(all_at_once).sentence.contains("todo!()"));
/// ```
pub fn all_at_once(theirs: impl Fn(Vec<Job>) -> Vec<u64>) -> Reply {
    const JOBS: usize = 6;
    judged(&theirs, "a thread waits for something that no other thread will do", || {
        let (gate, jobs) = hand_out(JOBS, JOBS, secs(1));
        let answers = theirs(jobs);
        gate.all_done("job", "run", JOBS, "join every thread")?;
        let peak = gate.peak();
        require!(peak > 1, "one job was in flight at a time: start every thread before you join the first");
        require!(peak == JOBS, "at the peak {peak} jobs were in flight, not all {JOBS} at once");
        all_in_order("job", &answers, JOBS)?;
        Ok(format!("all {JOBS} jobs were in flight at the same time, and their answers came back in order"))
    })
}

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
    const JOBS: usize = 4;
    const FAILING: usize = 1;
    judged(&theirs, "a thread waits for something that no other thread will do", || {
        let (gate, mut jobs) = hand_out(JOBS, JOBS, secs(1));
        jobs[FAILING].fails = true;
        let answers = theirs(jobs);
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
    const JOBS: usize = 5;
    judged(&theirs, "each job comes back by itself, so look for a loop without an end", || {
        let (gate, jobs) = hand_out(JOBS, 2, ms(20));
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
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::mpsc;
    use std::thread;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    fn in_order(jobs: Vec<Job>) -> Vec<u64> {
        let threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(move || job.run())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }

    #[test]
    fn attempts_at_all_at_once() {
        assert_reply(&all_at_once(|_| todo!()), NotDone, "todo!()");
        let in_turn = |jobs: Vec<Job>| jobs.iter().map(Job::run).collect();
        assert_reply(&all_at_once(in_turn), Wrong, "one job was in flight at a time");
        let in_pairs = |jobs: Vec<Job>| jobs.chunks(2).flat_map(|pair| in_order(pair.to_vec())).collect();
        assert_reply(&all_at_once(in_pairs), Wrong, "at the peak 2 jobs were in flight");
        let as_they_end = |jobs: Vec<Job>| {
            let (sender, receiver) = mpsc::channel();
            for job in jobs {
                let sender = sender.clone();
                thread::spawn(move || sender.send(job.run()).unwrap());
            }
            drop(sender);
            receiver.iter().collect()
        };
        assert_reply(&all_at_once(as_they_end), Wrong, "keep the order of the jobs");
        let forgets = |jobs: Vec<Job>| in_order(jobs).into_iter().skip(1).collect();
        assert_reply(&all_at_once(forgets), Wrong, "5 answers came back");
        assert_reply(
            &all_at_once(|jobs| in_order([jobs.clone(), jobs].concat())),
            Wrong,
            "job 0 was run 2 times",
        );
        assert_reply(&all_at_once(in_order), Right, "all 6 jobs");
    }

    fn survived(jobs: Vec<Job>) -> Vec<Option<u64>> {
        let threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(move || job.run())).collect();
        threads.into_iter().map(|thread| thread.join().ok()).collect()
    }

    #[test]
    fn attempts_at_survival() {
        assert_reply(&survive(|_| todo!()), NotDone, "todo!()");
        let unwraps = |jobs: Vec<Job>| {
            let threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(move || job.run())).collect();
            threads.into_iter().map(|thread| Some(thread.join().unwrap())).collect()
        };
        assert_reply(&survive(unwraps), Wrong, "it panicked: job 1 failed; look at what `join` returns");
        let closes_ranks = |jobs: Vec<Job>| survived(jobs).into_iter().filter(Option::is_some).collect();
        assert_reply(&survive(closes_ranks), Wrong, "needs its place too");
        let in_place = |jobs: Vec<Job>| {
            jobs.iter().map(|job| catch_unwind(AssertUnwindSafe(|| job.run())).ok()).collect()
        };
        assert_reply(&survive(in_place), Wrong, "ran on the calling thread");
        let one_by_one = |jobs: Vec<Job>| {
            jobs.into_iter().map(|job| thread::spawn(move || job.run()).join().ok()).collect()
        };
        assert_reply(&survive(one_by_one), Wrong, "before you join the first");
        let invents = |jobs: Vec<Job>| survived(jobs).into_iter().map(|answer| answer.or(Some(0))).collect();
        assert_reply(&survive(invents), Wrong, "job 1 should read None");
        assert_reply(&survive(survived), Right, "the other 3 answers");
    }

    #[test]
    fn attempts_at_one_by_one() {
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
