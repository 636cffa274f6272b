//! 02: as many threads as there are waits, so that all waits pass at the same time.

use super::answer::all_in_order;
use super::gate::{Job, hand_out};
use super::reply::{Reply, judged, require};
use crate::units::secs;

const JOBS: usize = 6;

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
    judged(&theirs, "a thread waits for something that no other thread will do", || {
        let (gate, jobs) = hand_out(JOBS, JOBS, secs(1), None);
        let answers = theirs(jobs);
        gate.all_done("job", "run", JOBS, "join every thread")?;
        let peak = gate.peak();
        require!(peak > 1, "one job was in flight at a time: start every thread before you join the first");
        require!(peak == JOBS, "at the peak {peak} jobs were in flight, not all {JOBS} at once");
        all_in_order("job", &answers, JOBS)?;
        Ok(format!("all {JOBS} jobs were in flight at the same time, and their answers came back in order"))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    fn right(jobs: Vec<Job>) -> Vec<u64> {
        let threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(move || job.run())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&all_at_once(|_| todo!()), NotDone, "todo!()");
        let in_turn = |jobs: Vec<Job>| jobs.iter().map(Job::run).collect();
        assert_reply(&all_at_once(in_turn), Wrong, "one job was in flight at a time");
        let in_pairs = |jobs: Vec<Job>| jobs.chunks(2).flat_map(|pair| right(pair.to_vec())).collect();
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
        let forgets = |jobs: Vec<Job>| right(jobs).into_iter().skip(1).collect();
        assert_reply(&all_at_once(forgets), Wrong, "5 answers came back");
        assert_reply(
            &all_at_once(|jobs| right([jobs.clone(), jobs].concat())),
            Wrong,
            "job 0 was run 2 times",
        );
        assert_reply(&all_at_once(right), Right, "all 6 jobs");
    }
}
