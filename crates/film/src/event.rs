//! One event: when, where, who and what, in 40 bytes.

use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
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

impl EventKind {
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

    /// A future that [`watch`](crate::watch) named.
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

/// A thread's processor time, and how often it had been given a core, in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading(u64);

impl Reading {
    /// Nothing was read.
    pub const NONE: Self = Self(0);

    const CPU: u64 = (1 << 48) - 1;
    const ARRIVALS: u64 = 0x1FFF;
    const COUNTED: u64 = 1 << 61;
    const OWN: u64 = 1 << 62;
    const STAYED: u64 = 1 << 63;

    /// The processor time in nanoseconds (78 hours at most) and, if it was read too, how often the thread had been
    /// given a core, of which the last 13 bits are kept: enough to count those between two readings.
    pub fn new(cpu: u64, arrivals: Option<u64>) -> Self {
        let counted = arrivals.map_or(0, |count| Self::COUNTED | (count & Self::ARRIVALS) << 48);
        Self(counted | cpu.clamp(1, Self::CPU))
    }

    /// The same, read by the thread itself, which therefore was on a core at that moment. `stayed` says that since it
    /// last did so it has not given its core away of its own will.
    pub fn of_itself(self, stayed: bool) -> Self {
        Self(self.0 | Self::OWN | if stayed { Self::STAYED } else { 0 })
    }

    fn cpu(self) -> Option<u64> {
        let cpu = self.0 & Self::CPU;
        (cpu != 0).then_some(cpu)
    }

    /// The last 13 bits of how often the thread had been given a core, if that was read.
    pub fn arrivals(self) -> Option<u16> {
        (self.0 & Self::COUNTED != 0).then_some((self.0 >> 48 & Self::ARRIVALS) as u16)
    }

    /// How often the thread was given a core since an earlier reading, if both tell.
    pub fn arrivals_since(self, earlier: Self) -> Option<u16> {
        Some(self.arrivals()?.wrapping_sub(earlier.arrivals()?) & Self::ARRIVALS as u16)
    }

    /// Whether the thread itself read it, and so was on a core.
    pub fn is_own(self) -> bool {
        self.0 & Self::OWN != 0
    }

    /// Whether it gave its core away of its own will never since it last read this itself.
    pub fn has_stayed(self) -> bool {
        self.0 & Self::STAYED != 0
    }
}

/// One event of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Nanoseconds by [`now`](crate::now).
    pub time: u64,
    /// Whom it is about.
    pub who: Who,
    /// What was read of its thread's processor time; see [`Event::cpu`].
    pub reading: Reading,
    /// Process.
    pub pid: u32,
    /// Thread, by the system's number.
    pub tid: u32,
    /// Place in [`Recording::labels`](crate::Recording::labels); [`Event::NO_LABEL`] without one.
    pub label: u32,
    /// Core; [`Event::NO_CORE`] where the system did not say.
    pub core: u16,
    /// What happened.
    pub kind: EventKind,
}

impl Event {
    /// Stands where an event has no label.
    pub const NO_LABEL: u32 = u32::MAX;
    /// Stands where the core is not known.
    pub const NO_CORE: u16 = u16::MAX;

    /// The core, where it is known.
    pub fn core(&self) -> Option<u16> {
        (self.core != Self::NO_CORE).then_some(self.core)
    }

    /// Nanoseconds that the thread had spent on a core, where that was read.
    pub fn cpu(&self) -> Option<u64> {
        self.reading.cpu()
    }
}

/// An event's own part as it lies in a thread's buffer; process and thread stand once for the whole buffer.
pub(crate) type Words = [u64; 4];

pub(crate) fn pack(time: u64, who: Who, reading: Reading, kind: EventKind, core: u16, label: u32) -> Words {
    [time, who.0, reading.0, u64::from(label) << 32 | u64::from(core) << 8 | kind as u64]
}

pub(crate) fn unpack([time, who, reading, rest]: Words, pid: u32, tid: u32) -> Option<Event> {
    let kind = *EventKind::ALL.get((rest & 0xFF) as usize)?;
    let (core, label) = ((rest >> 8) as u16, (rest >> 32) as u32);
    Some(Event { time, who: Who(who), reading: Reading(reading), pid, tid, label, core, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_packing() {
        for kind in EventKind::ALL {
            let reading = Reading::new(11, Some(3));
            let words = pack(7, Who::tokio(9), reading, kind, 3, 5);
            let event = unpack(words, 1, 2).unwrap();
            assert_eq!(
                event,
                Event { time: 7, who: Who::tokio(9), reading, pid: 1, tid: 2, label: 5, core: 3, kind }
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
    fn a_reading_keeps_time_and_count_apart() {
        let reading = Reading::new(Reading::CPU, Some(0x1_8001));
        assert_eq!((reading.cpu(), reading.arrivals()), (Some(Reading::CPU), Some(1)));
        assert_eq!(Reading::new(5, None).arrivals(), None);
        assert_eq!(Reading::new(5, Some(0x2000)).arrivals_since(Reading::new(4, Some(0x1FFF))), Some(1));
        let own = Reading::new(5, Some(7)).of_itself(true);
        assert!(own.is_own() && own.has_stayed() && own.arrivals() == Some(7) && own.cpu() == Some(5));
        assert_eq!(Reading::new(0, Some(0)).cpu(), Some(1), "a time of nothing is still a reading");
    }

    #[test]
    fn what_is_unknown_reads_as_none() {
        let event = unpack(
            pack(1, Who::THREAD, Reading::NONE, EventKind::Mark, Event::NO_CORE, Event::NO_LABEL),
            1,
            1,
        )
        .unwrap();
        assert_eq!((event.core(), event.cpu()), (None, None));
    }
}
