//! A crew: the threads, pool, runtime or processes of one model, started and ready to run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::asynchronous::Runtime;
use super::pool::Pool;
use super::processes::Processes;
use super::threads::Threads;
use super::{Model, sequential};
use crate::error::{Error, ErrorKind};
use crate::workload::{Workload, words};

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
    model: Model,
    workload: Arc<W>,
    kind: Kind<W>,
    process: u32,
}

enum Kind<W: Workload> {
    Sequential,
    Async(Runtime),
    Threads(Threads<W>),
    Pool(Pool),
    Processes(Processes<W>),
    /// A run was given up, for this reason.
    Ended(Error),
}

impl Model {
    /// Makes the threads, pool, runtime or processes: the cold part of a run.
    ///
    /// The workload has to be checked and made ready before (see [`values`](super::values)).
    ///
    /// # Errors
    /// A number of workers that is not allowed, or that the system refuses.
    pub fn start<W: Workload>(self, workload: Arc<W>) -> Result<Crew<W>, Error> {
        self.validate()?;
        let kind = match self {
            Self::Sequential => Kind::Sequential,
            Self::Async => Kind::Async(Runtime::start(None)?),
            Self::AsyncOn(n) => Kind::Async(Runtime::start(Some(n))?),
            Self::Threads(n) => Kind::Threads(Threads::start(n, &workload)?),
            Self::Pool(n) => Kind::Pool(Pool::start(n)?),
            Self::Processes(n) => Kind::Processes(Processes::fork(n, &workload)?),
            Self::Spawned(n) => Kind::Processes(Processes::spawn(n, &workload)?),
        };
        Ok(Crew { model: self, workload, kind, process: std::process::id() })
    }
}

impl<W: Workload> Crew<W> {
    /// The model that this crew runs.
    pub fn model(&self) -> Model {
        self.model
    }

    /// Process ids of the workers; empty unless the model has processes of its own.
    pub fn pids(&self) -> Vec<u32> {
        match &self.kind {
            Kind::Processes(processes) => processes.pids(),
            _ => Vec::new(),
        }
    }

    /// Runs every task once and hands back the values in task order.
    ///
    /// # Errors
    /// The first task, by number, that was seen to fail, with the message of its panic.
    pub fn run(&mut self) -> Result<Vec<W::Output>, Error> {
        self.run_until(None)
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

    fn run_until(&mut self, deadline: Option<Instant>) -> Result<Vec<W::Output>, Error> {
        if self.process != std::process::id() {
            return Err(Error::bad_input(format!(
                "{}: this crew was started in another process, and its threads stayed there; start it in the child",
                self.model
            )));
        }
        match &mut self.kind {
            Kind::Sequential => sequential::run(&*self.workload, deadline),
            Kind::Async(runtime) => runtime.run(&self.workload, deadline),
            Kind::Threads(threads) => threads.run(self.workload.tasks(), deadline),
            Kind::Pool(pool) => pool.run(&self.workload, deadline),
            Kind::Processes(processes) => processes.run(self.workload.tasks(), deadline),
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
