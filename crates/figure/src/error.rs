//! The crate's one error: one sentence for the reader.

use std::fmt;

/// One lower-case sentence that says what was wrong with which value or file, and what to do.
///
/// ```
/// let error = figure::Pixels::new(2, 2, vec![0; 3]).unwrap_err();
/// assert!(error.to_string().contains("takes 12 bytes"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error(pub(crate) String);

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

// A reader meets Debug when a cell ends in an error value: the sentence serves there too.
impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
