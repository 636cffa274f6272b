//! `cargo lab clean`: removes what set-up made and no longer needs, or everything that it made, and says what that freed.

use crate::folder;
use crate::launcher;
use crate::lock::Lock;
use crate::paths::{Cache, Checkout};
use crate::setup::kernel::Kernel;
use crate::setup::toolchain::Toolchain;
use crate::setup::{build_template, pins, python};
use anyhow::{Result, bail};
use std::path::PathBuf;

/// What a thing is, and where it lies.
type Thing = (&'static str, PathBuf);

/// Removes what is left over from earlier versions, interrupted builds and kernels that have ended; or, with `all`, everything of
/// this checkout and what checkouts share.
///
/// # Errors
/// While a set-up or, for `all`, a kernel runs; when something cannot be removed.
pub fn clean(checkout: &Checkout, cache: &Cache, all: bool) -> Result<()> {
    let locks = ["setup.lock", "prepared/building.lock"].map(|name| Lock::try_take(&cache.root.join(name)));
    if locks.iter().any(Option::is_none) {
        bail!("a set-up is running; run `cargo lab clean` when it has ended");
    }
    let ended = launcher::ended(cache);
    let mut things = if all {
        let is_running = |path: &PathBuf| path.is_dir() && !ended.iter().any(|(folder, _)| folder == path);
        if folder::entries(&cache.kernels()).any(|path| is_running(&path)) {
            bail!("a kernel is running; close JupyterLab and run `cargo lab clean --all` again");
        }
        everything(checkout, cache)
    } else {
        leftovers(checkout, cache)?
    };
    things.extend(ended.iter().map(|(folder, _)| ("folder of a kernel that has ended", folder.clone())));
    let mut freed = 0;
    for (what, path) in things.into_iter().filter(|(_, path)| path.is_dir()) {
        let size = folder::megabytes(&path);
        folder::remove(&path)?;
        println!("{size:6} MB  {what}: {}", path.display());
        freed += size;
    }
    println!("{freed:6} MB  freed");
    Ok(())
}

fn everything(checkout: &Checkout, cache: &Cache) -> Vec<Thing> {
    vec![
        ("JupyterLab", checkout.venv()),
        ("kernelspec and settings", checkout.jupyter()),
        ("compiled crates, and what was written", checkout.root.join("target")),
        ("what checkouts share", cache.root.clone()),
    ]
}

fn leftovers(checkout: &Checkout, cache: &Cache) -> Result<Vec<Thing>> {
    let kernel = Kernel::of(cache);
    let current = build_template::path(checkout, cache, &Toolchain::find(checkout)?, &kernel)?;
    // Until the current one is there, an earlier one spares compiling all of it.
    let done = build_template::is_complete(&current);
    let templates = if done { build_template::old(checkout, cache, &current) } else { Vec::new() };
    let kernels = kernel.others(cache, &build_template::kernels(cache, &templates));
    let wheels = python::old_wheels(
        cache,
        &[pins::read(checkout)?, pins::of_the_site(checkout)?, pins::of_mpi(checkout)?],
    );
    let named = |what, paths: Vec<PathBuf>| paths.into_iter().map(move |path| (what, path));
    let things = named("support crate of another state", templates)
        .chain(named("kernel of another version", kernels))
        .chain(named("Python packages of other versions", wheels));
    Ok(things.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// A checkout and a cache with a file in each of these folders of the cache.
    fn laid_out(folder: &Path, parts: &[&str]) -> (Checkout, Cache) {
        let checkout = Checkout { root: folder.join("course") };
        for (name, text) in [
            ("Cargo.toml", ""),
            ("Cargo.lock", ""),
            ("support-crate/Cargo.toml", ""),
            ("environment.yml", "- jupyterlab==1.0\n# - furo==1.0\n# mpi: mpich==1.0\n"),
            (".venv/bin/python", ""),
            ("target/release/lab", ""),
            ("notebooks/own.ipynb", ""),
        ] {
            folder::write(&checkout.root.join(name), text).unwrap();
        }
        let cache = Cache::at(folder.join("cache")).unwrap();
        parts.iter().for_each(|part| folder::write(&cache.root.join(part).join("file"), "").unwrap());
        (checkout, cache)
    }

    /// The folders that a folder of the cache holds.
    fn names(folder: &Path) -> Vec<String> {
        let folders = folder::entries(folder).filter(|path| path.is_dir());
        let mut names: Vec<_> =
            folders.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn leftovers_go_and_what_this_and_other_checkouts_need_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (checkout, cache) = laid_out(
            folder.path(),
            &[
                "evcxr-0.1.0-old",
                "evcxr-0.1.0-old-part",
                "evcxr-0.2.0-other",
                "wheels/python-3.1-old",
                "kernels/7",
            ],
        );
        let kernel = Kernel::of(&cache);
        let other = folder.path().join("other");
        folder::write(&other.join("support-crate/Cargo.toml"), "").unwrap();
        let current =
            build_template::path(&checkout, &cache, &Toolchain::find(&checkout).unwrap(), &kernel).unwrap();
        let about = |root: &Path, identity: &str| format!("{}\n{identity}\n", root.display());
        for (template, text) in [
            (current.clone(), about(&checkout.root, &kernel.identity)),
            (cache.prepared().join("mine"), about(&checkout.root, "0.1.0-old")),
            (cache.prepared().join("others"), about(&other, "0.2.0-other")),
            (cache.prepared().join("gone"), about(&folder.path().join("gone"), "0.1.0-old")),
        ] {
            folder::write(&template.join("about.txt"), text).unwrap();
        }
        folder::write(&cache.prepared().join("part/ctx/file"), "").unwrap();
        folder::write(&cache.kernels().join("7.lock"), "").unwrap();

        clean(&checkout, &cache, false).unwrap();
        let mut kept = vec![current.file_name().unwrap().to_string_lossy().into_owned(), "others".to_owned()];
        kept.sort();
        assert_eq!(names(&cache.prepared()), kept);
        assert_eq!(names(&cache.root), ["evcxr-0.2.0-other", "kernels", "prepared", "wheels"]);
        assert!(names(&cache.kernels()).is_empty() && names(&cache.wheels()).is_empty());
        assert!(checkout.venv().is_dir() && checkout.root.join("target").is_dir());
    }

    #[test]
    fn all_goes_but_not_under_a_running_kernel() {
        let folder = tempfile::tempdir().unwrap();
        let (checkout, cache) = laid_out(folder.path(), &["evcxr-0.1.0", "kernels/7"]);
        let running = Lock::try_take(&cache.kernels().join("7.lock")).unwrap();
        let error = clean(&checkout, &cache, true).unwrap_err().to_string();
        assert!(error.contains("a kernel is running; close JupyterLab"), "{error}");
        drop(running);
        clean(&checkout, &cache, true).unwrap();
        assert_eq!(names(folder.path()), ["course"]);
        assert_eq!(names(&checkout.root), ["notebooks", "support-crate"]);
    }

    #[test]
    fn nothing_is_removed_during_a_set_up() {
        let folder = tempfile::tempdir().unwrap();
        let (checkout, cache) = laid_out(folder.path(), &["evcxr-0.1.0"]);
        let _set_up = Lock::try_take(&cache.root.join("setup.lock")).unwrap();
        let error = clean(&checkout, &cache, true).unwrap_err().to_string();
        assert!(error.contains("a set-up is running"), "{error}");
        assert!(cache.root.join("evcxr-0.1.0").is_dir());
    }
}
