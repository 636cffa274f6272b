//! The standard library as rust-analyzer inside the kernel reads it: without comments, and without what a cell cannot name.
//!
//! rust-analyzer reads the source to infer the types of a cell's variables, before the kernel answers. On less than
//! half of the text it is ready seconds earlier.

use super::toolchain::Toolchain;
use crate::command;
use crate::folder;
use crate::hash;
use crate::paths::Cache;
use crate::progress::Step;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Raised when the reduction changes.
const LAYOUT: u32 = 3;
/// The crates whose types cells can name. Without their manifests rust-analyzer needs no Cargo to load them.
const CRATES: [&str; 4] = ["core", "alloc", "std", "proc_macro"];
/// Folders and files that declare nothing a cell can name.
const LEFT_OUT: [&str; 4] = ["tests", "tests.rs", "benches", "sys"];

/// Where the stubs of this toolchain's standard library are kept.
pub fn path(cache: &Cache, toolchain: &Toolchain) -> PathBuf {
    cache.root().join(format!(
        "library-{}-{:08x}",
        toolchain.release(),
        hash::of(&(LAYOUT, &toolchain.identity)) as u32
    ))
}

/// Reduces the library's source if that has not been done, adding the source to the toolchain if it is missing.
///
/// # Errors
/// When the source cannot be had or the cache cannot be written.
pub fn ready(cache: &Cache, toolchain: &Toolchain) -> Result<PathBuf> {
    let path = path(cache, toolchain);
    if path.is_dir() {
        return Ok(path);
    }
    let source = toolchain.sysroot.join("lib").join("rustlib").join("src").join("rust").join("library");
    if !source.join("core").is_dir() {
        add_source()?;
    }
    if !source.join("core").is_dir() {
        bail!(
            "the standard library's source is missing, from which the kernel tells the types of variables; \
             run `rustup component add rust-src` or install your system's rust-src package"
        );
    }
    let part = path.with_extension("part");
    let _ = fs::remove_dir_all(&part);
    for name in CRATES {
        if let Err(error) = reduce(&source.join(name), &part.join(name)) {
            let _ = fs::remove_dir_all(&part);
            return Err(error);
        }
    }
    fs::rename(&part, &path).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}

fn add_source() -> Result<()> {
    let step = Step::start("source of the standard library (rustup component rust-src)");
    // Where there is no rustup, or no network, the caller says what to do.
    let added = command::output(Command::new("rustup").args(["component", "add", "rust-src"]));
    if added.is_ok() {
        step.done();
    }
    Ok(())
}

fn reduce(from: &Path, to: &Path) -> Result<()> {
    for file in folder::files(from) {
        let relative = file.strip_prefix(from).unwrap_or(&file);
        let skipped = relative.components().any(|part| LEFT_OUT.iter().any(|name| part.as_os_str() == *name));
        if skipped || file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source =
            fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        folder::write(&to.join(relative), without_comments(&source))?;
    }
    Ok(())
}

/// The lines that are no comment.
fn without_comments(source: &str) -> String {
    source.split_inclusive('\n').filter(|line| !line.trim_start().starts_with("//")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_reduced_and_tests_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        for (name, text) in [
            ("src/lib.rs", "/// Says.\npub fn f() { g() } // end\n    // more\n"),
            ("src/tests/a.rs", "x"),
            ("src/tests.rs", "x"),
            ("src/sys/b.rs", "x"),
            ("README.md", "x"),
        ] {
            let path = from.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        reduce(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("src/lib.rs")).unwrap(), "pub fn f() { g() } // end\n");
        assert_eq!(folder::files(&to).len(), 1);
    }
}
