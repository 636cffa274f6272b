//! Results as files: JSON that says what kind of result it is, so that another file is told apart.

use std::fmt;
use std::fs;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::result::Comparison;
use crate::error::{Error, ErrorKind};
use crate::format;

impl Comparison {
    /// Reads a result back; a file that cannot be read yields a result that says why wherever it is shown.
    pub fn load(path: impl AsRef<Path>) -> Self {
        Self::load_from(path.as_ref())
    }

    fn load_from(path: &Path) -> Self {
        read(COMPARISON, path).unwrap_or_else(|error| Self::problem(error.to_string()))
    }
}

/// What a file of a comparison says that it is.
pub(crate) const COMPARISON: &str = "comparison";
/// Key under which a file says what it is.
const KIND: &str = "concurrency-lab";
/// Key under which a file says how it is laid out, and the layout of today: 1 more with each change that older files do not fit.
const FORMAT: (&str, u64) = ("format", 1);

pub(crate) fn write<T: Serialize>(
    value: &T,
    problem: Option<&str>,
    kind: &str,
    path: &Path,
) -> Result<String, Error> {
    if let Some(problem) = problem {
        return Err(Error::bad_input(format!("nothing to save: {problem}")));
    }
    let name = path.display();
    let refused = |error: &dyn fmt::Display| {
        Error::unavailable(format!(
            "cannot write {name}: {error}; choose a folder that exists and may be written to"
        ))
    };
    let mut value = serde_json::to_value(value).map_err(|error| refused(&error))?;
    value[KIND] = Value::from(kind);
    value[FORMAT.0] = Value::from(FORMAT.1);
    let text = format!("{value:#}");
    // Written beside and moved into place: a full disk leaves the old file, not half of the new one.
    let beside = path.with_extension(format!("{}.saving", std::process::id()));
    fs::write(&beside, &text).and_then(|()| fs::rename(&beside, path)).map_err(|error| {
        let _ = fs::remove_file(&beside);
        refused(&error.kind())
    })?;
    Ok(format!("saved {} to {name}", format::bytes(text.len() as f64)))
}

pub(crate) fn read<T: DeserializeOwned>(kind: &str, path: &Path) -> Result<T, Error> {
    let name = path.display();
    let text = fs::read(path)
        .map_err(|error| Error::unavailable(format!("cannot read {name}: {}", error.kind())))?;
    let broken = |what: &str| Error::new(ErrorKind::Format, format!("{name} {what}"));
    let value: Value = serde_json::from_slice(&text)
        .map_err(|error| broken(&format!("is not a saved {kind}: no valid JSON in line {}", error.line())))?;
    match value.get(KIND).and_then(Value::as_str) {
        Some(found) if found == kind => {}
        Some(found) => {
            return Err(broken(&format!("is a saved {found}, not a {kind}: load it as what it is")));
        }
        None => return Err(broken(&format!("is not a saved {kind}: it was not written by .save(…)"))),
    }
    if value[FORMAT.0] != FORMAT.1 {
        let found =
            value[FORMAT.0].as_u64().map_or("no format".to_owned(), |found| format!("format {found}"));
        let due = FORMAT.1;
        return Err(broken(&format!(
            "has {found}, this version of the course reads format {due}: save it again with this version"
        )));
    }
    serde_json::from_value(value)
        .map_err(|error| broken(&format!("is damaged: {error}; save it again from its notebook")))
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
