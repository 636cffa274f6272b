//! The Rust toolchain that cells are compiled with, and the linker that it needs.

use crate::command;
use crate::paths::Checkout;
use anyhow::{Context, Result, bail};
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The compiler in force.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// What `rustc -vV` prints: it changes whenever the compiler does.
    pub identity: String,
    /// Where the toolchain lives.
    pub sysroot: PathBuf,
    /// The oldest release that the workspace builds with.
    required: String,
}

impl Toolchain {
    /// Asks `rustc` for its version.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(checkout: &Checkout) -> Result<Self> {
        let Ok(identity) = command::output(Command::new("rustc").arg("-vV").current_dir(checkout.root()))
        else {
            bail!("no Rust compiler was found; install one from https://rustup.rs and open a new terminal");
        };
        let printed =
            command::output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(checkout.root()))?;
        let manifest = std::fs::read_to_string(checkout.root().join("Cargo.toml"))
            .context("Cargo.toml cannot be read; run `git checkout Cargo.toml`")?;
        let required = manifest
            .lines()
            .find_map(|line| line.strip_prefix("rust-version = "))
            .map_or("1", |version| version.trim_matches('"'))
            .to_owned();
        Ok(Self { identity, sysroot: PathBuf::from(printed.trim()), required })
    }

    /// One line of what `rustc -vV` prints.
    pub fn field(&self, name: &str) -> &str {
        let line = |line: &'_ str| line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).is_some();
        self.identity.lines().find(|text| line(text)).map_or("", |text| &text[name.len() + 2..])
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

    /// Checks the release and the linker.
    ///
    /// # Errors
    /// When the compiler is too old or nothing links.
    pub fn check(&self) -> Result<()> {
        self.check_release()?;
        if linker(self.host()).is_none() {
            bail!(NO_LINKER);
        }
        Ok(())
    }

    /// Checks the release alone.
    ///
    /// # Errors
    /// When the compiler is too old.
    pub fn check_release(&self) -> Result<()> {
        if numbers(self.release()) < numbers(&self.required) {
            bail!(
                "rustc {} is too old, the course needs {} or newer; run `rustup update stable`",
                self.release(),
                self.required
            );
        }
        Ok(())
    }
}

/// What to do where nothing links.
pub const NO_LINKER: &str = "no C linker was found (`cc`), without which Rust links nothing; \
                             run `sudo apt install gcc`, `sudo dnf install gcc` or `xcode-select --install`";

/// The linker driver that rustc calls for `host`, if there is one: the one that Cargo is told of (conda does so), else `cc`.
pub fn linker(host: &str) -> Option<PathBuf> {
    let variable = format!("CARGO_TARGET_{}_LINKER", host.to_uppercase().replace('-', "_"));
    let name = env::var(variable).unwrap_or_else(|_| "cc".to_owned());
    if name.contains('/') { Some(PathBuf::from(name)).filter(|path| path.is_file()) } else { on_path(&name) }
}

/// Where `program` is on PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
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
            required: "1.88".to_owned(),
        }
    }

    #[test]
    fn an_old_compiler_is_refused_with_the_mend() {
        let error = toolchain("1.70.0").check().unwrap_err().to_string();
        assert!(error.contains("1.70.0") && error.contains("rustup update"), "{error}");
    }

    #[test]
    fn releases_are_compared_by_number() {
        assert!(numbers("1.100.0") > numbers("1.88"));
        assert!(numbers("1.95.0-nightly") > numbers("1.88"));
        assert_eq!(toolchain("1.95.0").host(), "x86_64-unknown-linux-gnu");
    }
}
