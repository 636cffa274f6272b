//! File locks that the system releases when their holder ends, however it ends.

use anyhow::{Context, Result};
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use std::fs::File;
use std::path::Path;

/// A lock held until it is dropped; where its holder is killed, until every process that inherited it has ended.
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock at `path`; where another process holds it, says so by what that one `does`, and waits.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn take(path: &Path, does: &str) -> Result<Self> {
        let file = open(path)?;
        if file.try_lock().is_err() {
            eprintln!("another set-up is {does}; this one goes on when it has ended");
            file.lock().with_context(|| format!("{} could not be locked", path.display()))?;
        }
        Ok(Self { file })
    }

    /// Takes the lock at `path` if nobody holds it.
    pub fn try_take(path: &Path) -> Option<Self> {
        let file = open(path).ok()?;
        file.try_lock().ok().map(|()| Self { file })
    }

    /// Takes the lock at `path` together with others that take it so; nothing if somebody holds it alone.
    pub fn try_share(path: &Path) -> Option<Self> {
        let file = open(path).ok()?;
        file.try_lock_shared().ok().map(|()| Self { file })
    }

    /// Lets the programs that this process starts, or turns into, hold the lock too.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn share_with_children(&self) -> Result<()> {
        fcntl(&self.file, FcntlArg::F_SETFD(FdFlag::empty()))?;
        Ok(())
    }

    /// Holds the lock for as long as this process, or a program that it starts or turns into, lives.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn hold_to_the_end(self) -> Result<()> {
        self.share_with_children()?;
        std::mem::forget(self);
        Ok(())
    }
}

impl Drop for Lock {
    // Closing the file is not enough: a program that another thread is just starting holds a copy of it.
    fn drop(&mut self) {
        _ = self.file.unlock();
    }
}

fn open(path: &Path) -> Result<File> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let file = File::options().create(true).append(true).open(path);
    file.with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_lock_is_free_while_a_program_being_started_has_a_copy_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let lock = Lock::try_take(&path).unwrap();
        let _copy = lock.file.try_clone().unwrap();
        drop(lock);
        assert!(Lock::try_take(&path).is_some());
    }

    #[test]
    fn a_shared_lock_keeps_others_from_taking_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let shared = [Lock::try_share(&path).unwrap(), Lock::try_share(&path).unwrap()];
        assert!(Lock::try_take(&path).is_none());
        drop(shared);
        assert!(Lock::try_take(&path).is_some());
    }

    #[test]
    fn a_lock_is_exclusive_until_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = Lock::try_take(&path).unwrap();
        assert!(Lock::try_take(&path).is_none());
        drop(first);
        assert!(Lock::try_take(&path).is_some());
    }
}
