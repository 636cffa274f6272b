//! Workloads: sets of independent tasks with an answer. A workload knows nothing of models.

mod blur;
pub(crate) mod check;
mod compute;
mod content;
mod definition;
mod descriptors;
pub mod downloader;
mod downloads;
mod dyn_workload;
mod erased;
mod files;
mod nature;
mod off_thread;
mod pace;
mod primes;
mod queries;
pub(crate) mod scratch;
mod tasks;
mod waits;
pub(crate) mod words;

pub use blur::{Blur, Picture};
pub use compute::Compute;
pub use content::Content;
pub use definition::{OffThread, TaskValue, Workload};
pub use downloads::Downloads;
#[doc(hidden)]
pub use dyn_workload::{BoxedFuture, BoxedOutput, Decode, DynWorkload, Values};
pub(crate) use erased::{SerializedWorkload, erased_here, typed};
pub use files::Files;
pub use nature::Nature;
pub(crate) use pace::thread_time;
pub use pace::{busy, pause, yield_in_turn};
pub use primes::Primes;
pub use queries::{Queries, Readings};
pub use tasks::{Tasks, TwoForms};
pub use waits::Waits;
