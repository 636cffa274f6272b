//! The execution models, and one table of all that is said of them: a new model is a variant here, a row of the table, a
//! file that runs it and a line that starts it.

use std::fmt;

use figure::theme::Colour;
use figure::{Look, Marker};
use serde::{Deserialize, Serialize};

use super::ranks;
use crate::error::Error;
use crate::format;
use crate::workload::Nature;

/// An execution model: how the tasks of a workload are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// This many ranks of an MPI job, on this machine or on others, and one more that hands out the tasks.
    Ranks(usize),
}

/// What tasks share, and what makes them take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// One after the other.
    Sequential,
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
    /// How simple a program of it is, 0 the simplest: for work that computes, and for work that waits.
    pub simplicity: (usize, usize),
    /// Its colour and marker in every figure; models of one family have shades of one hue.
    pub look: Look,
}

/// One row a model, in the order of the variants.
static KINDS: [ModelKind; 8] = [
    ModelKind {
        name: "sequential",
        letters: "S",
        family: Family::Sequential,
        worker: None,
        most: 1,
        simplicity: (0, 0),
        look: Look { colour: Colour(89, 89, 89), marker: Marker::Circle },
    },
    ModelKind {
        name: "async",
        letters: "A",
        family: Family::Async,
        worker: None,
        most: 1,
        simplicity: (5, 1),
        look: Look { colour: Colour(230, 159, 0), marker: Marker::Diamond },
    },
    ModelKind {
        name: "async on",
        letters: "An",
        family: Family::Async,
        worker: Some(("runtime thread", "runtime threads")),
        most: 4_096,
        simplicity: (4, 4),
        look: Look { colour: Colour(156, 105, 0), marker: Marker::Star },
    },
    ModelKind {
        name: "threads",
        letters: "T",
        family: Family::Threads,
        worker: Some(("thread", "threads")),
        most: 100_000,
        simplicity: (3, 3),
        look: Look { colour: Colour(0, 114, 178), marker: Marker::Square },
    },
    ModelKind {
        name: "pool",
        letters: "Po",
        family: Family::Threads,
        worker: Some(("pool thread", "pool threads")),
        most: 4_096,
        simplicity: (2, 2),
        look: Look { colour: Colour(86, 180, 233), marker: Marker::Up },
    },
    ModelKind {
        name: "processes",
        letters: "Pr",
        family: Family::Processes,
        worker: Some(("process", "processes")),
        most: 512,
        simplicity: (6, 6),
        look: Look { colour: Colour(0, 158, 115), marker: Marker::Down },
    },
    ModelKind {
        name: "spawned processes",
        letters: "Sp",
        family: Family::Processes,
        worker: Some(("spawned process", "spawned processes")),
        most: 512,
        simplicity: (7, 7),
        look: Look { colour: Colour(0, 100, 73), marker: Marker::Plus },
    },
    ModelKind {
        name: "MPI ranks",
        letters: "R",
        family: Family::Processes,
        worker: Some(("MPI rank", "MPI ranks")),
        most: 512,
        simplicity: (8, 8),
        // A hue of its own: these may be on other machines.
        look: Look { colour: Colour(186, 96, 148), marker: Marker::Right },
    },
];

impl Model {
    /// The row of the table, the number of workers, and what makes the same model with another number.
    fn parts(self) -> (usize, usize, fn(usize) -> Self) {
        match self {
            Self::Sequential => (0, 1, |_| Self::Sequential),
            Self::Async => (1, 1, |_| Self::Async),
            Self::AsyncOn(n) => (2, n, Self::AsyncOn),
            Self::Threads(n) => (3, n, Self::Threads),
            Self::Pool(n) => (4, n, Self::Pool),
            Self::Processes(n) => (5, n, Self::Processes),
            Self::Spawned(n) => (6, n, Self::Spawned),
            Self::Ranks(n) => (7, n, Self::Ranks),
        }
    }

    /// What is said of this model whatever its number of workers.
    ///
    /// ```
    /// use concurrency_lab::model::Model;
    /// assert_eq!(Model::Threads(4).kind().name, "threads");
    /// ```
    pub fn kind(self) -> &'static ModelKind {
        &KINDS[self.parts().0]
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

    /// Colour and marker; the number of workers does not matter.
    pub fn look(self) -> Look {
        self.kind().look
    }

    /// Its name where every task has a worker: "threads, one a task".
    pub(crate) fn one_a_task(self) -> String {
        let kind = self.kind();
        kind.worker.map_or_else(|| kind.name.to_owned(), |(_, workers)| format!("{workers}, one a task"))
    }

    /// Finds a number of workers that cannot be meant.
    ///
    /// # Errors
    /// No workers at all, more than [`ModelKind::most`], or ranks where there is no MPI.
    ///
    /// ```
    /// use concurrency_lab::model::Model;
    /// let refused = Model::Processes(1_000_000_000).validate().unwrap_err();
    /// assert!(refused.to_string().starts_with("Processes(1000000000)"));
    /// ```
    pub fn validate(self) -> Result<(), Error> {
        let kind = self.kind();
        let what = match self {
            Self::Ranks(_) => "ranks",
            _ if kind.family == Family::Processes => "processes",
            _ => "threads",
        };
        match self.workers() {
            0 => Err(Error::bad_input(format!("{self:?}: 0 {what} run nothing; ask for 1 or more"))),
            n if n > kind.most => Err(Error::bad_input(format!(
                "{self:?}: {} {what} are more than the {} allowed; ask for fewer",
                format::count(n as u64),
                format::count(kind.most as u64)
            ))),
            _ if matches!(self, Self::Ranks(_)) => ranks::available(self),
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
            let why = match nature {
                Nature::Computes => "these tasks await nothing: each holds",
                _ => "no async form of these tasks: each blocks",
            };
            notes.push(format!("{why} {threads} until it is done"));
        }
        if self.workers() > tasks {
            let count = |number: usize| format::count(number as u64);
            let (idle, all) = (count(self.workers() - tasks), count(self.workers()));
            let tasks = format::plural(tasks as u64, "task");
            let have = if idle == "1" { "has" } else { "have" };
            let are = if tasks == "1 task" { "is" } else { "are" };
            notes.push(format!("{idle} of {all} workers {have} nothing to do: there {are} only {tasks}"));
        }
        notes
    }
}

impl fmt::Display for Model {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, workers) = (self.kind().name, self.workers());
        match self {
            _ if self.kind().worker.is_none() => out.write_str(name),
            Self::AsyncOn(_) => write!(out, "{name} {workers}"),
            _ => write!(out, "{name} ({workers})"),
        }
    }
}
