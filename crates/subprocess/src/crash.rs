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
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Crash {
    /// The function panicked, with this message.
    Panicked(String),
    /// A signal ended the process: its number and name.
    Signalled(i32, String),
    /// The process exited with this code before it answered.
    Exited(i32),
    /// It did not answer within this time, and was killed.
    TimedOut(Duration),
    /// Every thread of the process waited for another one, so it could never answer, and was killed.
    Deadlocked,
    /// It could not be started.
    NotStarted(Error),
    /// It was stopped before it answered: its run of tasks was, or the reader pressed the stop button.
    Stopped,
    /// It ended, but its answer cannot be had: the reason.
    Lost(String),
}

impl fmt::Display for Crash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked(message) => write!(out, "the process panicked: {message}"),
            Self::Signalled(number, name) => write!(out, "the process was ended by signal {number} ({name})"),
            Self::Exited(code) => write!(out, "the process exited with code {code} before it answered"),
            Self::TimedOut(limit) => write!(out, "the process did not answer within {limit:?} and was killed"),
            Self::Deadlocked => out.write_str(
                "the process was killed because all its threads waited for one another or for a thread of the \
                 parent, which a forked process does not have: build pools and runtimes inside the closure, or \
                 use process::spawn",
            ),
            Self::NotStarted(error) => write!(out, "the process could not be started: {error}"),
            Self::Stopped => out.write_str("stopped before it had an answer"),
            Self::Lost(reason) => write!(out, "the answer of the process is lost: {reason}"),
        }
    }
}

// A reader meets Debug through `unwrap` and at the end of a cell: the sentence serves there too.
impl fmt::Debug for Crash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl std::error::Error for Crash {}
