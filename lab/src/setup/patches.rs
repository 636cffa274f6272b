//! Small corrections to the kernel's sources, made while set-up compiles them.
//!
//! A panic of the rust-analyzer inside evcxr 0.22 ends the kernel for good: the next cell never ends and the stop button does
//! nothing. Set-up therefore names this program as Cargo's `rustc` wrapper while it builds the kernel; it compiles a corrected
//! copy of the packages named below and leaves everything else, versions and checksums too, as the registry has it.

use super::kernel_edits::EDITS;
use crate::folder;
use crate::variables::PATCHED;
use anyhow::{Context, Result, anyhow, bail};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Whether Cargo started this process as the wrapper of `rustc`.
pub fn is_called() -> bool {
    env::var_os(PATCHED).is_some()
}

/// Compiles what Cargo asks for.
pub fn run() -> ExitCode {
    let error = match compiler() {
        Ok(mut command) => anyhow!("rustc could not be started: {}", command.exec()),
        Err(error) => error,
    };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

/// The command that Cargo gave, on the corrected copy where the package has one.
fn compiler() -> Result<Command> {
    let mut words = env::args_os().skip(1);
    let program = words.next().context("Cargo names no compiler")?;
    let mut arguments: Vec<OsString> = words.collect();
    let package = env::var("CARGO_PKG_NAME").unwrap_or_default();
    if EDITS.iter().any(|edit| edit.package == package) {
        let from = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").context("Cargo names no package folder")?);
        let to = PathBuf::from(env::var_os(PATCHED).unwrap_or_default()).join(&package);
        correct(&package, &from, &to)?;
        for argument in &mut arguments {
            if let Ok(inside) = Path::new(argument).strip_prefix(&from) {
                *argument = to.join(inside).into_os_string();
            }
        }
    }
    let mut command = Command::new(program);
    command.args(arguments).env_remove(PATCHED);
    Ok(command)
}

/// Copies a package and applies its edits.
fn correct(package: &str, from: &Path, to: &Path) -> Result<()> {
    folder::copy(from, to, None)?;
    for edit in EDITS.iter().filter(|edit| edit.package == package) {
        let file = to.join(edit.file);
        let source =
            fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        if !source.contains(edit.from) {
            bail!("{} is not the source that set-up knows how to correct", file.display());
        }
        fs::write(&file, source.replace(edit.from, edit.to))
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_copied_with_its_edits_and_another_source_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("src")).unwrap();
        let edit = EDITS.iter().find(|edit| edit.package == "ra_ap_hir").unwrap();
        fs::write(from.join(edit.file), format!("{}}}", edit.from)).unwrap();
        correct(edit.package, &from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join(edit.file)).unwrap(), format!("{}}}", edit.to));
        assert_eq!(fs::read_to_string(from.join(edit.file)).unwrap(), format!("{}}}", edit.from));

        fs::write(from.join(edit.file), "fn insert() {}").unwrap();
        let error = correct(edit.package, &from, &to).unwrap_err().to_string();
        assert!(error.contains("term_search.rs is not the source"), "{error}");
    }
}
