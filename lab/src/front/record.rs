//! Answers of Cargo that are kept between kernels.
//!
//! The kernel's own build folder stands in an answer as a placeholder, so that one record serves all kernels.

use crate::hash;
use anyhow::{Result, anyhow};
use serde::{Deserialize, Serialize};
use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const PLACEHOLDER: &str = "<build folder>";

/// What a program printed and how it ended.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Exit status.
    pub code: u8,
    stdout: String,
    stderr: String,
}

impl Answer {
    /// Runs the program.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn of(command: &mut Command) -> Result<Self> {
        let output = command.output().map_err(|error| anyhow!("cargo could not be started: {error}"))?;
        Ok(Self {
            code: output.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(101),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// The same with another standard output.
    pub fn map_output(mut self, change: impl FnOnce(&str) -> String) -> Self {
        self.stdout = change(&self.stdout);
        self
    }

    fn give(&self) -> Result<ExitCode> {
        std::io::stdout().write_all(self.stdout.as_bytes())?;
        std::io::stderr().write_all(self.stderr.as_bytes())?;
        Ok(ExitCode::from(self.code))
    }

    fn replace(mut self, from: &str, to: &str) -> Self {
        self.stdout = self.stdout.replace(from, to);
        self.stderr = self.stderr.replace(from, to);
        self
    }
}

/// Gives the answer on record for `words` asked in `state`, else the one that `ask` fetches, and records it. Without a state
/// nothing is recorded.
///
/// # Errors
/// When Cargo cannot be started or nobody listens.
pub fn kept(words: &[&str], state: Option<String>, ask: impl FnOnce() -> Result<Answer>) -> Result<ExitCode> {
    let build = env::var(super::BUILD).unwrap_or_default();
    let folder = env::var_os(super::ANSWERS).map(PathBuf::from).filter(|_| !build.is_empty());
    let (Some(state), Some(folder)) = (state, folder) else { return ask()?.give() };
    let file =
        folder.join(format!("{:016x}", hash::of(&(words.join(" ").replace(&build, PLACEHOLDER), state))));
    if let Some(answer) = read(&file) {
        return answer.replace(PLACEHOLDER, &build).give();
    }
    let answer = ask()?;
    let code = answer.give()?;
    // A record is a convenience: a full disk must not stop the kernel.
    let _ = write(&file, &answer.replace(&build, PLACEHOLDER));
    Ok(code)
}

fn read(file: &Path) -> Option<Answer> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

fn write(file: &Path, answer: &Answer) -> Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut part = tempfile::NamedTempFile::new_in(folder)?;
    part.write_all(&serde_json::to_vec(answer)?)?;
    part.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_survives_its_record_in_another_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("answer");
        let answer = |build: &str| Answer { code: 3, stdout: format!("{build}/ctx"), stderr: String::new() };
        write(&file, &answer("/kernels/1").replace("/kernels/1", PLACEHOLDER)).unwrap();
        assert_eq!(read(&file).unwrap().replace(PLACEHOLDER, "/kernels/2"), answer("/kernels/2"));
    }

    #[test]
    fn the_answer_of_a_program_is_whole() {
        let answer = Answer::of(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 7"])).unwrap();
        assert_eq!(answer, Answer { code: 7, stdout: "out\n".to_owned(), stderr: "err\n".to_owned() });
    }
}
