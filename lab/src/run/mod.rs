//! `cargo lab run`: executes notebooks through the real kernel and exports them.

pub mod execute;
mod fault;
pub mod notebook;
mod parameter;
pub mod portable;
mod redaction;

use crate::command;
use crate::folder;
use crate::jupyter;
use crate::paths::{Checkout, Programs};
use crate::progress::Step;
use anyhow::{Context, Result, anyhow, bail};
use execute::Outcome;
use notebook::{Notebook, is_code};
use std::fs;
use std::path::{Path, PathBuf};

/// Finds notebooks and replaces parameters: everything that can be checked before any work starts.
///
/// # Errors
/// An unknown notebook or parameter, or a value of the wrong type.
pub fn plan(checkout: &Checkout, wanted: &[String], set: &[String]) -> Result<Vec<Notebook>> {
    let mut paths = course(checkout);
    if !wanted.is_empty() {
        paths = wanted.iter().map(|name| one(&paths, name)).collect::<Result<_>>()?;
    }
    let mut notebooks = paths.iter().map(|path| Notebook::read(path)).collect::<Result<Vec<_>>>()?;
    for assignment in set {
        parameter::set(&mut notebooks, assignment)?;
    }
    Ok(notebooks)
}

/// Executes the notebooks and writes `<out>/<name>.ipynb` and `.html` for each.
///
/// # Errors
/// When a cell failed; everything up to it has been written.
pub fn run(programs: &Programs, plan: Vec<Notebook>, out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| {
        format!("the folder {} cannot be written; give another with `--out DIR`", out.display())
    })?;
    folder::check_writable(out)?;
    folder::copy(&programs.checkout.images(), &out.join("images"), None)?;
    each(programs, plan, |outcome| {
        let written = out.join(outcome.notebook.name()).with_added_extension("ipynb");
        outcome.notebook.write(&written)?;
        to_web_page(programs, &written)?;
        portable::pictures(&mut outcome.notebook);
        outcome.notebook.write(&written)?;
        println!("{}\n{}", written.display(), written.with_extension("html").display());
        Ok(())
    })
}

/// Writes `name.html` beside `name.ipynb`, pictures and styles inside it.
fn to_web_page(programs: &Programs, notebook: &Path) -> Result<()> {
    let mut convert = jupyter::python(programs);
    convert.args(["-m", "nbconvert", "--to", "html", "--embed-images", "--log-level", "ERROR"]).arg(notebook);
    command::output(&mut convert).map(drop).map_err(|error| {
        anyhow!("{} could not be exported: {error}; run `cargo lab doctor`", notebook.display())
    })
}

/// Executes the committed notebooks and puts their new outputs in their place. A notebook with a cell that fails stays as it is.
///
/// # Errors
/// When a cell failed or a notebook cannot be written.
pub fn refresh(programs: &Programs, plan: Vec<Notebook>) -> Result<()> {
    folder::check_writable(&programs.checkout.notebooks())?;
    each(programs, plan, |outcome| {
        if outcome.fault.is_none() {
            outcome.notebook.note_source_hash();
            portable::pictures(&mut outcome.notebook);
            outcome.notebook.write(&outcome.notebook.path)?;
            println!("{}", outcome.notebook.path.display());
        }
        Ok(())
    })
}

/// Executes the notebooks one after the other (at the same time they would measure each other) and hands each on.
fn each(
    programs: &Programs,
    plan: Vec<Notebook>,
    mut take: impl FnMut(&mut Outcome) -> Result<()>,
) -> Result<()> {
    let mut failed = Vec::new();
    for notebook in plan {
        let cells = notebook.cells().iter().filter(|cell| is_code(cell)).count() as u64;
        let step = Step::start(notebook.name());
        let mut outcome = execute::execute(programs, notebook, &|done, note| {
            step.at(done, cells);
            step.note(note);
        })?;
        match &outcome.fault {
            None => step.done_with(&format!("{cells} cells")),
            Some(fault) => step.done_with(&format!("cell {} failed", fault.number)),
        }
        take(&mut outcome)?;
        if let Some(fault) = &outcome.fault {
            eprintln!("{}: {fault}", outcome.notebook.name());
            failed.push(outcome.notebook.name().to_owned());
        }
    }
    if !failed.is_empty() {
        bail!("{} failed; change the cell shown above and run it again", failed.join(", "));
    }
    Ok(())
}

/// The notebook that `name` names: a file, or one of the course by number or by name.
fn one(course: &[PathBuf], name: &str) -> Result<PathBuf> {
    if name.ends_with(".ipynb") && Path::new(name).is_file() {
        return Ok(Path::new(name).canonicalize()?);
    }
    let stem = |path: &PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let number = name.parse::<u32>().map(|number| format!("{number:02}-"));
    let start = number.as_deref().unwrap_or(name);
    course.iter().find(|path| stem(path).starts_with(start)).cloned().with_context(|| {
        let numbers: Vec<String> =
            course.iter().map(|path| stem(path).split('-').take(1).collect()).collect();
        format!("there is no notebook `{name}`; run `cargo lab run` with one of {}", numbers.join(" "))
    })
}

/// Every notebook of the course, in order.
pub fn course(checkout: &Checkout) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = folder::entries(&checkout.notebooks())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ipynb"))
        .collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths() -> Vec<PathBuf> {
        ["00-start-here.ipynb", "07-a-demonstration.ipynb", "07b-more-of-it.ipynb"]
            .iter()
            .map(PathBuf::from)
            .collect()
    }

    #[test]
    fn notebooks_go_by_number_or_name() {
        for name in ["7", "07", "07-a-demonstration"] {
            assert_eq!(one(&paths(), name).unwrap(), Path::new("07-a-demonstration.ipynb"));
        }
        assert_eq!(one(&paths(), "07b").unwrap(), Path::new("07b-more-of-it.ipynb"));
    }

    #[test]
    fn an_unknown_number_names_those_there_are() {
        let error = one(&paths(), "42").unwrap_err().to_string();
        assert!(error.contains("`42`") && error.contains("00 07 07b"), "{error}");
    }
}
