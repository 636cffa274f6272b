//! A block of events: filled by one thread without a lock, and read by others at any time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex, PoisonError};

use crate::event::{Event, EventKind, Reading, Who};
use crate::recording::Thread;

/// Few enough that thousands of threads find room for one.
pub(super) const BLOCK: usize = 128;

/// Each at the place of its number.
const KINDS: [EventKind; 10] = {
    use EventKind::*;
    [Begin, Ready, Running, Waiting, Blocked, Done, Dropped, Mark, Stamp, End]
};

/// What few events have: a reading of the processor time, and a label.
pub(super) type Note = (Option<Reading>, Option<Box<str>>);

/// Events of one thread in two words each. The first is the time; the second holds what happened (a byte), whom it is about
/// (its sort and whether there is a note, a byte; its number, 32 bits) and the core (two bytes).
pub(super) struct Block {
    pub thread: Arc<Thread>,
    events: [[AtomicU64; 2]; BLOCK],
    /// How many events there are: counted once they are whole.
    filled: AtomicUsize,
    read: AtomicUsize,
    /// Of the events that have one, in their order.
    notes: Mutex<VecDeque<Note>>,
}

impl Block {
    pub fn new(thread: Arc<Thread>) -> Self {
        let events = [const { [const { AtomicU64::new(0) }; 2] }; BLOCK];
        let [filled, read] = [const { AtomicUsize::new(0) }; 2];
        Self { thread, events, filled, read, notes: Mutex::default() }
    }

    /// Whether the next event needs another block.
    pub fn is_full(&self) -> bool {
        self.filled.load(Relaxed) == BLOCK
    }

    /// What the next event has beside the rest.
    #[cold]
    pub fn note(&self, note: Note) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push_back(note);
    }

    /// Adds an event, if there is room. Only the block's own thread does.
    #[inline]
    pub fn push(&self, at: u64, who: Who, kind: EventKind, core: Option<u16>, noted: bool) {
        let place = self.filled.load(Relaxed);
        let Some([time, rest]) = self.events.get(place) else { return };
        let (sort, number) = match who {
            Who::Thread => (0, 0),
            Who::Task(number) => (1, number),
            Who::Watched(number) => (2, number),
            Who::Tokio(number) => (3, number),
        };
        let [low, high] = core.unwrap_or(u16::MAX).to_le_bytes();
        let small = u32::from_le_bytes([kind as u8, sort << 1 | u8::from(noted), low, high]);
        time.store(at, Relaxed);
        rest.store(u64::from(number) << 32 | u64::from(small), Relaxed);
        self.filled.store(place + 1, Release);
    }

    /// The events that came since the last call.
    pub fn read(&self) -> Vec<Event> {
        let filled = self.filled.load(Acquire);
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let new = self.events[self.read.swap(filled, Relaxed)..filled].iter().map(|[time, rest]| {
            let (time, rest) = (time.load(Relaxed), rest.load(Relaxed));
            let (number, [kind, flags, low, high]) = ((rest >> 32) as u32, (rest as u32).to_le_bytes());
            let who = [Who::Thread, Who::Task(number), Who::Watched(number), Who::Tokio(number)];
            let who = who[usize::from(flags >> 1)];
            let note = if flags & 1 == 1 { notes.pop_front() } else { None };
            let (reading, label) = note.unwrap_or_default();
            let core = Some(u16::from_le_bytes([low, high])).filter(|core| *core != u16::MAX);
            let Thread { pid, tid, .. } = *self.thread;
            Event { time, who, reading, pid, tid, label, core, kind: KINDS[usize::from(kind)] }
        });
        new.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> Block {
        Block::new(Arc::new(Thread { pid: 7, tid: 8, name: None }))
    }

    #[test]
    fn events_come_back_as_they_were_and_each_once() {
        let block = block();
        let whom = [Who::Thread, Who::Task(0), Who::Task(u32::MAX), Who::Watched(5), Who::Tokio(6)];
        let reading = Some(Reading::new(3, Some(4)));
        for (time, kind) in (0..).zip(KINDS) {
            let (who, core) = (whom[time as usize % whom.len()], Some(time as u16).filter(|core| *core > 2));
            let note = (reading.filter(|_| time % 2 == 0), (time % 3 == 0).then(|| "a step".into()));
            let noted = time % 2 == 0 || time % 3 == 0;
            if noted {
                block.note(note.clone());
            }
            block.push(time, who, kind, core, noted);
            let (reading, label) = note;
            assert_eq!(block.read(), [Event { time, who, reading, pid: 7, tid: 8, label, core, kind }]);
        }
        assert_eq!(block.read(), []);
    }

    #[test]
    fn who_reads_meanwhile_sees_whole_events_in_their_order() {
        let block = block();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for time in 0..BLOCK as u64 {
                    block.note((Some(Reading::new(time, None)), None));
                    block.push(time, Who::Task(time as u32), EventKind::Running, None, true);
                }
            });
            let mut seen = Vec::new();
            while seen.len() < BLOCK {
                seen.extend(block.read());
            }
            let whole = |(n, event): (u64, &Event)| {
                (event.time, event.who, event.cpu()) == (n, Who::Task(n as u32), Some(n))
            };
            assert!((0..).zip(&seen).all(whole), "{seen:?}");
        });
        assert!(block.is_full());
    }
}
