//! Runs other programs and turns their failure into one sentence.

use anyhow::{Result, anyhow, bail};
use std::io::{BufReader, Read};
use std::process::{Command, Stdio};

/// Runs `command` and returns what it printed.
///
/// # Errors
/// When the program is missing or fails; the message ends with the last line that it wrote.
pub fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => bail!("`{name}` failed: {}", last_line(&String::from_utf8_lossy(&output.stderr))),
        Err(error) => bail!("`{name}` could not be started: {error}"),
    }
}

/// Runs `command`, handing every line that it writes to standard error (ended by a line feed or a carriage return) to `watch`.
///
/// # Errors
/// When the program is missing or fails; the error holds its last lines.
pub fn watched(command: &mut Command, mut watch: impl FnMut(&str)) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| anyhow!("`{name}` could not be started: {error}"))?;
    let mut kept: Vec<String> = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        each_line(stderr, |line| {
            watch(line);
            // Cargo's progress bar would push the reason out.
            if !line.starts_with("Building [") {
                kept.push(line.to_owned());
            }
            if kept.len() > 40 {
                kept.remove(0);
            }
        });
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(Failed { name, lines: kept }.into());
    }
    Ok(())
}

/// Removes what `cargo run` told this process about itself, and flags that would outweigh evcxr's own.
pub fn forget_cargo(command: &mut Command) {
    let own = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_PROFILE_", "RUST_RECURSION"];
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if own.iter().any(|start| text.starts_with(start))
            || text == "CARGO_ENCODED_RUSTFLAGS"
            || text == "CARGO"
        {
            command.env_remove(&name);
        }
    }
}

/// A program that failed, with the last lines that it wrote.
#[derive(Debug)]
pub struct Failed {
    name: String,
    lines: Vec<String>,
}

impl Failed {
    /// Whether any of the last lines holds one of `words`.
    pub fn says(&self, words: &[&str]) -> bool {
        self.lines.iter().any(|line| words.iter().any(|word| line.contains(word)))
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.lines.join("\n");
        write!(f, "`{}` failed: {}", self.name, last_line(&text))
    }
}

impl std::error::Error for Failed {}

/// Calls `take` for every line that says something; a carriage return ends a line too, as in progress bars.
fn each_line(source: impl Read, mut take: impl FnMut(&str)) {
    let mut line = Vec::new();
    for byte in BufReader::new(source).bytes().map_while(Result::ok).chain([b'\n']) {
        if !matches!(byte, b'\n' | b'\r') {
            line.push(byte);
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        if !text.trim().is_empty() {
            take(text.trim());
        }
        line.clear();
    }
}

/// The most telling line of what a program wrote: its first `error`, else its last line.
fn last_line(text: &str) -> String {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines()
        .find(|line| line.to_ascii_lowercase().starts_with("error"))
        .or_else(|| lines().next_back())
        .unwrap_or("it said nothing")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_carriage_returns_too() {
        let mut seen = Vec::new();
        each_line("one\rtwo\r\nthree".as_bytes(), |line| seen.push(line.to_owned()));
        assert_eq!(seen, ["one", "two", "three"]);
    }

    #[test]
    fn the_first_error_tells_most() {
        assert_eq!(last_line("warning: a\nerror: disk full\nhelp: b\n"), "error: disk full");
        assert_eq!(last_line("a\nb\n\n"), "b");
    }
}
