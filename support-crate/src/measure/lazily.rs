//! Measurements that run when they are shown or asked for, and once at most.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Error;
use crate::workload::{self, DynWorkload, Workload};

/// The workload of a measurement until it runs: making it ready needs it unshared.
pub(super) struct Unrun {
    job: Mutex<Option<Arc<dyn DynWorkload>>>,
    title: String,
}

impl Unrun {
    pub(super) fn new<W: Workload>(workload: W) -> Self {
        let job = Arc::new(workload).erased();
        Self { title: job.title(), job: Mutex::new(Some(job)) }
    }

    pub(super) fn title(&self) -> String {
        self.title.clone()
    }

    /// The workload, checked; `plan` is made before it is made ready, so that mistakes are found first.
    pub(super) fn ready<T>(
        &self,
        plan: impl FnOnce(&dyn DynWorkload) -> Result<T, Error>,
    ) -> Result<(Arc<dyn DynWorkload>, T), Error> {
        let Some(mut job) = self.job.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return Err(Error::failed("this measurement was given up while it ran: run the cell again"));
        };
        job.validate()?;
        let plan = plan(&*job)?;
        workload::prepare(&mut job)?;
        Ok((job, plan))
    }
}

/// Running and showing of a type with `done`, `title()` and `measure()`: written once, since traits would have to be in scope.
macro_rules! lazily {
    ($type:ty, $result:ty) => {
        impl $type {
            /// Runs it. A mistake in the parameters yields a result whose every figure and text is that one sentence.
            pub fn run(self) -> $result {
                self.result();
                self.done.into_inner().unwrap_or_default()
            }

            /// Runs it unless it has run, and hands out the result: what showing it in a cell does.
            pub fn result(&self) -> &$result {
                let problem = |error: $crate::error::Error| <$result>::problem(error.to_string());
                self.done.get_or_init(|| self.measure().unwrap_or_else(problem))
            }
        }

        /// What is measured: a cell that does not compile is tried with this, which must not run anything.
        impl std::fmt::Debug for $type {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let state = if self.done.get().is_some() { "measured" } else { "not measured yet" };
                write!(out, "{} ({state})", self.title())
            }
        }
    };
}
pub(super) use lazily;
