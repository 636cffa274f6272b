//! Worker processes, forked, freshly spawned or ranks of an MPI job, that are handed task numbers one at a time.

use std::panic;
use std::sync::Arc;

use ranks::Ranks;

use super::guard;
use super::progress::{Deadline, Progress};
use crate::error::Error;
use crate::process::{Crash, Workers};
use crate::trace;
use crate::workload::{DynWorkload, SerializedWorkload, Values};

/// When a task began and ended, and its value as bytes, so that this is compiled once for all workloads.
pub(super) type Answer = (u64, u64, Vec<u8>);

pub(super) struct Processes {
    workers: Fleet,
    job: Arc<dyn DynWorkload>,
}

/// Who runs the tasks.
enum Fleet {
    Workers(Workers<Answer>),
    Ranks(Ranks<Answer>),
}

impl Processes {
    pub(super) fn fork(n: usize, job: &Arc<dyn DynWorkload>) -> Result<Self, Error> {
        let work = job.clone();
        let workers = Workers::fork(n, move |index| answer(Ok(&*work), index))?;
        Ok(Self { workers: Fleet::Workers(workers), job: job.clone() })
    }

    pub(super) fn spawn(n: usize, job: &Arc<dyn DynWorkload>) -> Result<Self, Error> {
        let workers = Workers::spawn(n, worker, SerializedWorkload::of(&**job)?)?;
        Ok(Self { workers: Fleet::Workers(workers), job: job.clone() })
    }

    pub(super) fn of_ranks(ranks: Ranks<Answer>, job: &Arc<dyn DynWorkload>) -> Self {
        Self { workers: Fleet::Ranks(ranks), job: job.clone() }
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        match &self.workers {
            Fleet::Workers(workers) => workers.pids(),
            Fleet::Ranks(ranks) => ranks.pids(),
        }
    }

    /// By how many nanoseconds the clock of one on another machine may be off.
    pub(super) fn clock_error(&self) -> Option<u64> {
        match &self.workers {
            Fleet::Workers(_) => None,
            Fleet::Ranks(ranks) => ranks.clock_error(),
        }
    }

    pub(super) fn run(&mut self, deadline: Option<Deadline>, progress: &Arc<Progress>) -> Values {
        let (tasks, at) = (self.job.tasks(), deadline.map(|deadline| deadline.at));
        let (mut values, mut spans) = (Vec::with_capacity(tasks), Vec::with_capacity(tasks));
        let answers = match &mut self.workers {
            Fleet::Workers(workers) => workers.run_while(tasks, at, Result::is_ok),
            Fleet::Ranks(ranks) => ranks.run_while(tasks, at, Result::is_ok),
        };
        for (index, answer) in answers.into_iter().enumerate() {
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

/// What a freshly spawned worker, or a rank, makes of a serialized workload: the function that runs tasks.
pub(super) fn worker(serialized: SerializedWorkload) -> impl FnMut(usize) -> Answer {
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
        Crash::JobEnded(sentence) => Error::failed(sentence.as_str()),
        crash => Error::failed(format!("task {index}: {crash}")),
    }
}
