//! A finished recording: plain data, everything a trace is read from.

use serde::{Deserialize, Serialize};

use crate::event::Event;

/// Events that a recording keeps unless told otherwise: 16 MB while it runs, and 72 MB once it is read.
pub const CAPACITY: usize = 1_000_000;

/// A thread that recorded something.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Thread {
    /// Process it belongs to.
    pub pid: u32,
    /// The system's number for it; equal to `pid` for a process's first thread.
    pub tid: u32,
    /// Its name, if it was given one.
    pub name: Option<String>,
}

/// What recording one event costs on this machine, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// An event without more: the median over batches.
    pub event: f64,
    /// A labelled step, which also reads the thread's processor time; its printing is not counted.
    pub step: f64,
}

/// Everything that was recorded between a start and an end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// Nanoseconds by the monotonic clock when it began.
    pub start: u64,
    /// Nanoseconds by the monotonic clock when it ended.
    pub end: u64,
    /// In the order of time.
    pub events: Vec<Event>,
    /// Threads, in the order in which they first recorded something.
    pub threads: Vec<Thread>,
    /// The thread that started the recording: process and thread number.
    pub home: (u32, u32),
    /// Threads that were still there at the end: process and thread number.
    pub alive: Vec<(u32, u32)>,
    /// Events that did not fit.
    pub lost: u64,
    /// Messages of children that could not be read.
    pub damaged: u64,
    /// What recording one event cost.
    pub cost: Cost,
}

impl Recording {
    /// Nanoseconds from start to end.
    pub fn length(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }
}
