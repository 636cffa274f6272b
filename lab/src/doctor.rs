//! `cargo lab doctor`: what was found, what is missing, and the command that mends it.

use crate::command;
use crate::paths::{Cache, Checkout};
use crate::setup::build_template::{BuildTemplate, Linker};
use crate::setup::environment::Pins;
use crate::setup::kernel::Kernel;
use crate::setup::toolchain::{Toolchain, linker};
use crate::setup::{python, room, spec, std_stubs};
use anyhow::{Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// One thing that the course needs, or that its figures depend on.
struct Item {
    name: &'static str,
    /// What was found, or what is wrong and the command that mends it.
    state: Result<String, String>,
}

/// Prints a line for each item.
///
/// # Errors
/// When something is missing.
pub fn examine(checkout: &Checkout, cache: &Cache) -> Result<()> {
    let items = items(checkout, cache);
    let width = items.iter().map(|item| item.name.len()).max().unwrap_or(0);
    let mut missing = Vec::new();
    for item in &items {
        match &item.state {
            Ok(found) => println!("ok       {:width$}  {found}", item.name),
            Err(mend) => {
                println!("MISSING  {:width$}  {mend}", item.name);
                missing.push(item.name);
            }
        }
    }
    if !missing.is_empty() {
        bail!("{} missing: the lines above name the command for each", missing.join(", "));
    }
    Ok(())
}

fn items(checkout: &Checkout, cache: &Cache) -> Vec<Item> {
    let item = |name, state: Result<String, String>| Item { name, state };
    let toolchain = Toolchain::find(checkout);
    let pins = Pins::read(&checkout.root().join("environment.yml"));
    let mut items = vec![item("rustc", rustc(&toolchain))];
    items.push(item(
        "cargo",
        said(Command::new("cargo").arg("--version"), "install Rust from https://rustup.rs"),
    ));
    items.push(item("linker", linker_found(toolchain.as_ref().map_or("", Toolchain::host))));
    items.push(item(
        "python",
        python::base().map(|(path, version)| format!("{version}, {}", path.display())).map_err(told),
    ));
    items.push(match &pins {
        Ok(pins) => item("jupyter", jupyter(checkout, pins)),
        Err(error) => item("jupyter", Err(error.to_string())),
    });
    if let Ok(toolchain) = &toolchain {
        let kernel = Some(Kernel::of(cache)).filter(Kernel::is_built);
        let setup = || "run `cargo lab setup`".to_owned();
        items.push(item(
            "evcxr_jupyter",
            kernel.as_ref().map(|kernel| kernel.path.display().to_string()).ok_or_else(setup),
        ));
        let library = std_stubs::path(cache, toolchain);
        items.push(item(
            "rust-src",
            library.is_dir().then(|| library.display().to_string()).ok_or_else(setup),
        ));
        let prepared = kernel.and_then(|kernel| BuildTemplate::of(checkout, cache, toolchain, &kernel).ok());
        let prepared =
            prepared.filter(BuildTemplate::is_complete).map(|prepared| prepared.path().display().to_string());
        items.push(item("build folder", prepared.ok_or_else(setup)));
        let spec = spec::is_current(checkout, toolchain).unwrap_or(false);
        items.push(item(
            "kernelspec",
            spec.then(|| spec::data_folder(checkout).display().to_string()).ok_or_else(setup),
        ));
    }
    items.push(item("checkout", room::told(checkout.root())));
    items.push(item("cache", room::told(cache.root())));
    items.push(item("cores", Ok(cores())));
    items.push(item("memory", Ok(memory())));
    items
}

fn told(error: anyhow::Error) -> String {
    error.to_string()
}

fn rustc(toolchain: &Result<Toolchain>) -> Result<String, String> {
    match toolchain {
        Ok(toolchain) => {
            toolchain.check_release().map_err(told)?;
            Ok(format!("{}, {}, {}", toolchain.release(), toolchain.host(), toolchain.sysroot.display()))
        }
        Err(error) => Err(error.to_string()),
    }
}

fn said(command: &mut Command, mend: &str) -> Result<String, String> {
    command::output(command).map(|text| text.trim().to_owned()).map_err(|_| mend.to_owned())
}

fn linker_found(host: &str) -> Result<String, String> {
    let Some(path) = linker(host) else { return Err(crate::setup::toolchain::NO_LINKER.to_owned()) };
    let used = match Linker::in_force() {
        Linker::Mold => ", linking with mold",
        Linker::Lld => ", linking with lld",
        Linker::System => "",
    };
    Ok(format!("{}{used}", path.display()))
}

fn jupyter(checkout: &Checkout, pins: &Pins) -> Result<String, String> {
    let Some(python) = python::found(checkout, pins) else { return Err("run `cargo lab setup`".to_owned()) };
    let prefix = python.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    let versions = pins.packages.iter().map(|package| {
        let name = package.split(['=', '<', '>', '~']).next().unwrap_or(package);
        format!("{name} {}", python::version_of(prefix, name).unwrap_or_else(|| "?".to_owned()))
    });
    Ok(format!("{}, {}", versions.collect::<Vec<_>>().join(", "), prefix.display()))
}

fn cores() -> String {
    std::thread::available_parallelism().map_or_else(|_| "unknown".to_owned(), |cores| cores.to_string())
}

fn memory() -> String {
    let linux = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        total.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib * 1024.0)
    });
    let other = || {
        command::output(Command::new("sysctl").args(["-n", "hw.memsize"])).ok()?.trim().parse::<f64>().ok()
    };
    linux
        .or_else(other)
        .map_or_else(|| "unknown".to_owned(), |bytes| format!("{:.1} GiB", bytes / (1u64 << 30) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_missing_names_its_mend() {
        assert_eq!(
            said(&mut Command::new("no-such-program"), "run `install it`"),
            Err("run `install it`".to_owned())
        );
    }
}
