//! An MPI, and the program that runs the tasks of `Ranks(n)` with it: made when it is asked for, since nothing else needs it.

use super::toolchain::Toolchain;
use super::{pins, python};
use crate::command;
use crate::folder;
use crate::hash;
use crate::lock::Lock;
use crate::paths::{Cache, Checkout};
use crate::progress::Step;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that mpiexec starts.
const WORKER: &str = "ranks-worker";
/// What it prints for a smoke test, on each of two ranks that know of one another.
const SMOKE: &str = "ranks of this job: 2";

/// The Python environment that MPI comes in; `support-crate/src/model/ranks.rs` looks for it there.
fn home(checkout: &Checkout) -> PathBuf {
    checkout.root.join("target").join("lab").join("mpi")
}

/// Installs an MPI and builds the program, unless both are there.
///
/// # Errors
/// No network, a full disk, a build that fails, an MPI that starts nothing.
pub fn ready(checkout: &Checkout, cache: &Cache) -> Result<()> {
    let home = home(checkout);
    fs::create_dir_all(home.parent().unwrap_or(&home)).map_err(folder::unwritable(&home))?;
    let _lock = Lock::take(&home.with_extension("lock"), "setting up MPI")?;
    python::environment(&home, cache, &pins::of_mpi(checkout)?, "MPI (MPICH)")?;
    if is_current(checkout)? {
        return Ok(());
    }
    let step = Step::start("the program that MPI starts");
    build(checkout, &home, &step)?;
    smoke_test(&home)?;
    folder::write(&stamp(&home), state(checkout)?)?;
    step.done();
    Ok(())
}

/// What was found, or that it is not there, which is no fault.
///
/// # Errors
/// When the program is that of another state of the checkout.
pub fn found(checkout: &Checkout) -> Result<String> {
    let home = home(checkout);
    if !home.is_dir() {
        return Ok("not set up (`cargo lab setup --mpi` does, for Ranks)".into());
    }
    if !is_current(checkout)? {
        bail!("run `cargo lab setup --mpi`");
    }
    Ok(format!("{}, {}", pins::of_mpi(checkout)?.join(", "), home.display()))
}

fn build(checkout: &Checkout, home: &Path, step: &Step) -> Result<()> {
    let library = folder::files(home).into_iter().find(|path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libclang"))
            && path.extension().is_some_and(|end| end == "so")
    });
    let library =
        library.context("libclang is missing from its package; run `cargo lab setup --mpi` again")?;
    let target = checkout.root.join("target");
    let mut build = Command::new(Toolchain::find(checkout)?.tool("cargo"));
    command::forget_cargo(&mut build);
    build
        .args(["rustc", "--locked", "--release", "--package", "ranks", "--features", "mpi", "--bin", WORKER])
        .arg("--target-dir")
        .arg(&target)
        // It finds the library where it was built, whatever the environment says.
        .arg("--")
        .arg(format!("-Clink-arg=-Wl,-rpath,{}", home.join("lib").display()))
        .current_dir(&checkout.root)
        .env("MPICC", home.join("bin").join("mpicc"))
        .env("LIBCLANG_PATH", library.parent().unwrap_or(home))
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "100");
    command::watched(&mut build, "the program that MPI starts", |line| step.follow_cargo(line))?;
    let worker = home.join("bin").join(WORKER);
    let part = worker.with_extension("part");
    fs::copy(target.join("release").join(WORKER), &part)
        .and_then(|_| fs::rename(&part, &worker))
        .map_err(folder::unwritable(&worker))
}

/// Starts two ranks, which have to know of one another.
fn smoke_test(home: &Path) -> Result<()> {
    let bin = home.join("bin");
    let mut mpiexec = Command::new(bin.join("mpiexec"));
    mpiexec.args(["-n", "2"]).arg(bin.join(WORKER)).env("RANKS_SMOKE", "1").env("MPIEXEC_TIMEOUT", "60");
    let said = command::output(&mut mpiexec)?;
    if said.matches(SMOKE).count() != 2 {
        bail!("the MPI that was installed starts no ranks: {}", command::telling(&said));
    }
    Ok(())
}

fn stamp(home: &Path) -> PathBuf {
    home.join("ranks-worker.txt")
}

/// Whether the program was built from today's sources.
fn is_current(checkout: &Checkout) -> Result<bool> {
    let built = fs::read_to_string(stamp(&home(checkout))).unwrap_or_default();
    Ok(built == state(checkout)?)
}

/// Stands for the sources of the program.
fn state(checkout: &Checkout) -> Result<String> {
    let packages = ["ranks", "subprocess"].map(|name| checkout.root.join("crates").join(name).join("src"));
    let mut files: Vec<PathBuf> = packages.iter().flat_map(|package| folder::files(package)).collect();
    files.push(checkout.root.join("Cargo.lock"));
    let read = |file: &PathBuf| fs::read(file).with_context(|| format!("{} cannot be read", file.display()));
    let contents = files.iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(format!("{:016x}", hash::of(&(files, contents))))
}
