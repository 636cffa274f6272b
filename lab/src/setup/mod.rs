//! Makes what is missing: the Jupyter packages, the kernel binary, the prepared build folder and the kernelspec.

pub mod declarations;
pub mod environment;
pub mod kernel;
pub mod library;
pub mod prepared;
pub mod python;
pub mod spec;
pub mod toolchain;

use crate::lock::Lock;
use crate::paths::{Cache, Checkout};
use anyhow::Result;
use environment::Pins;
use prepared::Prepared;
use std::path::PathBuf;
use toolchain::Toolchain;

/// Everything that a notebook needs, in place.
pub struct Ready {
    /// Python with the Jupyter packages.
    pub python: PathBuf,
    /// The kernel binary.
    pub kernel: PathBuf,
}

/// Sets up what is missing. When nothing is, no file is touched.
///
/// # Errors
/// One sentence about what cannot be had and the command that mends it.
pub fn ready(checkout: &Checkout, cache: &Cache) -> Result<Ready> {
    let toolchain = Toolchain::find(checkout)?;
    let pins = Pins::read(&checkout.root().join("environment.yml"))?;
    if let Some(ready) = already(checkout, cache, &toolchain, &pins)? {
        return Ok(ready);
    }
    let lock = cache.root().join("setup.lock");
    let _lock =
        Lock::take(&lock, || eprintln!("another set-up is running; this one goes on when it has ended"))?;
    toolchain.check()?;
    let python = python::ready(checkout, cache, &pins)?;
    let kernel = kernel::ready(cache, &toolchain)?;
    library::ready(cache, &toolchain)?;
    prepared::ready(checkout, cache, &toolchain, &kernel)?;
    spec::ready(checkout, &toolchain)?;
    Ok(Ready { python, kernel: kernel.path })
}

/// What is in place, if nothing is missing. Reads only.
fn already(checkout: &Checkout, cache: &Cache, toolchain: &Toolchain, pins: &Pins) -> Result<Option<Ready>> {
    let Some(python) = python::found(checkout, pins) else { return Ok(None) };
    let Some(kernel) = kernel::found(cache) else { return Ok(None) };
    let prepared = Prepared::of(checkout, cache, toolchain, &kernel)?;
    let complete = prepared.is_complete()
        && library::path(cache, toolchain).is_dir()
        && spec::is_current(checkout, toolchain)?;
    Ok(complete.then_some(Ready { python, kernel: kernel.path }))
}
