//! Compiles a cell without Cargo.
//!
//! Between two cells nothing changes but the cell's own source, yet Cargo looks at every package again, which takes as long as
//! the compiler itself. The first build of a manifest goes through Cargo, which tells the compiler's command line; later ones
//! repeat that command and report as Cargo does. A cell that an earlier kernel compiled is not compiled again.

use super::answers::{self, Answers};
use crate::command;
use crate::folder;
use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

/// Reads the command from a line of `cargo build --verbose`.
pub fn of_line(line: &str) -> Option<Vec<String>> {
    let command = line.trim().strip_prefix("Running `")?.strip_suffix('`')?;
    // A cell's own crate is called `ctx`. Cargo quotes the arguments, not the program, whose path may hold spaces.
    let at = command.find(" --crate-name ctx ")?;
    let mut words = shlex::split(&command[at..])?;
    words.insert(0, command[..at].to_owned());
    Some(words)
}

fn value_of<'a>(words: &'a [String], option: &str) -> Option<&'a str> {
    words.windows(2).find(|pair| pair[0] == option).map(|pair| pair[1].as_str())
}

/// Compiles the cell and reports as `cargo build --message-format=json` does.
///
/// # Errors
/// When the compiler cannot be started or nobody listens.
pub fn run(words: &[String], answers: &Answers) -> Result<ExitCode> {
    let build = &answers.build;
    let folder = Path::new(value_of(words, "--out-dir").context("rustc was told where to write")?);
    std::fs::create_dir_all(folder).map_err(folder::unwritable(folder))?;
    let library = folder.join(LIBRARY);
    let kept = answers.library(words);
    if kept.as_ref().is_some_and(|kept| std::fs::copy(kept, &library).is_ok()) {
        return compiled(&library);
    }
    let (program, arguments) = words.split_first().context("a command has a first word")?;
    let mut rustc = Command::new(program);
    rustc.args(arguments).current_dir(build).stderr(Stdio::piped());
    rustc.env("CARGO_MANIFEST_DIR", build.join("ctx"));
    rustc.env("CARGO_PKG_NAME", "ctx").env("CARGO_CRATE_NAME", "ctx");
    // One that was ended while it worked, as by the stop button, leaves half a file that the next would take for whole.
    let working = build.join("working");
    let kept_for_next = words.iter().find_map(|word| word.strip_prefix("incremental="));
    if let Some(folder) = kept_for_next.filter(|_| working.exists()) {
        let _ = fs::remove_dir_all(folder);
    }
    folder::write(&working, "")?;
    let mut child = rustc.spawn().map_err(|error| anyhow!("rustc could not be started: {error}"))?;
    let said = BufReader::new(child.stderr.take().context("standard error was asked for")?);
    let mut out = std::io::stdout().lock();
    let mut lines = String::new();
    for line in said.lines() {
        let line = line?;
        if let Some(message) = as_cargo_says(&line) {
            writeln!(out, "{message}")?;
        }
        lines += &line;
    }
    let status = child.wait()?;
    let _ = fs::remove_file(working);
    if !status.success() {
        // evcxr shows this where no message points at the cell: when the compiler or the linker itself could not go on.
        eprintln!("error: {}", command::used_up(&lines).unwrap_or("could not compile `ctx` (lib)"));
        return Ok(ExitCode::from(101));
    }
    let dependencies = std::fs::read_to_string(folder.join("ctx.d")).unwrap_or_default();
    if let Some(kept) = kept.filter(|_| reads_nothing_else(&dependencies)) {
        answers::keep_library(&library, &kept);
    }
    compiled(&library)
}

/// Reports a library. It is left where it is: the way from there to the support crate's library is written in it.
fn compiled(library: &Path) -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let artifact =
        json!({ "reason": "compiler-artifact", "target": { "name": "ctx" }, "filenames": [library] });
    writeln!(out, "{artifact}")?;
    writeln!(out, "{}", json!({ "reason": "build-finished", "success": true }))?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Whether rustc's list of what a cell was made from (`--emit=dep-info`) names its own file alone: neither another file, by
/// `include_str!`, nor a variable of the environment, by `env!`.
fn reads_nothing_else(dependencies: &str) -> bool {
    let files = dependencies.lines().filter(|line| line.ends_with(':')).count();
    files == 1 && !dependencies.contains("# env-dep:")
}

const LIBRARY: &str = "libctx.so";

/// A line of rustc's, wrapped as Cargo wraps it; nothing for notes that are Cargo's own business.
fn as_cargo_says(line: &str) -> Option<String> {
    let message: Value = serde_json::from_str(line).ok()?;
    (message["$message_type"] == "diagnostic").then(|| {
        json!({ "reason": "compiler-message", "target": { "name": "ctx" }, "message": message }).to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_read_from_cargo_s_line() {
        let line = "     Running `/my kernel/rustc --crate-name ctx --check-cfg 'cfg(feature, values())' --out-dir /k/deps`";
        let words = of_line(line).unwrap();
        assert_eq!(words[0], "/my kernel/rustc");
        assert_eq!(words[4], "cfg(feature, values())");
        assert_eq!(value_of(&words, "--out-dir"), Some("/k/deps"));
        assert!(of_line("     Running `/bin/rustc --crate-name tokio`").is_none());
        assert!(of_line("   Compiling ctx v1.0.0").is_none());
    }

    #[test]
    fn a_cell_that_reads_files_or_the_environment_is_known() {
        assert!(reads_nothing_else("/k/libctx.so: ctx/src/lib.rs\n\nctx/src/lib.rs:\n"));
        let file = "/k/libctx.so: ctx/src/lib.rs /data\n\nctx/src/lib.rs:\n/data:\n";
        assert!(!reads_nothing_else(file));
        assert!(!reads_nothing_else(
            "/k/libctx.so: ctx/src/lib.rs\n\nctx/src/lib.rs:\n\n# env-dep:HOME=/me\n"
        ));
        assert!(!reads_nothing_else(""));
    }

    #[test]
    fn diagnostics_are_wrapped_notes_are_not() {
        let wrapped = as_cargo_says(r#"{"$message_type":"diagnostic","level":"error"}"#).unwrap();
        let wrapped: Value = serde_json::from_str(&wrapped).unwrap();
        assert_eq!(
            (&wrapped["reason"], &wrapped["message"]["level"]),
            (&json!("compiler-message"), &json!("error"))
        );
        assert!(as_cargo_says(r#"{"$message_type":"artifact"}"#).is_none());
    }
}
