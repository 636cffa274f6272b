//! A notebook file: cells in order, everything else kept as it is.

use crate::folder;
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A notebook and the file that it came from.
pub struct Notebook {
    /// The file.
    pub path: PathBuf,
    /// The whole document.
    pub document: Value,
}

impl Notebook {
    /// Reads a notebook.
    ///
    /// # Errors
    /// When the file cannot be read or is not a notebook.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let document = serde_json::from_str(&text).ok();
        let document = document.filter(|document: &Value| document["cells"].is_array());
        let document = document.with_context(|| format!("{} is not a notebook", path.display()))?;
        Ok(Self { path: path.to_path_buf(), document })
    }

    /// The file's name without its ending.
    pub fn name(&self) -> &str {
        self.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("notebook")
    }

    /// The cells in order.
    pub fn cells(&self) -> &[Value] {
        self.document["cells"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The cells in order, to be changed.
    pub fn cells_mut(&mut self) -> &mut [Value] {
        self.document["cells"].as_array_mut().map_or(&mut [], Vec::as_mut_slice)
    }

    /// Leaves out all cells but the first `count`.
    pub fn keep_first(&mut self, count: usize) {
        if let Some(cells) = self.document["cells"].as_array_mut() {
            cells.truncate(count);
        }
    }

    /// Notes which code the outputs come from, so that a later change of the code can be told: 64-bit FNV-1a over
    /// the sources of all code cells, each ended by a zero byte (<http://www.isthe.com/chongo/tech/comp/fnv/>).
    pub fn note_source_hash(&mut self) {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for cell in self.cells().iter().filter(|cell| is_code(cell)) {
            for byte in text(&cell["source"]).bytes().chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        self.document["metadata"]["concurrency_lab"]["source_hash"] = format!("fnv1a64:{hash:016x}").into();
    }

    /// Writes the notebook as Jupyter does: one space a level, a line feed at the end.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut text = Vec::new();
        let layout = serde_json::ser::PrettyFormatter::with_indent(b" ");
        self.document.serialize(&mut serde_json::Serializer::with_formatter(&mut text, layout))?;
        text.push(b'\n');
        folder::replace(path, text)
    }
}

/// Whether a cell holds code.
pub fn is_code(cell: &Value) -> bool {
    cell["cell_type"] == "code"
}

/// A text field, which notebooks store as one string or as a list of lines.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_notebook_is_written_as_jupyter_writes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ipynb");
        let document = json!({ "nbformat": 4, "cells": [{ "cell_type": "code", "source": ["a\n", "b"] }] });
        Notebook { path: path.clone(), document }.write(&path).unwrap();
        let due = "{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"source\": [\n    \"a\\n\",\n    \"b\"\n   ]\n  }\n ],\n \"nbformat\": 4\n}\n";
        assert_eq!(fs::read_to_string(&path).unwrap(), due);
    }
}
