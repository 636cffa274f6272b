//! One temporary folder for the files of all workloads, removed when the notebook ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use crate::error::Error;

static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// The folder; made when first asked for.
pub(crate) fn folder() -> Result<&'static Path, Error> {
    static MAKING: Mutex<Option<Child>> = Mutex::new(None);
    if let Some(folder) = FOLDER.get() {
        return Ok(folder);
    }
    let mut caretaker = MAKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if FOLDER.get().is_none() {
        let made = tempfile::Builder::new().prefix("concurrency-lab-").tempdir().map_err(|error| {
            Error::unavailable(format!(
                "no folder for temporary files can be made in {} ({error}); free some space, or set TMPDIR to \
                 another folder",
                std::env::temp_dir().display()
            ))
        })?;
        // Nothing of a notebook runs when its kernel is killed, so the folder is not kept by this process.
        *caretaker = remove_when_this_process_ends(made.path()).ok();
        let _ = FOLDER.set(made.keep());
    }
    Ok(FOLDER.get().expect("just set"))
}

/// The folder if there is one, to be told to a freshly spawned process.
pub(super) fn known() -> Option<PathBuf> {
    FOLDER.get().cloned()
}

/// In a freshly spawned process: the folder that its parent made.
pub(super) fn adopt(folder: Option<PathBuf>) {
    // On another machine it is not there.
    if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
        // A process that already has one keeps it: both are the same.
        let _ = FOLDER.set(folder);
    }
}

/// Starts a shell that reads from a pipe whose other end only this process holds: the end of file is this process's
/// end, however it came. Then the shell removes the folder.
fn remove_when_this_process_ends(folder: &Path) -> std::io::Result<Child> {
    use std::os::unix::process::CommandExt;
    Command::new("sh")
        .args(["-c", r#"trap "" HUP INT TERM; while read -r _; do :; done; rm -rf -- "$1""#, "sh"])
        .arg(folder)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // An interrupt typed at the terminal goes to the notebook's group only.
        .process_group(0)
        .spawn()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn the_folder_goes_when_the_pipe_closes() {
        let folder = tempfile::tempdir().unwrap().keep();
        std::fs::write(folder.join("file"), "x").unwrap();
        let mut caretaker = remove_when_this_process_ends(&folder).unwrap();
        assert!(folder.exists());
        drop(caretaker.stdin.take());
        let begun = Instant::now();
        while folder.exists() && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(!folder.exists());
        caretaker.wait().unwrap();
    }

    #[test]
    fn the_folder_stays_the_same() {
        assert_eq!(folder().unwrap(), folder().unwrap());
        assert_eq!(known().as_deref(), Some(folder().unwrap()));
    }
}
