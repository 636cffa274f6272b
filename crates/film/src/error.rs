//! The crate's one error: a kind to branch on and one sentence for the reader.

use std::fmt;

/// What sort of trouble an [`Error`] tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A recording was asked for while this thread, or this process's parent, already records.
    AlreadyRecording,
}

/// An opaque error: a kind, and one lower-case sentence that says what was wrong and what to do.
///
/// ```
/// let outer = film::Session::start()?;
/// let inner = film::Session::start().err().unwrap();
/// assert_eq!(inner.kind(), film::ErrorKind::AlreadyRecording);
/// # drop(outer);
/// # Ok::<(), film::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: &'static str,
}

impl Error {
    pub(crate) fn already_recording() -> Self {
        let message =
            "a film inside a film: one recording can be under way at a time; take the inner `film` away";
        Self { kind: ErrorKind::AlreadyRecording, message }
    }

    /// What sort of trouble this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.message)
    }
}

impl std::error::Error for Error {}
