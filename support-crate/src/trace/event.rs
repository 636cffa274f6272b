//! One event: when, where, who and what, in 40 bytes.

use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
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

impl Kind {
    const ALL: [Self; 10] = [
        Self::Begin,
        Self::Ready,
        Self::Running,
        Self::Waiting,
        Self::Blocked,
        Self::Done,
        Self::Dropped,
        Self::Mark,
        Self::Stamp,
        Self::End,
    ];
}

/// Whom an event is about: a kind of name in the top byte, a number below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Who(u64);

impl Who {
    /// The thread itself, outside any task.
    pub const THREAD: Self = Self(0);

    const SHIFT: u32 = 56;
    const NUMBER: u64 = (1 << Self::SHIFT) - 1;

    /// Task `index` of a workload.
    pub const fn task(index: usize) -> Self {
        Self((1 << Self::SHIFT) | (index as u64 & Self::NUMBER))
    }

    /// A future that [`watch`](super::watch) named.
    pub const fn watched(number: u64) -> Self {
        Self((2 << Self::SHIFT) | (number & Self::NUMBER))
    }

    /// A task of the reader's own that tokio numbered.
    pub const fn tokio(number: u64) -> Self {
        Self((3 << Self::SHIFT) | (number & Self::NUMBER))
    }

    /// The workload's task number, if it is one.
    pub fn index(self) -> Option<usize> {
        (self.0 >> Self::SHIFT == 1).then_some((self.0 & Self::NUMBER) as usize)
    }

    /// Whether this is the thread itself.
    pub fn is_thread(self) -> bool {
        self == Self::THREAD
    }

    /// Whether tokio, and nobody else, named it.
    pub fn is_tokio(self) -> bool {
        self.0 >> Self::SHIFT == 3
    }

    /// Whether its very name says that it is a future.
    pub fn is_future(self) -> bool {
        self.0 >> Self::SHIFT >= 2
    }

    /// Whether the same number means another one in another process.
    pub fn is_local_to_process(self) -> bool {
        self.0 >> Self::SHIFT != 1
    }
}

/// One event of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Nanoseconds by [`now`](super::clock::now).
    pub time: u64,
    /// Whom it is about.
    pub who: Who,
    /// Nanoseconds its thread had spent on a core; 0: not read.
    pub cpu: u64,
    /// Process.
    pub pid: u32,
    /// Thread, by the system's number.
    pub tid: u32,
    /// Place in [`Recording::labels`](super::Recording::labels); [`Event::NO_LABEL`] without one.
    pub label: u32,
    /// Core; [`Event::NO_CORE`] where the system did not say.
    pub core: u16,
    /// What happened.
    pub kind: Kind,
}

impl Event {
    /// Stands where an event has no label.
    pub const NO_LABEL: u32 = u32::MAX;
    /// Stands where the core is not known.
    pub const NO_CORE: u16 = u16::MAX;

    /// The core, where it is known.
    pub fn core(&self) -> Option<usize> {
        (self.core != Self::NO_CORE).then_some(usize::from(self.core))
    }

    /// The thread's processor time, where it was read.
    pub fn cpu(&self) -> Option<u64> {
        (self.cpu != 0).then_some(self.cpu)
    }
}

/// An event's own part as it lies in a thread's buffer; process and thread stand once for the whole buffer.
pub(super) type Words = [u64; 4];

pub(super) fn pack(time: u64, who: Who, cpu: u64, kind: Kind, core: u16, label: u32) -> Words {
    [time, who.0, cpu, u64::from(label) << 32 | u64::from(core) << 8 | kind as u64]
}

pub(super) fn unpack([time, who, cpu, rest]: Words, pid: u32, tid: u32) -> Option<Event> {
    let kind = *Kind::ALL.get((rest & 0xFF) as usize)?;
    let (core, label) = ((rest >> 8) as u16, (rest >> 32) as u32);
    Some(Event { time, who: Who(who), cpu, pid, tid, label, core, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_packing() {
        for kind in Kind::ALL {
            let words = pack(7, Who::tokio(9), 11, kind, 3, 5);
            let event = unpack(words, 1, 2).unwrap();
            assert_eq!(
                event,
                Event { time: 7, who: Who::tokio(9), cpu: 11, pid: 1, tid: 2, label: 5, core: 3, kind }
            );
        }
        assert_eq!(unpack([0, 0, 0, 0xFF], 1, 2), None);
    }

    #[test]
    fn names_do_not_meet() {
        let names = [Who::THREAD, Who::task(1), Who::watched(1), Who::tokio(1)];
        for (i, a) in names.iter().enumerate() {
            assert!(names[i + 1..].iter().all(|b| a != b));
        }
        assert_eq!(Who::task(40).index(), Some(40));
        assert_eq!(Who::tokio(40).index(), None);
    }

    #[test]
    fn what_is_unknown_reads_as_none() {
        let event =
            unpack(pack(1, Who::THREAD, 0, Kind::Mark, Event::NO_CORE, Event::NO_LABEL), 1, 1).unwrap();
        assert_eq!((event.core(), event.cpu()), (None, None));
    }
}
