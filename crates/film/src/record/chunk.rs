//! Chunks of atomics: one thread appends, others may read while it lives, in safe Rust and without a lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::event::{Event, Words, unpack};
use crate::recording::Thread;

/// Events in a chunk: small enough that thousands of threads fit, large enough that fetching one is rare.
pub(super) const CHUNK: usize = 128;

/// Room for [`CHUNK`] events of one thread.
pub(super) struct Chunk {
    thread: Arc<Thread>,
    words: Box<[[AtomicU64; 4]]>,
    // Written with release after the words of an event: who reads it with acquire sees whole events only.
    len: AtomicUsize,
}

impl Chunk {
    pub(super) fn new(thread: Arc<Thread>) -> Self {
        Self { thread, words: (0..CHUNK).map(|_| Default::default()).collect(), len: AtomicUsize::new(0) }
    }

    pub(super) fn thread(&self) -> &Arc<Thread> {
        &self.thread
    }

    /// Writes event `at`; only the owning thread calls this, with 0, 1, 2, … below [`CHUNK`].
    #[inline]
    pub(super) fn write(&self, at: usize, words: Words) {
        for (slot, word) in self.words[at].iter().zip(words) {
            slot.store(word, Ordering::Relaxed);
        }
        self.len.store(at + 1, Ordering::Release);
    }

    /// Events from place `from` on that are complete by now.
    pub(super) fn read_from(&self, from: usize) -> impl Iterator<Item = Event> + '_ {
        let len = self.len.load(Ordering::Acquire);
        self.words[from.min(len)..len].iter().filter_map(|slots| {
            let words = slots.each_ref().map(|slot| slot.load(Ordering::Relaxed));
            unpack(words, self.thread.pid, self.thread.tid)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{EventKind, Reading, Who, pack};

    fn chunk() -> Arc<Chunk> {
        Arc::new(Chunk::new(Arc::new(Thread { pid: 1, tid: 2, name: None })))
    }

    #[test]
    fn a_reader_sees_whole_events_while_the_owner_writes() {
        let chunk = chunk();
        let reader = std::thread::spawn({
            let chunk = chunk.clone();
            move || {
                loop {
                    let seen: Vec<Event> = chunk.read_from(0).collect();
                    // Every word of event `n` is written as `n`, so a torn event would show.
                    assert!(seen.iter().zip(1..).all(|(event, n)| event.time == n && event.cpu() == Some(n)));
                    if seen.len() == CHUNK {
                        break;
                    }
                }
            }
        });
        for n in 0..CHUNK {
            chunk.write(
                n,
                pack(n as u64 + 1, Who::task(n), Reading::new(n as u64 + 1, None), EventKind::Running, 0, 0),
            );
        }
        reader.join().unwrap();
    }

    #[test]
    fn reading_goes_on_where_it_stopped() {
        let chunk = chunk();
        for n in 0..5 {
            chunk.write(n, pack(n as u64, Who::THREAD, Reading::NONE, EventKind::Stamp, 0, 0));
        }
        assert_eq!(chunk.read_from(3).map(|event| event.time).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(chunk.read_from(9).count(), 0);
    }
}
