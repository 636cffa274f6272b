//! `cargo lab doctor`: what was found, what is missing, and the command that mends it.

use crate::paths::{Cache, Checkout};
use crate::setup::build_template::{BuildTemplate, Linker};
use crate::setup::disk_space;
use crate::setup::kernel::Kernel;
use crate::setup::pins::Pins;
use crate::setup::toolchain::{Toolchain, linker};
use crate::setup::{python, spec, std_stubs};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Prints a line for each thing that the course needs, or that its figures depend on.
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
    let toolchain = Toolchain::find(checkout);
    let host = toolchain.as_ref().map_or("", Toolchain::host).to_owned();
    let mut items = vec![
        ("cargo", cargo()),
        ("linker", linker_in_use(&host)),
        ("python", python::base().map(|base| format!("{}, {}", base.version, base.path.display()))),
        ("jupyter", jupyter(checkout)),
    ];
    match toolchain {
        Ok(toolchain) => {
            items.insert(0, ("rustc", rustc(&toolchain)));
            items.extend(installed(checkout, cache, &toolchain));
        }
        Err(error) => items.insert(0, ("rustc", Err(error))),
    }
    items.extend([
        ("checkout", disk_space::told(checkout.root())),
        ("cache", disk_space::told(cache.root())),
        ("cores", std::thread::available_parallelism().map(|cores| cores.to_string()).map_err(Into::into)),
        ("memory", memory()),
    ]);
    items
}

/// What set-up makes with a compiler.
fn installed(
    checkout: &Checkout,
    cache: &Cache,
    toolchain: &Toolchain,
) -> Vec<(&'static str, Result<String>)> {
    let there =
        |path: Option<PathBuf>| path.map(|path| path.display().to_string()).context("run `cargo lab setup`");
    let kernel = Some(Kernel::of(cache)).filter(Kernel::is_built);
    let stubs = std_stubs::path(cache, toolchain);
    let template =
        kernel.as_ref().and_then(|kernel| BuildTemplate::of(checkout, cache, toolchain, kernel).ok());
    let spec = spec::is_current(checkout, toolchain).unwrap_or(false);
    vec![
        ("evcxr_jupyter", there(kernel.map(|kernel| kernel.path))),
        ("rust-src", there(Some(stubs).filter(|stubs| stubs.is_dir()))),
        (
            "build folder",
            there(template.filter(BuildTemplate::is_complete).map(|template| template.path().to_owned())),
        ),
        ("kernelspec", there(spec.then(|| checkout.jupyter_data()))),
    ]
}

fn rustc(toolchain: &Toolchain) -> Result<String> {
    toolchain.check_release()?;
    Ok(format!("{}, {}, {}", toolchain.release(), toolchain.host(), toolchain.sysroot.display()))
}

fn cargo() -> Result<String> {
    let version = crate::command::output(Command::new("cargo").arg("--version"));
    Ok(version.context("install Rust from https://rustup.rs")?.trim().to_owned())
}

fn linker_in_use(host: &str) -> Result<String> {
    let path = linker(host)?;
    let with = match Linker::in_force() {
        Linker::Mold => ", linking with mold",
        Linker::Lld => ", linking with lld",
        Linker::System => "",
    };
    Ok(format!("{}{with}", path.display()))
}

fn jupyter(checkout: &Checkout) -> Result<String> {
    let pins = Pins::read(&checkout.root().join("environment.yml"))?;
    let python = python::found(checkout, &pins).context("run `cargo lab setup`")?;
    let prefix = python.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    let version = |name| python::version_of(prefix, name).unwrap_or_else(|| "?".to_owned());
    let versions: Vec<_> = pins.names().map(|name| format!("{name} {}", version(name))).collect();
    Ok(format!("{}, {}", versions.join(", "), prefix.display()))
}

fn memory() -> Result<String> {
    let bytes = nix::sys::sysinfo::sysinfo()?.ram_total();
    Ok(format!("{:.1} GiB", bytes as f64 / (1u64 << 30) as f64))
}
