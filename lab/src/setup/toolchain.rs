//! The Rust toolchain that cells are compiled with, and the linker that it needs.

use crate::command;
use crate::paths::Checkout;
use crate::progress::Step;
use anyhow::{Context, Result, anyhow, bail};
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The oldest release that the course and its kernel build with: the workspace's `rust-version`.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

/// The compiler in force.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// What `rustc -vV` prints: it changes whenever the compiler does.
    pub identity: String,
    /// Where the toolchain lives.
    pub sysroot: PathBuf,
}

impl Toolchain {
    /// Asks `rustc` for its version.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(checkout: &Checkout) -> Result<Self> {
        let ask = |arguments: &[&str]| {
            command::output(Command::new("rustc").args(arguments).current_dir(&checkout.root))
        };
        let identity = ask(&["-vV"]).map_err(|error| {
            anyhow!("no Rust compiler was found ({error}); install one from https://rustup.rs and open a new terminal")
        })?;
        let sysroot = ask(&["--print", "sysroot"])?;
        Ok(Self { identity, sysroot: PathBuf::from(sysroot.trim()) })
    }

    /// One line of what `rustc -vV` prints.
    fn field(&self, name: &str) -> &str {
        let value = self.identity.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.unwrap_or_default()
    }

    /// The target that cells are compiled for.
    pub fn host(&self) -> &str {
        self.field("host")
    }

    /// The release: `1.95.0`.
    pub fn release(&self) -> &str {
        self.field("release")
    }

    /// The program `name` of the toolchain itself, past rustup's proxy (which costs 15 ms a call).
    pub fn tool(&self, name: &str) -> PathBuf {
        let direct = self.sysroot.join("bin").join(name);
        if direct.is_file() { direct } else { PathBuf::from(name) }
    }

    /// The source of the standard library, from which the kernel tells the types of variables.
    pub fn library(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib/src/rust/library")
    }

    /// Adds that source to the toolchain if it is missing.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn add_library(&self) -> Result<()> {
        if self.library().is_dir() {
            return Ok(());
        }
        let step = Step::start("source of the standard library (rustup component rust-src)");
        // Where there is no rustup, or no network, the sentence says what to do.
        let _ = command::output(Command::new("rustup").args(["component", "add", "rust-src"]));
        if !self.library().is_dir() {
            bail!(
                "the standard library's source is missing, from which the kernel tells the types of variables; \
                 run `rustup component add rust-src` or install your system's rust-src package"
            );
        }
        step.done();
        Ok(())
    }

    /// Checks the release.
    ///
    /// # Errors
    /// When the compiler is too old.
    pub fn check_release(&self) -> Result<()> {
        let release = self.release();
        if numbers(release) < numbers(OLDEST) {
            bail!(
                "rustc {release} is too old, the course needs {OLDEST} or newer; run `rustup update stable` \
                 (with conda: `conda install -c conda-forge 'rust>={OLDEST}' 'rust-src>={OLDEST}'`)"
            );
        }
        Ok(())
    }
}

/// The linker driver that rustc calls for `host`: the one that Cargo is told of (conda does so), else `cc`.
///
/// # Errors
/// When there is none.
pub fn linker(host: &str) -> Result<String> {
    let variable = format!("CARGO_TARGET_{}_LINKER", host.to_uppercase().replace('-', "_"));
    let name = env::var(variable).unwrap_or_else(|_| "cc".to_owned());
    let answer = command::output(Command::new(&name).arg("--version"));
    answer.map(|_| name).context(
        "no C linker was found (`cc`), without which Rust links nothing; \
         run `sudo apt install gcc` or `sudo dnf install gcc`",
    )
}

fn numbers(version: &str) -> Vec<u64> {
    version.split(['.', '-']).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toolchain(release: &str) -> Toolchain {
        Toolchain {
            identity: format!("rustc {release}\nhost: x86_64-unknown-linux-gnu\nrelease: {release}\n"),
            sysroot: PathBuf::new(),
        }
    }

    #[test]
    fn an_old_compiler_is_refused_with_the_mend() {
        let error = toolchain("1.94.1").check_release().unwrap_err().to_string();
        for word in ["1.94.1", OLDEST, "rustup update stable", "conda install"] {
            assert!(error.contains(word), "{error}");
        }
        assert!(toolchain(&format!("{OLDEST}.0")).check_release().is_ok());
    }

    #[test]
    fn releases_are_compared_by_number() {
        assert!(numbers("1.100.0") > numbers("1.88"));
        assert!(numbers("1.95.0-nightly") > numbers("1.88"));
        assert_eq!(toolchain("1.95.0").host(), "x86_64-unknown-linux-gnu");
    }
}
