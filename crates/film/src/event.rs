//! One event: when, where, who and what.

use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventKind {
    /// A thread or process was first seen, or the recording began there.
    Begin,
    /// A task could run and waits for its turn.
    Ready,
    /// A task runs from here on.
    Running,
    /// A task waits and has given its thread back.
    Waiting,
    /// A task waits and keeps its thread.
    Blocked,
    /// A task finished.
    Done,
    /// A task ended before it was finished: it panicked or was dropped.
    Dropped,
    /// A labelled step.
    Mark,
    /// A reading of a thread's processor time, without more to say.
    Stamp,
    /// A thread ended.
    End,
}

/// Whom an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Who {
    /// The thread itself, outside any task.
    Thread,
    /// A task of a workload, by the lower half of its number.
    Task(u32),
    /// A future that [`watch`](crate::watch) named.
    Watched(u32),
    /// A task of the reader's own that tokio numbered.
    Tokio(u32),
}

impl Who {
    /// Whether this is the thread itself.
    pub fn is_thread(self) -> bool {
        self == Self::Thread
    }

    /// Whether tokio, and nobody else, named it.
    pub fn is_tokio(self) -> bool {
        matches!(self, Self::Tokio(_))
    }
}

/// A thread's processor time, and what was read with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Nanoseconds that it had spent on a core.
    pub cpu: u64,
    /// How often it had been given a core, counted round, if that was read too.
    pub arrivals: Option<u32>,
    /// The thread itself read it, and so was on a core at that moment.
    pub own: bool,
    /// Since it last read this itself it never gave its core away of its own will.
    pub stayed: bool,
}

impl Reading {
    /// What another thread reads.
    pub fn new(cpu: u64, arrivals: Option<u64>) -> Self {
        Self { cpu, arrivals: arrivals.map(|count| count as u32), own: false, stayed: false }
    }

    /// How often the thread was given a core since an earlier reading, if both tell.
    pub fn arrivals_since(self, earlier: Self) -> Option<u32> {
        Some(self.arrivals?.wrapping_sub(earlier.arrivals?))
    }
}

/// One event of a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Nanoseconds by [`now`](crate::now).
    pub time: u64,
    /// Whom it is about.
    pub who: Who,
    /// What was read of its thread's processor time, if it was.
    pub reading: Option<Reading>,
    /// Process.
    pub pid: u32,
    /// Thread, by the system's number.
    pub tid: u32,
    /// What a step says; what a watched future, or a process as it begins, is called.
    pub label: Option<Box<str>>,
    /// Core, where the system said so.
    pub core: Option<u16>,
    /// What happened.
    pub kind: EventKind,
}

impl Event {
    /// Nanoseconds that the thread had spent on a core, where that was read.
    pub fn cpu(&self) -> Option<u64> {
        self.reading.map(|reading| reading.cpu)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_are_counted_round() {
        let at = |count: u64| Reading::new(5, Some(count));
        assert_eq!(at(1 << 32).arrivals_since(at((1 << 32) - 1)), Some(1));
        assert_eq!(at(7).arrivals_since(Reading::new(4, None)), None);
    }
}
