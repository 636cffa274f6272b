//! Small corrections to the kernel's sources, made while set-up compiles them.
//!
//! A panic of the rust-analyzer inside evcxr 0.22 ends the kernel for good: the next cell never ends and the stop button does
//! nothing. Set-up therefore names this program as Cargo's `rustc` wrapper while it builds the kernel; it compiles a corrected
//! copy of the packages named below and leaves everything else, versions and checksums too, as the registry has it.

use crate::folder;
use crate::variables::PATCHED;
use anyhow::{Context, Result, anyhow};
use diffy::patch_set::{FileOperation, FilePatch, ParseOptions, PatchSet};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What set-up changes in the kernel's sources, and why: a unified diff of the packages' folders. Kernels built with another
/// one are other kernels.
pub const PATCH: &str = include_str!("kernel.patch");
/// The packages that it is about.
const PACKAGES: [&str; 6] =
    ["evcxr", "evcxr_jupyter", "ra_ap_hir", "ra_ap_hir_ty", "ra_ap_ide_assists", "ra_ap_ide_diagnostics"];

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
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

/// The command that Cargo gave, on the corrected copy where the package has one.
fn compiler() -> Result<Command> {
    let mut words = env::args_os().skip(1);
    let program = words.next().context("Cargo names no compiler")?;
    let mut arguments: Vec<OsString> = words.collect();
    let package = env::var("CARGO_PKG_NAME").unwrap_or_default();
    if PACKAGES.contains(&package.as_str()) {
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

/// The parts of [`PATCH`] that are about one package, each with its file's path in that package.
fn parts(package: &str) -> Result<Vec<(PathBuf, FilePatch<'static, str>)>> {
    let parts: Vec<_> = PatchSet::parse(PATCH, ParseOptions::unidiff())
        .collect::<Result<_, _>>()
        .context("kernel.patch is no unified diff")?;
    let inside = |part: &FilePatch<'_, str>| match part.operation() {
        FileOperation::Modify { modified: path, .. } | FileOperation::Create(path) => {
            Path::new(path.as_ref()).strip_prefix(Path::new("b").join(package)).map(Path::to_path_buf).ok()
        }
        _ => None,
    };
    Ok(parts.into_iter().filter_map(|part| Some((inside(&part)?, part))).collect())
}

/// Copies a package and applies its part of the patch.
fn correct(package: &str, from: &Path, to: &Path) -> Result<()> {
    folder::copy(from, to, None)?;
    for (file, part) in parts(package)? {
        let file = to.join(file);
        let source = if part.operation().is_create() { String::new() } else { read(&file)? };
        let corrected = part.patch().as_text().and_then(|patch| diffy::apply(&source, patch).ok());
        let corrected = corrected.with_context(|| {
            format!("{} is not the source that set-up knows how to correct", file.display())
        })?;
        fs::write(&file, corrected).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use diffy::Line;

    #[test]
    fn every_part_is_of_a_package_that_is_corrected() {
        let whole = PatchSet::parse(PATCH, ParseOptions::unidiff()).count();
        let parts: usize = PACKAGES.iter().map(|package| parts(package).unwrap().len()).sum();
        assert!(whole > 0);
        assert_eq!(parts, whole);
    }

    #[test]
    fn a_package_is_copied_with_its_corrections_and_another_source_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let (file, part) = parts("ra_ap_hir").unwrap().remove(0);
        let hunk = &part.patch().as_text().unwrap().hunks()[0];
        let (mut before, mut after) = (String::new(), String::new());
        for line in hunk.lines() {
            let (Line::Context(text) | Line::Delete(text) | Line::Insert(text)) = line;
            if !matches!(line, Line::Insert(_)) {
                before.push_str(text);
            }
            if !matches!(line, Line::Delete(_)) {
                after.push_str(text);
            }
        }
        folder::write(&from.join(&file), &before).unwrap();
        correct("ra_ap_hir", &from, &to).unwrap();
        assert_eq!(read(&to.join(&file)).unwrap(), after);
        assert_eq!(read(&from.join(&file)).unwrap(), before);

        fs::write(from.join(&file), "fn insert() {}").unwrap();
        let error = correct("ra_ap_hir", &from, &to).unwrap_err().to_string();
        assert!(error.contains("term_search.rs is not the source"), "{error}");
    }
}
