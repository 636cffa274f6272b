//! A monitor: a value behind a lock, and a condition variable that tells of each change to it.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A value that threads share and whose changes they can wait for.
#[derive(Debug, Default)]
pub(crate) struct Monitor<T> {
    state: Mutex<T>,
    changed: Condvar,
}

impl<T> Monitor<T> {
    /// Looks at the value or changes it, and wakes all who wait.
    pub(crate) fn with<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let answer = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
        answer
    }

    /// Blocks while `condition` holds, for at most `patience`; whether it no longer holds.
    pub(crate) fn wait_while(&self, patience: Duration, condition: impl FnMut(&mut T) -> bool) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(state, patience, condition);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}
