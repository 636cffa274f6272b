//! Drives one notebook through the kernel, cell by cell.

use super::fault::{self, Fault};
use super::notebook::{Notebook, text};
use super::redaction::without_folders;
use crate::command::telling;
use crate::jupyter;
use crate::paths::Programs;
use crate::variables::QUIET;
use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::Instant;

const SCRIPT: &str = include_str!("execute.py");
/// Seconds that one cell may take.
const TIMEOUT: u64 = 600;
/// Seconds that the kernel may take to answer. Long, since a changed support crate is compiled first.
const STARTUP: u64 = 900;

/// An executed notebook, up to its first failing cell.
pub struct Outcome {
    /// With outputs.
    pub notebook: Notebook,
    /// The cell that failed, if one did.
    pub fault: Option<Fault>,
}

/// Executes all cells in order, in the course's folder, and notes how long each took; a cell that panics fails. `watch` is told the number of cells done
/// and the first line of the cell at work.
///
/// # Errors
/// When the kernel cannot be started at all. A cell that fails is part of the outcome.
pub fn execute(programs: &Programs, mut notebook: Notebook, watch: &dyn Fn(u64, &str)) -> Result<Outcome> {
    let checkout = &programs.checkout;
    watch(0, "the kernel starts");
    let noise = tempfile::NamedTempFile::new().context("the temporary folder cannot be written")?;
    let mut child = jupyter::python(programs)
        .env(QUIET, "1")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(File::options().append(true).open(noise.path())?)
        .spawn()
        .map_err(|error| anyhow!("Python could not be started: {error}; run `cargo lab setup`"))?;
    let mut answers = child.stdin.take().context("standard input was asked for")?;
    let events = BufReader::new(child.stdout.take().context("standard output was asked for")?);
    let job = json!({
        "notebook": notebook.document, "folder": checkout.notebooks(),
        "timeout": TIMEOUT, "startup": STARTUP, "log": noise.path(),
    });
    // Should Python have ended already, its status tells.
    let _ = writeln!(answers, "{job}");
    let mut done = 0;
    let mut fault = None;
    let (mut begun, mut seconds) = (Instant::now(), Vec::new());
    for line in events.lines() {
        let line = without_folders(&line?, checkout)?;
        let event: Value = serde_json::from_str(&line).context("Python said what nobody understands")?;
        let index = event["cell"].as_u64().unwrap_or(0) as usize;
        match event["event"].as_str() {
            Some("started") => {
                begun = Instant::now();
                watch(done, &first_line(&text(&notebook.cells()[index]["source"])));
            }
            Some("ended") => {
                done += 1;
                seconds.push((begun.elapsed().as_secs_f64() * 10.0).round() / 10.0);
                let cell = &mut notebook.cells_mut()[index];
                cell["outputs"] = event["outputs"].clone();
                cell["execution_count"] = event["count"].clone();
                let message = fault::of(cell, event["dead"].as_str());
                let source = text(&cell["source"]);
                fault = message.map(|message| Fault { number: index + 1, source, message });
                watch(done, "");
                writeln!(answers, "{}", if fault.is_none() { "go" } else { "stop" })?;
            }
            _ => {}
        }
    }
    let status = child.wait()?;
    if fault.is_none() && !status.success() {
        let said = std::fs::read_to_string(noise.path()).unwrap_or_default();
        bail!(
            "{}: the kernel could not be run ({status}): {}; run `cargo lab doctor`",
            notebook.name(),
            telling(&said)
        );
    }
    notebook.document["metadata"]["concurrency_lab"]["seconds"] = seconds.into();
    Ok(Outcome { notebook, fault })
}

fn first_line(source: &str) -> String {
    source.lines().next().unwrap_or_default().chars().take(60).collect()
}
