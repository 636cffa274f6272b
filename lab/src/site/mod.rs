//! `cargo lab site`: the course as plain files for a browser, made from the outputs that the notebooks hold. Sphinx lays the
//! pages out, searches and links them; here the notebooks become what it reads.

mod front;
mod numbers;
mod page;

use crate::command;
use crate::folder;
use crate::lock::Lock;
use crate::paths::{Cache, Checkout};
use crate::progress::Step;
use crate::run::notebook::Notebook;
use crate::setup::{pins, python};
use anyhow::{Context, Result, anyhow};
use std::path::Path;
use std::process::Command;

/// What goes beside the pages: Sphinx's settings, and what makes figures live.
const OWN: [(&str, &[u8]); 6] = [
    ("conf.py", include_bytes!("conf.py")),
    ("static/site.css", include_bytes!("site.css")),
    ("static/site.js", include_bytes!("site.js")),
    ("static/OFL.txt", include_bytes!("../../../crates/figure/fonts/OFL.txt")),
    ("static/Inter-Regular.woff2", include_bytes!("../../../crates/figure/fonts/Inter-Regular-core.woff2")),
    ("static/Inter-SemiBold.woff2", include_bytes!("../../../crates/figure/fonts/Inter-SemiBold-core.woff2")),
];

/// Makes the site of the course in the folder `out`, which is replaced if an earlier site is in it. Notebooks that are in the folder
/// `from` too are read there.
///
/// # Errors
/// When Sphinx cannot be installed or refuses a page, or `out` cannot be written or holds something else.
pub fn build(
    checkout: &Checkout,
    cache: &Cache,
    mut course: Vec<Notebook>,
    from: Option<&Path>,
    out: &Path,
) -> Result<()> {
    for notebook in &mut course {
        let own = from.map(|from| from.join(notebook.name()).with_added_extension("ipynb"));
        if let Some(own) = own.filter(|own| own.is_file()) {
            *notebook = Notebook::read(&own)?;
        }
    }
    let is_free = folder::entries(out).next().is_none() || out.join("searchindex.js").is_file();
    let taken = || format!("{} holds other things; name a new folder with `--out DIR`", out.display());
    is_free.then_some(()).with_context(taken)?;
    let venv = checkout.root.join("target/lab/sphinx");
    let _lock = Lock::take(&venv.with_extension("lock"), "making a site")?;
    let python = python::environment(&venv, cache, &pins::of_the_site(checkout)?, "Sphinx, for the site")
        .map_err(|error| anyhow!(error.to_string().replace("cargo lab setup", "cargo lab site")))?;
    let step = Step::start("site");
    if out.exists() {
        folder::remove(out)?;
    }
    let folder = tempfile::tempdir().context("the temporary folder cannot be written")?;
    let source = folder.path();
    for (name, content) in OWN {
        folder::write(&source.join(name), content)?;
    }
    folder::copy(&checkout.images(), &source.join("images"), None)?;
    let pages = course.iter().map(|notebook| (notebook.name(), page::of(notebook)));
    for (name, page) in pages.chain([("index", front::page(checkout, &course)?)]) {
        folder::write(&source.join(name).with_added_extension("md"), page.markdown)?;
        for (name, content) in page.files {
            folder::write(&source.join("extra").join(name), content)?;
        }
    }
    let mut sphinx = Command::new(python);
    sphinx.args(["-m", "sphinx", "-b", "html", "-q", "-W", "-d"]).arg(source.join("doctrees"));
    command::output(sphinx.arg(source).arg(out))
        .map_err(|error| anyhow!("the pages could not be made: {error}"))?;
    step.done();
    println!("{}", out.join("index.html").display());
    Ok(())
}
