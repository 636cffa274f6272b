//! Stands in for `cargo` inside a kernel, and only there.
//!
//! The rust-analyzer inside evcxr reads the sources of every package that Cargo names: 100 of them, of which a cell can name a
//! handful. The shim leaves the others out, compiles a cell as Cargo did the first time, answers what Cargo answered the first
//! kernel, and hands everything else to the real Cargo.

mod answers;
mod cell;
mod metadata;

use crate::variables::CARGO;
use answers::Answers;
use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStderr, Command, ExitCode, ExitStatus, Stdio};

/// Whether this process was started under the name `cargo`.
pub fn is_called() -> bool {
    env::args_os().next().is_some_and(|name| Path::new(&name).file_name().is_some_and(|name| name == "cargo"))
}

/// Answers as Cargo would.
pub fn run() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    answer(&arguments).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(101)
    })
}

fn answer(arguments: &[OsString]) -> Result<ExitCode> {
    let cargo = env::var_os(CARGO).context("no Cargo is named; start the kernel from `cargo lab`")?;
    let mut real = Command::new(&cargo);
    real.args(arguments);
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let answers = Answers::find().context("no build folder is named; start the kernel from `cargo lab`")?;
    match words[..] {
        ["build", .., "--message-format=json"] => match answers.get_command(&words, cell::of_line) {
            Some(command) => cell::run(&command, &answers),
            None => {
                answers.complete()?;
                pass_on(real.arg("--verbose").stderr(Stdio::piped()), |line| answers.keep(&words, line))
            }
        },
        ["check", .., "--message-format=json"] => {
            answers.complete()?;
            pass_on(&mut real, |_| ())
        }
        // Not one of a cell's own, which is elsewhere.
        _ if env::current_dir().is_ok_and(|folder| folder.starts_with(&answers.build)) => {
            ask(&answers, &words, real)
        }
        _ => Err(not_started(real.exec())),
    }
}

fn not_started(error: std::io::Error) -> anyhow::Error {
    anyhow!("cargo could not be started: {error}")
}

/// Answers a question about the packages: with what Cargo told an earlier kernel, where that is the same for all of them. Of packages
/// that no cell can name rust-analyzer is not told.
fn ask(answers: &Answers, words: &[&str], mut command: Command) -> Result<ExitCode> {
    if let Some(told) = answers.get(words) {
        std::io::stdout().write_all(told.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let output = command.stderr(Stdio::inherit()).output().map_err(not_started)?;
    let mut told = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        if matches!(words, ["metadata", "--format-version", "1", ..]) && words.contains(&"--manifest-path") {
            told = metadata::reduced(&told);
        }
        if answers.are_for_all() {
            answers.keep(words, &told);
        }
    }
    std::io::stdout().write_all(told.as_bytes())?;
    Ok(code_of(output.status))
}

/// The exit status of a program that has ended.
fn code_of(status: ExitStatus) -> ExitCode {
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(101))
}

/// Passes on what a build says of the cell, and gives its exit status; `keep` is told the command by which the cell was compiled.
/// Cargo repeats the support crate's warnings in every build, and evcxr would show them as errors of the cell.
fn pass_on(command: &mut Command, keep: impl Fn(&str) + Sync) -> Result<ExitCode> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(not_started)?;
    let said = child.stderr.take();
    let messages = BufReader::new(child.stdout.take().context("standard output was asked for")?);
    std::thread::scope(|scope| {
        scope.spawn(|| said.map(|said| observe(said, &keep)));
        let mut out = std::io::stdout().lock();
        for line in messages.lines() {
            let line = line?;
            if is_of_the_cell(&line) {
                writeln!(out, "{line}")?;
            }
        }
        out.flush()
    })?;
    Ok(code_of(child.wait()?))
}

fn observe(said: ChildStderr, keep: impl Fn(&str)) {
    for line in BufReader::new(said).lines().map_while(Result::ok) {
        if cell::of_line(&line).is_some() {
            keep(&line);
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
