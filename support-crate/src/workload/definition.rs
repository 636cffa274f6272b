//! What a workload is.

use std::fmt::Debug;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::dyn_workload::DynWorkload;
use super::nature::Nature;
use crate::error::Error;

/// What a task can hand back in every model: a value that crosses the borders of threads and processes, and that can be compared
/// and shown. Whatever has these properties is one; `#[task_value]` gives them to a type of the reader's own.
#[diagnostic::on_unimplemented(
    message = "a task cannot hand back `{Self}`: it cannot be sent to another process, compared and shown",
    label = "write `#[task_value]` in the line above the `struct` or `enum`, and above those inside it; of a type that is not \
             yours, hand back what you need of it, such as `error.to_string()`"
)]
pub trait TaskValue: Serialize + DeserializeOwned + PartialEq + Debug + Send + 'static {}

// Otherwise the compiler names the first property that is missing, not the line that gives them all.
#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + PartialEq + Debug + Send + 'static> TaskValue for T {}

/// A set of independent tasks with an answer, the same under every execution model.
///
/// Tasks are numbered `0..tasks()`; the value of a task depends on its number and the workload's parameters
/// alone, so that the answers of two models can be held against each other.
///
/// Work of one's own is a [`Compute`](super::Compute) or [`Tasks`](super::Tasks).
pub trait Workload: Send + Sync + Sized + 'static {
    /// The value of one task.
    type Output: TaskValue;

    /// Whether [`Workload::task_async`] gives way where it waits; `false` is told in the report.
    const HAS_ASYNC_FORM: bool = false;

    /// What a task spends its time on, unless [`Workload::nature`] tells more.
    const NATURE: Nature = Nature::Mixed;

    /// What is run, for titles: "40 downloads of 64 KiB, latency 25 ms".
    fn title(&self) -> String;

    /// How many tasks there are.
    fn tasks(&self) -> usize;

    /// What a task spends its time on.
    fn nature(&self) -> Nature {
        Self::NATURE
    }

    /// Finds the reader's mistakes before any work starts.
    ///
    /// # Errors
    /// One sentence that names the value, what is allowed and what to do.
    fn validate(&self) -> Result<(), Error>;

    /// Makes ready what the tasks need (a server, files); called before the first run, outside any timing, and in
    /// every freshly spawned process.
    ///
    /// # Errors
    /// What could not be had, and what to do.
    fn prepare(&self) -> Result<(), Error> {
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
        OffThread(Arc::new(self))
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
    fn erased(self: Arc<Self>) -> Arc<dyn DynWorkload> {
        self
    }
}

/// A workload whose blocking form is handed, in async models, to tokio's threads for blocking code
/// (`tokio::task::spawn_blocking`), so that the thread of the async tasks stays free.
///
/// Made by [`Workload::off_thread`]. All other models run it as they run the workload itself.
#[derive(Debug)]
pub struct OffThread<W>(pub(super) Arc<W>);
