//! Exercises with jobs, which remember how they were run: all at once (02), by threads that may panic and by a team (03).

use std::sync::Arc;
use std::time::Duration;

use super::gate::Gate;
use super::reply::{Reply, all_in_order, answer, judged, require};
use crate::format;
use crate::units::secs;

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

/// Checks a function that has jobs done by a team of so many threads: each thread does one job after the other, and all of them
/// are at it at the same time. The answers come back in the order of the jobs.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Job};
/// fn team(jobs: Vec<Job>, workers: usize) -> Vec<u64> {
///     todo!()
/// }
/// assert!(check::team(team).sentence.contains("todo!()"));
/// ```
pub fn team(theirs: impl Fn(Vec<Job>, usize) -> Vec<u64>) -> Reply {
    judged(&theirs, "whoever waits for the next message waits until every sender of it is gone", || {
        let told = done_by_team(&theirs, 9, 3)?;
        done_by_team(&theirs, 10, 4).map_err(|why| format!("10 jobs for 4 workers: {why}"))?;
        Ok(told)
    })
}

fn done_by_team(
    theirs: impl Fn(Vec<Job>, usize) -> Vec<u64>,
    count: usize,
    workers: usize,
) -> Result<String, String> {
    let (gate, jobs) = hand_out(count, workers, secs(1));
    let answers = theirs(jobs, workers);
    gate.all_done("job", "run", count, "join every thread")?;
    require!(
        gate.on_this_thread() == 0,
        "a job ran on the calling thread: give the jobs to {workers} threads"
    );
    let (peak, threads) = (gate.peak(), gate.threads());
    let did = format::plural(threads as u64, "thread");
    require!(
        peak > 1,
        "one job was done at a time, by {did}: start {workers} before you join the first, and keep no lock's guard while a \
         job runs (one that is made in the head of a `match` or `while let` lives as long as that)"
    );
    require!(
        threads == workers,
        "the jobs were done by {did}: start {workers}, and let each go on with another job when one is done"
    );
    require!(
        peak == workers,
        "at the peak {peak} of {workers} threads had a job: start all before you join the first"
    );
    all_in_order("job", &answers, count)?;
    Ok(format!("{did} did {count} jobs, {peak} at a time, and the answers came back in order"))
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::sync::{Mutex, mpsc};
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
        let scoped = |jobs: Vec<Job>| {
            thread::scope(|scope| {
                let threads: Vec<_> = jobs.iter().map(|job| scope.spawn(|| job.run())).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            })
        };
        assert_reply(&all_at_once(scoped), Right, "all 6 jobs");
        let one_of_them_here = |mut jobs: Vec<Job>| {
            let last = jobs.pop().unwrap();
            let threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(move || job.run())).collect();
            let here = last.run();
            threads.into_iter().map(|thread| thread.join().unwrap()).chain([here]).collect()
        };
        assert_reply(&all_at_once(one_of_them_here), Right, "all 6 jobs");
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
        let scoped = |jobs: Vec<Job>| {
            thread::scope(|scope| {
                let threads: Vec<_> = jobs.iter().map(|job| scope.spawn(|| job.run())).collect();
                threads.into_iter().map(|thread| thread.join().ok()).collect()
            })
        };
        assert_reply(&survive(scoped), Right, "the other 3 answers");
        let caught_there = |jobs: Vec<Job>| {
            let run = |job: Job| thread::spawn(move || catch_unwind(AssertUnwindSafe(|| job.run())).ok());
            let threads: Vec<_> = jobs.into_iter().map(run).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        };
        assert_reply(&survive(caught_there), Right, "the other 3 answers");
    }

    /// Every thread does its share of the jobs, one after the other.
    fn in_shares(jobs: Vec<Job>, workers: usize) -> Vec<u64> {
        let share = |worker| jobs.iter().skip(worker).step_by(workers).cloned().collect::<Vec<_>>();
        let work = |jobs: Vec<Job>| thread::spawn(move || jobs.iter().map(Job::run).collect::<Vec<_>>());
        let threads: Vec<_> = (0..workers).map(|worker| work(share(worker))).collect();
        let shares: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        (0..jobs.len()).map(|job| shares[job % workers][job / workers]).collect()
    }

    /// Every thread takes the next job whenever it is free.
    fn next_in_turn(jobs: Vec<Job>, workers: usize) -> Vec<u64> {
        let (next, answers) = (AtomicUsize::new(0), Mutex::new(vec![0; jobs.len()]));
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Some(job) = jobs.get(next.fetch_add(1, SeqCst)) {
                        let answer = job.run();
                        answers.lock().unwrap()[job.number] = answer;
                    }
                });
            }
        });
        answers.into_inner().unwrap()
    }

    fn by_channel(jobs: Vec<Job>, workers: usize) -> Vec<u64> {
        let (sender, receiver) = crossbeam::channel::unbounded();
        jobs.into_iter().enumerate().for_each(|job| sender.send(job).unwrap());
        drop(sender);
        let work = |queue: crossbeam::channel::Receiver<(usize, Job)>| {
            thread::spawn(move || queue.iter().map(|(place, job)| (place, job.run())).collect::<Vec<_>>())
        };
        let threads: Vec<_> = (0..workers).map(|_| work(receiver.clone())).collect();
        let mut answers: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        answers.sort_unstable();
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    #[test]
    fn attempts_at_a_team() {
        assert_reply(&team(|_, _| todo!()), NotDone, "todo!()");
        assert_reply(&team(|jobs, _| jobs.iter().map(Job::run).collect()), Wrong, "on the calling thread");
        assert_reply(&team(|jobs, _| in_shares(jobs, 1)), Wrong, "one job was done at a time, by 1 thread");
        let joins_at_once = |jobs: Vec<Job>, workers| {
            let share = |worker| jobs.iter().skip(worker).step_by(workers).cloned().collect::<Vec<_>>();
            let ends = (0..workers).map(|worker| in_shares(share(worker), 1)).collect::<Vec<_>>();
            (0..jobs.len()).map(|job| ends[job % workers][job / workers]).collect()
        };
        assert_reply(&team(joins_at_once), Wrong, "start 3 before you join the first");
        let under_a_guard = |jobs: Vec<Job>, workers| {
            let (queue, answers) = (Mutex::new(jobs.iter().enumerate()), Mutex::new(vec![0; jobs.len()]));
            thread::scope(|scope| {
                for _ in 0..workers {
                    scope.spawn(|| {
                        while let Some((place, job)) = queue.lock().unwrap().next() {
                            let answer = job.run();
                            answers.lock().unwrap()[place] = answer;
                        }
                    });
                }
            });
            answers.into_inner().unwrap()
        };
        assert_reply(&team(under_a_guard), Wrong, "keep no lock's guard while a job runs");
        assert_reply(&team(|jobs, _| in_order(jobs)), Wrong, "done by 9 threads");
        let in_waves =
            |jobs: Vec<Job>, workers| jobs.chunks(workers).flat_map(|wave| in_order(wave.to_vec())).collect();
        assert_reply(&team(in_waves), Wrong, "let each go on with another job");
        let share_by_share = |jobs: Vec<Job>, workers| {
            let ends = in_shares(jobs.clone(), workers);
            (0..workers)
                .flat_map(|worker| ends.iter().skip(worker).step_by(workers).copied().collect::<Vec<_>>())
                .collect()
        };
        assert_reply(&team(share_by_share), Wrong, "keep the order of the jobs");
        assert_reply(
            &team(|jobs, workers| in_shares(jobs[1..].to_vec(), workers)),
            Wrong,
            "job 0 was never run",
        );
        let nobody_closes = |jobs: Vec<Job>, _| {
            let (sender, receiver) = mpsc::channel();
            jobs.iter().for_each(|job| sender.send(job.clone()).unwrap());
            receiver.iter().map(|job| thread::spawn(move || job.run()).join().unwrap()).collect()
        };
        assert_reply(&team(nobody_closes), Wrong, "until every sender of it is gone");
        let only_whole_shares = |jobs: Vec<Job>, workers| {
            let whole = jobs.len() / workers * workers;
            in_shares(jobs[..whole].to_vec(), workers)
        };
        assert_reply(&team(only_whole_shares), Wrong, "10 jobs for 4 workers: job 8 was never run");
        assert_reply(
            &team(|jobs, _| in_shares(jobs, 3)),
            Wrong,
            "10 jobs for 4 workers: the jobs were done by 3",
        );
        assert_reply(&team(in_shares), Right, "3 threads did 9 jobs");
        assert_reply(&team(next_in_turn), Right, "3 threads did 9 jobs");
        assert_reply(&team(by_channel), Right, "3 threads did 9 jobs");
    }
}
