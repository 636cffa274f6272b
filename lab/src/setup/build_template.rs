//! The build template: a folder with everything that a cell links against, compiled ahead. Kernels read it in place, and copy it
//! only when a reader adds a package.
//!
//! The folder is a Cargo workspace of two members: `ctx`, which evcxr rewrites for every cell, and `keep`, which depends
//! on the support crate and so keeps the workspace's versions in `Cargo.lock` while `ctx` depends on nothing yet. Without it
//! evcxr's first, empty build would drop them and every kernel would resolve the newest versions anew.

use super::kernel::Kernel;
use super::toolchain::Toolchain;
use crate::command;
use crate::folder;
use crate::hash;
use crate::lock::Lock;
use crate::paths::{Cache, Checkout};
use crate::progress::Step;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Raised when the layout of the folder changes.
const LAYOUT: u32 = 5;
/// Written last: which checkout the folder is for, and by which kernel.
const ABOUT: &str = "about.txt";
const LOCK_FILE: &str = "Cargo.lock";
/// What Cargo answers every kernel that is started from here (see [`crate::cargo_shim`]).
pub const ANSWERS: &str = "answers";

/// Where the template for this state of checkout, compiler and kernel is, or will be.
///
/// # Errors
/// When a source that it depends on cannot be read.
pub fn path(checkout: &Checkout, cache: &Cache, toolchain: &Toolchain, kernel: &Kernel) -> Result<PathBuf> {
    let mut files: Vec<PathBuf> =
        checkout.cell_packages().iter().flat_map(|package| folder::files(package)).collect();
    files.extend(["Cargo.toml", LOCK_FILE].map(|name| checkout.root.join(name)));
    let read = |file: &PathBuf| fs::read(file).with_context(|| format!("{} cannot be read", file.display()));
    let contents = files.iter().map(read).collect::<Result<Vec<_>>>()?;
    let state = hash::of(&(LAYOUT, &checkout.root, &kernel.identity, files, contents));
    Ok(cache.prepared().join(format!("{}{state:016x}", of_compiler(toolchain))))
}

/// Whether a template has been built to the end.
pub fn is_complete(template: &Path) -> bool {
    template.join(ABOUT).is_file()
}

/// Makes the build folder of a kernel: the workspace alone. The template stays for as long as the kernel, or a process that it
/// started, lives.
///
/// # Errors
/// When the disk is full, the cache cannot be written, or the template has just been removed.
pub fn start(template: &Path, build: &Path, checkout: &Checkout) -> Result<()> {
    let used = Lock::try_share(&template.join(ABOUT));
    let used = used.filter(|_| is_complete(template)).context("set-up is at work; start the kernel again")?;
    used.hold_to_the_end()?;
    write_workspace(checkout, build)?;
    fs::copy(template.join(LOCK_FILE), build.join(LOCK_FILE)).map(drop).map_err(folder::unwritable(build))
}

/// Copies what was compiled ahead into the build folder of a kernel, so that Cargo finds everything fresh there; once.
///
/// # Errors
/// When the disk is full or the cache cannot be written.
pub fn complete(template: &Path, build: &Path) -> Result<()> {
    if is_copied(build) {
        return Ok(());
    }
    // Cargo judges the freshness of the checkout's packages by the times of their files, the name of the template by their
    // content, which is what counts: a checkout that was merely touched compiles nothing again. One time for all files,
    // or an output would seem older than what it was made from.
    let target = Path::new("ctx").join("target");
    folder::copy(&template.join(&target), &build.join(target), Some(SystemTime::now()))?;
    // But for the cell itself, which was written before and is to be compiled.
    let cell = build.join("ctx").join("src").join("lib.rs");
    let touched =
        fs::File::options().append(true).open(&cell).and_then(|file| file.set_modified(SystemTime::now()));
    touched.map_err(folder::unwritable(&cell))?;
    folder::write(&build.join(ABOUT), [])
}

