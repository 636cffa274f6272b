//! Python with the pinned Jupyter packages: the active environment's, or the project's own `.venv`.

use super::pins::Pins;
use crate::command;
use crate::hash;
use crate::paths::{Cache, Checkout};
use crate::progress::Step;
use anyhow::{Context, Result, anyhow, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Written into `.venv` last: what was installed. A `.venv` without it is an interrupted one.
const STAMP: &str = "concurrency-lab.txt";
/// The oldest Python that the pinned packages run on.
const OLDEST: (u32, u32) = (3, 10);

/// The Python that has the Jupyter packages, if there is one. Reads only.
pub fn found(checkout: &Checkout, pins: &Pins) -> Option<PathBuf> {
    active(pins).or_else(|| {
        let stamp = fs::read_to_string(checkout.venv().join(STAMP)).ok()?;
        let python = python_of(&checkout.venv());
        (stamp.trim() == pins.line() && python.is_file()).then_some(python)
    })
}

/// The active virtualenv's or conda environment's Python, if it has the packages.
fn active(pins: &Pins) -> Option<PathBuf> {
    ["VIRTUAL_ENV", "CONDA_PREFIX"]
        .iter()
        .filter_map(env::var_os)
        .map(PathBuf::from)
        .find(|prefix| pins.names().all(|name| version_of(prefix, name).is_some()))
        .map(|prefix| python_of(&prefix))
        .filter(|python| python.is_file())
}

/// The packages' Python, installing them into `.venv` if they are missing.
///
/// # Errors
/// No Python, a Python without `venv`, no network, a full disk: one sentence each.
pub fn ready(checkout: &Checkout, cache: &Cache, pins: &Pins) -> Result<PathBuf> {
    if let Some(python) = found(checkout, pins) {
        return Ok(python);
    }
    let venv = checkout.venv();
    if venv.exists() {
        fs::remove_dir_all(&venv)
            .with_context(|| format!("{} cannot be removed; run `chmod -R u+w` on it", venv.display()))?;
    }
    let base = base()?;
    let step = Step::start("Jupyter packages (into .venv)");
    install(&base, &venv, cache, pins, &step).inspect_err(|_| drop(fs::remove_dir_all(&venv)))?;
    step.done();
    Ok(python_of(&venv))
}

/// Checks that there is a Python to go on with, before any work starts.
///
/// # Errors
/// Those of [`base`], unless the packages are there already.
pub fn check(checkout: &Checkout, pins: &Pins) -> Result<()> {
    if found(checkout, pins).is_none() {
        base()?;
    }
    Ok(())
}

fn install(base: &Base, venv: &Path, cache: &Cache, pins: &Pins, step: &Step) -> Result<()> {
    step.note("making the environment");
    command::output(Command::new(&base.path).args(["-m", "venv"]).arg(venv))
        .map_err(|error| anyhow!("the Python environment {} could not be made: {error}", venv.display()))?;
    let python = python_of(venv);
    let wheels = cache.wheels().join(format!("python-{}-{:016x}", base.version, hash::of(&pins.line())));
    if !wheels.is_dir() {
        download(&python, &wheels, pins, step)?;
    }
    step.note("installing");
    let mut pip = pip(&python);
    pip.args(["install", "--no-index", "--find-links"]).arg(&wheels).args(&pins.packages);
    command::watched(&mut pip, "the Jupyter packages", |_| {})?;
    fs::write(venv.join(STAMP), pins.line() + "\n")
        .with_context(|| format!("{} cannot be written", venv.display()))
}

/// Fetches the wheels into a temporary name, so that a folder with the final name is always whole.
fn download(python: &Path, wheels: &Path, pins: &Pins, step: &Step) -> Result<()> {
    let part = wheels.with_extension("part");
    let _ = fs::remove_dir_all(&part);
    step.note("downloading");
    let mut pip = pip(python);
    pip.args(["wheel", "--wheel-dir"]).arg(&part).args(&pins.packages);
    command::watched(&mut pip, "the Jupyter packages", |_| {})?;
    fs::rename(&part, wheels).with_context(|| format!("{} cannot be written", wheels.display()))
}

fn pip(python: &Path) -> Command {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "--no-input", "--disable-pip-version-check", "--no-cache-dir", "--quiet"]);
    pip
}

/// A Python that can make environments.
pub struct Base {
    /// Where it is.
    pub path: PathBuf,
    /// `3.13`.
    pub version: String,
}

/// The first Python on PATH that can make an environment.
///
/// # Errors
/// When there is none, or each is too old or lacks a part.
pub fn base() -> Result<Base> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let named = |name: &'static str| folders.iter().map(move |folder| folder.join(name));
    let mut wrong = None;
    for path in named("python3").chain(named("python")).filter(|path| path.is_file()) {
        match usable(&path) {
            Ok(version) => return Ok(Base { path, version }),
            Err(error) => wrong = wrong.or(Some(error)),
        }
    }
    Err(wrong.unwrap_or_else(|| {
        anyhow!(
            "no Python was found, which JupyterLab needs; run `sudo apt install python3 python3-venv` \
             or `sudo dnf install python3`"
        )
    }))
}

/// The version of a Python that is new enough and can make environments.
fn usable(python: &Path) -> Result<String> {
    let printed =
        command::output(Command::new(python).args(["-c", "import sys; print(*sys.version_info[:2])"]))?;
    let version: Vec<u32> = printed.split_whitespace().filter_map(|part| part.parse().ok()).collect();
    let [major, minor] = version[..] else { bail!("{} is not a Python that can be used", python.display()) };
    if (major, minor) < OLDEST {
        bail!(
            "Python {major}.{minor} is too old, JupyterLab needs {}.{} or newer; run `sudo apt install python3`",
            OLDEST.0,
            OLDEST.1
        );
    }
    if command::output(Command::new(python).args(["-c", "import venv, ensurepip"])).is_err() {
        bail!("Python {major}.{minor} cannot make environments; run `sudo apt install python3-venv`");
    }
    Ok(format!("{major}.{minor}"))
}

/// The version of `package` in the environment at `prefix`.
pub fn version_of(prefix: &Path, package: &str) -> Option<String> {
    let start = format!("{}-", package.replace('-', "_"));
    let libraries = fs::read_dir(prefix.join("lib")).ok()?.flatten();
    libraries
        .filter_map(|library| fs::read_dir(library.path().join("site-packages")).ok())
        .flat_map(|entries| entries.flatten())
        .find_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some(name.strip_prefix(&start)?.strip_suffix(".dist-info")?.to_owned())
        })
}

fn python_of(prefix: &Path) -> PathBuf {
    prefix.join("bin").join("python")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_found_by_their_metadata() {
        let prefix = tempfile::tempdir().unwrap();
        fs::create_dir_all(prefix.path().join("lib/python3.13/site-packages/jupyterlab-4.6.6.dist-info"))
            .unwrap();
        assert_eq!(version_of(prefix.path(), "jupyterlab").as_deref(), Some("4.6.6"));
        assert_eq!(version_of(prefix.path(), "jupyter"), None);
    }

    #[test]
    fn what_is_no_python_is_refused() {
        assert!(usable(Path::new("/bin/false")).is_err());
    }
}
