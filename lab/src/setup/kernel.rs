//! The kernel binary, built once for each user and version.

use super::patches;
use super::toolchain::Toolchain;
use crate::command;
use crate::folder;
use crate::hash;
use crate::paths::Cache;
use crate::progress::Step;
use crate::variables::PATCHED;
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The crate that holds the kernel, and the version that the course is tested with.
const CRATE: &str = "evcxr_jupyter";
/// Pinned: the launcher relies on where this version reads its settings from, the patch on its source.
const VERSION: &str = "0.22.0";
/// How well the compiler optimises it. A minute more of set-up makes every start of a kernel a fifth shorter than at 1.
const OPT_LEVEL: &str = "3";

/// A kernel binary.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    /// The folder that it is installed in.
    home: PathBuf,
    /// Where it is, or will be.
    pub path: PathBuf,
    /// Changes when the binary does.
    pub identity: String,
}

impl Kernel {
    /// The kernel of this version with today's patch and optimisation, built or not.
    pub fn of(cache: &Cache) -> Self {
        let identity = format!("{VERSION}-{:08x}", hash::of(&(patches::PATCH, OPT_LEVEL)) as u32);
        let home = cache.root.join(format!("evcxr-{identity}"));
        Self { path: home.join("bin").join(CRATE), home, identity }
    }

    /// Folders of kernels that are neither this one nor one of `needed`, by identity, and of their interrupted builds.
    pub fn others(&self, cache: &Cache, needed: &[String]) -> Vec<PathBuf> {
        let kept =
            |name: &str| needed.iter().chain([&self.identity]).any(|identity| name.starts_with(identity));
        let name = |path: &PathBuf| path.file_name()?.to_str()?.strip_prefix("evcxr-").map(str::to_owned);
        folder::entries(&cache.root).filter(|path| name(path).is_some_and(|name| !kept(&name))).collect()
    }

    /// Whether it has been built.
    pub fn is_built(&self) -> bool {
        self.path.is_file()
    }
}

/// Builds the kernel from source if it is not there.
///
/// # Errors
/// No network, a full disk, or a build that fails.
pub fn ready(kernel: &Kernel, cache: &Cache, toolchain: &Toolchain) -> Result<()> {
    if kernel.is_built() {
        return Ok(());
    }
    // Builds go on where they stopped: Cargo's own folder stays until the end.
    let part = cache.root.join(format!("evcxr-{}-part", kernel.identity));
    let step = Step::start(format!("kernel {CRATE} {VERSION}, built from source once"));
    let mut install = Command::new(toolchain.tool("cargo"));
    command::forget_cargo(&mut install);
    install
        .args(["install", "--locked", "--no-track", "--force", CRATE, "--version", VERSION, "--root"])
        .arg(&part)
        .env("CARGO_TARGET_DIR", part.join("build"))
        .env("RUSTC_WRAPPER", env::current_exe().context("this program cannot tell where it is")?)
        .env(PATCHED, part.join("build").join("patched"))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", OPT_LEVEL)
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "100");
    command::watched(&mut install, "the kernel", |line| step.follow_cargo(line))?;
    let _ = fs::remove_dir_all(part.join("build"));
    let _ = fs::remove_dir_all(&kernel.home);
    fs::rename(&part, &kernel.home)
        .with_context(|| format!("{} cannot be written", kernel.home.display()))?;
    step.done_with(&format!("{} MB", folder::megabytes(&kernel.home)));
    Ok(())
}
