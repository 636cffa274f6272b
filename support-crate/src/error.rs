//! The crate's one error: a kind to branch on and one sentence for the reader.

use std::fmt;

/// What sort of trouble an [`Error`] tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value the reader gave is outside what is allowed; found before any work starts.
    BadInput,
    /// Something the machine or system was asked for cannot be had here (a core, a port, a thread, a file).
    Unavailable,
    /// A task or a worker failed while the work ran.
    Failed,
    /// Two models gave different answers to the same work.
    WrongAnswer,
    /// A run was given up because its time was over.
    TimeLimit,
    /// The reader stopped the cell.
    Stopped,
    /// A file or message is not in the expected format.
    Format,
}

/// An opaque error: a kind, and one lower-case sentence that says what was wrong with which value and what to do.
///
/// ```
/// use concurrency_lab::error::{Error, ErrorKind};
/// let error = Error::bad_input("0 tasks: a workload needs at least 1; set `tasks` to 1 or more");
/// assert_eq!(error.kind(), ErrorKind::BadInput);
/// assert!(error.to_string().starts_with("0 tasks"));
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    /// An error of the given kind with a sentence for the reader.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// A value the reader gave is not allowed.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadInput, message)
    }

    /// Something this machine cannot give.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unavailable, message)
    }

    /// A task or a worker failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, message)
    }

    /// The reader stopped it.
    pub(crate) fn stopped(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Stopped, message)
    }

    /// What sort of trouble this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

// A reader meets Debug when a cell ends in an error value: the sentence serves there too.
impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

/// For results that keep only the sentence.
impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.message
    }
}

impl From<subprocess::Error> for Error {
    fn from(error: subprocess::Error) -> Self {
        let kind = match error.kind() {
            subprocess::ErrorKind::BadInput => ErrorKind::BadInput,
            subprocess::ErrorKind::Format => ErrorKind::Format,
            _ => ErrorKind::Unavailable,
        };
        Self::new(kind, error.to_string())
    }
}
