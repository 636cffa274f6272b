//! The crate's one error: a kind to branch on and one sentence for the reader.

use std::fmt;

/// What sort of trouble an [`Error`] tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value that was given is outside what is allowed.
    BadInput,
    /// A file cannot be written.
    Unwritable,
}

/// An opaque error: a kind, and one lower-case sentence that says what was wrong with which value and what to do.
///
/// ```
/// use figure::{ErrorKind, Pixels};
/// let error = Pixels::new(2, 2, vec![0; 3]).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::BadInput);
/// assert!(error.to_string().contains("takes 12 bytes"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// What sort of trouble this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

// A reader meets Debug when a cell ends in an error value: the sentence serves there too.
impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
