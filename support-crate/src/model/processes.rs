//! Worker processes, forked or freshly spawned, that are handed task numbers one at a time.

use std::sync::Arc;

use super::progress::{Deadline, Progress};
use crate::error::Error;
use crate::observe;
use crate::process::{Crash, Workers};
use crate::trace;
use crate::workload::{Job, SerializedWorkload, Value};

/// Ends an answer that is a value.
const VALUE: u8 = 1;
/// Ends an answer that is the reason why there is no value.
const REASON: u8 = 0;

pub(super) struct Processes {
    // Answers travel as bytes, so that this is compiled once for all workloads.
    workers: Workers<Vec<u8>>,
    job: Arc<dyn Job>,
}

impl Processes {
    pub(super) fn fork(n: usize, job: &Arc<dyn Job>) -> Result<Self, Error> {
        observe::install();
        let work = job.clone();
        let workers = Workers::fork(n, move |index| answer(&*work, index))?;
        Ok(Self { workers, job: job.clone() })
    }

    pub(super) fn spawn(n: usize, job: &Arc<dyn Job>) -> Result<Self, Error> {
        observe::install();
        let workers = Workers::spawn(n, worker, SerializedWorkload::of(&**job)?)?;
        Ok(Self { workers, job: job.clone() })
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        self.workers.pids()
    }

    pub(super) fn run(
        &mut self,
        tasks: usize,
        deadline: Option<Deadline>,
        progress: &Arc<Progress>,
    ) -> Result<Vec<Value>, Error> {
        let is_value =
            |answer: &Result<Vec<u8>, Crash>| answer.as_ref().is_ok_and(|bytes| bytes.last() == Some(&VALUE));
        let answers = self.workers.run_while(tasks, deadline.map(|deadline| deadline.at), is_value);
        let mut values = Vec::with_capacity(tasks);
        let mut missing = false;
        for (index, answer) in answers.into_iter().enumerate() {
            match answer {
                Some(Ok(bytes)) => {
                    values.push(self.value(index, bytes)?);
                    progress.ended(index);
                }
                Some(Err(crash)) => return Err(crashed(index, &crash)),
                None => missing = true,
            }
        }
        match deadline {
            Some(deadline) if missing => {
                Err(progress.given_up(deadline.limit, "the processes at the rest were killed"))
            }
            _ => Ok(values),
        }
    }

    /// The value in an answer.
    fn value(&self, index: usize, mut answer: Vec<u8>) -> Result<Value, Error> {
        match answer.pop() {
            Some(VALUE) => self.job.read(&answer).map_err(|reason| crashed(index, &Crash::Lost(reason))),
            _ => Err(Error::failed(format!("task {index}: {}", String::from_utf8_lossy(&answer)))),
        }
    }
}

/// What a freshly spawned worker makes of a serialized workload: the function that runs tasks.
fn worker(serialized: SerializedWorkload) -> impl FnMut(usize) -> Vec<u8> {
    let job = serialized.open();
    move |index| match &job {
        Ok(job) => answer(&**job, index),
        Err(error) => reason(error.to_string()),
    }
}

/// Runs one task: its value as bytes, or why there is none, and which of the two it is.
fn answer(job: &dyn Job, index: usize) -> Vec<u8> {
    match trace::task(index, || job.task(index)) {
        Ok(value) => match job.write(&value) {
            Ok(mut bytes) => {
                bytes.push(VALUE);
                bytes
            }
            Err(error) => reason(Crash::Lost(error).to_string()),
        },
        Err(error) => reason(error.to_string()),
    }
}

fn reason(text: String) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    bytes.push(REASON);
    bytes
}

fn crashed(index: usize, crash: &Crash) -> Error {
    match crash {
        Crash::Panicked(message) => Error::failed(format!("task {index} panicked: {message}")),
        Crash::NotStarted(error) => error.clone().into(),
        crash => Error::failed(format!("task {index}: {crash}")),
    }
}
