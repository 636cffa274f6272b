//! Execution models: how a set of tasks is run. A model knows nothing of timing.
//!
//! [`Model::start`] is the cold part (threads, pool, runtime or processes are made), [`Crew::run`] the warm one.

mod asynchronous;
mod crew;
mod guard;
mod limits;
mod look;
mod pool;
mod processes;
mod sequential;
mod threads;
mod values;

pub use crew::Crew;
pub(crate) use crew::JobCrew;
pub use values::values;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::trace;
use crate::workload::{Nature, Workload, words};

/// Most threads that [`Model::Threads`] may ask for. Few systems allow as many; what they say then is passed on.
pub const MAX_THREADS: usize = 100_000;
/// Most threads that [`Model::Pool`] and [`Model::AsyncOn`] may ask for.
pub const MAX_POOL: usize = 4_096;
/// Most worker processes that [`Model::Processes`] and [`Model::Spawned`] may ask for.
pub const MAX_PROCESSES: usize = 512;

/// An execution model: how the tasks of a workload are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Model {
    /// One task after the other, on the calling thread.
    Sequential,
    /// All tasks at once on one thread that switches where they await (tokio's current-thread runtime, as asyncio is).
    Async,
    /// All tasks at once on a tokio runtime with this many worker threads.
    AsyncOn(usize),
    /// This many std threads, fed by a crossbeam channel.
    Threads(usize),
    /// A rayon pool of this many threads that steal work from one another.
    Pool(usize),
    /// This many forked worker processes.
    Processes(usize),
    /// This many freshly spawned worker processes.
    Spawned(usize),
}

impl Model {
    /// How many threads or processes run tasks at the same time.
    ///
    /// ```
    /// use concurrency_lab::model::Model;
    /// assert_eq!((Model::Async.workers(), Model::Threads(4).workers()), (1, 4));
    /// ```
    pub fn workers(self) -> usize {
        match self {
            Self::Sequential | Self::Async => 1,
            Self::AsyncOn(n) | Self::Threads(n) | Self::Pool(n) | Self::Processes(n) | Self::Spawned(n) => n,
        }
    }

    /// The same model with another number of workers; [`Model::Sequential`] and [`Model::Async`] stay as they are.
    #[must_use]
    pub fn with_workers(self, n: usize) -> Self {
        match self {
            Self::Sequential | Self::Async => self,
            Self::AsyncOn(_) => Self::AsyncOn(n),
            Self::Threads(_) => Self::Threads(n),
            Self::Pool(_) => Self::Pool(n),
            Self::Processes(_) => Self::Processes(n),
            Self::Spawned(_) => Self::Spawned(n),
        }
    }

    /// Finds a number of workers that cannot be meant.
    ///
    /// # Errors
    /// No workers at all, or more than [`MAX_THREADS`], [`MAX_POOL`] or [`MAX_PROCESSES`].
    ///
    /// ```
    /// use concurrency_lab::model::Model;
    /// let refused = Model::Processes(1_000_000_000).validate().unwrap_err();
    /// assert!(refused.to_string().starts_with("Processes(1000000000)"));
    /// ```
    pub fn validate(self) -> Result<(), Error> {
        let (what, limit) = match self {
            Self::Sequential | Self::Async => return Ok(()),
            Self::Threads(_) => ("threads", MAX_THREADS),
            Self::Pool(_) | Self::AsyncOn(_) => ("threads", MAX_POOL),
            Self::Processes(_) | Self::Spawned(_) => ("processes", MAX_PROCESSES),
        };
        match self.workers() {
            0 => Err(Error::bad_input(format!("{self:?}: 0 {what} run nothing; ask for 1 or more"))),
            n if n > limit => Err(Error::bad_input(format!(
                "{self:?}: {} {what} are more than the {} allowed; ask for fewer",
                words::count(n),
                words::count(limit)
            ))),
            _ => Ok(()),
        }
    }

    /// What this model has to do otherwise with `workload` than its name promises, for the report.
    ///
    /// ```
    /// use concurrency_lab::prelude::*;
    /// assert!(Async.notes(&Waits { tasks: 4, wait: ms(1) }).is_empty());
    /// assert!(Async.notes(&Compute::new(4, |i| i).waits())[0].starts_with("no async form"));
    /// ```
    pub fn notes<W: Workload>(self, workload: &W) -> Vec<String> {
        self.notes_on(workload.nature(), workload.tasks(), W::HAS_ASYNC_FORM)
    }

    pub(crate) fn notes_on(self, nature: Nature, tasks: usize, has_async_form: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if matches!(self, Self::Async | Self::AsyncOn(_)) && !has_async_form {
            let threads = match self.workers() {
                1 => "the one thread".to_string(),
                n => format!("one of the {} threads", words::count(n)),
            };
            notes.push(match nature {
                Nature::Computes => {
                    format!("these tasks have nothing to wait for: each holds {threads} until it is done")
                }
                _ => format!("no async form of these tasks: each blocks {threads} until it is done"),
            });
        }
        if self.workers() > tasks {
            notes.push(format!(
                "{} of {} workers have nothing to do: there are only {}",
                words::count(self.workers() - tasks),
                words::count(self.workers()),
                words::counted(tasks, "task", "tasks")
            ));
        }
        notes
    }
}

/// Records that all tasks are handed over at once.
fn all_ready(tasks: usize) {
    if trace::is_recording() {
        (0..tasks).for_each(trace::ready);
    }
}

impl fmt::Display for Model {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sequential => out.write_str("sequential"),
            Self::Async => out.write_str("async"),
            Self::AsyncOn(n) => write!(out, "async on {n}"),
            Self::Threads(n) => write!(out, "threads ({n})"),
            Self::Pool(n) => write!(out, "pool ({n})"),
            Self::Processes(n) => write!(out, "processes ({n})"),
            Self::Spawned(n) => write!(out, "spawned processes ({n})"),
        }
    }
}

#[cfg(test)]
mod tests;
