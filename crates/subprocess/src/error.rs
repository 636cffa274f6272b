//! The crate's one error: a kind to branch on and one sentence for the reader.

use std::fmt;

/// What sort of trouble an [`Error`] tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value that was given is outside what is allowed; found before any work starts.
    BadInput,
    /// Something the system was asked for cannot be had here: a process, a descriptor, a function's machine code.
    Unavailable,
    /// A value cannot be written as bytes, or bytes are not the value they are read as.
    Format,
}

/// An opaque error: a kind, and one lower-case sentence that says what was wrong with which value and what to do.
///
/// ```
/// use subprocess::{ErrorKind, Workers};
/// let error = Workers::fork(0, |index| index).err().unwrap();
/// assert_eq!(error.kind(), ErrorKind::BadInput);
/// assert!(error.to_string().starts_with("0 workers"));
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    /// An error of this kind with a sentence for the reader.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadInput, message)
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unavailable, message)
    }

    pub(crate) fn format(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Format, message)
    }

    /// What sort of trouble this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

// A reader meets Debug through `unwrap`: the sentence serves there too.
impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}
