//! The kernelspec `rust` and what it starts, in a folder that only this checkout's Jupyter is told of.

use super::toolchain::Toolchain;
use crate::folder;
use crate::paths::Checkout;
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// The launcher: a copy of this program, so that `cargo clean` and rebuilding leave running kernels alone.
fn launcher(checkout: &Checkout) -> PathBuf {
    checkout.jupyter().join("lab-kernel")
}

fn file(checkout: &Checkout) -> PathBuf {
    checkout.jupyter_data().join("kernels").join("rust").join("kernel.json")
}

/// Whether the kernelspec and its launcher are what [`ready`] would write. Reads only.
///
/// # Errors
/// When this program cannot read itself.
pub fn is_current(checkout: &Checkout, toolchain: &Toolchain) -> Result<bool> {
    let program =
        fs::read(env::current_exe()?).context("this program cannot be read; run `cargo lab setup` again")?;
    let mut links = links(checkout, toolchain).into_iter();
    Ok(links.all(|(link, target)| link.exists() && fs::read_link(link).is_ok_and(|to| to == target))
        && fs::read_to_string(file(checkout)).is_ok_and(|written| written == text(checkout))
        && fs::read(launcher(checkout)).is_ok_and(|copy| copy == program))
}

/// Writes the kernelspec and its launcher where they are missing or old.
///
/// # Errors
/// When the checkout cannot be written.
pub fn ready(checkout: &Checkout, toolchain: &Toolchain) -> Result<()> {
    if is_current(checkout, toolchain)? {
        return Ok(());
    }
    write(checkout, toolchain).with_context(|| {
        let folder = checkout.jupyter();
        format!("{} cannot be written; run `chmod -R u+w {0}`", folder.display())
    })
}

fn write(checkout: &Checkout, toolchain: &Toolchain) -> Result<()> {
    let launcher = launcher(checkout);
    fs::create_dir_all(checkout.jupyter())?;
    // Under another name first, so that a running launcher is never overwritten.
    let part = launcher.with_extension("part");
    fs::copy(env::current_exe()?, &part)?;
    fs::rename(part, launcher)?;
    for (link, target) in links(checkout, toolchain) {
        fs::create_dir_all(link.parent().context("a link has a folder")?)?;
        let _ = fs::remove_file(&link);
        symlink(target, link)?;
    }
    folder::write(&file(checkout), text(checkout))
}

/// A toolchain as rustup knows it, whose `cargo` is this program (see [`crate::cargo_shim`]) and whose other parts are the real ones.
pub fn shim_toolchain(checkout: &Checkout) -> PathBuf {
    checkout.jupyter().join("toolchain")
}

/// The standard library as rust-analyzer inside the kernel reads it: the crates whose types cells can name. Without the manifest
/// beside them it needs no Cargo to load them.
pub fn library(checkout: &Checkout) -> PathBuf {
    shim_toolchain(checkout).join("library")
}

/// Each link and what it leads to.
fn links(checkout: &Checkout, toolchain: &Toolchain) -> Vec<(PathBuf, PathBuf)> {
    let shim = shim_toolchain(checkout);
    let mut links = vec![(shim.join("bin/cargo"), launcher(checkout))];
    let real = ["bin/rustc", "bin/rustdoc", "lib"];
    links.extend(real.map(|part| (shim.join(part), toolchain.sysroot.join(part))));
    let crates = ["core", "alloc", "std", "proc_macro"];
    links.extend(crates.map(|name| (library(checkout).join(name), toolchain.library().join(name))));
    if checkout.venv().is_dir() {
        // Where editors look that find this environment by themselves, as VS Code does.
        let found = checkout.venv().join("share/jupyter/kernels/rust/kernel.json");
        links.push((found, file(checkout)));
    }
    links
}

fn text(checkout: &Checkout) -> String {
    let spec = serde_json::json!({
        "argv": [launcher(checkout), "kernel", "--checkout", &checkout.root, "-f", "{connection_file}"],
        "display_name": "Rust",
        "language": "rust",
        "interrupt_mode": "message",
    });
    format!("{spec:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernelspec_starts_the_copied_launcher() {
        let folder = tempfile::tempdir().unwrap();
        let checkout = Checkout { root: folder.path().to_path_buf() };
        let toolchain = Toolchain::find(&Checkout::find().unwrap()).unwrap();
        assert!(!is_current(&checkout, &toolchain).unwrap());
        ready(&checkout, &toolchain).unwrap();
        assert!(is_current(&checkout, &toolchain).unwrap());
        let spec: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(file(&checkout)).unwrap()).unwrap();
        assert_eq!(spec["argv"][1], "kernel");
        assert!(spec["argv"].as_array().unwrap().iter().any(|word| word == "{connection_file}"));

        // An environment of our own shows it too, to whoever looks there.
        fs::create_dir(checkout.venv()).unwrap();
        assert!(!is_current(&checkout, &toolchain).unwrap());
        ready(&checkout, &toolchain).unwrap();
        let shown = fs::read_to_string(checkout.venv().join("share/jupyter/kernels/rust/kernel.json"));
        assert_eq!(shown.unwrap(), text(&checkout));
    }
}
