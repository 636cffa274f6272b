//! The smoke test of a kernel: Jupyter starts it and a cell is evaluated.

use crate::jupyter;
use crate::paths::{Checkout, Programs};
use crate::progress::Step;
use crate::run::execute::{self, Session};
use crate::run::notebook::{Notebook, text};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Starts the lab's kernel as a notebook does. The first start also records what the next ones need not ask again.
///
/// # Errors
/// When the kernel does not start or does not answer.
pub fn of_the_lab(checkout: &Checkout, programs: &Programs) -> Result<()> {
    let step = Step::start("smoke test of the kernel");
    evaluate(Session::of_the_lab(checkout, programs))?;
    step.done();
    Ok(())
}

/// Starts a kernel binary by itself, in a folder that is thrown away.
///
/// # Errors
/// What keeps it from being used.
pub fn of_binary(checkout: &Checkout, kernel: &Path, python: &Path) -> Result<()> {
    let folder = tempfile::tempdir().context("the temporary folder cannot be written")?;
    let spec = json!({
        "argv": [kernel, "--control_file", "{connection_file}"], "display_name": "Rust", "language": "rust",
        "interrupt_mode": "message",
    });
    let kernels = folder.path().join("kernels").join("rust");
    fs::create_dir_all(&kernels)?;
    fs::write(kernels.join("kernel.json"), spec.to_string())?;
    let programs = Programs { python: python.to_path_buf(), kernel: kernel.to_path_buf() };
    let mut command = jupyter::python(checkout, &programs);
    command.env("JUPYTER_PATH", folder.path()).env("JUPYTER_DATA_DIR", folder.path().join("data"));
    evaluate(Session { command, folder: folder.path().to_path_buf(), timeout: 120, startup: 120 })
}

fn evaluate(session: Session) -> Result<()> {
    let document: Value = json!({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {},
        "cells": [{ "cell_type": "code", "id": "smoke-test", "metadata": {}, "execution_count": null, "outputs": [],
                    "source": "let six = 6; six * 7" }],
    });
    let notebook = Notebook { path: PathBuf::from("smoke test"), document };
    let outcome = execute::execute(session, notebook, &|_, _| {})?;
    if let Some(fault) = outcome.fault {
        bail!("the kernel failed at its first cell: {}", fault.message.lines().next().unwrap_or_default());
    }
    let shown = text(&outcome.notebook.cells()[0]["outputs"][0]["data"]["text/plain"]);
    if shown.trim() != "42" {
        bail!("the kernel answered `{}` where 42 was due", shown.trim());
    }
    Ok(())
}
