//! Slices: how the system divides one core among threads that never yield, and how tasks divide one thread.

mod clock_reader;
mod data;
mod picture;
mod run;

use std::time::Duration;

use crate::chart::Figure;
use crate::error::Error;
use crate::figures::figure;
use crate::workload::check;

pub use data::{Slice, SliceTrack, Slices};
use picture::picture;

/// Lets `threads` threads compute on ONE core for `time`, and finds out from their clocks who had it when.
///
/// The threads never yield and never wait: every switch is the system's doing (pre-emption).
///
/// ```
/// use concurrency_lab::prelude::*;
/// let seen = slices(3, ms(60));
/// assert_eq!(seen.overlap(), Duration::ZERO);
/// ```
pub fn slices(threads: usize, time: Duration) -> Slices {
    checked(threads, "threads", time)
        .and_then(|()| run::threads(threads, time))
        .unwrap_or_else(Slices::of_problem)
}

/// Lets `tasks` async tasks compute on ONE thread for `time` in all; each awaits `awaits` times, evenly.
///
/// The code of a task is that of a thread in [`slices`], with awaits between: nothing else switches it.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let seen = task_slices(3, ms(30), 4);
/// assert_eq!(seen.slices().len(), 3 * 5);
/// ```
pub fn task_slices(tasks: usize, time: Duration, awaits: usize) -> Slices {
    checked(tasks, "tasks", time)
        .and_then(|()| run::tasks(tasks, time, awaits))
        .unwrap_or_else(Slices::of_problem)
}

fn checked(number: usize, what: &str, time: Duration) -> Result<(), Error> {
    check::number(what, number, 1..=32)?;
    check::number("milliseconds", time.as_millis() as usize, 10..=10_000)
}

impl Slices {
    /// The picture, with its table and its description.
    pub fn figure(&self) -> Figure {
        figure(&self.problem, || picture(self))
    }
}
