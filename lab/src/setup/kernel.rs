//! The kernel binary: the one on PATH, or one built once for each user and version.

use super::toolchain::{Toolchain, on_path};
use crate::command::{self, Failed};
use crate::paths::Cache;
use crate::progress::Step;
use anyhow::{Context, Result, anyhow};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The crate that holds the kernel, and the version that the course is tested with.
const CRATE: &str = "evcxr_jupyter";
/// Pinned: the launcher relies on where this version reads its settings from.
pub const VERSION: &str = "0.22.0";

/// A kernel binary.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Where it is.
    pub path: PathBuf,
    /// Changes when the binary does.
    pub identity: String,
}

/// The kernel to use, if there is one. Reads only.
pub fn found(cache: &Cache) -> Option<Kernel> {
    let own = cache.kernel(VERSION).join("bin").join(CRATE);
    own.is_file().then(|| Kernel { path: own, identity: VERSION.to_owned() })
}

/// The kernel to use, built from source if there is none.
///
/// # Errors
/// No network, a full disk, or a build that fails.
pub fn ready(cache: &Cache, toolchain: &Toolchain) -> Result<Kernel> {
    if let Some(kernel) = found(cache) {
        return Ok(kernel);
    }
    if let Some(path) = on_path(CRATE) {
        return Ok(Kernel { path, identity: VERSION.to_owned() });
    }
    let home = cache.kernel(VERSION);
    let part = home.with_extension("part");
    let step = Step::start(format!("kernel {CRATE} {VERSION}, built from source once"));
    let mut cargo = Command::new(toolchain.tool("cargo"));
    cargo
        .args(["install", "--locked", "--no-track", "--force", CRATE, "--version", VERSION, "--root"])
        .arg(&part)
        // Kept until the end, so that an interrupted build goes on where it stopped.
        .env("CARGO_TARGET_DIR", part.join("build"))
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "100");
    command::watched(&mut cargo, |line| follow(line, &step)).map_err(explain)?;
    fs::remove_dir_all(part.join("build")).ok();
    fs::rename(&part, &home).with_context(|| format!("{} cannot be written", home.display()))?;
    step.done();
    found(cache).context("the kernel was built but is not where it should be; run `cargo lab setup` again")
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
        anyhow!("the disk is full; free 3 GB (`df -h .` shows where) and run `cargo lab setup` again")
    } else if failed.says(&["linker `cc` not found", "failed to find tool"]) {
        anyhow!(
            "no C compiler was found; run `sudo apt install gcc`, `sudo dnf install gcc` or `xcode-select --install`"
        )
    } else if failed.says(&[
        "Could not resolve",
        "failed to download",
        "Couldn't connect",
        "timed out",
        "network",
    ]) {
        anyhow!("crates could not be downloaded; connect to a network and run `cargo lab setup` again")
    } else {
        anyhow!("{failed}; mend that and run `cargo lab setup` again")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_own_progress_is_read() {
        assert_eq!(counts("Building [=====>      ] 102/367: ra_ap_hir, syn"), Some((102, 367)));
        assert_eq!(counts("Compiling syn v2.0.1"), None);
    }
}
