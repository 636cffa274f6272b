//! Folders as wholes: listing and copying.

use anyhow::{Context, Result, anyhow};
use std::fs::{self, FileTimes};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What `folder` holds; nothing where there is no such folder.
pub fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

/// All files below `root`, sorted, without build output and hidden folders.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let counts = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name != "target" && !name.starts_with('.')
    };
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    let mut found: Vec<PathBuf> = entries(root).filter(counts).flat_map(below).collect();
    found.sort();
    found
}

/// The megabytes of disk that a file or folder takes, rounded up; none where there is no such thing.
pub fn megabytes(path: &Path) -> u64 {
    bytes(path).div_ceil(1_000_000)
}

fn bytes(path: &Path) -> u64 {
    let Ok(about) = fs::symlink_metadata(path) else { return 0 };
    let below = about.is_dir().then(|| entries(path).map(|path| bytes(&path)).sum());
    about.blocks() * 512 + below.unwrap_or(0)
}

/// Writes a file, and its folder where that is missing.
///
/// # Errors
/// When the disk is full or the folder cannot be written.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).and_then(|()| fs::write(path, content)).map_err(unwritable(path))
}

/// Puts a file in the place of another, or of none, at once: nobody reads half of it, and whoever is interrupted keeps the old one.
///
/// # Errors
/// When the disk is full or the folder cannot be written.
pub fn replace(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    let part = path.with_added_extension(format!("{}.part", std::process::id()));
    let replaced = write(&part, content).and_then(|()| fs::rename(&part, path).map_err(unwritable(path)));
    if replaced.is_err() {
        let _ = fs::remove_file(part);
    }
    replaced
}

/// That a file or folder could not be written, and why.
pub fn unwritable(path: &Path) -> impl Fn(io::Error) -> anyhow::Error {
    move |error| anyhow!("{} cannot be written: {error} (`df -h` shows how full the disk is)", path.display())
}

/// Removes a folder with all that it holds.
///
/// # Errors
/// When a part of it may not be removed.
pub fn remove(folder: &Path) -> Result<()> {
    fs::remove_dir_all(folder)
        .map_err(|error| anyhow!("{0} cannot be removed: {error}; run `chmod -R u+w {0}`", folder.display()))
}

/// Finds out whether files can be made in `folder`, before work is done whose result would be lost.
///
/// # Errors
/// When they cannot: why.
pub fn check_writable(folder: &Path) -> Result<()> {
    tempfile::tempfile_in(folder).map(drop).map_err(unwritable(folder))
}

/// Copies `from` to `to`. The files have the times that they had, which Cargo judges freshness by, or all of them `time`. Where
/// the file system can share blocks between files, it does.
///
/// # Errors
/// When the disk is full or `to` cannot be written.
pub fn copy(from: &Path, to: &Path, time: Option<SystemTime>) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, time)?;
        } else {
            copy_file(&entry.path(), &target, time).map_err(unwritable(&target))?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path, time: Option<SystemTime>) -> std::io::Result<()> {
    fs::copy(from, to)?;
    let time = time.map_or_else(|| fs::metadata(from)?.modified(), Ok)?;
    fs::File::options().write(true).open(to)?.set_times(FileTimes::new().set_modified(time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_folder_takes_what_its_files_take() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("deep/file"), vec![1; 2_500_000]).unwrap();
        std::os::unix::fs::symlink("deep/file", folder.path().join("link")).unwrap();
        assert_eq!((megabytes(folder.path()), megabytes(&folder.path().join("none"))), (3, 0));
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let [file, taken] = ["file", "taken"].map(|name| folder.path().join(name));
        fs::create_dir_all(taken.join("by a folder")).unwrap();
        for content in ["old", "new"] {
            replace(&file, content).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), content);
        }
        assert!(replace(&taken, "new").unwrap_err().to_string().contains("taken cannot be written"));
        assert_eq!(entries(folder.path()).count(), 2);
    }

    #[test]
    fn a_copy_has_the_times_that_are_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("from");
        fs::create_dir_all(from.join("deep")).unwrap();
        fs::write(from.join("deep/file"), "text").unwrap();
        let [old, new] = [1, 2].map(|count| SystemTime::UNIX_EPOCH + Duration::from_secs(count * 1_000_000));
        let times = FileTimes::new().set_modified(old);
        fs::File::options().write(true).open(from.join("deep/file")).unwrap().set_times(times).unwrap();
        for (name, time, due) in [("kept", None, old), ("new", Some(new), new)] {
            let to = folder.path().join(name);
            copy(&from, &to, time).unwrap();
            assert_eq!(fs::read_to_string(to.join("deep/file")).unwrap(), "text");
            assert_eq!(fs::metadata(to.join("deep/file")).unwrap().modified().unwrap(), due);
        }
    }
}
