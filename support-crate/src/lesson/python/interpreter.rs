//! Finds a Python 3 and runs scripts in it: each is a file of its own in this folder, stands alone and prints one line of JSON.

use std::fmt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::stop::{self, stop_asked};
use crate::units::{ms, secs};

/// Names the interpreter to use instead of the `python3` on the PATH.
const VARIABLE: &str = "CONCURRENCY_LAB_PYTHON";
/// No script takes more than a few seconds where it has a core; one that takes so long is stuck.
const LIMIT: Duration = secs(30);

/// A script that ships with the crate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// The script in the file of this name.
macro_rules! script {
    ($file:literal) => {
        $crate::lesson::python::Script {
            name: $file,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lesson/python/", $file)),
        }
    };
}
pub(crate) use script;

/// A Python 3 that was found on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Python {
    executable: PathBuf,
    /// Its kind, its version and whether it has a GIL.
    kind: String,
}

impl Python {
    /// Finds the interpreter that `CONCURRENCY_LAB_PYTHON` names, or else `python3`; looked for once.
    ///
    /// # Errors
    /// When there is none, with what to do.
    pub fn find() -> Result<Self, Error> {
        static FOUND: OnceLock<Result<Python, Error>> = OnceLock::new();
        FOUND.get_or_init(|| Self::ask(std::env::var_os(VARIABLE).map(PathBuf::from))).clone()
    }

    fn ask(named: Option<PathBuf>) -> Result<Self, Error> {
        let program = named.unwrap_or_else(|| "python3".into());
        let missing = format!(
            "{} is no Python 3 that runs: install Python 3, or set {VARIABLE} to one",
            program.display()
        );
        run(&program, script!("about.py"), &[]).map_err(|_| Error::unavailable(missing))
    }

    /// Runs a script and reads the last line it prints as JSON.
    pub(crate) fn run<T: DeserializeOwned>(&self, script: Script, arguments: &[String]) -> Result<T, Error> {
        run(&self.executable, script, arguments)
    }
}

impl fmt::Display for Python {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.kind)
    }
}

fn run<T: DeserializeOwned>(program: &Path, script: Script, arguments: &[String]) -> Result<T, Error> {
    let failed = |why: String| Error::failed(format!("the Python script {} failed: {why}", script.name));
    let folder = tempfile::tempdir().map_err(|error| failed(format!("no temporary folder: {error}")))?;
    // A file, not `-c`: multiprocessing's spawn imports the main module from its file.
    let file = folder.path().join(script.name);
    let child = std::fs::write(&file, script.text).and_then(|()| {
        let mut python = Command::new(program);
        python.arg("-I").arg(&file).args(arguments);
        python.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that what is stuck can be ended with the processes it started.
        python.process_group(0).spawn()
    });
    let child = child.map_err(|error| failed(error.to_string()))?;
    let group = Pid::from_raw(child.id() as i32);
    let (ended, wait) = mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait_with_output()));
    let start = Instant::now();
    let going_on = || start.elapsed() < LIMIT && !stop_asked();
    let output = std::iter::repeat_with(|| wait.recv_timeout(ms(20)).ok())
        .take_while(|output| output.is_some() || going_on());
    let Some(output) = output.flatten().next() else {
        let _ = killpg(group, Signal::SIGKILL);
        stop::check()?;
        return Err(failed(format!("it had not ended after {} s", LIMIT.as_secs())));
    };
    let output = output.map_err(|error| failed(error.to_string()))?;
    let last_line =
        |text: &[u8]| String::from_utf8_lossy(text).lines().last().unwrap_or("it printed nothing").to_owned();
    if !output.status.success() {
        return Err(failed(last_line(&output.stderr)));
    }
    serde_json::from_str(&last_line(&output.stdout)).map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_missing_and_what_to_do() {
        let error = Python::ask(Some("/nowhere/python".into())).unwrap_err();
        assert!(error.to_string().contains("CONCURRENCY_LAB_PYTHON"), "{error}");
        let error = Python::ask(Some("/bin/true".into())).unwrap_err();
        assert!(error.to_string().contains("no Python 3 that runs"), "{error}");
    }

    #[test]
    fn a_script_that_fails_is_told_by_its_last_line() {
        let Ok(python) = Python::find() else { return println!("skipped: no python3 here") };
        let broken = Script { name: "broken.py", text: "raise ValueError('no')" };
        let error = python.run::<u8>(broken, &[]).unwrap_err();
        assert_eq!(error.to_string(), "the Python script broken.py failed: ValueError: no");
        let chatty = Script { name: "chatty.py", text: "print('x' * 1_000_000)\nprint(7)" };
        assert_eq!(python.run::<u8>(chatty, &[]).unwrap(), 7);
    }
}
