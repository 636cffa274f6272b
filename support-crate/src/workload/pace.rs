//! Things to do for a given time: compute, or wait. The demonstrations are made of them.

use std::hint::black_box;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

use crate::stop::stop_asked;
use crate::trace;

/// Computes until this thread has used `work` of processor time, or the reader stops the cell.
///
/// Processor time, not time on the wall: two threads that share one core take twice as long, as real work would.
///
/// ```
/// use concurrency_lab::prelude::*;
/// busy(us(200));
/// ```
pub fn busy(work: Duration) {
    let end = thread_time().saturating_add(work);
    let mut value = 0u64;
    while thread_time() < end && !stop_asked() {
        for step in 0..200 {
            value = black_box(value.rotate_left(5) ^ step);
        }
        trace::computing();
    }
}

/// Waits for `wait`, blocking the thread, as a call that waits for an answer does; a film shows it as waiting.
///
/// ```
/// use concurrency_lab::prelude::*;
/// pause(us(200));
/// ```
pub fn pause(wait: Duration) {
    trace::waiting(|| std::thread::sleep(wait));
}

/// Processor time that this thread has used.
fn thread_time() -> Duration {
    // Linux has had this clock since 2.6; where it is missing no time passes and `busy` must still end.
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::MAX, Duration::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_uses_the_processor_and_pause_does_not() {
        let before = thread_time();
        pause(Duration::from_millis(5));
        let waited = thread_time() - before;
        let before = thread_time();
        busy(Duration::from_millis(5));
        let computed = thread_time() - before;
        assert!(computed >= Duration::from_millis(5), "{computed:?}");
        assert!(waited < Duration::from_millis(5), "{waited:?}");
    }
}