/// Whether a kernel has the template's output in its own build folder.
pub fn is_copied(build: &Path) -> bool {
    build.join(ABOUT).is_file()
}

/// Makes sure that the folder is there, building it if it is not.
///
/// # Errors
/// When a build fails: no network, no C compiler, a full disk.
pub fn ready(checkout: &Checkout, cache: &Cache, toolchain: &Toolchain, kernel: &Kernel) -> Result<PathBuf> {
    let template = path(checkout, cache, toolchain, kernel)?;
    if is_complete(&template) {
        return Ok(template);
    }
    let _lock = Lock::take(&cache.prepared().join("building.lock"), "building")?;
    if is_complete(&template) {
        return Ok(template);
    }
    let step = Step::start("support crate, compiled for cells");
    let part = cache.prepared().join("part");
    let _ = fs::remove_dir_all(&part);
    build(checkout, cache, toolchain, &part, &step).inspect_err(|_| drop(fs::remove_dir_all(&part)))?;
    let about = format!("{}\n{}\n", checkout.root.display(), kernel.identity);
    folder::write(&part.join(ABOUT), about)?;
    let _ = fs::remove_dir_all(&template);
    fs::rename(&part, &template).with_context(|| format!("{} cannot be written", template.display()))?;
    old(checkout, cache, &template).iter().for_each(|folder| drop(fs::remove_dir_all(folder)));
    step.done_with(&format!("{} MB", folder::megabytes(&template)));
    Ok(template)
}

fn build(checkout: &Checkout, cache: &Cache, toolchain: &Toolchain, part: &Path, step: &Step) -> Result<()> {
    if let Some(seed) = seed(checkout, cache, toolchain) {
        step.note("starting from an earlier one");
        folder::copy(&seed, part, None)?;
        let _ = fs::remove_file(part.join(ABOUT));
        let _ = fs::remove_dir_all(part.join(ANSWERS));
    }
    write_workspace(checkout, part)?;
    // `check` too: evcxr asks for it to explain a cell whose types it cannot tell.
    for action in ["build", "check"] {
        let mut build = as_evcxr(toolchain, &part.join("ctx"), action);
        command::watched(&mut build, "the crates", |line| step.follow_cargo(line))?;
    }
    // Incremental state of crates that no cell changes: large, and never read again.
    let _ = fs::remove_dir_all(part.join("ctx/target").join(toolchain.host()).join("debug/incremental"));
    Ok(())
}

/// The command that evcxr itself gives for a cell, to the letter: any other flag and Cargo would compile everything again.
fn as_evcxr(toolchain: &Toolchain, ctx: &Path, action: &str) -> Command {
    let mut command = Command::new(toolchain.tool("cargo"));
    command::forget_cargo(&mut command);
    command.args([action, "--target", toolchain.host()]).current_dir(ctx);
    command.env("CARGO_TARGET_DIR", "target").env("CARGO_BUILD_BUILD_DIR", "target");
    command.env("RUSTC", toolchain.tool("rustc")).env("RUSTFLAGS", "-Cprefer-dynamic");
    command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
    command
}

/// Writes the two members and the workspace's versions.
fn write_workspace(checkout: &Checkout, part: &Path) -> Result<()> {
    let dependency = dependency(checkout);
    let files = [
        ("Cargo.toml", WORKSPACE.to_owned()),
        (LOCK_FILE, fs::read_to_string(checkout.root.join(LOCK_FILE)).unwrap_or_default()),
        ("keep/Cargo.toml", member("keep", "", &dependency)),
        ("keep/src/lib.rs", "//! Keeps the workspace's versions locked.\n".to_owned()),
        ("ctx/Cargo.toml", member("ctx", "[lib]\ncrate-type = [\"cdylib\"]\n", &dependency)),
        ("ctx/src/lib.rs", String::new()),
    ];
    for (name, content) in files {
        folder::write(&part.join(name), content)?;
    }
    Ok(())
}

