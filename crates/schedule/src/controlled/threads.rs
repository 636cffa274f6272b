//! `std::thread` under control.

use std::panic::Location;
use std::time::Duration;

pub use shuttle::thread::{
    AccessError, LocalKey, Scope, ScopedJoinHandle, Thread, ThreadId, current, park, park_timeout, scope,
    yield_now,
};
pub use std::thread::{Result, available_parallelism, panicking};

use crate::run::{self, Operation, unseen};

/// `std::thread::JoinHandle` under control.
#[derive(Debug)]
pub struct JoinHandle<T>(shuttle::thread::JoinHandle<T>);

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended.
    ///
    /// # Errors
    /// None here: a run ends with the first panic of a thread, and tells it.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        let thread = usize::from(self.thread().id());
        let wait = Operation { kind: "joins", object: thread, at: Location::caller() };
        unseen(Some(wait), || self.0.join())
    }

    /// The thread.
    pub fn thread(&self) -> &Thread {
        self.0.thread()
    }
}

/// Starts a thread.
#[track_caller]
pub fn spawn<F, T>(run: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    unseen(None, || JoinHandle(shuttle::thread::spawn(run)))
}

/// `std::thread::Builder` under control.
#[derive(Debug, Default)]
pub struct Builder(shuttle::thread::Builder);

impl Builder {
    /// Settings for a thread.
    pub fn new() -> Self {
        Self(shuttle::thread::Builder::new())
    }

    /// With a name.
    #[must_use]
    pub fn name(self, name: String) -> Self {
        Self(self.0.name(name))
    }

    /// The thread's stack is as large as all others here.
    #[must_use]
    pub fn stack_size(self, _: usize) -> Self {
        self
    }

    /// Starts the thread.
    ///
    /// # Errors
    /// None here.
    #[track_caller]
    pub fn spawn<F, T>(self, run: F) -> std::io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        unseen(None, || self.0.spawn(run)).map(JoinHandle)
    }
}

/// A step in which others may go on, for as long as they like: no time passes here.
#[track_caller]
pub fn sleep(_: Duration) {
    Operation { kind: "sleeps", object: 0, at: Location::caller() }.perform(run::turn, |()| String::new());
}
