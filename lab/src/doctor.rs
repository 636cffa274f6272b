//! `cargo lab doctor`: what was found, what is missing, and the command that mends it.

use crate::command;
use crate::paths::{Cache, Checkout};
use crate::setup::kernel::Kernel;
use crate::setup::toolchain::{self, Toolchain};
use crate::setup::{build_template, disk_space, mpi, pins, python, spec};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Prints a line for each thing that the course needs.
///
/// # Errors
/// When something is missing.
pub fn examine(checkout: &Checkout, cache: &Cache) -> Result<()> {
    let items = items(checkout, cache);
    let width = items.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut missing = Vec::new();
    for (name, state) in &items {
        match state {
            Ok(found) => println!("ok       {name:width$}  {found}"),
            Err(mend) => {
                println!("MISSING  {name:width$}  {mend}");
                missing.push(*name);
            }
        }
    }
    if !missing.is_empty() {
        bail!("{} missing: the lines above name the command for each", missing.join(", "));
    }
    Ok(())
}

/// Each with what was found, or with what is wrong and the command that mends it.
fn items(checkout: &Checkout, cache: &Cache) -> Vec<(&'static str, Result<String>)> {
    let there = |path: PathBuf, is_there: bool| {
        is_there.then(|| path.display().to_string()).context("run `cargo lab setup`")
    };
    let cargo = command::output(Command::new("cargo").arg("--version"));
    let kernel = Kernel::of(cache);
    let built = kernel.is_built();
    let mut items = vec![
        ("cargo", cargo.map(|said| said.trim().to_owned()).context("install Rust from https://rustup.rs")),
        ("python", python::base()),
        ("jupyter", jupyter(checkout)),
        ("evcxr_jupyter", there(kernel.path.clone(), built)),
    ];
    match Toolchain::find(checkout) {
        Ok(toolchain) => {
            let template = build_template::path(checkout, cache, &toolchain, &kernel);
            let complete = template.as_deref().is_ok_and(build_template::is_complete);
            let library = toolchain.library();
            let spec = spec::is_current(checkout, &toolchain).unwrap_or(false);
            items.extend([
                ("rustc", rustc(&toolchain)),
                ("linker", toolchain::linker(toolchain.host())),
                ("rust-src", there(library.clone(), library.is_dir())),
                ("build folder", template.and_then(|path| there(path, complete))),
                ("kernelspec", there(checkout.jupyter_data(), spec)),
            ]);
        }
        Err(error) => items.push(("rustc", Err(error))),
    }
    items.push(("MPI", mpi::found(checkout)));
    items.extend([("checkout", space(&checkout.root)), ("cache", space(&cache.root))]);
    items
}

fn rustc(toolchain: &Toolchain) -> Result<String> {
    toolchain.check_release()?;
    Ok(format!("{}, {}, {}", toolchain.release(), toolchain.host(), toolchain.sysroot.display()))
}

fn jupyter(checkout: &Checkout) -> Result<String> {
    let pins = pins::read(checkout)?;
    let python = python::found(checkout, &pins).context("run `cargo lab setup`")?;
    Ok(format!("{}, {}", python::versions(&python, &pins)?, python.display()))
}

fn space(folder: &Path) -> Result<String> {
    let free = disk_space::check(folder, 0.0)?;
    Ok(format!("{}, {free:.0} GB free", folder.display()))
}
