//! A running kernel that a test talks to as a notebook does: one cell after another.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::{lab, notebook};

/// The set-up cell of every notebook.
pub const SET_UP: &str =
    ":dep concurrency-lab = { path = \"../support-crate\" }\nuse concurrency_lab::prelude::*;";

/// Longest time that a test waits for one cell; generous, since only a hang should end it.
const CELL: Duration = Duration::from_secs(180);

/// One kernel, started for a test and ended with it.
pub struct Kernel {
    driver: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    pid: u32,
}

/// What one cell left behind.
#[derive(Debug)]
pub struct Cell {
    /// `ok`, `error`, `dead` (the kernel itself ended) or `timeout`.
    pub status: String,
    /// What it printed.
    pub stdout: String,
    /// What it printed to standard error, panic messages among it.
    pub stderr: String,
    /// Name, message and traceback of the error, if there was one.
    pub error: Option<String>,
    /// The value that it showed, by MIME type.
    pub data: Map<String, Value>,
}

impl Kernel {
    /// The kernel as the lab installs it, in the folder of the notebooks, with the set-up cell run.
    pub fn start() -> Kernel {
        Kernel::start_with(&[])
    }

    /// As [`Kernel::start`], from an environment with these variables in it.
    pub fn start_with(variables: &[(&str, &Path)]) -> Kernel {
        let mut kernel = Kernel::start_bare(&lab::installed().kernels, variables);
        kernel.run(SET_UP);
        kernel
    }

    /// A kernel of the kernelspec `rust` in folder `kernels`; nothing was run in it yet.
    pub fn start_bare(kernels: &Path, variables: &[(&str, &Path)]) -> Kernel {
        let mut driver = lab::clean(Command::new(&lab::installed().python))
            .envs(variables.iter().copied())
            .args(["-c", include_str!("kernel_driver.py")])
            .args([&notebook::folder(), kernels])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start Python for the kernel driver");
        let requests = driver.stdin.take();
        let answers = BufReader::new(driver.stdout.take().expect("stdout is piped"));
        let mut kernel = Kernel { driver, requests, answers, pid: 0 };
        kernel.pid = pid(&kernel.answer());
        kernel
    }

    /// Runs one cell and returns what it showed; fails the test if the cell failed.
    pub fn run(&mut self, source: &str) -> Cell {
        let cell = self.try_run(source);
        assert!(!cell.failed(), "this cell failed:\n{source}\n{cell}");
        cell
    }

    /// Runs one cell, whether or not it fails.
    pub fn try_run(&mut self, source: &str) -> Cell {
        self.begin(source);
        self.finish(CELL)
    }

    /// Sends a cell to the kernel without waiting for it; [`Kernel::finish`] collects it.
    pub fn begin(&mut self, source: &str) {
        self.ask(json!({"do": "begin", "source": source}));
    }

    /// Waits for the cell that was sent last, `limit` at the longest.
    pub fn finish(&mut self, limit: Duration) -> Cell {
        let mut answer = self.ask(json!({"do": "finish", "seconds": limit.as_secs_f64()}));
        self.pid = pid(&answer);
        let mut text = |name: &str| answer[name].take().as_str().map(str::to_owned);
        Cell {
            status: text("status").unwrap_or_default(),
            stdout: text("stdout").unwrap_or_default(),
            stderr: text("stderr").unwrap_or_default(),
            error: text("error"),
            data: answer["data"].take().as_object().cloned().unwrap_or_default(),
        }
    }

    /// What the kernel offers at character `position` of `source`, as Tab does there, or why it failed.
    pub fn complete(&mut self, source: &str, position: usize) -> Result<Vec<String>, String> {
        let request =
            json!({"do": "complete", "source": source, "position": position, "seconds": CELL.as_secs()});
        let answer = self.ask(request);
        match answer["matches"].as_array() {
            Some(matches) => Ok(matches.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            None => Err(answer.to_string()),
        }
    }

    /// Interrupts the running cell, as the stop button does.
    pub fn interrupt(&mut self) {
        self.ask(json!({"do": "interrupt"}));
    }

    /// Kills the kernel's own process, and nothing else: a crash, not a shutdown.
    pub fn kill(mut self) {
        self.ask(json!({"do": "kill"}));
    }

    /// The kernel's process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    fn ask(&mut self, request: Value) -> Value {
        let requests = self.requests.as_mut().expect("the driver listens until it is dropped");
        writeln!(requests, "{request}").and_then(|()| requests.flush()).expect("ask the kernel driver");
        self.answer()
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("read the kernel driver's answer");
        serde_json::from_str(&line).expect("the kernel driver ended early: its message is printed above")
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        self.requests = None; // closes its stdin, upon which it shuts the kernel down
        let _ = self.driver.wait();
    }
}

impl Cell {
    /// True if the cell panicked, too, which a stock kernel calls "ok".
    pub fn failed(&self) -> bool {
        self.status != "ok" || self.error.is_some() || self.stderr.contains("panicked at")
    }

    /// The value that the cell showed, as text.
    pub fn value(&self) -> &str {
        self.data.get("text/plain").and_then(Value::as_str).unwrap_or_default().trim()
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cell { status, stdout, stderr, .. } = self;
        let error = self.error.as_deref().unwrap_or("none");
        write!(
            out,
            "status: {status}\nerror: {error}\nstderr: {stderr}\nstdout: {stdout}\nvalue: {}",
            self.value()
        )
    }
}

fn pid(answer: &Value) -> u32 {
    answer["pid"].as_u64().expect("a process id") as u32
}
