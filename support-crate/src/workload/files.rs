//! Reading real files.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::content::{Content, noise};
use super::{Workload, check, descriptors, erased_here, scratch, words};
use crate::error::Error;
use crate::trace;
use crate::units::{KIB, MIB};

const MAX_SIZE: usize = 1024 * MIB;
const MAX_TOTAL: usize = 4 * 1024 * MIB;

/// Reads real files from a temporary folder; a task reads one, and its value is the file's [`Content`].
///
/// The files are written once, before any timing, and go when the notebook ends. They are then read from the system's
/// page cache, not from the disk: what is measured is the call into the system and the copy. The async form is
/// `tokio::fs`, which has no other way than to read on threads of its own that may block.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let contents = values(Files { files: 3, size: 2 * KIB }, Async).unwrap();
/// assert_eq!(contents[0].bytes, 2048);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Files {
    /// How many files.
    pub files: usize,
    /// Size of each, in bytes.
    pub size: usize,
}

impl Files {
    /// Where they are, written if they are not there yet.
    ///
    /// # Errors
    ///
    /// They cannot be written.
    pub fn paths(&self) -> Result<Vec<PathBuf>, Error> {
        self.prepare()?;
        (0..self.files).map(|index| self.path(index)).collect()
    }

    fn path(&self, index: usize) -> Result<PathBuf, Error> {
        Ok(scratch::folder()?.join(format!("files of {}", self.size)).join(index.to_string()))
    }

    fn unreadable(&self, error: &std::io::Error) -> Error {
        Error::failed(format!("a file cannot be read ({error}); {}", descriptors::advice(error)))
    }
}

impl Workload for Files {
    type Output = Content;
    const HAS_ASYNC_FORM: bool = true;

    fn title(&self) -> String {
        format!("{} of {}", words::counted(self.files, "file", "files"), words::size(self.size))
    }

    fn tasks(&self) -> usize {
        self.files
    }

    fn validate(&self) -> Result<(), Error> {
        check::number("files", self.files, 1..=100_000)?;
        check::size("size", self.size, 1..=MAX_SIZE)?;
        check::size("files × size", self.files.saturating_mul(self.size), 1..=MAX_TOTAL)
    }

    fn prepare(&self) -> Result<(), Error> {
        let cannot = |error: std::io::Error| {
            let total = words::size(self.files * self.size.max(KIB));
            Error::unavailable(format!(
                "{total} of files cannot be written ({error}); free some space or ask for less"
            ))
        };
        std::fs::create_dir_all(self.path(0)?.parent().expect("a file is in a folder")).map_err(cannot)?;
        for index in 0..self.files {
            let path = self.path(index)?;
            let there = std::fs::metadata(&path).is_ok_and(|found| found.len() == self.size as u64);
            if !there {
                std::fs::write(&path, noise(index as u64, self.size)).map_err(cannot)?;
            }
        }
        Ok(())
    }

    fn task(&self, index: usize) -> Result<Content, Error> {
        let path = self.path(index)?;
        let bytes = trace::waiting(|| std::fs::read(path)).map_err(|error| self.unreadable(&error))?;
        Ok(Content::of(&bytes))
    }

    async fn task_async(&self, index: usize) -> Result<Content, Error> {
        let path = self.path(index)?;
        let bytes = tokio::fs::read(path).await.map_err(|error| self.unreadable(&error))?;
        Ok(Content::of(&bytes))
    }

    erased_here!(plain data);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_those_of_the_seed() {
        let files = Files { files: 3, size: 1_001 };
        files.prepare().unwrap();
        for index in 0..3 {
            assert_eq!(files.task(index).unwrap(), Content::of(&noise(index as u64, 1_001)));
        }
    }

    #[test]
    fn too_much_is_refused_before_it_is_written() {
        let message = |files, size| Files { files, size }.validate().unwrap_err().to_string();
        assert!(message(0, 1).starts_with("files: 0"));
        assert!(message(1, 0).starts_with("size: 0 B"));
        assert!(message(10_000, MIB).starts_with("files × size: 9.77 GiB"));
    }
}
