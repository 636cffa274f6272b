//! The kernelspec `rust` and what it starts, in a folder that only this checkout's Jupyter is told of.

use super::toolchain::Toolchain;
use crate::paths::Checkout;
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

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
    let written = fs::read_to_string(file(checkout)).unwrap_or_default();
    let linked = links(checkout, toolchain)
        .iter()
        .all(|(link, target)| fs::read_link(link).is_ok_and(|to| to == *target));
    Ok(linked
        && written == text(checkout)
        && fs::read(launcher(checkout)).unwrap_or_default() == this_program()?)
}

/// Writes the kernelspec and its launcher where they are missing or old.
///
/// # Errors
/// When the checkout cannot be written.
pub fn ready(checkout: &Checkout, toolchain: &Toolchain) -> Result<()> {
    if is_current(checkout, toolchain)? {
        return Ok(());
    }
    replace(&launcher(checkout), &this_program()?, true)?;
    for (link, target) in links(checkout, toolchain) {
        let _ = fs::remove_file(&link);
        let failed = || format!("{} cannot be written; run `chmod -R u+w` on the checkout", link.display());
        fs::create_dir_all(link.parent().context("a link has a folder")?).with_context(failed)?;
        std::os::unix::fs::symlink(&target, &link).with_context(failed)?;
    }
    replace(&file(checkout), text(checkout).as_bytes(), false)
}

/// A toolchain as rustup knows it, whose `cargo` is this program (see [`crate::cargo_shim`]) and whose other parts are the real ones.
pub fn shim_toolchain(checkout: &Checkout) -> PathBuf {
    checkout.jupyter().join("toolchain")
}

fn links(checkout: &Checkout, toolchain: &Toolchain) -> Vec<(PathBuf, PathBuf)> {
    let shim = shim_toolchain(checkout);
    let real = &toolchain.sysroot;
    vec![
        (shim.join("bin").join("cargo"), launcher(checkout)),
        (shim.join("bin").join("rustc"), real.join("bin").join("rustc")),
        (shim.join("bin").join("rustdoc"), real.join("bin").join("rustdoc")),
        (shim.join("lib"), real.join("lib")),
    ]
}

fn this_program() -> Result<Vec<u8>> {
    fs::read(env::current_exe()?).context("this program cannot be read; run `cargo lab setup` again")
}

fn text(checkout: &Checkout) -> String {
    let spec = serde_json::json!({
        "argv": [launcher(checkout), "kernel", "--checkout", checkout.root(), "-f", "{connection_file}"],
        "display_name": "Rust",
        "language": "rust",
        "interrupt_mode": "message",
    });
    format!("{spec:#}\n")
}

/// Writes a file under another name first, so that a running launcher is never overwritten.
fn replace(path: &Path, content: &[u8], program: bool) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let failed = || format!("{} cannot be written; run `chmod -R u+w` on the checkout", path.display());
    let folder = path.parent().context("a file has a folder")?;
    fs::create_dir_all(folder).with_context(failed)?;
    let mut part = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    std::io::Write::write_all(&mut part, content).with_context(failed)?;
    let mode = if program { 0o755 } else { 0o644 };
    part.as_file().set_permissions(fs::Permissions::from_mode(mode)).with_context(failed)?;
    part.persist(path).with_context(failed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernelspec_starts_the_copied_launcher() {
        let folder = tempfile::tempdir().unwrap();
        let checkout = Checkout::at(folder.path().to_path_buf());
        let toolchain = Toolchain::find(&Checkout::find().unwrap()).unwrap();
        assert!(!is_current(&checkout, &toolchain).unwrap());
        ready(&checkout, &toolchain).unwrap();
        assert!(is_current(&checkout, &toolchain).unwrap());
        let spec: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(file(&checkout)).unwrap()).unwrap();
        assert_eq!(spec["argv"][1], "kernel");
        assert!(spec["argv"].as_array().unwrap().iter().any(|word| word == "{connection_file}"));
    }
}
