//! Std threads that take task numbers from one crossbeam channel and answer on another.

use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam::channel::{Receiver, Sender, unbounded};

use super::limits;
use super::progress::Progress;
use crate::error::Error;
use crate::process::panics;
use crate::workload::{BoxedOutput, DynWorkload, Values};

/// A task of a run.
type Order = (usize, Arc<Progress>);
/// A task's number and value.
type Answer = (usize, Result<BoxedOutput, Error>);

pub(super) struct Threads {
    orders: Option<Sender<Order>>,
    answers: Receiver<Answer>,
    threads: Vec<JoinHandle<()>>,
}

impl Threads {
    pub(super) fn start(n: usize, job: &Arc<dyn DynWorkload>) -> Result<Self, Error> {
        limits::check_mappings(n)?;
        let (orders, waiting) = unbounded();
        let (done, answers) = unbounded();
        let mut started = Self { orders: Some(orders), answers, threads: Vec::with_capacity(n) };
        for number in 0..n {
            let (job, waiting, done) = (job.clone(), waiting.clone(), done.clone());
            let thread = std::thread::Builder::new()
                .name(format!("worker {number}"))
                .spawn(move || work(&*job, &waiting, &done));
            match thread {
                Ok(thread) => started.threads.push(thread),
                // Dropping what was started ends the threads.
                Err(error) => return Err(limits::refused(number, n, &error)),
            }
        }
        Ok(started)
    }

    pub(super) fn run(&self, tasks: usize, progress: &Arc<Progress>) -> Values {
        let orders = self.orders.as_ref().expect("the queue is open until this is dropped");
        for index in 0..tasks {
            orders.send((index, progress.clone())).expect("the threads listen until the queue is closed");
        }
        // Also after a failure every task is answered for, so that the next run finds both channels empty.
        let mut answers: Vec<Answer> = Vec::with_capacity(tasks);
        for (index, answer) in self.answers.iter().take(tasks) {
            if answer.is_err() {
                progress.stop();
            }
            answers.push((index, answer));
        }
        // Tasks are begun in their order: those that were not begun come after the one that failed.
        answers.sort_unstable_by_key(|(index, _)| *index);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.orders = None;
        for thread in self.threads.drain(..) {
            // A thread's panic was caught task by task; none is left to report.
            let _ = thread.join();
        }
    }
}

fn work(job: &dyn DynWorkload, orders: &Receiver<Order>, answers: &Sender<Answer>) {
    panics::quiet_thread();
    for (index, progress) in orders {
        if answers.send((index, progress.task(job, index))).is_err() {
            break;
        }
    }
}