/// Release-like: what cells measure is what a program built for speed would do.
const WORKSPACE: &str = r#"[workspace]
resolver = "3"
members = ["ctx", "keep"]

[profile.dev]
opt-level = 3
debug = false
strip = "debuginfo"
rpath = true
debug-assertions = false
overflow-checks = false
incremental = true
"#;

fn member(name: &str, library: &str, dependency: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n{library}\n[dependencies]\n{dependency}\n"
    )
}

/// The support crate as a dependency, by its full path: what the notebooks' own `:dep` line resolves to.
pub fn dependency(checkout: &Checkout) -> String {
    format!("concurrency-lab = {{ path = \"{}\" }}", checkout.support_crate().display())
}

/// How the names of one compiler's folders begin.
fn of_compiler(toolchain: &Toolchain) -> String {
    format!("{:08x}-", hash::of(&toolchain.identity) as u32)
}

/// This checkout's newest complete folder of the same compiler: its registry crates need no second compile. (The files of a
/// dylib do not tell of which checkout they are: Cargo would take another's for this one's.)
fn seed(checkout: &Checkout, cache: &Cache, toolchain: &Toolchain) -> Option<PathBuf> {
    let start = of_compiler(toolchain);
    let finished = |path: &PathBuf| fs::metadata(path.join(ABOUT)).and_then(|about| about.modified()).ok();
    folder::entries(&cache.prepared())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&start)))
        .filter(|path| is_complete(path) && about(path).0 == checkout.root)
        .max_by_key(finished)
}

/// Folders of checkouts that are gone, this checkout's older ones, and what an interrupted build left; none that a kernel uses.
pub fn old(checkout: &Checkout, cache: &Cache, current: &Path) -> Vec<PathBuf> {
    let is_old = |folder: &PathBuf| {
        let (root, _) = about(folder);
        let is_unused = || !is_complete(folder) || Lock::try_take(&folder.join(ABOUT)).is_some();
        (root == checkout.root || !root.is_absolute() || !root.join("support-crate").is_dir()) && is_unused()
    };
    let others = folder::entries(&cache.prepared()).filter(|folder| folder.is_dir() && folder != current);
    others.filter(is_old).collect()
}

/// The kernels, by identity, that checkouts need whose folders are not among `old`.
pub fn kernels(cache: &Cache, old: &[PathBuf]) -> Vec<String> {
    let kept = folder::entries(&cache.prepared()).filter(|folder| folder.is_dir() && !old.contains(folder));
    kept.map(|folder| about(&folder).1).collect()
}

/// The checkout that a folder is for, and the identity of its kernel.
fn about(folder: &Path) -> (PathBuf, String) {
    let about = fs::read_to_string(folder.join(ABOUT)).unwrap_or_default();
    let mut lines = about.lines().map(str::to_owned);
    (lines.next().unwrap_or_default().into(), lines.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_begins_with_what_this_checkout_compiled_and_no_other() {
        let cache = Cache { root: tempfile::tempdir().unwrap().keep() };
        let toolchain = Toolchain { identity: "rustc".into(), sysroot: PathBuf::new() };
        let [mine, other] = ["/mine", "/other"].map(|root| Checkout { root: root.into() });
        for (number, checkout) in [&mine, &other].into_iter().enumerate() {
            let folder = cache.prepared().join(format!("{}{number:016x}", of_compiler(&toolchain)));
            folder::write(&folder.join(ABOUT), format!("{}\nkernel\n", checkout.root.display())).unwrap();
        }
        let begins = |checkout| seed(checkout, &cache, &toolchain).map(|seed| about(&seed).0);
        assert_eq!(begins(&mine), Some(mine.root.clone()));
        assert_eq!(begins(&other), Some(other.root.clone()));
        assert_eq!(begins(&Checkout { root: "/third".into() }), None);
        fs::remove_dir_all(&cache.root).unwrap();
    }
}
