//! Execution models: how a set of tasks is run. A model knows nothing of timing.
//!
//! A `Runner` is started, which is the cold part (threads, pool, runtime or processes are made), and run, the warm one.

mod asynchronous;
mod guard;
mod kind;
mod limits;
mod pool;
mod processes;
mod progress;
mod ranks;
mod sequential;
mod threads;

use std::sync::Arc;

pub use ::ranks::Hosts;
use asynchronous::Runtime;
use pool::Pool;
use processes::Processes;
pub(crate) use ranks::place as mpi_place;
use threads::Threads;

pub use kind::{Family, Model, ModelKind};
pub(crate) use progress::{Deadline, Progress, left_running};

use crate::error::Error;
use crate::observe;
use crate::trace;
use crate::workload::{self, DynWorkload, Values, Workload};

/// Runs `workload` once under `model` and hands back the value of every task, in task order.
///
/// # Errors
/// What the workload's or the model's checks refuse, what the system refuses, and the first task that failed.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let words = values(Compute::new(3, |i| "ab".repeat(i)), Threads(2)).unwrap();
/// assert_eq!(words, ["", "ab", "abab"]);
/// ```
pub fn values<W: Workload>(workload: W, model: Model) -> Result<Vec<W::Output>, Error> {
    let job = Arc::new(workload).erased();
    model.validate()?;
    job.validate()?;
    job.prepare()?;
    Runner::start(model, job, &Hosts::Here)?.run().map(workload::typed::<W>)
}

/// What runs the tasks of one workload under one model, started and kept warm between runs. Dropping it ends its threads
/// or processes.
pub(crate) struct Runner {
    model: Model,
    job: Arc<dyn DynWorkload>,
    kind: Kind,
}

enum Kind {
    Sequential,
    Async(Runtime),
    Threads(Threads),
    Pool(Pool),
    Processes(Processes),
}

impl Runner {
    /// Makes the threads, pool, runtime or processes, ranks on these hosts: the cold part of a run. The job is checked and made ready
    /// already.
    ///
    /// # Errors
    /// A number of workers that is not allowed, or that the system refuses.
    pub(crate) fn start(model: Model, job: Arc<dyn DynWorkload>, hosts: &Hosts) -> Result<Self, Error> {
        model.validate()?;
        observe::install();
        let kind = match model {
            Model::Sequential => Kind::Sequential,
            Model::Async => Kind::Async(Runtime::start(None, &job)?),
            Model::AsyncOn(n) => Kind::Async(Runtime::start(Some(n), &job)?),
            Model::Threads(n) => Kind::Threads(Threads::start(n, &job)?),
            Model::Pool(n) => Kind::Pool(Pool::start(n)?),
            Model::Processes(n) => Kind::Processes(Processes::fork(n, &job)?),
            Model::Spawned(n) => Kind::Processes(Processes::spawn(n, &job)?),
            Model::Ranks(n) => Kind::Processes(Processes::of_ranks(ranks::start(n, hosts, &job)?, &job)),
        };
        Ok(Self { model, job, kind })
    }

    /// The model that this runs.
    pub(crate) fn model(&self) -> Model {
        self.model
    }

    /// Process ids of the workers; empty unless the model has processes of its own.
    pub(crate) fn pids(&self) -> Vec<u32> {
        match &self.kind {
            Kind::Processes(processes) => processes.pids(),
            _ => Vec::new(),
        }
    }

    /// By how many nanoseconds the clock of a worker on another machine may be off; `None` on this one.
    pub(crate) fn clock_error(&self) -> Option<u64> {
        match &self.kind {
            Kind::Processes(processes) => processes.clock_error(),
            _ => None,
        }
    }

    /// Runs every task once and hands back the values in task order.
    ///
    /// # Errors
    /// The first task, by number, that was seen to fail, with the message of its panic.
    pub(crate) fn run(&mut self) -> Values {
        self.run_until(None, &Progress::new(self.job.tasks(), false))
    }

    /// Like [`Runner::run`], and keeps `progress`. At the deadline worker processes are killed and tasks that await are
    /// cancelled; whoever calls has to be able to leave a thread behind that a task does not give back.
    ///
    /// # Errors
    /// Those of [`Runner::run`], and [`ErrorKind::TimeLimit`](crate::error::ErrorKind::TimeLimit).
    pub(crate) fn run_until(&mut self, deadline: Option<Deadline>, progress: &Arc<Progress>) -> Values {
        let tasks = self.job.tasks();
        if trace::is_recording() {
            // All tasks are handed over at once.
            (0..tasks).for_each(trace::ready);
        }
        match &mut self.kind {
            Kind::Sequential => sequential::run(&*self.job, progress),
            Kind::Async(runtime) => runtime.run(deadline, progress),
            Kind::Threads(threads) => threads.run(tasks, progress),
            Kind::Pool(pool) => pool.run(&*self.job, progress),
            Kind::Processes(processes) => processes.run(deadline, progress),
        }
    }
}

#[cfg(test)]
mod tests;
