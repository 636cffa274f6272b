//! Makes what is missing: the Jupyter packages, the kernel binary, the build template and the kernelspec.

pub mod build_template;
pub mod disk_space;
pub mod kernel;
pub mod mpi;
pub mod patches;
pub mod pins;
pub mod python;
pub mod smoke_test;
pub mod spec;
pub mod toolchain;

use crate::lock::Lock;
use crate::paths::{Cache, Checkout, Programs};
use anyhow::{Context, Result, anyhow};
use kernel::Kernel;
use std::process::Command;
use std::{env, thread};
use toolchain::Toolchain;

/// Sets up what is missing. When nothing is, no file is touched.
///
/// # Errors
/// One sentence about what cannot be had and the command that mends it.
pub fn ready(checkout: &Checkout, cache: &Cache) -> Result<Programs> {
    set_up(checkout, cache, true)
}

/// As [`ready`], but where something is missing only what it takes to read the pages: another process goes on with the rest, which
/// takes minutes, and kernels that are started meanwhile wait for it.
///
/// # Errors
/// Those of [`ready`].
pub fn ready_to_read(checkout: &Checkout, cache: &Cache) -> Result<Programs> {
    set_up(checkout, cache, false)
}

fn set_up(checkout: &Checkout, cache: &Cache, everything: bool) -> Result<Programs> {
    let toolchain = Toolchain::find(checkout)?;
    toolchain.check_release()?;
    let pins = pins::read(checkout)?;
    // What is in place, if nothing is missing. Reads only.
    let already = || {
        let Some(python) = python::found(checkout, &pins) else { return Ok(None) };
        let kernel = Kernel::of(cache);
        let complete = kernel.is_built()
            && build_template::is_complete(&build_template::path(checkout, cache, &toolchain, &kernel)?)
            && spec::is_current(checkout, &toolchain)?;
        anyhow::Ok(complete.then_some(Programs { checkout: checkout.clone(), python, kernel: kernel.path }))
    };
    if let Some(programs) = already()? {
        return Ok(programs);
    }
    toolchain::linker(toolchain.host())?;
    if python::found(checkout, &pins).is_none() {
        python::base()?;
    }
    // The environment and the lab itself; the kernel, the build template and the packages.
    disk_space::check(&checkout.root, 0.5)?;
    disk_space::check(&cache.root, 1.5)?;
    let lock = Lock::take(&cache.root.join("setup.lock"), "running")?;
    // Should this process be killed, the builds that it started keep the next set-up waiting until they have ended.
    lock.share_with_children()?;
    if let Some(programs) = already()? {
        return Ok(programs);
    }
    if !everything {
        let python = python::ready(checkout, cache, &pins)?;
        spec::ready(checkout, &toolchain)?;
        drop(lock);
        Command::new(env::current_exe()?).arg("setup").spawn().context("the set-up could not go on")?;
        eprintln!(
            "the pages can be read now; cells run as soon as set-up has ended, which this terminal tells"
        );
        return Ok(Programs { checkout: checkout.clone(), python, kernel: Kernel::of(cache).path });
    }
    let programs = install(checkout, cache, &toolchain, &pins)?;
    spec::ready(checkout, &toolchain)?;
    smoke_test::pass(&programs)?;
    Ok(programs)
}

/// The long steps. Downloading, the kernel and the support crate go on at the same time: each leaves cores idle now and then.
fn install(checkout: &Checkout, cache: &Cache, toolchain: &Toolchain, pins: &[String]) -> Result<Programs> {
    toolchain.add_library()?;
    let kernel = Kernel::of(cache);
    let (python, built, template) = thread::scope(|scope| {
        let python = scope.spawn(|| python::ready(checkout, cache, pins));
        let built = scope.spawn(|| kernel::ready(&kernel, cache, toolchain));
        let template = build_template::ready(checkout, cache, toolchain, &kernel);
        (python.join(), built.join(), template)
    });
    let lost = |_| anyhow!("set-up stopped at a fault of its own; run `cargo lab setup` again");
    let python = python.map_err(lost)??;
    built.map_err(lost)??;
    template?;
    Ok(Programs { checkout: checkout.clone(), python, kernel: kernel.path })
}
