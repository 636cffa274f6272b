//! Std threads that take task numbers from one crossbeam channel and answer on another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use crossbeam::channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::{crew, guard, limits};
use crate::error::Error;
use crate::process::panics;
use crate::trace;
use crate::workload::{Job, Value};

/// A task's number and value; no value: the run was over before it began.
type Answer = (usize, Option<Result<Value, Error>>);

pub(super) struct Threads {
    tasks: Option<Sender<usize>>,
    answers: Receiver<Answer>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Threads {
    pub(super) fn start(n: usize, job: &Arc<dyn Job>) -> Result<Self, Error> {
        limits::check_mappings(n)?;
        let (tasks, waiting) = unbounded();
        let (done, answers) = unbounded();
        let stop = Arc::new(AtomicBool::new(false));
        let mut crew = Self { tasks: Some(tasks), answers, stop, threads: Vec::with_capacity(n) };
        for number in 0..n {
            let (job, waiting, done) = (job.clone(), waiting.clone(), done.clone());
            let stop = crew.stop.clone();
            let thread = std::thread::Builder::new()
                .name(format!("worker {number}"))
                .spawn(move || work(&*job, &waiting, &done, &stop));
            match thread {
                Ok(thread) => crew.threads.push(thread),
                // Dropping the crew ends the threads that did start.
                Err(error) => return Err(limits::refused(number, n, &error)),
            }
        }
        Ok(crew)
    }

    pub(super) fn run(&mut self, tasks: usize, deadline: Option<Instant>) -> Result<Vec<Value>, Error> {
        self.stop.store(false, Ordering::Relaxed);
        let queue = self.tasks.as_ref().expect("the queue is open until the crew is dropped");
        for index in 0..tasks {
            trace::ready(index);
            queue.send(index).expect("the threads listen until the queue is closed");
        }
        let mut values: Vec<Option<Value>> = std::iter::repeat_with(|| None).take(tasks).collect();
        let mut failure: Option<(usize, Error)> = None;
        // Also after a failure every task is answered for, so that the next run finds both channels empty.
        for done in 0..tasks {
            match self.answer(deadline) {
                Ok((index, Some(Ok(value)))) => values[index] = Some(value),
                Ok((index, Some(Err(error)))) => {
                    self.stop.store(true, Ordering::Relaxed);
                    if failure.as_ref().is_none_or(|(first, _)| index < *first) {
                        failure = Some((index, error));
                    }
                }
                Ok((_, None)) => {}
                Err(()) => {
                    self.stop.store(true, Ordering::Relaxed);
                    self.threads.clear();
                    return Err(crew::given_up(
                        done,
                        tasks,
                        "threads cannot be stopped: each ends with its task",
                    ));
                }
            }
        }
        match failure {
            Some((_, error)) => Err(error),
            None => Ok(values.into_iter().map(|value| value.expect("every task was answered for")).collect()),
        }
    }

    /// The next answer; an error when the deadline came first.
    fn answer(&self, deadline: Option<Instant>) -> Result<Answer, ()> {
        let gone = "the threads answer until the queue is closed";
        match deadline {
            None => Ok(self.answers.recv().expect(gone)),
            Some(deadline) => match self.answers.recv_deadline(deadline) {
                Ok(answer) => Ok(answer),
                Err(RecvTimeoutError::Timeout) => Err(()),
                Err(RecvTimeoutError::Disconnected) => unreachable!("{gone}"),
            },
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.tasks = None;
        for thread in self.threads.drain(..) {
            // A thread's panic was caught task by task; none is left to report.
            let _ = thread.join();
        }
    }
}

fn work(job: &dyn Job, tasks: &Receiver<usize>, answers: &Sender<Answer>, stop: &AtomicBool) {
    panics::quiet_thread();
    for index in tasks {
        let value = (!stop.load(Ordering::Relaxed))
            .then(|| guard::caught(index, || trace::task(index, || job.task(index))));
        if answers.send((index, value)).is_err() {
            break;
        }
    }
}
