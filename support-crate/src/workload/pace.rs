//! Things to do for a given time: compute, or wait. The demonstrations are made of them.

use std::hint::black_box;
use std::task::Poll;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

use crate::stop::stop_asked;
use crate::trace;

/// How often a wait looks for the stop button.
const LOOK: Duration = Duration::from_millis(50);

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

/// Waits for `wait`, blocking the thread, as a call that waits for an answer does; a film shows it as waiting. The stop button ends it.
///
/// ```
/// use concurrency_lab::prelude::*;
/// pause(us(200));
/// ```
pub fn pause(wait: Duration) {
    let end = Instant::now().checked_add(wait);
    let left = || end.map_or(LOOK, |end| end.saturating_duration_since(Instant::now()));
    trace::waiting(|| {
        while !left().is_zero() && !stop_asked() {
            std::thread::sleep(left().min(LOOK));
        }
    });
}

/// Gives way once: this task goes to the end of its thread's queue, so that all that are in it come first, in their order.
///
/// Tokio's own `yield_now` puts tasks aside until none is ready, and then queues them again last to first: see its page
/// on <https://docs.rs/tokio>, "Non-guarantees". Two tasks that give way by it do not alternate. It looks at the timers first,
/// though, which a queue that is never empty has looked at only now and then: a task that computes lets sleepers in by that one.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// runtime.block_on(yield_in_turn());
/// ```
pub async fn yield_in_turn() {
    let mut gave_way = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut gave_way, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Processor time that this thread has used.
pub(crate) fn thread_time() -> Duration {
    // Linux has had this clock since 2.6; where it is missing no time passes and `busy` must still end.
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::MAX, Duration::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn tasks_that_yield_in_turn_alternate() {
        let order = Arc::new(Mutex::new(Vec::new()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let task = |name: usize| {
            let order = order.clone();
            tokio::spawn(async move {
                for _ in 0..3 {
                    order.lock().unwrap().push(name);
                    yield_in_turn().await;
                }
            })
        };
        runtime.block_on(async {
            for task in [0, 1, 2].map(task) {
                task.await.unwrap();
            }
        });
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 0, 1, 2, 0, 1, 2]);
    }

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
