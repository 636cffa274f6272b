//! What the kernelspec starts: gives the kernel a build folder and settings of its own, then becomes evcxr.

use crate::command;
use crate::folder;
use crate::lock::Lock;
use crate::paths::{Cache, Checkout};
use crate::setup::kernel::Kernel;
use crate::setup::toolchain::Toolchain;
use crate::setup::{self, build_template, spec};
use crate::variables::{CARGO, KERNEL_BUILD, PYTHON, TEMPLATE};
use anyhow::{Context, Result, anyhow};
use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Becomes the kernel that answers on the ports named in `connection`.
///
/// # Errors
/// When a part of the set-up is missing and cannot be made. Does not return otherwise.
pub fn launch(checkout: &Checkout, cache: &Cache, connection: &Path) -> Result<()> {
    let toolchain = Toolchain::find(checkout)?;
    let kernel = Kernel::of(cache);
    if !kernel.is_built() {
        // The pages are open already, and set-up is building it.
        setup::ready(checkout, cache)?;
    }
    let template = build_template::ready(checkout, cache, &toolchain, &kernel)?;
    // Another toolchain may have become the default: cells are compiled by the one that the template was made with.
    spec::ready(checkout, &toolchain)?;
    remove_dead(cache);
    let home = home(cache)?;
    let (build, settings) = (home.join("build"), home.join("settings"));
    build_template::start(&template, &build, checkout)?;
    write_settings(&settings, checkout)?;
    let mut command = Command::new(&kernel.path);
    command::forget_cargo(&mut command);
    command
        .arg("--control_file")
        .arg(connection)
        .env("EVCXR_TMPDIR", build.join("ctx"))
        .env("EVCXR_CONFIG_DIR", &settings)
        .env("CONCURRENCY_LAB_KERNEL", "lab")
        // Huge pages make the analyser's memory 60 MB larger, and clearing them takes half a second of its start.
        .env("MIMALLOC_ALLOW_THP", "0")
        // A panic is told in a sentence; its frames are the kernel's, not the reader's.
        .env("RUST_BACKTRACE", "0")
        .env(LIBRARY_PATH, library_path(&toolchain)?)
        .env("RUST_SRC_PATH", spec::library(checkout))
        .env(CARGO, toolchain.tool("cargo"))
        .env(KERNEL_BUILD, &build)
        .env(TEMPLATE, &template)
        // Where there is rustup, its proxies and evcxr find the shim by the first, elsewhere by the second.
        .env("RUSTUP_TOOLCHAIN", spec::shim_toolchain(checkout))
        .env("PATH", with_first(&spec::shim_toolchain(checkout).join("bin"), "PATH", |_| true)?)
        // evcxr would rewrite a kernelspec that it finds here.
        .env("JUPYTER_PATH", home.join("none"));
    let python = checkout.venv().join("bin").join("python");
    if env::var_os(PYTHON).is_none() && python.is_file() {
        command.env(PYTHON, python);
    }
    Err(anyhow!("the kernel {} could not be started: {}", kernel.path.display(), command.exec()))
}

/// The variable that names folders of shared libraries.
const LIBRARY_PATH: &str = "LD_LIBRARY_PATH";

/// The crate's library as `:dep` builds it, and as every other build of the crate does.
const LIBRARY: &str = "libconcurrency_lab.so";

/// Folders of shared libraries for cells. Those with another build of the crate are taken out (`cargo run` and `cargo test` add
/// their own): cells would load it in place of the one they were compiled against. The standard library's folder is added:
/// what Cargo itself builds names it relative to its `deps` folder but is loaded from the one above, which only goes unnoticed
/// while build folder and toolchain have no parent folder in common.
fn library_path(toolchain: &Toolchain) -> Result<std::ffi::OsString> {
    let standard = toolchain.sysroot.join("lib").join("rustlib").join(toolchain.host()).join("lib");
    with_first(&standard, LIBRARY_PATH, |folder| !folder.join(LIBRARY).exists())
}

/// The folders that `variable` lists and `keep` keeps, with another before them.
fn with_first(first: &Path, variable: &str, keep: impl Fn(&Path) -> bool) -> Result<std::ffi::OsString> {
    let others = env::var_os(variable).unwrap_or_default();
    let others = env::split_paths(&others).filter(|path| !path.as_os_str().is_empty() && keep(path));
    env::join_paths(std::iter::once(first.to_path_buf()).chain(others))
        .with_context(|| format!("{} has a colon in its name, which {variable} cannot hold", first.display()))
}

/// Makes the name of the folder of one kernel. It is locked for as long as the kernel, or a process that it started, lives.
fn home(cache: &Cache) -> Result<PathBuf> {
    let home = cache.kernels().join(std::process::id().to_string());
    let lock = Lock::try_take(&home.with_extension("lock"))
        .with_context(|| format!("{} is in use by another kernel; start the kernel again", home.display()))?;
    lock.hold_to_the_end()?;
    let _ = fs::remove_dir_all(&home);
    Ok(home)
}

/// The cell that runs before the reader's first: it loads the support crate, and rust-analyzer for the sake of its variable. The
/// linker is the one that the build template was made with, whatever else evcxr finds on PATH.
fn write_settings(settings: &Path, checkout: &Checkout) -> Result<()> {
    let cell = format!(
        ":linker system\n:dep {}\nuse concurrency_lab::prelude::*;\nconcurrency_lab::observe::install();\nlet concurrency_lab_loaded = true;\n",
        build_template::dependency(checkout)
    );
    folder::write(&settings.join("evcxr.toml"), "[evcxr]\n")?;
    folder::write(&settings.join("prelude.rs"), cell)
}

/// The folders of kernels that have ended, also of those that were killed; each with its lock, held.
pub fn ended(cache: &Cache) -> Vec<(PathBuf, Lock)> {
    let locks =
        folder::entries(&cache.kernels()).filter(|path| path.extension().is_some_and(|end| end == "lock"));
    locks.filter_map(|lock| Some((lock.with_extension(""), Lock::try_take(&lock)?))).collect()
}

fn remove_dead(cache: &Cache) {
    for (folder, _held) in ended(cache) {
        let _ = fs::remove_dir_all(&folder);
        let _ = fs::remove_file(folder.with_extension("lock"));
    }
}
