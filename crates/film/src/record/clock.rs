//! Clocks that the recorder reads: one that all processes share, and the processor time of a thread.

use std::sync::atomic::{AtomicI64, Ordering};

use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};

/// Nanoseconds that the clock of this process's machine is behind that of its parent's; 0 on one machine.
static BEHIND: AtomicI64 = AtomicI64::new(0);

/// Nanoseconds of `CLOCK_MONOTONIC`: the same clock in every process of this machine, never set back. In a process that records for
/// a parent on another machine ([`stand_as`](crate::stand_as)) it is that machine's clock, as well as it is known.
#[inline]
pub fn now() -> u64 {
    nanoseconds(ClockId::CLOCK_MONOTONIC).unwrap_or(0).wrapping_add_signed(BEHIND.load(Ordering::Relaxed))
}

/// From now on [`now`] is so much later.
pub(super) fn set_behind(nanoseconds: i64) {
    BEHIND.store(nanoseconds, Ordering::Relaxed);
}

/// Nanoseconds that the calling thread has spent on a core.
pub(super) fn thread_cpu() -> u64 {
    nanoseconds(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap_or(0)
}

/// Nanoseconds that thread `tid` of this process has spent on a core; `None` once it has ended.
pub(super) fn thread_cpu_of(tid: u32) -> Option<u64> {
    // The kernel's own numbering (include/linux/posix-timers_types.h): the thread's id inverted, shifted by
    // three, with the bits for "scheduler's count" (2) and "one thread" (4).
    nanoseconds(ClockId::from_raw((!(tid as i32) << 3) | 2 | 4))
}

/// Nanoseconds that process `pid`, a child of this one, has spent on cores; `None` once it has ended.
pub(super) fn process_cpu_of(pid: u32) -> Option<u64> {
    nanoseconds(ClockId::from_raw((!(pid as i32) << 3) | 2))
}

/// How often the calling thread has lost its core: because it waited, and because the system took it.
pub(super) fn switches() -> Option<(u64, u64)> {
    let usage = getrusage(UsageWho::RUSAGE_THREAD).ok()?;
    Some((usage.voluntary_context_switches() as u64, usage.involuntary_context_switches() as u64))
}

/// How often thread `tid` of process `pid` was given a core, and for how many nanoseconds it had been ready before; `None` where
/// the system keeps no such books.
pub(super) fn arrivals_of(pid: u32, tid: u32) -> Option<(u64, u64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/task/{tid}/schedstat")).ok()?;
    let mut fields = text.split_ascii_whitespace().skip(1).map_while(|field| field.parse().ok());
    let ready = fields.next()?;
    Some((fields.next()?, ready))
}

/// The core the calling thread runs on; `None` where the system does not say.
pub(super) fn core() -> Option<u16> {
    nix::sched::sched_getcpu().ok().and_then(|core| u16::try_from(core).ok())
}

#[inline]
fn nanoseconds(clock: ClockId) -> Option<u64> {
    let time = clock_gettime(clock).ok()?;
    Some(time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_goes_back() {
        let readings: Vec<u64> = (0..1000).map(|_| now()).collect();
        assert!(readings.is_sorted());
        assert!(readings[0] > 0);
    }

    #[test]
    fn a_threads_processor_time_reads_the_same_from_outside() {
        let tid = nix::unistd::gettid().as_raw() as u32;
        let (before, outside, after) = (thread_cpu(), thread_cpu_of(tid).unwrap(), thread_cpu());
        assert!(before <= outside && outside <= after);
    }

    #[test]
    fn a_thread_on_a_core_was_given_one_once_more_than_it_lost_one() {
        let tid = nix::unistd::gettid().as_raw() as u32;
        let lost = || switches().map(|(waited, taken)| waited + taken).unwrap();
        for _ in 0..100 {
            let (before, given, after) = (lost(), arrivals_of(std::process::id(), tid), lost());
            assert!(
                given.is_none_or(|(given, _)| (before + 1..=after + 1).contains(&given)),
                "{before} {given:?}"
            );
            std::thread::sleep(std::time::Duration::from_micros(10));
        }
    }

    #[test]
    fn the_core_is_known() {
        assert!(core().is_some());
    }
}
