//! How a process can fail to give its answer.

use std::fmt;
use std::time::Duration;

use crate::error::Error;

/// Why a process gave no answer. Shown, it is one sentence.
///
/// ```
/// use subprocess::{Crash, fork};
/// let crash = fork(|| -> u32 { panic!("no coffee") }).join().unwrap_err();
/// assert_eq!(crash, Crash::Panicked("no coffee".into()));
/// assert_eq!(crash.to_string(), "the process panicked: no coffee");
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Crash {
    /// The function panicked, with this message.
    #[error("the process panicked: {0}")]
    Panicked(String),
    /// A signal ended the process: its number and name.
    #[error("the process was ended by signal {0} ({1})")]
    Signalled(i32, String),
    /// The process exited with this code before it answered.
    #[error("the process exited with code {0} before it answered")]
    Exited(i32),
    /// It did not answer within this time, and was killed.
    #[error("the process did not answer within {0:?} and was killed")]
    TimedOut(Duration),
    /// Every thread of the process waited for another one, so it could never answer, and was killed.
    #[error(
        "the process was killed because all its threads waited for one another or for a thread of the parent, which a \
         forked process does not have: build pools and runtimes inside the closure, or use process::spawn"
    )]
    Deadlocked,
    /// It could not be started.
    #[error("the process could not be started: {0}")]
    NotStarted(Error),
    /// It was stopped before it answered: its run of tasks was, or the reader pressed the stop button.
    #[error("stopped before it had an answer")]
    Stopped,
    /// It was part of a job that ended before it answered: why.
    #[error("{0}")]
    JobEnded(String),
    /// It ended, but its answer cannot be had: the reason.
    #[error("the answer of the process is lost: {0}")]
    Lost(String),
}

// A reader meets Debug through `unwrap` and at the end of a cell: the sentence serves there too.
impl fmt::Debug for Crash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
