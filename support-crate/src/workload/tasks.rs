//! Tasks of the reader's own with a blocking and an async form.

use std::any::type_name;
use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};

use super::{Nature, Workload, check, compute};
use crate::error::Error;
use crate::process::{FunctionRef, codec};

/// Tasks of the reader's own that wait, given once as blocking code and once as async code.
///
/// [`Compute::new`](super::Compute::new) is the shorter way where there is only one form.
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
pub struct Tasks {
    tasks: usize,
}

impl Tasks {
    /// So many tasks; what they do follows.
    pub fn new(tasks: usize) -> Self {
        Self { tasks }
    }

    /// The blocking form of task `i`: waiting stops its thread.
    pub fn blocking<F, T>(self, function: F) -> Blocking<F>
    where
        F: Fn(usize) -> T + Send + Sync + 'static,
    {
        Blocking { tasks: self.tasks, function }
    }
}

/// Tasks whose blocking form is given; [`Blocking::asynchronous`] adds the other.
#[derive(Clone, Copy)]
#[must_use = "add the async form with .asynchronous(…)"]
pub struct Blocking<F> {
    tasks: usize,
    function: F,
}

impl<F> Blocking<F> {
    /// The async form of task `i`: waiting gives way. It must come to the same value as the blocking form.
    pub fn asynchronous<G, U, T>(self, function: G) -> TwoForms<F, G>
    where
        F: Fn(usize) -> T,
        G: Fn(usize) -> U + Send + Sync + 'static,
        U: Future<Output = T> + Send,
    {
        TwoForms { tasks: self.tasks, blocking: self.function, asynchronous: function, nature: Nature::Waits }
    }
}

/// Tasks of the reader's own in both forms; made by [`Tasks::new`].
#[derive(Clone, Copy)]
pub struct TwoForms<F, G> {
    tasks: usize,
    blocking: F,
    asynchronous: G,
    nature: Nature,
}

impl<F, G> TwoForms<F, G> {
    /// Says that the tasks compute as well as wait.
    pub fn mixed(self) -> Self {
        Self { nature: Nature::Mixed, ..self }
    }
}

impl<F, G, U, T> Workload for TwoForms<F, G>
where
    F: Fn(usize) -> T + Send + Sync + 'static,
    G: Fn(usize) -> U + Send + Sync + 'static,
    U: Future<Output = T> + Send + 'static,
    T: Serialize + DeserializeOwned + PartialEq + Debug + Send + 'static,
{
    type Output = T;
    const HAS_ASYNC_FORM: bool = true;

    fn title(&self) -> String {
        compute::title(self.tasks, type_name::<F>())
    }

    fn tasks(&self) -> usize {
        self.tasks
    }

    fn nature(&self) -> Nature {
        self.nature
    }

    fn validate(&self) -> Result<(), Error> {
        check::tasks("tasks", self.tasks)
    }

    fn task(&self, index: usize) -> Result<T, Error> {
        Ok((self.blocking)(index))
    }

    async fn task_async(&self, index: usize) -> Result<T, Error> {
        Ok((self.asynchronous)(index).await)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let blocking = FunctionRef::of(&self.blocking)?;
        let asynchronous = FunctionRef::of(&self.asynchronous)?;
        Ok(codec::to_bytes(&(self.tasks, self.nature, blocking, asynchronous))?)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (tasks, nature, blocking, asynchronous): (_, _, FunctionRef, FunctionRef) =
            codec::from_bytes(bytes)?;
        Ok(Self {
            tasks,
            nature,
            blocking: blocking.resolve::<_, _, F>()?,
            asynchronous: asynchronous.resolve::<_, _, G>()?,
        })
    }
}
