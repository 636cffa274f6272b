//! Where things are: the checkout, the programs that run notebooks, and the one folder per user that outlives them.

use crate::folder;
use anyhow::{Context, Result, bail};
use std::env;
use std::path::{Path, PathBuf};

/// Names the folder that caches share across checkouts, and the crate that cells call.
const CACHE_NAME: &str = "concurrency-lab";

/// The root of a checkout, and the places in it that set-up fills.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// The folder that holds everything else, which must exist.
    pub root: PathBuf,
}

impl Checkout {
    /// Finds the checkout: from Cargo's own variable under `cargo lab`, else upwards from the current folder.
    ///
    /// # Errors
    /// When no parent folder holds the workspace.
    pub fn find() -> Result<Self> {
        let from_cargo = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let starts = from_cargo.into_iter().chain(env::current_dir());
        starts.into_iter().find_map(|start| Self::above(&start)).context(
            "no checkout of the course was found here or above; change into the folder that holds `notebooks`",
        )
    }

    /// The checkout that holds `start`, if one does.
    fn above(start: &Path) -> Option<Self> {
        let start = start.canonicalize().ok()?;
        let root = start.ancestors().find(|dir| dir.join("support-crate").join("Cargo.toml").is_file())?;
        Some(Self { root: root.to_path_buf() })
    }

    /// The course.
    pub fn notebooks(&self) -> PathBuf {
        self.root.join("notebooks")
    }

    /// The drawings that its pages show besides what their cells draw.
    pub fn images(&self) -> PathBuf {
        self.notebooks().join("images")
    }

    /// The crate that cells call.
    pub fn support_crate(&self) -> PathBuf {
        self.root.join("support-crate")
    }

    /// The packages whose sources cells are compiled with: the support crate and those that it stands on.
    pub fn cell_packages(&self) -> Vec<PathBuf> {
        let below = folder::entries(&self.root.join("crates"));
        let mut packages: Vec<PathBuf> = below.chain([self.support_crate()]).collect();
        packages.retain(|package| package.join("Cargo.toml").is_file());
        packages.sort();
        packages
    }

    /// The Python environment that set-up makes when none is active.
    pub fn venv(&self) -> PathBuf {
        self.root.join(".venv")
    }

    /// Jupyter's own files: settings, the kernelspec, what a running server notes down.
    pub fn jupyter(&self) -> PathBuf {
        self.root.join(".jupyter")
    }

    /// Where Jupyter looks for kernelspecs when it is started by us.
    pub fn jupyter_data(&self) -> PathBuf {
        self.jupyter().join("data")
    }
}

/// What set-up found or installed: the programs that run the notebooks of a checkout.
pub struct Programs {
    /// Which checkout.
    pub checkout: Checkout,
    /// Python with the Jupyter packages.
    pub python: PathBuf,
    /// The kernel binary.
    pub kernel: PathBuf,
}

/// The folder per user that holds what every checkout can share.
#[derive(Clone, Debug)]
pub struct Cache {
    /// The folder that holds everything else.
    pub root: PathBuf,
}

impl Cache {
    /// Finds the folder: `$XDG_CACHE_HOME/concurrency-lab`, else `~/.cache/concurrency-lab`.
    ///
    /// # Errors
    /// When neither variable is set, or when the path has a space in it (evcxr passes paths on a line, split at spaces).
    pub fn find() -> Result<Self> {
        let named = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let parent = named.or_else(|| Some(env::home_dir()?.join(".cache"))).context(
            "neither HOME nor XDG_CACHE_HOME is set; run `export XDG_CACHE_HOME=/a/folder/of/yours`",
        )?;
        Self::at(parent.join(CACHE_NAME))
    }

    /// The cache folder at `root`.
    ///
    /// # Errors
    /// When the path has a space in it.
    pub fn at(root: PathBuf) -> Result<Self> {
        if root.to_string_lossy().contains(char::is_whitespace) {
            bail!(
                "the cache folder {} has a space in its path, which the kernel cannot take; \
                 run `export XDG_CACHE_HOME=/a/folder/without/spaces`",
                root.display()
            );
        }
        Ok(Self { root })
    }

    /// Build templates, one for each checkout and state of its sources.
    pub fn prepared(&self) -> PathBuf {
        self.root.join("prepared")
    }

    /// Downloaded Python packages, one folder for each set.
    pub fn wheels(&self) -> PathBuf {
        self.root.join("wheels")
    }

    /// Build folders of running kernels.
    pub fn kernels(&self) -> PathBuf {
        self.root.join("kernels")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_is_found_from_below() {
        let found = Checkout::above(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert!(found.support_crate().join("src").join("lib.rs").is_file());
    }

    #[test]
    fn a_cache_with_a_space_is_refused_with_the_mend() {
        let error = Cache::at(PathBuf::from("/a b/concurrency-lab")).unwrap_err().to_string();
        assert!(error.contains("XDG_CACHE_HOME"), "{error}");
    }
}
