//! The execution models, and one table of all that is said of them: a new model is a variant here, a row of the table, a
//! file that runs it and a line that starts it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::format;
use crate::workload::Nature;

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

/// What tasks share, and what makes them take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// One after the other.
    Plain,
    /// Tasks that switch where they await.
    Async,
    /// Threads of one process.
    Threads,
    /// Processes with memory of their own.
    Processes,
}

/// All that is said of a model whatever its number of workers.
#[derive(Debug)]
pub struct ModelKind {
    /// Its name in a sentence: "threads".
    pub name: &'static str,
    /// One or two letters that stand for it where there is no room: "T".
    pub letters: &'static str,
    /// What its tasks share.
    pub family: Family,
    /// What one worker is, "thread", and what several are; `None` where the number of workers is fixed at one.
    pub worker: Option<(&'static str, &'static str)>,
    /// Most workers that may be asked for.
    pub most: usize,
    /// Its name where every task has a worker: "threads, one a task".
    pub one_a_task: &'static str,
    /// How simple a program of it is, 0 the simplest: for work that computes, and for work that waits.
    pub simplicity: (usize, usize),
}

/// One row a model, by [`Model::slot`].
static KINDS: [ModelKind; 7] = [
    ModelKind {
        name: "sequential",
        letters: "S",
        family: Family::Plain,
        worker: None,
        most: 1,
        one_a_task: "sequential",
        simplicity: (0, 0),
    },
    ModelKind {
        name: "async",
        letters: "A",
        family: Family::Async,
        worker: None,
        most: 1,
        one_a_task: "async",
        simplicity: (5, 1),
    },
    ModelKind {
        name: "async on",
        letters: "An",
        family: Family::Async,
        worker: Some(("runtime thread", "runtime threads")),
        most: 4_096,
        one_a_task: "async, a thread a task",
        simplicity: (4, 4),
    },
    ModelKind {
        name: "threads",
        letters: "T",
        family: Family::Threads,
        worker: Some(("thread", "threads")),
        most: 100_000,
        one_a_task: "threads, one a task",
        simplicity: (3, 3),
    },
    ModelKind {
        name: "pool",
        letters: "Po",
        family: Family::Threads,
        worker: Some(("pool thread", "pool threads")),
        most: 4_096,
        one_a_task: "pool, a thread a task",
        simplicity: (2, 2),
    },
    ModelKind {
        name: "processes",
        letters: "Pr",
        family: Family::Processes,
        worker: Some(("process", "processes")),
        most: 512,
        one_a_task: "processes, one a task",
        simplicity: (6, 6),
    },
    ModelKind {
        name: "spawned processes",
        letters: "Sp",
        family: Family::Processes,
        worker: Some(("spawned process", "spawned processes")),
        most: 512,
        one_a_task: "spawned processes, one a task",
        simplicity: (7, 7),
    },
];

/// A model with its number of workers, by that number.
type Counted = fn(usize) -> Model;

impl Model {
    /// The row of the table, the number of workers, and what makes the same model with another number.
    fn parts(self) -> (usize, usize, Counted) {
        match self {
            Self::Sequential => (0, 1, |_| Self::Sequential),
            Self::Async => (1, 1, |_| Self::Async),
            Self::AsyncOn(n) => (2, n, Self::AsyncOn),
            Self::Threads(n) => (3, n, Self::Threads),
            Self::Pool(n) => (4, n, Self::Pool),
            Self::Processes(n) => (5, n, Self::Processes),
            Self::Spawned(n) => (6, n, Self::Spawned),
        }
    }

    /// Its place in lists of colours, markers and hatches: each model has its own, whatever its number of workers.
    pub fn slot(self) -> usize {
        self.parts().0
    }

    /// What is said of this model whatever its number of workers.
    ///
    /// ```
    /// use concurrency_lab::model::Model;
    /// assert_eq!(Model::Threads(4).kind().name, "threads");
    /// ```
    pub fn kind(self) -> &'static ModelKind {
        &KINDS[self.slot()]
    }

    /// How many threads or processes run tasks at the same time.
    ///
    /// ```
    /// use concurrency_lab::model::Model;
    /// assert_eq!((Model::Async.workers(), Model::Threads(4).workers()), (1, 4));
    /// ```
    pub fn workers(self) -> usize {
        self.parts().1
    }

    /// The same model with another number of workers; [`Model::Sequential`] and [`Model::Async`] stay as they are.
    #[must_use]
    pub fn with_workers(self, n: usize) -> Self {
        self.parts().2(n)
    }

    /// Finds a number of workers that cannot be meant.
    ///
    /// # Errors
    /// No workers at all, or more than [`ModelKind::most`].
    ///
    /// ```
    /// use concurrency_lab::model::Model;
    /// let refused = Model::Processes(1_000_000_000).validate().unwrap_err();
    /// assert!(refused.to_string().starts_with("Processes(1000000000)"));
    /// ```
    pub fn validate(self) -> Result<(), Error> {
        let kind = self.kind();
        let what = if kind.family == Family::Processes { "processes" } else { "threads" };
        match self.workers() {
            0 => Err(Error::bad_input(format!("{self:?}: 0 {what} run nothing; ask for 1 or more"))),
            n if n > kind.most => Err(Error::bad_input(format!(
                "{self:?}: {} {what} are more than the {} allowed; ask for fewer",
                format::count(n as u64),
                format::count(kind.most as u64)
            ))),
            _ => Ok(()),
        }
    }

    /// What this model has to do otherwise with such tasks than its name promises, for the report.
    pub(crate) fn notes(self, nature: Nature, tasks: usize, has_async_form: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if self.kind().family == Family::Async && !has_async_form {
            let threads = match self.workers() {
                1 => "the one thread".to_string(),
                n => format!("one of the {} threads", format::count(n as u64)),
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
                format::count((self.workers() - tasks) as u64),
                format::count(self.workers() as u64),
                format::plural(tasks as u64, "task")
            ));
        }
        notes
    }
}

impl fmt::Display for Model {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, workers) = (self.kind(), self.workers());
        match self {
            _ if kind.worker.is_none() => out.write_str(kind.name),
            Self::AsyncOn(_) => write!(out, "{} {workers}", kind.name),
            _ => write!(out, "{} ({workers})", kind.name),
        }
    }
}
