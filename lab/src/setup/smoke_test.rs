//! The smoke test of a kernel: Jupyter starts it, a cell is evaluated, and the course runs up to its first picture.

use crate::paths::Programs;
use crate::progress::Step;
use crate::run::notebook::{Notebook, text};
use crate::run::{self, execute};
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Starts the lab's kernel as a notebook does: once to see that it answers, which also records what the next starts need not ask
/// again; once more for what is compiled up to the first picture, which is then there when the reader asks for it.
///
/// # Errors
/// When the kernel does not start or does not answer.
pub fn pass(programs: &Programs) -> Result<()> {
    let step = Step::start("smoke test of the kernel");
    answers(programs)?;
    if let Some(page) = up_to_first_picture(programs) {
        // A cell that fails is one that the reader changed, who will see it.
        execute::execute(programs, page, &|_, _| {})?;
    }
    step.done();
    Ok(())
}

/// The cells of the first page that bring its first picture.
fn up_to_first_picture(programs: &Programs) -> Option<Notebook> {
    let mut page = Notebook::read(run::course(&programs.checkout).first()?).ok()?;
    let at = page.cells().iter().position(has_picture)?;
    page.keep_first(at + 1);
    Some(page)
}

fn has_picture(cell: &Value) -> bool {
    let is_picture = |output: &Value| output["data"]["image/png"].is_string();
    cell["outputs"].as_array().is_some_and(|outputs| outputs.iter().any(is_picture))
}

fn answers(programs: &Programs) -> Result<()> {
    let document = json!({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {},
        "cells": [{ "cell_type": "code", "id": "smoke-test", "metadata": {}, "execution_count": null, "outputs": [],
                    "source": "let six = 6; six * 7" }],
    });
    let notebook = Notebook { path: PathBuf::from("smoke test"), document };
    let outcome = execute::execute(programs, notebook, &|_, _| {})?;
    if let Some(fault) = outcome.fault {
        bail!("the kernel failed at its first cell: {}", fault.message.lines().next().unwrap_or_default());
    }
    let shown = text(&outcome.notebook.cells()[0]["outputs"][0]["data"]["text/plain"]);
    if shown.trim() != "42" {
        bail!("the kernel answered `{}` where 42 was due", shown.trim());
    }
    Ok(())
}
