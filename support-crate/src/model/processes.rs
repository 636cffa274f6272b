//! Worker processes, forked or freshly spawned, that are handed task numbers one at a time.

use std::panic;
use std::sync::Arc;

use super::guard;
use super::progress::{Deadline, Progress};
use crate::error::Error;
use crate::process::{Crash, Workers};
use crate::trace;
use crate::workload::{DynWorkload, SerializedWorkload, Values};

/// When a task began and ended, and its value as bytes, so that this is compiled once for all workloads.
type Answer = (u64, u64, Vec<u8>);

pub(super) struct Processes {
    workers: Workers<Answer>,
    job: Arc<dyn DynWorkload>,
}

impl Processes {
    pub(super) fn fork(n: usize, job: &Arc<dyn DynWorkload>) -> Result<Self, Error> {
        let work = job.clone();
        let workers = Workers::fork(n, move |index| answer(Ok(&*work), index))?;
        Ok(Self { workers, job: job.clone() })
    }

    pub(super) fn spawn(n: usize, job: &Arc<dyn DynWorkload>) -> Result<Self, Error> {
        let workers = Workers::spawn(n, worker, SerializedWorkload::of(&**job)?)?;
        Ok(Self { workers, job: job.clone() })
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        self.workers.pids()
    }

    pub(super) fn run(&mut self, deadline: Option<Deadline>, progress: &Arc<Progress>) -> Values {
        let (tasks, at) = (self.job.tasks(), deadline.map(|deadline| deadline.at));
        let (mut values, mut spans) = (Vec::with_capacity(tasks), Vec::with_capacity(tasks));
        for (index, answer) in self.workers.run_while(tasks, at, Result::is_ok).into_iter().enumerate() {
            let (begun, ended, bytes) = match (answer, deadline) {
                (Err(Crash::Stopped), Some(_)) => continue,
                (answer, _) => answer.map_err(|crash| crashed(index, &crash))?,
            };
            values.push(guard::caught(index, || self.job.read(&bytes))?);
            progress.ended(index);
            spans.push((begun, ended));
        }
        progress.count_spans(spans);
        match deadline {
            Some(deadline) if values.len() < tasks => {
                Err(progress.given_up(deadline.limit, "the processes at the rest were killed"))
            }
            _ => Ok(values),
        }
    }
}

/// What a freshly spawned worker makes of a serialized workload: the function that runs tasks.
fn worker(serialized: SerializedWorkload) -> impl FnMut(usize) -> Answer {
    let job = serialized.open();
    move |index| answer(job.as_deref(), index)
}

/// Runs one task. A task without a value ends as a panic does, with the sentence that tells why.
fn answer(job: Result<&dyn DynWorkload, &Error>, index: usize) -> Answer {
    let value = guard::caught(index, || {
        let job = job.map_err(Clone::clone)?;
        let begun = trace::now();
        let value = trace::task(index, || job.task(index))?;
        Ok((begun, trace::now(), job.write(&value)?))
    });
    value.unwrap_or_else(|error| panic::resume_unwind(Box::new(error.to_string())))
}

fn crashed(index: usize, crash: &Crash) -> Error {
    match crash {
        Crash::Panicked(sentence) => Error::failed(sentence.as_str()),
        Crash::NotStarted(error) => error.clone().into(),
        crash => Error::failed(format!("task {index}: {crash}")),
    }
}
