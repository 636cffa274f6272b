//! Drives one notebook through the kernel, cell by cell, with a progress bar.

use super::fault::{self, Fault};
use super::notebook::{Notebook, is_code, text};
use crate::command;
use crate::jupyter;
use crate::launcher;
use crate::paths::Checkout;
use crate::progress::Step;
use crate::setup::Ready;
use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

const SCRIPT: &str = include_str!("execute.py");
/// Seconds that the kernel may take to answer. Long, since a changed support crate is compiled first.
const STARTUP: u64 = 900;

/// An executed notebook, up to its first failing cell.
pub struct Outcome {
    /// With outputs.
    pub notebook: Notebook,
    /// The cell that failed, if one did.
    pub fault: Option<Fault>,
}

/// Executes all cells in order.
///
/// # Errors
/// When the kernel cannot be started at all. A cell that fails is part of the outcome.
pub fn execute(checkout: &Checkout, ready: &Ready, mut notebook: Notebook, timeout: u64) -> Result<Outcome> {
    let code = notebook.cells().iter().filter(|cell| is_code(cell)).count();
    let step = Step::of(notebook.name(), code as u64);
    step.note("the kernel starts");
    let noise = tempfile::NamedTempFile::new().context("the temporary folder cannot be written")?;
    let mut child = jupyter::python(checkout, ready)
        .args(["-c", SCRIPT])
        .env(launcher::STRICT, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(File::options().append(true).open(noise.path())?)
        .spawn()
        .map_err(|error| {
            anyhow!("{} could not be started: {error}; run `cargo lab setup`", ready.python.display())
        })?;
    let mut answers = child.stdin.take().context("standard input was asked for")?;
    let events = BufReader::new(child.stdout.take().context("standard output was asked for")?);
    let job = json!({
        "notebook": notebook.document, "folder": checkout.notebooks(), "timeout": timeout, "startup": STARTUP,
        "log": noise.path(),
    });
    writeln!(answers, "{job}").context("Python ended at once; run `cargo lab doctor`")?;
    let mut done = 0;
    let mut fault = None;
    let mut finished = false;
    for line in events.lines() {
        let event: Value = serde_json::from_str(&line?).context("Python said what nobody understands")?;
        let index = event["cell"].as_u64().unwrap_or(0) as usize;
        match event["event"].as_str() {
            Some("started") => step.note(first_line(&text(&notebook.cells()[index]["source"]))),
            Some("ended") => {
                done += 1;
                step.at(done, code as u64);
                notebook.cells_mut()[index] = event["content"].clone();
                let dead = event["dead"].as_str().map(str::to_owned);
                if let Some(message) = dead.or_else(|| fault::of(&notebook.cells()[index])) {
                    let source = text(&notebook.cells()[index]["source"]);
                    fault = Some(Fault {
                        notebook: notebook.name().to_owned(),
                        number: index + 1,
                        source,
                        message,
                    });
                }
                writeln!(answers, "{}", if fault.is_none() { "go" } else { "stop" })?;
            }
            Some("finished") => finished = true,
            _ => {}
        }
    }
    let status = child.wait()?;
    if !finished && fault.is_none() {
        let said = std::fs::read_to_string(noise.path()).unwrap_or_default();
        let last =
            said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").to_owned();
        bail!("{}: the kernel could not be run ({status}): {last}; run `cargo lab doctor`", notebook.name());
    }
    match &fault {
        None => step.done_with(&format!("{code} cells")),
        Some(fault) => step.done_with(&format!("cell {} failed", fault.number)),
    }
    Ok(Outcome { notebook, fault })
}

/// Writes a web page beside an executed notebook, pictures and styles inside it.
///
/// # Errors
/// When nbconvert fails.
pub fn export(checkout: &Checkout, ready: &Ready, notebook: &Path) -> Result<()> {
    let mut convert = jupyter::python(checkout, ready);
    convert.args(["-m", "nbconvert", "--to", "html", "--embed-images", "--log-level", "ERROR"]).arg(notebook);
    command::output(&mut convert)
        .map(drop)
        .map_err(|error| anyhow!("{} could not be exported: {error}", notebook.display()))
}

fn first_line(source: &str) -> String {
    source.lines().next().unwrap_or_default().chars().take(60).collect()
}
