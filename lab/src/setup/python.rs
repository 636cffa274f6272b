//! Python with the pinned Jupyter packages: the active environment's, or the project's own `.venv`.

use crate::command;
use crate::folder;
use crate::hash;
use crate::paths::{Cache, Checkout};
use crate::progress::Step;
use anyhow::{Context, Result, anyhow, bail};
use std::env;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Written into `.venv` last: what was installed. A `.venv` without it is an interrupted one.
const STAMP: &str = "concurrency-lab.txt";
/// The oldest Python that the pinned packages run on.
const OLDEST: [u32; 2] = [3, 10];

/// The Python that has the Jupyter packages, if there is one: the active virtualenv's or conda environment's, else that of
/// `.venv`. Reads only.
pub fn found(checkout: &Checkout, pins: &[String]) -> Option<PathBuf> {
    let active = ["VIRTUAL_ENV", "CONDA_PREFIX"].iter().filter_map(env::var_os);
    let mut active = active.map(|prefix| python_of(Path::new(&prefix)));
    active.find(|python| versions(python, pins).is_ok()).or_else(|| complete(&checkout.venv(), pins))
}

/// The Python of the environment `venv`, if exactly these packages were installed there.
fn complete(venv: &Path, pins: &[String]) -> Option<PathBuf> {
    let stamp = fs::read_to_string(venv.join(STAMP)).ok()?;
    let python = python_of(venv);
    (stamp.trim() == pins.join(" ") && python.is_file()).then_some(python)
}

/// The packages in the environment of `python`: `jupyterlab 4.6.6, …`.
///
/// # Errors
/// When one is missing.
pub fn versions(python: &Path, pins: &[String]) -> Result<String> {
    let ask = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))";
    let names = pins.iter().map(|pin| pin.split("==").next().unwrap_or(pin));
    let versions = command::output(Command::new(python).args(["-c", ask]).args(names.clone()))?;
    let told: Vec<_> = names.zip(versions.split_whitespace()).map(|(a, b)| format!("{a} {b}")).collect();
    Ok(told.join(", "))
}

/// The packages' Python, installing them into `.venv` if they are missing.
///
/// # Errors
/// No Python, a Python without `venv`, no network, a full disk: one sentence each.
pub fn ready(checkout: &Checkout, cache: &Cache, pins: &[String]) -> Result<PathBuf> {
    match found(checkout, pins) {
        Some(python) => Ok(python),
        None => environment(&checkout.venv(), cache, pins, "Jupyter packages (into .venv)"),
    }
}

/// The Python of the environment `venv` with these packages, installing them if they are missing.
///
/// # Errors
/// Those of [`ready`].
pub fn environment(venv: &Path, cache: &Cache, pins: &[String], what: &str) -> Result<PathBuf> {
    if let Some(python) = complete(venv, pins) {
        return Ok(python);
    }
    if venv.exists() {
        folder::remove(venv)?;
    }
    let version = base()?;
    let step = Step::start(what);
    install(&version, venv, cache, pins, &step).inspect_err(|_| drop(fs::remove_dir_all(venv)))?;
    step.done_with(&format!("{} MB", folder::megabytes(venv)));
    Ok(python_of(venv))
}

fn install(version: &str, venv: &Path, cache: &Cache, pins: &[String], step: &Step) -> Result<()> {
    step.note("making the environment");
    command::output(Command::new(BASE).args(["-m", "venv"]).arg(venv))
        .map_err(|error| anyhow!("the Python environment {} could not be made: {error}", venv.display()))?;
    let pip = |action: &[&str], folder: &Path| {
        let mut pip = Command::new(python_of(venv));
        pip.args(["-m", "pip", "--no-input", "--disable-pip-version-check", "--no-cache-dir", "--quiet"]);
        pip.args(action).arg(folder).args(pins);
        command::watched(&mut pip, "the Python packages", |_| {})
    };
    // So that a second checkout needs no network.
    let wheels = cache.wheels().join(format!("python-{version}-{}", state(pins)));
    if !wheels.is_dir() {
        step.note("downloading");
        // Under another name first, so that a folder with the final name is always whole.
        let part = wheels.with_added_extension("part");
        let _ = fs::remove_dir_all(&part);
        pip(&["wheel", "--wheel-dir"], &part)?;
        fs::rename(&part, &wheels).with_context(|| format!("{} cannot be written", wheels.display()))?;
    }
    step.note("installing");
    // Python compiles what it imports when it first does: most of this it never will.
    pip(&["install", "--no-compile", "--no-index", "--find-links"], &wheels)?;
    folder::write(&venv.join(STAMP), pins.join(" "))
}

/// Folders of downloaded packages that are not one of these `sets`.
pub fn old_wheels(cache: &Cache, sets: &[Vec<String>]) -> Vec<PathBuf> {
    let is_current =
        |path: &Path| sets.iter().any(|pins| path.as_os_str().as_bytes().ends_with(state(pins).as_bytes()));
    folder::entries(&cache.wheels()).filter(|path| !is_current(path)).collect()
}

/// Names a set of packages.
fn state(pins: &[String]) -> String {
    format!("{:016x}", hash::of(&pins.join(" ")))
}

/// The Python that environments are made with.
pub const BASE: &str = "python3";

/// The version of that Python: `3.13`.
///
/// # Errors
/// When there is none, or it is too old or lacks a part.
pub fn base() -> Result<String> {
    let ask = |code| command::output(Command::new(BASE).args(["-c", code]));
    let printed = ask("import sys; print(*sys.version_info[:2])").context(
        "no Python was found, which JupyterLab needs; run `sudo apt install python3 python3-venv` \
         or `sudo dnf install python3`",
    )?;
    let version: Vec<u32> = printed.split_whitespace().filter_map(|part| part.parse().ok()).collect();
    let told = printed.trim().replace(' ', ".");
    if version[..] < OLDEST[..] {
        let [major, minor] = OLDEST;
        bail!(
            "Python {told} is too old, JupyterLab needs {major}.{minor} or newer; run `sudo apt install python3`"
        );
    }
    if ask("import venv, ensurepip").is_err() {
        bail!("Python {told} cannot make environments; run `sudo apt install python3-venv`");
    }
    Ok(told)
}

fn python_of(prefix: &Path) -> PathBuf {
    prefix.join("bin").join("python")
}
