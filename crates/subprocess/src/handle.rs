//! What a reader holds of a process that was started.

use std::marker::PhantomData;
use std::thread;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::crash::Crash;
use crate::error::Error;
use crate::observer::observer;
use crate::running::{Child, decode};

/// A process that was started, and the way to its answer; shaped like [`std::thread::JoinHandle`].
///
/// Dropped without [`join`](Handle::join), the process runs on by itself, and what it prints still comes.
pub struct Handle<T> {
    child: Result<Child, Error>,
    answer: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned + 'static> Handle<T> {
    pub(crate) fn new(child: Result<Child, Error>) -> Self {
        Self { child, answer: PhantomData }
    }

    /// Waits until the process has answered and is gone, and everything it printed is shown.
    ///
    /// # Errors
    /// The [`Crash`] that kept it from answering.
    pub fn join(self) -> Result<T, Crash> {
        self.end(None)
    }

    /// Like [`join`](Handle::join), but kills the process if it has not answered within `limit`.
    ///
    /// ```
    /// use subprocess::{Crash, fork};
    /// use std::{thread::sleep, time::Duration};
    /// let slow = fork(|| sleep(Duration::from_secs(60)));
    /// let limit = Duration::from_millis(30);
    /// assert_eq!(slow.join_within(limit), Err(Crash::TimedOut(limit)));
    /// ```
    ///
    /// # Errors
    /// [`Crash::TimedOut`], or any other [`Crash`] that came first.
    pub fn join_within(self, limit: Duration) -> Result<T, Crash> {
        self.end(Some(limit))
    }

    fn end(mut self, limit: Option<Duration>) -> Result<T, Crash> {
        decode(self.take().map_err(Crash::NotStarted)?.answer(limit)?)
    }
}

impl<T> Handle<T> {
    /// The process's number in the system; 0 if it could not be started.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::pid)
    }

    /// Ends the process at once, as `kill -9` does; [`join`](Handle::join) then tells so.
    pub fn kill(&self) {
        if let Ok(child) = &self.child {
            child.kill();
        }
    }

    /// Whether [`join`](Handle::join) would return without waiting for work: the answer is on its way, or the
    /// process is gone.
    pub fn is_finished(&self) -> bool {
        self.child.as_ref().map_or(true, |child| !child.is_here() || child.wait(Duration::ZERO))
    }

    /// Leaves nothing for the end of the handle to look after.
    fn take(&mut self) -> Result<Child, Error> {
        std::mem::replace(&mut self.child, Err(Error::unavailable("it was joined before")))
    }
}

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        if let Ok(child) = self.take()
            && child.is_here()
        {
            // A thread waits for it. If that is refused, the child is ended as the closure is dropped.
            let _ = thread::Builder::new().stack_size(128 * 1024).spawn(move || {
                (observer().hide_thread)();
                child.answer(None)
            });
        }
    }
}
