//! Execution models: how a set of tasks is run. A model knows nothing of timing.

use std::fmt;

use serde::{Deserialize, Serialize};

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

impl fmt::Display for Model {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sequential => out.write_str("sequential"),
            Self::Async => out.write_str("async"),
            Self::AsyncOn(n) => write!(out, "async on {n}"),
            Self::Threads(n) => write!(out, "threads ({n})"),
            Self::Pool(n) => write!(out, "pool ({n})"),
            Self::Processes(n) => write!(out, "processes ({n})"),
            Self::Spawned(n) => write!(out, "processes, spawned ({n})"),
        }
    }
}
