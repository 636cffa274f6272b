//! What slices are, and what can be told of them.

use std::time::Duration;

use crate::error::Error;
use crate::format;
use crate::machine::Machine;
use crate::measure::median;

/// What one thread or task saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SliceTrack {
    /// "thread 1", "task 1".
    pub name: String,
    /// Stretches between gaps in its own clock readings, in nanoseconds since the start.
    pub pieces: Vec<(u64, u64)>,
    /// How often the system took the core from it, by the system's books; `None` for a task, whose thread it is.
    pub involuntary: Option<u64>,
}

/// A slice: one of them had the core, and none of the others had it in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Place in [`Slices::tracks`].
    pub track: usize,
    /// Nanoseconds since the start.
    pub start: u64,
    /// Nanoseconds since the start.
    pub end: u64,
    /// Nanoseconds on the core: without the gaps in which somebody else, none of these, had it.
    pub on_core: u64,
}

/// What [`slices`](super::slices()) and [`task_slices`](super::task_slices) return. End a cell with it to see the slices.
#[derive(Clone, Debug, Default)]
pub struct Slices {
    /// How often each task awaited before it ended, as they decide who is next; `None` for threads, where the system does.
    pub awaits: Option<usize>,
    /// The core they were pinned to.
    pub core: usize,
    /// One for each thread or task.
    pub tracks: Vec<SliceTrack>,
    /// A gap in the readings longer than this many nanoseconds was time off the core.
    pub threshold: u64,
    /// How often the system took the core from any of them, by its books.
    pub involuntary: u64,
    /// The machine.
    pub machine: Machine,
    /// Why nothing was run, in one sentence.
    pub problem: Option<String>,
}

impl Slices {
    pub(super) fn of_problem(error: Error) -> Self {
        Self { problem: Some(error.to_string()), ..Self::default() }
    }

    /// All slices in the order of time.
    pub fn slices(&self) -> Vec<Slice> {
        let mut pieces: Vec<(u64, u64, usize)> = Vec::new();
        for (track, seen) in self.tracks.iter().enumerate() {
            pieces.extend(seen.pieces.iter().map(|&(start, end)| (start, end, track)));
        }
        pieces.sort_unstable();
        let mut slices: Vec<Slice> = Vec::new();
        for (start, end, track) in pieces {
            match slices.last_mut() {
                Some(last) if last.track == track => {
                    last.end = end;
                    last.on_core += end - start;
                }
                _ => slices.push(Slice { track, start, end, on_core: end - start }),
            }
        }
        slices
    }

    /// How long a slice is: the median time on the core; of tasks, the median time for which one had their thread, core or not.
    pub fn median(&self) -> Duration {
        Duration::from_nanos(self.middle(&self.slices()).unwrap_or(0))
    }

    /// The median of these slices, in nanoseconds.
    pub(super) fn middle(&self, slices: &[Slice]) -> Option<u64> {
        let length = |slice: &Slice| match self.awaits {
            None => slice.on_core,
            Some(_) => slice.end - slice.start,
        };
        let lengths: Vec<f64> = slices.iter().map(|slice| length(slice) as f64).collect();
        median(&lengths).map(|median| median as u64)
    }

    /// How often the core went from one to another.
    pub fn switches(&self) -> usize {
        self.slices().len().saturating_sub(1)
    }

    /// Time in which two had the core at once: none, because it is one core.
    pub fn overlap(&self) -> Duration {
        let slices = self.slices();
        let both = slices.windows(2).map(|pair| pair[0].end.saturating_sub(pair[1].start));
        Duration::from_nanos(both.sum())
    }

    /// From the first reading to the last, in nanoseconds.
    pub fn length(&self) -> u64 {
        self.slices().iter().map(|slice| slice.end).max().unwrap_or(0)
    }

    /// What was seen, in one sentence.
    pub fn tell(&self) -> String {
        if let Some(problem) = &self.problem {
            return problem.clone();
        }
        let slices = self.slices().len();
        let count = |number: usize, thing| format::plural(number as u64, thing);
        let median = format::duration(self.median().as_secs_f64());
        match self.awaits {
            None => format!(
                "{} that never yielded, on core {}: {} of {median} (median); the system took the core away {}",
                count(self.tracks.len(), "thread"),
                self.core,
                count(slices, "slice"),
                times(self.involuntary)
            ),
            Some(awaits) => {
                let stretches = self.tracks.len() * (awaits + 1);
                let why = match slices == stretches {
                    true => "one for each stretch without an await".to_owned(),
                    false => format!("for {} without an await", count(stretches, "stretch")),
                };
                format!(
                    "{} on one thread: {}, {why}, {median} each (median)",
                    count(self.tracks.len(), "async task"),
                    count(slices, "slice")
                )
            }
        }
    }
}

pub(super) fn times(number: u64) -> String {
    match number {
        0 => "never".into(),
        1 => "once".into(),
        n => format!("{} times", format::count(n)),
    }
}
