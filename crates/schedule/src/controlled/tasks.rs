//! Tasks of an async program under control: whenever one runs on from an `.await`, it is a step.

use std::future::Future;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

pub use shuttle::future::{JoinHandle, yield_now};

use crate::run::{self, At, Operation, unseen};

/// A task's future, whose every poll is a step.
struct Steps<F> {
    future: Pin<Box<F>>,
    at: At,
    /// What the next step does.
    kind: &'static str,
}

impl<F: Future> Future for Steps<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let kind = std::mem::replace(&mut self.kind, "runs on");
        Operation { kind, object: 0, at: self.at }.perform(run::turn, |()| String::new());
        let polled = self.future.as_mut().poll(context);
        if polled.is_pending() {
            // It is woken by others, and then stands before its next step.
            let me = run::me();
            run::with(|run| run.stand(me).visible = false);
        }
        polled
    }
}

fn steps<F: Future>(kind: &'static str, future: F, at: At) -> Steps<F> {
    Steps { future: Box::pin(future), at, kind }
}

/// Starts a task.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let at = Location::caller();
    unseen(None, || shuttle::future::spawn(steps("begins", future, at)))
}

/// Starts a task that need not be moved between threads.
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let at = Location::caller();
    unseen(None, || shuttle::future::spawn_local(steps("begins", future, at)))
}

/// Runs a future, and the tasks that it starts.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    shuttle::future::block_on(steps("begins", future, Location::caller()))
}

/// Ends whenever the scheduler says so: no time passes here.
#[track_caller]
pub fn sleep(_: Duration) -> impl Future<Output = ()> {
    let at = Location::caller();
    async move {
        let timer = unseen(None, || shuttle::future::spawn(steps("ends a sleep", async {}, at)));
        drop(timer.await);
    }
}

/// A future, given up whenever the scheduler says so.
///
/// # Errors
/// If it was given up.
#[track_caller]
pub fn timeout<F: Future>(limit: Duration, future: F) -> impl Future<Output = Result<F::Output, Elapsed>> {
    let limit = sleep(limit);
    async move {
        let (mut future, mut limit) = (pin!(future), pin!(limit));
        std::future::poll_fn(move |context| {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                return Poll::Ready(Ok(value));
            }
            limit.as_mut().poll(context).map(|()| Err(Elapsed))
        })
        .await
    }
}

/// The time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;
