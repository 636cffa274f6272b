//! From what was measured to the figures of it: series are computed here and drawn by the crate `figure`.

mod comparison;
mod costs;
mod growth;
mod picture;
mod scaling;

use crate::error::{Error, ErrorKind};

impl From<figure::Error> for Error {
    fn from(error: figure::Error) -> Self {
        let kind = match error.kind() {
            figure::ErrorKind::BadInput => ErrorKind::BadInput,
            _ => ErrorKind::Unavailable,
        };
        Self::new(kind, error.to_string())
    }
}
