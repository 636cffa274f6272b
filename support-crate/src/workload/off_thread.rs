//! The fix for a client that only knows how to block, inside async code.

use std::sync::Arc;

use super::definition::{OffThread, Workload};
use super::dyn_workload::{BoxedFuture, DynWorkload};
use super::erased::typed_one;
use super::nature::Nature;
use crate::error::Error;

impl<W: Workload> Workload for OffThread<W> {
    type Output = W::Output;
    const HAS_ASYNC_FORM: bool = true;

    fn title(&self) -> String {
        format!("{}, off the async thread", self.0.title())
    }

    fn tasks(&self) -> usize {
        self.0.tasks()
    }

    fn nature(&self) -> Nature {
        self.0.nature()
    }

    fn validate(&self) -> Result<(), Error> {
        self.0.validate()
    }

    fn prepare(&self) -> Result<(), Error> {
        self.0.prepare()
    }

    fn task(&self, index: usize) -> Result<W::Output, Error> {
        self.0.task(index)
    }

    async fn task_async(&self, index: usize) -> Result<W::Output, Error> {
        off_thread(self.0.clone().erased(), index).await.map(typed_one::<W>)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        self.0.to_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        W::from_bytes(bytes).map(|workload| Self(Arc::new(workload)))
    }
}

/// The part that is the same for every workload, compiled once.
fn off_thread(job: Arc<dyn DynWorkload>, index: usize) -> BoxedFuture {
    Box::pin(async move {
        match tokio::task::spawn_blocking(move || job.task(index)).await {
            Ok(value) => value,
            Err(error) => match error.try_into_panic() {
                Ok(payload) => std::panic::resume_unwind(payload),
                Err(error) => Err(Error::failed(format!("cancelled before it began ({error})"))),
            },
        }
    })
}
