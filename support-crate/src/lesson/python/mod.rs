//! CPython beside Rust: the deck's claims were made about Python, so they are put to it too where it is installed.
//!
//! Scripts are files in this folder; each stands alone and prints one line of JSON.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::measure::SideThread;
use crate::stop;
use crate::units::{ms, secs};

/// Names the interpreter to use instead of the `python3` on the PATH.
const VARIABLE: &str = "CONCURRENCY_LAB_PYTHON";
/// No script takes more than a few seconds; one that does is stuck.
const LIMIT: Duration = secs(30);

/// Name and text of a script.
pub(crate) type Script<'a> = (&'a str, &'a str);

/// The script in the file of this name.
macro_rules! script {
    ($file:literal) => {
        ($file, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lesson/python/", $file)))
    };
}
pub(crate) use script;

/// A Python 3 that was found on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Python {
    executable: PathBuf,
    /// Its kind, its version and whether it has a GIL.
    pub kind: String,
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

/// Runs a program by this machine's Python, which prints under the interpreter's name; where there is no Python, or the program
/// fails, one sentence says so in the end.
///
/// ```
/// concurrency_lab::prelude::python("print(sum(range(4)))");
/// ```
pub fn python(program: &str) {
    let ran = Python::find().and_then(|python| {
        println!("{}:", python.kind);
        // Straight to where this process prints: what was printed before it fails or is stopped is seen too.
        executed(&python.executable, ("program.py", program), &[], Stdio::inherit())
    });
    match ran {
        // Warnings, as of a coroutine that nobody awaited.
        Ok(output) => eprint!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(problem) => println!("{problem}"),
    }
}

fn run<T: DeserializeOwned>(program: &Path, script: Script, arguments: &[String]) -> Result<T, Error> {
    let printed = executed(program, script, arguments, Stdio::piped())?.stdout;
    serde_json::from_str(last_line(&String::from_utf8_lossy(&printed)))
        .map_err(|error| failed(script, &error.to_string()))
}

fn failed((name, _): Script, why: &str) -> Error {
    Error::failed(format!("the Python script {name} failed: {why}"))
}

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or("it printed nothing")
}

/// Runs a script that prints to `out` to its good end.
fn executed(program: &Path, script: Script, arguments: &[String], out: Stdio) -> Result<Output, Error> {
    let (name, text) = script;
    let failed = |why: String| failed(script, &why);
    let folder = tempfile::tempdir().map_err(|error| failed(format!("no temporary folder: {error}")))?;
    // A file, not `-c`: multiprocessing's spawn imports the main module from its file.
    let file = folder.path().join(name);
    let child = std::fs::write(&file, text).and_then(|()| {
        let mut python = Command::new(program);
        python.arg("-I").arg(&file).args(arguments);
        python.stdin(Stdio::null()).stdout(out).stderr(Stdio::piped());
        // A group of its own, so that what is stuck can be ended with the processes it started.
        python.process_group(0).spawn()
    });
    let child = child.map_err(|error| failed(error.to_string()))?;
    let group = Pid::from_raw(child.id() as i32);
    let output = SideThread::default().call(Instant::now() + LIMIT, move || child.wait_with_output())?;
    let Some(output) = output else {
        // Asked first, so that it prints what it holds back; it has as long as nobody minds.
        let _ = killpg(group, Signal::SIGINT);
        std::thread::sleep(ms(200));
        let _ = killpg(group, Signal::SIGKILL);
        stop::check()?;
        return Err(failed(format!("it had not ended after {} s", LIMIT.as_secs())));
    };
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(last_line(&String::from_utf8_lossy(&output.stderr)).to_owned()));
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_prints_one_line_of_json() {
        let python = match Python::find() {
            Ok(python) => python,
            Err(why) => return println!("skipped: {why}"),
        };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lesson/python");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        for path in files.filter(|path| path.extension().is_some_and(|ending| ending == "py")) {
            let text = std::fs::read_to_string(&path).unwrap().leak();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned().leak();
            let printed: serde_json::Value = python.run((name, text), &["2".to_owned()]).unwrap();
            // Times of several ways, each in as many rounds as an interval needs; or whatever a judge takes.
            let rounds = |times: &serde_json::Value| times.as_array().is_some_and(|times| times.len() >= 5);
            let enough = printed.as_object().map_or(printed.is_array(), |ways| ways.values().all(rounds));
            assert!(enough, "{name}: {printed}");
        }
    }

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
        let broken = ("broken.py", "raise ValueError('no')");
        let error = python.run::<u8>(broken, &[]).unwrap_err();
        assert_eq!(error.to_string(), "the Python script broken.py failed: ValueError: no");
        let chatty = ("chatty.py", "print('x' * 1_000_000)\nprint(7)");
        assert_eq!(python.run::<u8>(chatty, &[]).unwrap(), 7);
        let lines = ("lines.py", "print(1)\nprint(2)");
        let output = executed(&python.executable, lines, &[], Stdio::piped()).unwrap();
        assert_eq!(output.stdout, b"1\n2\n");
    }
}
