//! Cargo as set-up runs it: without what this process was told, watched, and its failures told in a sentence.

use crate::command::Failed;
use crate::progress::Step;
use anyhow::anyhow;
use std::process::Command;

/// Removes what `cargo run` told this process about itself, and flags that would outweigh evcxr's own.
pub fn forget(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let own = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_PROFILE_", "RUST_RECURSION"];
        if own.iter().any(|start| text.starts_with(start))
            || text == "CARGO_ENCODED_RUSTFLAGS"
            || text == "CARGO"
        {
            command.env_remove(&name);
        }
    }
}

/// Shows how far a Cargo build is: its bar reads `Building [==>  ] 102/367: name`.
pub fn follow(line: &str, step: &Step) {
    if let Some((done, total)) = counts(line) {
        step.at(done, total);
    }
    if let Some(name) = line.strip_prefix("Compiling ") {
        step.note(name.split(" (").next().unwrap_or(name).to_owned());
    }
}

fn counts(line: &str) -> Option<(u64, u64)> {
    let (_, rest) = line.strip_prefix("Building [")?.split_once("] ")?;
    let (done, total) = rest.split(':').next()?.split_once('/')?;
    Some((done.trim().parse().ok()?, total.trim().parse().ok()?))
}

/// Says in one sentence why a Cargo build failed.
pub fn explain(error: anyhow::Error) -> anyhow::Error {
    let Some(failed) = error.downcast_ref::<Failed>() else { return error };
    if failed.says(&["No space left", "os error 28"]) {
        anyhow!("the disk is full; free 3 GB (`df -h` shows where) and run `cargo lab setup` again")
    } else if failed.says(&["linker `cc` not found", "failed to find tool"]) {
        anyhow!("no C compiler was found; run `sudo apt install gcc` or `sudo dnf install gcc`")
    } else if failed.says(&[
        "resolve host",
        "failed to download",
        "Couldn't connect",
        "timed out",
        "Network",
        "--offline",
    ]) {
        anyhow!("crates could not be downloaded; connect to a network and run `cargo lab setup` again")
    } else {
        anyhow!("{failed}; mend that and run `cargo lab setup` again")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command;

    #[test]
    fn cargo_s_own_progress_is_read() {
        assert_eq!(counts("Building [=====>      ] 102/367: ra_ap_hir, syn"), Some((102, 367)));
        assert_eq!(counts("Compiling syn v2.0.1"), None);
    }

    #[test]
    fn causes_are_told_in_a_sentence_with_the_mend() {
        let told = |line: &str| {
            let script = format!("echo '{line}' >&2; exit 1");
            let error = command::watched(Command::new("sh").args(["-c", &script]), |_| {}).unwrap_err();
            explain(error).to_string()
        };
        assert!(told("error: No space left on device (os error 28)").contains("the disk is full"));
        assert!(
            told("error: failed to download `x`: Could not resolve host").contains("connect to a network")
        );
        assert!(told("error: linker `cc` not found").contains("install gcc"));
        assert!(told("error: could not compile `ctx`").contains("could not compile"));
    }
}
