//! Whether folders can be written and their disks have space: asked before any work starts.

use crate::paths::{Cache, Checkout};
use anyhow::{Result, anyhow, bail};
use nix::sys::statvfs::statvfs;
use std::path::Path;

/// What the kernel, the prepared folder and the packages take of the cache, in bytes.
const CACHE: f64 = 1.5e9;
/// What the environment and the lab itself take of the checkout, in bytes.
const CHECKOUT: f64 = 0.5e9;

/// Checks the checkout and the cache folder.
///
/// # Errors
/// When one cannot be written or has too little space: one sentence with the command that mends it.
pub fn check(checkout: &Checkout, cache: &Cache) -> Result<()> {
    for (folder, needed) in [(checkout.root(), CHECKOUT), (cache.root(), CACHE)] {
        writable(folder)?;
        if let Some(free) = free(folder).filter(|free| *free < needed) {
            bail!(
                "{} has {:.1} GB free, the set-up needs {:.1} GB there; free some (`df -h` shows where)",
                folder.display(),
                free / 1e9,
                needed / 1e9
            );
        }
    }
    Ok(())
}

/// For `cargo lab doctor`: the folder with its free space.
///
/// # Errors
/// When it cannot be written.
pub fn told(folder: &Path) -> Result<String> {
    writable(folder)?;
    let space = free(folder).map_or(String::new(), |free| format!(", {:.0} GB free", free / 1e9));
    Ok(format!("{}{space}", folder.display()))
}

/// The folder, or the nearest one above it that exists.
fn nearest(folder: &Path) -> &Path {
    folder.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("/"))
}

fn writable(folder: &Path) -> Result<()> {
    let nearest = nearest(folder);
    let tried = tempfile::Builder::new().prefix(".concurrency-lab-").tempfile_in(nearest);
    tried.map(drop).map_err(|error| {
        let error = error.to_string().to_lowercase();
        let why =
            error.split(" (os error").next().unwrap_or_default().split(" at path").next().unwrap_or_default();
        anyhow!("{} cannot be written ({why}); run `chmod u+w {}`", folder.display(), nearest.display())
    })
}

/// Bytes free for this user on the folder's disk, where the system tells.
fn free(folder: &Path) -> Option<f64> {
    let disk = statvfs(nearest(folder)).ok()?;
    Some(disk.blocks_available() as f64 * disk.fragment_size() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_can_be_written_tells_its_space() {
        let folder = tempfile::tempdir().unwrap();
        assert!(told(folder.path()).unwrap().contains("GB free"));
        assert!(told(&folder.path().join("not/yet/there")).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_written_names_its_mend() {
        // Nobody, root included, makes files there.
        let error = told(Path::new("/proc/self/fd")).unwrap_err().to_string();
        assert!(
            error.contains("cannot be written (") && error.contains("chmod u+w /proc/self/fd"),
            "{error}"
        );
        assert!(!error.contains("os error"), "{error}");
    }
}
