//! The most memory a process family takes while something runs.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, panic, thread};

use crossbeam::channel::{RecvTimeoutError, bounded};

use crate::machine::{memory_in_use, size_in};
use crate::process;

/// Looks at memory no more often than this.
const LEAST_PAUSE: Duration = Duration::from_millis(2);

/// Runs `body` and returns with its value the most that `look` said meanwhile, by `most` of any two.
///
/// A thread looks now and then, pausing nine times as long as a look takes: about a tenth of one core.
pub(crate) fn while_running<T, M: Send>(
    look: impl Fn() -> M + Sync,
    most: fn(M, M) -> M,
    body: impl FnOnce() -> T,
) -> (T, M) {
    let (going_on, over) = bounded::<()>(0);
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut seen = look();
            loop {
                let start = Instant::now();
                seen = most(seen, look());
                let pause = (9 * start.elapsed()).max(LEAST_PAUSE);
                if over.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                    return seen;
                }
            }
        });
        // Dropped here even if the body unwinds, or the scope would wait for the watcher for ever.
        let going_on = going_on;
        let value = body();
        drop(going_on);
        (value, watcher.join().unwrap_or_else(|payload| panic::resume_unwind(payload)))
    })
}

/// Runs `body` and returns with its value the most bytes that this process, and the workers that `body` names
/// through its argument, took beyond what this process took before; `None` where the system does not tell.
///
/// On a crowded machine whoever looks may sleep through the peak: what the kernel's own record of this process's resident size
/// says beyond all that was seen is added.
pub(crate) fn during<T>(body: impl FnOnce(&dyn Fn(Vec<u32>)) -> T) -> (T, Option<u64>) {
    // Pages that a parent had freed would count by half when they are used again.
    process::trim_heap();
    let Some(before) = memory_in_use(&[]) else { return (body(&|_| {}), None) };
    // "5" begins the record anew and does nothing else (Linux 4.0; proc_pid_clear_refs(5)).
    let recorded = fs::write("/proc/self/clear_refs", "5").is_ok();
    let workers = Mutex::new(Vec::new());
    let known = || workers.lock().unwrap_or_else(PoisonError::into_inner);
    let look = || [memory_in_use(&known().clone()), status("VmRSS:")].map(|bytes| bytes.unwrap_or(0));
    let most = |one: [u64; 2], other: [u64; 2]| [one[0].max(other[0]), one[1].max(other[1])];
    let ((value, record), [in_use, resident]) = while_running(look, most, || {
        let value = body(&|pids| *known() = pids);
        (value, status("VmHWM:").filter(|_| recorded))
    });
    let missed = record.map_or(0, |record| record.saturating_sub(resident));
    (value, Some((in_use + missed).saturating_sub(before)))
}

fn status(name: &str) -> Option<u64> {
    size_in(&fs::read_to_string("/proc/self/status").ok()?, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Both in a fresh process: other tests allocate and free in this one, and what a forked child shares with it
    // counts as the child's own once this process writes there.

    #[test]
    fn memory_that_came_and_went_is_seen() {
        let peak = crate::process::spawn(|| {
            let (last, peak) = during(|_| {
                let block = vec![1u8; 32 << 20];
                block[block.len() - 1]
            });
            assert_eq!(last, 1);
            peak
        });
        let peak = peak.join().unwrap().unwrap();
        assert!((24 << 20..48 << 20).contains(&peak), "{peak}");
    }

    #[test]
    fn memory_that_was_freed_before_counts_when_it_is_used_again() {
        let peak = crate::process::spawn(|| {
            let blocks = || (0..10_000).map(|_| vec![1u8; 3_000]).collect::<Vec<_>>();
            let earlier = blocks();
            // What lies behind it keeps freed memory with this process.
            let behind = vec![1u8; 3_000];
            drop(earlier);
            let peak = crate::process::fork(move || during(|_| blocks().len()).1).join();
            assert_eq!(behind[0], 1);
            peak.unwrap()
        });
        let peak = peak.join().unwrap().unwrap();
        assert!(peak > 24 << 20, "{peak}");
    }

    #[test]
    fn a_body_that_panics_does_not_hang() {
        let panicked = std::panic::catch_unwind(|| during(|_| panic!("on purpose")));
        assert!(panicked.is_err());
    }
}
