//! Whether folders can be written and their disks have space: asked before any work starts.

use anyhow::{Result, anyhow, bail};
use nix::sys::statvfs::statvfs;
use std::path::Path;

/// The gigabytes free on the disk of `folder`, of which set-up needs so many.
///
/// # Errors
/// When the folder cannot be written or has less space: one sentence with the command that mends it.
pub fn check(folder: &Path, needed: f64) -> Result<f64> {
    let there = folder.ancestors().find(|path| path.is_dir()).unwrap_or(folder);
    let (name, place) = (folder.display(), there.display());
    let tried = tempfile::Builder::new().prefix(".concurrency-lab-").tempfile_in(there);
    tried.map_err(|_| anyhow!("{name} cannot be written; run `chmod u+w {place}`"))?;
    let disk = statvfs(there)?;
    let free = disk.blocks_available() as f64 * disk.fragment_size() as f64 / 1e9;
    if free < needed {
        bail!(
            "{name} has {free:.1} GB free, set-up needs {needed} GB there; free some (`df -h` shows where)"
        );
    }
    Ok(free)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_tells_its_space_and_when_it_is_too_little() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check(&folder.path().join("not/yet/there"), 0.0).unwrap() > 0.0);
        let error = check(folder.path(), 1e9).unwrap_err().to_string();
        assert!(error.contains("GB free, set-up needs 1000000000 GB") && error.contains("df -h"), "{error}");
    }

    #[test]
    fn a_folder_that_cannot_be_written_names_its_mend() {
        // Nobody, root included, makes files there.
        let error = check(Path::new("/proc/self/fd"), 0.0).unwrap_err().to_string();
        assert!(error.contains("cannot be written; run `chmod u+w /proc/self/fd"), "{error}");
    }
}
