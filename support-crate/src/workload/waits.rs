//! Timers: tasks that only wait.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Nature, Workload, check, erased_here, words};
use crate::error::Error;
use crate::trace;

/// Tasks that wait for a timer and do nothing else; a task's value is its number.
///
/// The blocking form sleeps, the async form awaits tokio's timer, which counts whole milliseconds and rounds up.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let values = values(Waits { tasks: 3, wait: ms(1) }, Async).unwrap();
/// assert_eq!(values, [0, 1, 2]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Waits {
    /// How many tasks.
    pub tasks: usize,
    /// How long each waits.
    pub wait: Duration,
}

impl Workload for Waits {
    type Output = usize;
    const NATURE: Nature = Nature::Waits;
    const HAS_ASYNC_FORM: bool = true;

    fn title(&self) -> String {
        format!("{} of {}", words::counted(self.tasks, "wait", "waits"), words::span(self.wait))
    }

    fn tasks(&self) -> usize {
        self.tasks
    }

    fn validate(&self) -> Result<(), Error> {
        check::tasks("tasks", self.tasks)?;
        check::span("wait", self.wait, false)
    }

    fn task(&self, index: usize) -> Result<usize, Error> {
        trace::waiting(|| std::thread::sleep(self.wait));
        Ok(index)
    }

    async fn task_async(&self, index: usize) -> Result<usize, Error> {
        tokio::time::sleep(self.wait).await;
        Ok(index)
    }

    erased_here!(plain data);
}
