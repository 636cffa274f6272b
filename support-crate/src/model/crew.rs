//! A crew: the threads, pool, runtime or processes of one model, started and ready to run.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::asynchronous::Runtime;
use super::pool::Pool;
use super::processes::Processes;
use super::threads::Threads;
use super::{Model, sequential};
use crate::error::{Error, ErrorKind};
use crate::workload::{Job, Value, Workload, typed, words};

/// What runs the tasks of one workload under one model, started and kept warm between runs.
///
/// Dropping it ends its threads or processes.
///
/// ```
/// use concurrency_lab::prelude::*;
/// use std::sync::Arc;
/// let mut crew = Threads(2).start(Arc::new(Waits { tasks: 4, wait: ms(1) })).unwrap();
/// let first = crew.run().unwrap();
/// assert_eq!(crew.run().unwrap(), first);
/// ```
pub struct Crew<W: Workload> {
    crew: JobCrew,
    values: PhantomData<fn() -> W>,
}

impl Model {
    /// Makes the threads, pool, runtime or processes: the cold part of a run.
    ///
    /// The workload has to be checked and made ready before (see [`values`](super::values)).
    ///
    /// # Errors
    /// A number of workers that is not allowed, or that the system refuses.
    pub fn start<W: Workload>(self, workload: Arc<W>) -> Result<Crew<W>, Error> {
        Ok(Crew { crew: self.start_job(workload.erased())?, values: PhantomData })
    }

    /// Like [`Model::start`], for a workload whose type is forgotten.
    pub(crate) fn start_job(self, job: Arc<dyn Job>) -> Result<JobCrew, Error> {
        self.validate()?;
        let kind = match self {
            Self::Sequential => Kind::Sequential,
            Self::Async => Kind::Async(Runtime::start(None)?),
            Self::AsyncOn(n) => Kind::Async(Runtime::start(Some(n))?),
            Self::Threads(n) => Kind::Threads(Threads::start(n, &job)?),
            Self::Pool(n) => Kind::Pool(Pool::start(n)?),
            Self::Processes(n) => Kind::Processes(Processes::fork(n, &job)?),
            Self::Spawned(n) => Kind::Processes(Processes::spawn(n, &job)?),
        };
        Ok(JobCrew { model: self, job, kind, process: std::process::id() })
    }
}

impl<W: Workload> Crew<W> {
    /// The model that this crew runs.
    pub fn model(&self) -> Model {
        self.crew.model
    }

    /// Process ids of the workers; empty unless the model has processes of its own.
    pub fn pids(&self) -> Vec<u32> {
        self.crew.pids()
    }

    /// Runs every task once and hands back the values in task order.
    ///
    /// # Errors
    /// The first task, by number, that was seen to fail, with the message of its panic.
    pub fn run(&mut self) -> Result<Vec<W::Output>, Error> {
        self.crew.run().map(typed::<W>)
    }

    /// Like [`Crew::run`], but gives the run up after `limit`; the crew cannot be used again then.
    ///
    /// Worker processes are killed. Threads cannot be stopped from outside: they are left behind, and end once the task
    /// they are at ends, if ever. On one thread ([`Model::Sequential`], [`Model::Async`]) the limit is looked at
    /// between tasks, and where they await, only: a task that never ends there never gives the thread back.
    ///
    /// # Errors
    /// Those of [`Crew::run`], and [`ErrorKind::TimeLimit`].
    pub fn run_within(&mut self, limit: Duration) -> Result<Vec<W::Output>, Error> {
        self.crew.run_within(limit).map(typed::<W>)
    }
}

/// A crew whose workload's type is forgotten, and all there is to a [`Crew`].
pub(crate) struct JobCrew {
    model: Model,
    job: Arc<dyn Job>,
    kind: Kind,
    process: u32,
}

enum Kind {
    Sequential,
    Async(Runtime),
    Threads(Threads),
    Pool(Pool),
    Processes(Processes),
    /// A run was given up, for this reason.
    Ended(Error),
}

impl JobCrew {
    /// See [`Crew::pids`].
    pub(crate) fn pids(&self) -> Vec<u32> {
        match &self.kind {
            Kind::Processes(processes) => processes.pids(),
            _ => Vec::new(),
        }
    }

    /// See [`Crew::run`].
    pub(crate) fn run(&mut self) -> Result<Vec<Value>, Error> {
        self.run_until(None)
    }

    fn run_within(&mut self, limit: Duration) -> Result<Vec<Value>, Error> {
        self.run_until(Instant::now().checked_add(limit)).map_err(|error| match error.kind() {
            ErrorKind::TimeLimit => {
                let error =
                    Error::new(error.kind(), format!("stopped after {}: {error}", words::span(limit)));
                self.kind = Kind::Ended(error.clone());
                error
            }
            _ => error,
        })
    }

    fn run_until(&mut self, deadline: Option<Instant>) -> Result<Vec<Value>, Error> {
        if self.process != std::process::id() {
            return Err(Error::bad_input(format!(
                "{}: this crew was started in another process, and its threads stayed there; start it in the child",
                self.model
            )));
        }
        match &mut self.kind {
            Kind::Sequential => sequential::run(&*self.job, deadline),
            Kind::Async(runtime) => runtime.run(&self.job, deadline),
            Kind::Threads(threads) => threads.run(self.job.tasks(), deadline),
            Kind::Pool(pool) => pool.run(&self.job, deadline),
            Kind::Processes(processes) => processes.run(self.job.tasks(), deadline),
            Kind::Ended(reason) => Err(reason.clone()),
        }
    }
}

/// A run given up: how far it came, and what becomes of the rest.
pub(super) fn given_up(done: usize, tasks: usize, rest: &str) -> Error {
    let sentence =
        format!("{} of {} done; {rest}", words::count(done), words::counted(tasks, "task", "tasks"));
    Error::new(ErrorKind::TimeLimit, sentence)
}
