//! `cargo lab class`: the course for a class, in three editions that are made from the notebooks of the checkout.

mod exercise;
mod instructor;
mod nbgrader;
mod notes;
mod student;

use crate::folder;
use crate::paths::Checkout;
use crate::run::notebook::Notebook;
use anyhow::{Result, bail};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Writes below `out` the folders `student` (no solutions, no outputs), `instructor` (solutions open, with notes) and `nbgrader` (a
/// course as nbgrader expects it: each page is an assignment, each check a mark).
///
/// # Errors
/// When `out` cannot be written, or a class is being graded there.
pub fn write(checkout: &Checkout, course: &[Notebook], out: &Path) -> Result<()> {
    let marks = out.join("nbgrader/gradebook.db");
    if marks.exists() {
        bail!(
            "{} has marks in it, whose pages must stay; name a new folder with `--out DIR`",
            marks.display()
        );
    }
    for notebook in course {
        let name = notebook.name();
        let file = format!("{name}.ipynb");
        put(&out.join("student").join(&file), student::edition(&notebook.document))?;
        put(&out.join("instructor").join(&file), instructor::edition(&notebook.document, notes::of(name)))?;
        let source = out.join("nbgrader/source").join(name).join(&file);
        put(&source, nbgrader::edition(&notebook.document))?;
    }
    folder::write(&out.join("nbgrader/nbgrader_config.py"), nbgrader::config(checkout))?;
    ["student", "instructor", "nbgrader"].iter().for_each(|name| println!("{}", out.join(name).display()));
    Ok(())
}

fn put(path: &Path, document: Value) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(folder::unwritable(folder))?;
    Notebook { path: path.to_owned(), document }.write(path)
}
