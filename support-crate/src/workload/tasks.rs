//! Tasks of the reader's own with a blocking and an async form.

use std::fmt::Debug;

use super::definition::{TaskValue, Workload};
use super::{Compute, Nature};
use crate::error::Error;
use crate::process::{FunctionRef, codec};

/// Tasks of the reader's own that wait, given once as blocking code and once as async code.
///
/// [`Compute::new`] is the shorter way where there is only one form.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let work = Tasks::new(4)
///     .blocking(|i| { std::thread::sleep(ms(1)); i * i })
///     .asynchronous(|i| async move { tokio::time::sleep(ms(1)).await; i * i });
/// assert_eq!(values(work.clone(), Threads(2)).unwrap(), [0, 1, 4, 9]);
/// assert_eq!(values(work, Async).unwrap(), [0, 1, 4, 9]);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "say what a task does with .blocking(…)"]
pub struct Tasks(usize);

impl Tasks {
    /// So many tasks; what they do follows.
    pub fn new(tasks: usize) -> Self {
        Self(tasks)
    }

    /// The blocking form of task `i`: waiting stops its thread. [`Compute::asynchronous`] adds the other.
    pub fn blocking<F, T>(self, function: F) -> Compute<F>
    where
        F: Fn(usize) -> T + Send + Sync + 'static,
        T: TaskValue,
    {
        Compute::new(self.0, function).waits()
    }
}

impl<F> Compute<F> {
    /// The async form of task `i`: waiting gives way. It must come to the same value as the blocking form.
    pub fn asynchronous<G, U, T>(self, function: G) -> TwoForms<F, G>
    where
        F: Fn(usize) -> T,
        G: Fn(usize) -> U + Send + Sync + 'static,
        U: Future<Output = T> + Send,
    {
        TwoForms { blocking: self, asynchronous: function }
    }
}

/// Tasks of the reader's own in both forms; made by [`Tasks::new`].
#[derive(Clone, Copy)]
pub struct TwoForms<F, G> {
    blocking: Compute<F>,
    asynchronous: G,
}

impl<F, G, U, T> Workload for TwoForms<F, G>
where
    F: Fn(usize) -> T + Send + Sync + 'static,
    G: Fn(usize) -> U + Send + Sync + 'static,
    U: Future<Output = T> + Send + 'static,
    T: TaskValue,
{
    type Output = T;
    const HAS_ASYNC_FORM: bool = true;

    fn title(&self) -> String {
        self.blocking.title()
    }

    fn tasks(&self) -> usize {
        self.blocking.tasks()
    }

    fn nature(&self) -> Nature {
        self.blocking.nature()
    }

    fn validate(&self) -> Result<(), Error> {
        self.blocking.validate()
    }

    fn task(&self, index: usize) -> Result<T, Error> {
        self.blocking.task(index)
    }

    async fn task_async(&self, index: usize) -> Result<T, Error> {
        Ok((self.asynchronous)(index).await)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        Ok(codec::to_bytes(&(self.blocking.to_bytes()?, FunctionRef::of(&self.asynchronous)?))?)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (blocking, asynchronous): (Vec<u8>, FunctionRef) = codec::from_bytes(bytes)?;
        Ok(Self {
            blocking: Compute::from_bytes(&blocking)?,
            asynchronous: asynchronous.resolve::<_, _, G>()?,
        })
    }
}
