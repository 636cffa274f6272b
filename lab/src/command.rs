//! Runs other programs and turns their failure into one sentence.

use anyhow::{Result, anyhow, bail};
use std::collections::VecDeque;
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
        Ok(output) => bail!("`{name}` failed: {}", telling(&String::from_utf8_lossy(&output.stderr))),
        Err(error) => bail!("`{name}` could not be started: {error}"),
    }
}

/// Runs `command`, which gets `what`, handing every line that it writes to standard error (ended by a line feed or a
/// carriage return) to `watch`.
///
/// # Errors
/// When the program is missing or fails: why, and what to do.
pub fn watched(command: &mut Command, what: &str, mut watch: impl FnMut(&str)) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| anyhow!("`{name}` could not be started: {error}"))?;
    let mut kept = VecDeque::new();
    if let Some(stderr) = child.stderr.take() {
        each_line(stderr, |line| {
            watch(line);
            // Cargo's progress bar would push the reason out.
            if !line.starts_with("Building [") {
                kept.push_back(line.to_owned());
            }
            if kept.len() > 40 {
                kept.pop_front();
            }
        });
    }
    if !child.wait()?.success() {
        bail!("{} and run `cargo lab setup` again", why(what, &kept.make_contiguous().join("\n")));
    }
    Ok(())
}

/// What kept a program that wrote `lines` from getting `what`, and what to do.
fn why(what: &str, lines: &str) -> String {
    if let Some(used_up) = used_up(lines) {
        used_up.to_owned()
    } else if says(lines, &["linker `cc` not found", "failed to find tool"]) {
        "no C compiler was found; run `sudo apt install gcc` or `sudo dnf install gcc`".to_owned()
    } else if says(lines, &["resolve host", "failed to download", "timed out"])
        || says(lines, &["connect to", "onnection", "Network", "--offline"])
    {
        format!("{what} could not be downloaded; connect to a network")
    } else {
        format!("{what} could not be installed: {}; mend that", telling(lines))
    }
}

/// Which of the system's resources a program ran out of that wrote `lines`, and what to do.
pub fn used_up(lines: &str) -> Option<&'static str> {
    if says(lines, &["No space left", "os error 28"]) {
        Some("the disk is full; free 3 GB (`df -h` shows where)")
    } else if says(lines, &["Resource temporarily unavailable", "(os error 11)"]) {
        Some(
            "no further process or thread may be started; end some, or raise `ulimit -u` or the container's `pids.max`",
        )
    } else if says(lines, &["Cannot allocate memory", "(os error 12)", "memory allocation of"]) {
        Some("memory ran out; close other kernels or programs")
    } else {
        None
    }
}

fn says(lines: &str, words: &[&str]) -> bool {
    words.iter().any(|word| lines.contains(word))
}

/// Removes what `cargo run` told this process about itself, and flags that would outweigh evcxr's own.
pub fn forget_cargo(command: &mut Command) {
    let own = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_PROFILE_",
        "RUST_RECURSION",
        "CARGO_ENCODED_RUSTFLAGS",
    ];
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text == "CARGO" || own.iter().any(|start| text.starts_with(start)) {
            command.env_remove(&name);
        }
    }
}

/// Calls `take` for every line that says something; a carriage return ends a line too, as in progress bars.
fn each_line(source: impl Read, mut take: impl FnMut(&str)) {
    let mut line = Vec::new();
    for byte in BufReader::new(source).bytes().map_while(Result::ok).chain(*b"\n") {
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
pub fn telling(text: &str) -> &str {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines().find(|line| line.to_ascii_lowercase().starts_with("error"));
    let line = line.or_else(|| lines().next_back()).unwrap_or("it said nothing");
    line.strip_prefix("error: ").unwrap_or(line)
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
        assert_eq!(telling("warning: a\nerror: disk full\nhelp: b\n"), "disk full");
        assert_eq!(telling("error: disk full\nTraceback\nRuntimeError: Kernel died\n"), "disk full");
        assert_eq!(telling("Traceback\nRuntimeError: Kernel died\n\n"), "RuntimeError: Kernel died");
    }

    #[test]
    fn causes_are_told_in_a_sentence_with_the_mend() {
        let told = |line: &str| {
            let script = format!("echo '{line}' >&2; exit 1");
            watched(Command::new("sh").args(["-c", &script]), "the kernel", |_| {}).unwrap_err().to_string()
        };
        assert!(told("error: No space left on device (os error 28)").contains("the disk is full"));
        let network = told("error: failed to download `x`: Could not resolve host");
        assert!(network.contains("the kernel could not be downloaded; connect to a network and run"));
        assert!(told("error: linker `cc` not found").contains("install gcc"));
        assert!(told("error: could not compile `ctx`").contains("could not compile"));
        let refused = told("error: Connection refused (os error 111)");
        assert!(refused.contains("could not be downloaded"), "{refused}");
        let threads = told("  what():  Resource temporarily unavailable");
        assert!(threads.contains("no further process or thread may be started"), "{threads}");
    }
}
