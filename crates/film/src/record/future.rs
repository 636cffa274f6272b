//! Futures that are watched: every poll is running, the time between polls is waiting.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::recorder;
use crate::event::{EventKind, Who};

pin_project! {
    /// A future whose polls are recorded; made by [`watch`] and [`task_async`].
    #[must_use = "a future does nothing unless it is awaited"]
    pub struct Watched<F> {
        #[pin]
        future: F,
        who: Who,
        // What a watched future is called, and the last recording that was told so.
        name: Option<Box<str>>,
        told: u64,
        over: bool,
    }

    impl<F> PinnedDrop for Watched<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if *this.told != 0 && !*this.over {
                recorder::record(*this.who, EventKind::Dropped);
            }
        }
    }
}

/// Wraps one task's async form: every poll is recorded as running, the time between polls as waiting.
pub fn task_async<F: Future>(index: usize, future: F) -> Watched<F> {
    Watched { future, who: Who::Task(index as u32), name: None, told: 0, over: false }
}

/// Records a future of the reader's own under a name, poll by poll.
///
/// ```
/// use film::watch;
/// let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// assert_eq!(runtime.block_on(watch("answer", async { 42 })), 42);
/// ```
pub fn watch<F: Future>(name: impl AsRef<str>, future: F) -> Watched<F> {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let who = Who::Watched(NEXT.fetch_add(1, Ordering::Relaxed));
    Watched { future, who, name: Some(name.as_ref().into()), told: 0, over: false }
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let id = recorder::current();
        if id == 0 {
            return this.future.poll(context);
        }
        let told = std::mem::replace(this.told, id) == id;
        let label = this.name.as_ref().filter(|_| !told).cloned();
        recorder::record_with(*this.who, EventKind::Running, label, false);
        let outer = Restore(recorder::TASK.replace(Some(*this.who)));
        let result = this.future.poll(context);
        drop(outer);
        *this.over = result.is_ready();
        let kind = if *this.over { EventKind::Done } else { EventKind::Waiting };
        recorder::record(*this.who, kind);
        result
    }
}

/// Puts the thread's task before back, also when a poll panics.
pub(super) struct Restore(pub(super) Option<Who>);

impl Drop for Restore {
    fn drop(&mut self) {
        recorder::TASK.set(self.0);
    }
}
