//! The smoke test of a kernel: Jupyter starts it and a cell is evaluated.

use crate::paths::Programs;
use crate::progress::Step;
use crate::run::execute;
use crate::run::notebook::{Notebook, text};
use anyhow::{Result, bail};
use serde_json::json;
use std::path::PathBuf;

/// Starts the lab's kernel as a notebook does. The first start also records what the next ones need not ask again.
///
/// # Errors
/// When the kernel does not start or does not answer.
pub fn pass(programs: &Programs) -> Result<()> {
    let step = Step::start("smoke test of the kernel");
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
    step.done();
    Ok(())
}
