//! Turns an executed notebook into one web page, pictures and styles inside it.

use crate::command;
use crate::jupyter;
use crate::paths::{Checkout, Programs};
use anyhow::{Result, anyhow};
use std::path::Path;

/// Writes `name.html` beside `name.ipynb`.
///
/// # Errors
/// When nbconvert fails.
pub fn to_web_page(checkout: &Checkout, programs: &Programs, notebook: &Path) -> Result<()> {
    let mut convert = jupyter::python(checkout, programs);
    convert.args(["-m", "nbconvert", "--to", "html", "--embed-images", "--log-level", "ERROR"]).arg(notebook);
    command::output(&mut convert).map(drop).map_err(|error| {
        anyhow!("{} could not be exported: {error}; run `cargo lab doctor`", notebook.display())
    })
}
