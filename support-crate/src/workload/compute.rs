//! The reader's own function as a workload.

use std::any::type_name;
use std::fmt::{self, Debug};

use super::definition::{TaskValue, Workload};
use super::{Nature, check, words};
use crate::error::Error;
use crate::process::{FunctionRef, codec};

/// A function or closure of the reader's own, called once a task with the task's number.
///
/// The function must depend on its number alone (and on what it captures): every model runs it on the same numbers
/// and has to come to the same values. What it returns is anything that serde can carry; a struct or enum of the reader's own is
/// made so by one line above it.
///
/// ```
/// use concurrency_lab::prelude::*;
/// fn my_task(i: usize) -> u64 { (0..1_000u64).fold(i as u64, |a, b| a.rotate_left(5) ^ b) }
/// let alone = values(Compute::new(8, my_task), Sequential).unwrap();
/// assert_eq!(values(Compute::new(8, my_task), Pool(2)).unwrap(), alone);
///
/// #[task_value]
/// struct Found { name: String, even: Option<bool> }
/// let find = |i: usize| Found { name: format!("number {i}"), even: Some(i % 2 == 0) };
/// assert_eq!(values(Compute::new(3, find), Processes(2)).unwrap()[2].name, "number 2");
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
        T: TaskValue,
    {
        Self { tasks, function, nature: Nature::Computes }
    }

    /// Says that the function waits (sleeps, reads, asks a server) more than it computes.
    pub fn waits(self) -> Self {
        self.with_nature(Nature::Waits)
    }

    pub(crate) fn with_nature(self, nature: Nature) -> Self {
        Self { nature, ..self }
    }
}

impl<F> Debug for Compute<F> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Compute::new({}, {})", self.tasks, name_of(type_name::<F>()))
    }
}

impl<F, T> Workload for Compute<F>
where
    F: Fn(usize) -> T + Send + Sync + 'static,
    T: TaskValue,
{
    type Output = T;

    fn title(&self) -> String {
        title(self.tasks, type_name::<F>())
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
        Ok((self.function)(index))
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let function = FunctionRef::of(&self.function)?;
        Ok(codec::to_bytes(&(self.tasks, self.nature, function))?)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (tasks, nature, function): (_, _, FunctionRef) = codec::from_bytes(bytes)?;
        Ok(Self { tasks, nature, function: function.resolve::<_, _, F>()? })
    }
}

// Plain functions from here on: compiled once, not for every function of a reader's.

/// "16 tasks of my_task".
pub(super) fn title(tasks: usize, function: &str) -> String {
    format!("{} of {}", words::counted(tasks, "task", "tasks"), name_of(function))
}

/// What a function is called, by the name of its type.
fn name_of(name: &str) -> &str {
    words::function(name).unwrap_or(if name.contains("{{closure}}") { "a closure" } else { "a function" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn no_bytes_are_read_as_a_function_that_was_never_sent() {
        type Pointer = fn(usize) -> [u8; 3];
        // A reference is a number in a table of this process: one that nobody made, and one of another type.
        let other: fn(usize) -> u64 = |i| i as u64;
        let known = FunctionRef::of(&other).unwrap();
        let forged: FunctionRef = codec::from_bytes(codec::to_bytes(&u32::MAX).unwrap()).unwrap();
        for reference in [known, forged] {
            let bytes = codec::to_bytes(&(1usize, Nature::Computes, reference)).unwrap();
            let error = Compute::<Pointer>::from_bytes(&bytes).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Format);
        }
        // An object file and an offset, as once sent.
        let place = codec::to_bytes(&("/tmp/any.so", 64u64)).unwrap();
        assert!(Compute::<Pointer>::from_bytes(&place).is_err());
    }
}
