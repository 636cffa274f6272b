//! Folders as wholes: listing, copying with times kept, touching.

use crate::command;
use anyhow::{Context, Result};
use std::fs::{self, FileTimes};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// All files below `root`, sorted, without build output and hidden folders.
///
/// # Errors
/// When a folder cannot be read.
pub fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = walk(root, |name| name == "target" || name.starts_with('.'))?;
    found.sort();
    Ok(found)
}

fn walk(root: &Path, is_left_out: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if is_left_out(&entry.file_name().to_string_lossy()) {
                continue;
            }
            if entry.file_type()?.is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    Ok(found)
}

/// Copies what is in `from` to `to` with the times of all files, which Cargo judges freshness by. Where the file system can
/// share blocks between files, it does.
///
/// # Errors
/// When the disk is full or `to` cannot be written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let cannot = || format!("{} cannot be written (`df -h` shows whether the disk is full)", to.display());
    fs::create_dir_all(to).with_context(cannot)?;
    command::output(Command::new("cp").arg("-a").arg(from.join(".")).arg(to)).with_context(cannot)?;
    Ok(())
}

/// Sets the time of all files below `root` to one and the same: now.
///
/// # Errors
/// When a time cannot be set.
pub fn touch(root: &Path) -> Result<()> {
    let now = FileTimes::new().set_modified(SystemTime::now());
    for file in walk(root, |_| false)? {
        fs::File::options().write(true).open(file)?.set_times(now)?;
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
    fn all_files_are_touched_hidden_ones_too_and_alike() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["x", ".fingerprint/a", "target/b"].map(|name| folder.path().join(name));
        for path in &paths {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let times = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH);
            fs::File::create(path).unwrap().set_times(times).unwrap();
        }
        touch(folder.path()).unwrap();
        let times = paths.map(|path| fs::metadata(path).unwrap().modified().unwrap());
        assert!(times[0] > SystemTime::UNIX_EPOCH && times[0] == times[1] && times[1] == times[2]);
    }
}
