//! Folders as wholes: listing, copying with times kept, touching.

use anyhow::{Context, Result};
use std::fs::{self, FileTimes};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// All files below `root`, sorted, without build output and hidden folders.
///
/// # Errors
/// When a folder cannot be read.
pub fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            if name == "target" || name.to_string_lossy().starts_with('.') {
                continue;
            }
            if entry.file_type()?.is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies `from` to `to` with the times of all files, which Cargo judges freshness by. Where the file system can share
/// blocks between files, it does.
///
/// # Errors
/// When the disk is full or `to` cannot be written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            copy_file(&entry.path(), &target).with_context(|| {
                format!("{} cannot be written (`df -h` shows whether the disk is full)", target.display())
            })?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(from, to)?;
    let modified = fs::metadata(from)?.modified()?;
    fs::File::options().write(true).open(to)?.set_times(FileTimes::new().set_modified(modified))
}

/// Sets the time of all files to now whose own name, or whose folder's, starts with one of `starts`.
///
/// # Errors
/// When a time cannot be set.
pub fn touch_matching(root: &Path, starts: &[&str]) -> Result<()> {
    let now = FileTimes::new().set_modified(SystemTime::now());
    let mut folders = vec![(root.to_path_buf(), false)];
    while let Some((folder, inside)) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            let matches = inside || starts.iter().any(|start| name.to_string_lossy().starts_with(start));
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), matches));
            } else if matches {
                fs::File::options().write(true).open(entry.path())?.set_times(now)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_copy_keeps_the_times() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::create_dir_all(from.join("deep")).unwrap();
        fs::write(from.join("deep/file"), "text").unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let times = FileTimes::new().set_modified(long_ago);
        fs::File::options().write(true).open(from.join("deep/file")).unwrap().set_times(times).unwrap();
        copy(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("deep/file")).unwrap(), "text");
        assert_eq!(fs::metadata(to.join("deep/file")).unwrap().modified().unwrap(), long_ago);
    }

    #[test]
    fn only_what_matches_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["lab-1/x", "other/x", "other/lab-2"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            let times = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH);
            fs::File::options().write(true).open(&path).unwrap().set_times(times).unwrap();
        }
        touch_matching(folder.path(), &["lab-"]).unwrap();
        let time = |name: &str| fs::metadata(folder.path().join(name)).unwrap().modified().unwrap();
        assert_eq!(time("other/x"), SystemTime::UNIX_EPOCH);
        assert!(time("lab-1/x") > SystemTime::UNIX_EPOCH);
        assert!(time("other/lab-2") > SystemTime::UNIX_EPOCH);
    }
}
