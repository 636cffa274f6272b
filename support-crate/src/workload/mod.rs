//! Workloads: sets of independent tasks with an answer. A workload knows nothing of models.

mod blur;
pub(crate) mod check;
mod compute;
mod content;
mod descriptors;
mod downloads;
mod files;
mod job;
mod off_thread;
mod pace;
mod primes;
mod queries;
mod scratch;
mod tasks;
mod waits;
pub(crate) mod words;

pub use blur::{Blur, Picture, Strip};
pub use compute::Compute;
pub use content::Content;
pub use downloads::Downloads;
pub use files::Files;
#[doc(hidden)]
pub use job::{Job, Later, Revive, Value};
pub(crate) use job::{SerializedWorkload, erased_here, prepare, typed};
pub use off_thread::OffThread;
pub use pace::{busy, pause};
pub use primes::Primes;
pub use queries::{Queries, Summary};
pub use tasks::{Blocking, Tasks, TwoForms};
pub use waits::Waits;

use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

use crate::error::Error;

/// What a task spends its time on; says nothing about how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Nature {
    /// Mostly waits: for a timer, a disk, a server.
    Waits,
    /// Mostly computes.
    Computes,
    /// Some of both.
    #[default]
    Mixed,
}

pub(crate) mod sealed {
    /// Only this crate implements it, and so only this crate implements [`Workload`](super::Workload).
    pub trait Sealed {}

    use super::*;
    impl Sealed for Blur {}
    impl<F> Sealed for Compute<F> {}
    impl Sealed for Downloads {}
    impl Sealed for Files {}
    impl<W> Sealed for OffThread<W> {}
    impl Sealed for Primes {}
    impl Sealed for Queries {}
    impl<F, G> Sealed for TwoForms<F, G> {}
    impl Sealed for Waits {}
}

/// A set of independent tasks with an answer, the same under every execution model.
///
/// Tasks are numbered `0..tasks()`; the value of a task depends on its number and the workload's parameters
/// alone, so that the answers of two models can be held against each other.
///
/// The workloads of this crate are all there are: work of one's own is a [`Compute`] or [`Tasks`].
pub trait Workload: sealed::Sealed + Send + Sync + Sized + 'static {
    /// The value of one task. It crosses process borders, hence the serde bounds.
    type Output: Serialize + DeserializeOwned + PartialEq + Debug + Send + 'static;

    /// Whether [`Workload::task_async`] gives way where it waits; `false` is told in the report.
    const HAS_ASYNC_FORM: bool = false;

    /// What is run, for titles: "40 downloads of 64 KiB, latency 25 ms".
    fn title(&self) -> String;

    /// How many tasks there are.
    fn tasks(&self) -> usize;

    /// What a task spends its time on.
    fn nature(&self) -> Nature;

    /// Finds the reader's mistakes before any work starts.
    ///
    /// # Errors
    /// One sentence that names the value, what is allowed and what to do.
    fn validate(&self) -> Result<(), Error>;

    /// Makes ready what the tasks need (a server, files); called once before the first run, outside any timing.
    ///
    /// # Errors
    /// What could not be had, and what to do.
    fn prepare(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// One task, blocking: waiting stops the thread.
    ///
    /// # Errors
    /// Why this task has no value.
    fn task(&self, index: usize) -> Result<Self::Output, Error>;

    /// One task, as a future: waiting gives way. Without an async form of its own the task blocks, as naive code would.
    fn task_async(&self, index: usize) -> impl Future<Output = Result<Self::Output, Error>> + Send {
        async move { self.task(index) }
    }

    /// The same work, whose blocking form async models hand to threads that may block: the fix for a client without
    /// an async form.
    fn off_thread(self) -> OffThread<Self> {
        OffThread::new(self)
    }

    /// The workload as bytes, for a freshly spawned process.
    ///
    /// # Errors
    /// When it cannot travel (a closure), with the way out.
    fn to_bytes(&self) -> Result<Vec<u8>, Error>;

    /// The workload from the bytes of [`Workload::to_bytes`], in the spawned process.
    ///
    /// # Errors
    /// When the bytes are not a workload of this type.
    fn from_bytes(bytes: &[u8]) -> Result<Self, Error>;

    /// The same work with its type forgotten; nothing to write in a workload of one's own.
    #[doc(hidden)]
    fn erased(self: Arc<Self>) -> Arc<dyn Job> {
        self
    }
}
