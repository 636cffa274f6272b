//! Makes what is missing: the Jupyter packages, the kernel binary, the prepared build folder and the kernelspec.

pub mod declarations;
pub mod disk_space;
pub mod kernel;
pub mod library;
pub mod patches;
pub mod pins;
pub mod prepared;
pub mod python;
pub mod smoke_test;
pub mod spec;
pub mod toolchain;

use crate::lock::Lock;
use crate::paths::{Cache, Checkout, Programs};
use anyhow::{Result, anyhow};
use kernel::Kernel;
use pins::Pins;
use prepared::Prepared;
use std::path::PathBuf;
use std::thread;
use toolchain::Toolchain;

/// Sets up what is missing. When nothing is, no file is touched.
///
/// # Errors
/// One sentence about what cannot be had and the command that mends it.
pub fn ready(checkout: &Checkout, cache: &Cache) -> Result<Programs> {
    let toolchain = Toolchain::find(checkout)?;
    toolchain.check_release()?;
    let pins = Pins::read(&checkout.root().join("environment.yml"))?;
    if let Some(programs) = already(checkout, cache, &toolchain, &pins)? {
        return Ok(programs);
    }
    toolchain::linker(toolchain.host())?;
    python::check(checkout, &pins)?;
    disk_space::check(checkout, cache)?;
    let lock = cache.root().join("setup.lock");
    let lock =
        Lock::take(&lock, || eprintln!("another set-up is running; this one goes on when it has ended"))?;
    // Should this process be killed, the builds that it started keep the next set-up waiting until they have ended.
    lock.share_with_children()?;
    if let Some(programs) = already(checkout, cache, &toolchain, &pins)? {
        return Ok(programs);
    }
    let (python, kernel) = install(checkout, cache, &toolchain, &pins)?;
    spec::ready(checkout, &toolchain)?;
    let programs = Programs { python, kernel: kernel.path };
    smoke_test::pass(checkout, &programs)?;
    Ok(programs)
}

/// What is in place, if nothing is missing. Reads only.
fn already(
    checkout: &Checkout,
    cache: &Cache,
    toolchain: &Toolchain,
    pins: &Pins,
) -> Result<Option<Programs>> {
    let Some(python) = python::found(checkout, pins) else { return Ok(None) };
    let kernel = Kernel::of(cache);
    let complete = kernel.is_built()
        && Prepared::of(checkout, cache, toolchain, &kernel)?.is_complete()
        && library::path(cache, toolchain).is_dir()
        && spec::is_current(checkout, toolchain)?;
    Ok(complete.then_some(Programs { python, kernel: kernel.path }))
}

/// The long steps. Downloading, the kernel and the support crate go on at the same time: each leaves cores idle now and then.
fn install(
    checkout: &Checkout,
    cache: &Cache,
    toolchain: &Toolchain,
    pins: &Pins,
) -> Result<(PathBuf, Kernel)> {
    library::ready(cache, toolchain)?;
    let kernel = Kernel::of(cache);
    let (python, built, prepared) = thread::scope(|scope| {
        let python = scope.spawn(|| python::ready(checkout, cache, pins));
        let built = scope.spawn(|| kernel::ready(&kernel, cache, toolchain));
        let prepared = prepared::ready(checkout, cache, toolchain, &kernel);
        (python.join(), built.join(), prepared)
    });
    let lost = |_| anyhow!("set-up stopped at a fault of its own; run `cargo lab setup` again");
    let python = python.map_err(lost)??;
    built.map_err(lost)??;
    prepared?;
    Ok((python, kernel))
}
