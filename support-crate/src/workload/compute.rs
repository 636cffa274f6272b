//! The reader's own function as a workload.

use std::any::type_name;
use std::fmt::{self, Debug};

use serde::{Serialize, de::DeserializeOwned};

use super::{Nature, Workload, check, travel, words};
use crate::error::Error;

/// A function or closure of the reader's own, called once a task with the task's number.
///
/// The function must depend on its number alone (and on what it captures): every model runs it on the same numbers
/// and has to come to the same values. What it returns is anything that serde can carry.
///
/// ```
/// use concurrency_lab::prelude::*;
/// fn my_task(i: usize) -> u64 { (0..1_000u64).fold(i as u64, |a, b| a.rotate_left(5) ^ b) }
/// let alone = values(Compute::new(8, my_task), Sequential).unwrap();
/// assert_eq!(values(Compute::new(8, my_task), Pool(2)).unwrap(), alone);
/// ```
#[derive(Clone, Copy)]
pub struct Compute<F> {
    tasks: usize,
    function: F,
    nature: Nature,
}

impl<F> Compute<F> {
    /// `tasks` tasks; task `i` is `function(i)`.
    pub fn new<T>(tasks: usize, function: F) -> Self
    where
        F: Fn(usize) -> T + Send + Sync + 'static,
    {
        Self { tasks, function, nature: Nature::Computes }
    }

    /// Says that the function waits (sleeps, reads, asks a server) more than it computes.
    pub fn waits(self) -> Self {
        Self { nature: Nature::Waits, ..self }
    }
}

impl<F> Debug for Compute<F> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Compute::new({}, {})", self.tasks, name_of::<F>())
    }
}

impl<F, T> Workload for Compute<F>
where
    F: Fn(usize) -> T + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + PartialEq + Debug + Send + 'static,
{
    type Output = T;

    fn title(&self) -> String {
        format!("{} of {}", words::counted(self.tasks, "task", "tasks"), name_of::<F>())
    }

    fn tasks(&self) -> usize {
        self.tasks
    }

    fn nature(&self) -> Nature {
        self.nature
    }

    fn parameters(&self) -> Vec<(String, String)> {
        vec![("tasks".into(), words::count(self.tasks)), ("function".into(), name_of::<F>())]
    }

    fn validate(&self) -> Result<(), Error> {
        check::tasks("tasks", self.tasks)
    }

    fn task(&self, index: usize) -> Result<T, Error> {
        Ok((self.function)(index))
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let ticket = travel::ticket::<F, fn(usize) -> T>(&self.function)?;
        travel::pack(&(self.tasks, self.nature, ticket))
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (tasks, nature, ticket) = travel::unpack(bytes)?;
        Ok(Self { tasks, nature, function: travel::redeem::<F, fn(usize) -> T>(&ticket)? })
    }
}

/// A function's name as the reader wrote it.
pub(super) fn name_of<F>() -> String {
    let name = type_name::<F>();
    if name.contains("{{closure}}") {
        return "a closure".into();
    }
    if name.contains("fn(") {
        return "a function".into();
    }
    let plain = name.split('<').next().unwrap_or(name);
    plain.rsplit("::").next().unwrap_or(plain).to_string()
}
