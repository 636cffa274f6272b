//! Stands in for `cargo` inside a kernel, and only there.
//!
//! The rust-analyzer inside evcxr reads the sources of every package that Cargo names: 100 of them, of which a cell can name a
//! handful. The shim leaves the others out, compiles a cell as Cargo did the first time, and hands everything else to the real
//! Cargo.

mod cell;
mod metadata;

use crate::variables::{CARGO, KERNEL_BUILD};
use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStderr, Command, ExitCode, ExitStatus, Stdio};
use std::thread::JoinHandle;

/// Whether this process was started under the name `cargo`.
pub fn is_called() -> bool {
    env::args_os().next().is_some_and(|name| Path::new(&name).file_name().is_some_and(|name| name == "cargo"))
}

/// Answers as Cargo would.
pub fn run() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    answer(&arguments).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(101)
    })
}

fn answer(arguments: &[OsString]) -> Result<ExitCode> {
    let cargo = env::var_os(CARGO).context("no Cargo is named; start the kernel from `cargo lab`")?;
    let mut real = Command::new(&cargo);
    real.args(arguments);
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    match words[..] {
        ["build", .., "--message-format=json"] => match cell::known().zip(env::var_os(KERNEL_BUILD)) {
            Some((words, build)) => cell::run(&words, Path::new(&build)),
            None => pass_on(real.arg("--verbose").stderr(Stdio::piped())),
        },
        ["check", .., "--message-format=json"] => pass_on(&mut real),
        // Asked by rust-analyzer.
        ["metadata", "--format-version", "1", ..] if words.contains(&"--manifest-path") => {
            reduced_metadata(real)
        }
        _ => Err(not_started(real.exec())),
    }
}

fn not_started(error: std::io::Error) -> anyhow::Error {
    anyhow!("cargo could not be started: {error}")
}

/// Asks for the packages and tells of those that a cell can name.
fn reduced_metadata(mut command: Command) -> Result<ExitCode> {
    let output = command.stderr(Stdio::inherit()).output().map_err(not_started)?;
    let told = String::from_utf8_lossy(&output.stdout);
    let told = if output.status.success() { metadata::reduced(&told) } else { told.into_owned() };
    std::io::stdout().write_all(told.as_bytes())?;
    Ok(code_of(output.status))
}

/// The exit status of a program that has ended.
fn code_of(status: ExitStatus) -> ExitCode {
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(101))
}

/// Passes on what a build says of the cell, and gives its exit status. Cargo repeats the support crate's warnings in every
/// build, and evcxr would show them as errors of the cell.
fn pass_on(command: &mut Command) -> Result<ExitCode> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(not_started)?;
    let observed = child.stderr.take().map(|said| std::thread::spawn(|| observe(said)));
    let messages = BufReader::new(child.stdout.take().context("standard output was asked for")?);
    let mut out = std::io::stdout().lock();
    for line in messages.lines() {
        let line = line?;
        if is_of_the_cell(&line) {
            writeln!(out, "{line}")?;
        }
    }
    out.flush()?;
    let _ = observed.map(JoinHandle::join);
    Ok(code_of(child.wait()?))
}

/// Keeps the command by which a build compiled the cell.
fn observe(said: ChildStderr) {
    for line in BufReader::new(said).lines().map_while(Result::ok) {
        if cell::of_line(&line).is_some() {
            cell::keep(&line);
        }
        // evcxr passes lines on that say what is being compiled; the rest is of use when a build fails.
        if !line.trim_start().starts_with("Fresh ") && !line.trim_start().starts_with("Running ") {
            eprintln!("{line}");
        }
    }
}

fn is_of_the_cell(line: &str) -> bool {
    if !line.contains("\"compiler-message\"") {
        return true;
    }
    let message: Value = serde_json::from_str(line).unwrap_or_default();
    let level = &message["message"]["level"];
    message["reason"] != "compiler-message" || message["target"]["name"] == "ctx" || level == "error"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_of_other_packages_are_left_out_errors_stay() {
        let message = |name: &str, level: &str| {
            format!(
                r#"{{"reason":"compiler-message","target":{{"name":"{name}"}},"message":{{"level":"{level}"}}}}"#
            )
        };
        assert!(is_of_the_cell(&message("ctx", "warning")));
        assert!(is_of_the_cell(&message("concurrency_lab", "error")));
        assert!(!is_of_the_cell(&message("concurrency_lab", "warning")));
        assert!(is_of_the_cell(r#"{"reason":"compiler-artifact"}"#));
    }
}
