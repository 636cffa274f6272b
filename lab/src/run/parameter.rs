//! `--set name=value`: replaces the value of a notebook's parameter, a `let name = value;` line of its own.

use super::notebook::{Notebook, is_code, text};
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Replaces the value in every notebook that has the parameter.
///
/// # Errors
/// When no notebook has it, or the value is of another kind than the one that stands there.
pub fn set(notebooks: &mut [Notebook], assignment: &str) -> Result<()> {
    let (name, value) = assignment
        .split_once('=')
        .map(|(name, value)| (name.trim(), value.trim()))
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .with_context(|| {
            format!("`--set {assignment}` is not of the form name=value; write `--set files=80`")
        })?;
    let mut found = false;
    for notebook in notebooks.iter_mut() {
        found |= set_first(notebook, name, value)?;
    }
    if !found {
        let mut known: Vec<String> = notebooks.iter().flat_map(names).collect();
        known.dedup();
        bail!("there is no parameter `{name}`; the notebook has these: {}", known.join(", "));
    }
    Ok(())
}

/// Replaces the value in the first cell that has the parameter.
fn set_first(notebook: &mut Notebook, name: &str, value: &str) -> Result<bool> {
    for cell in notebook.cells_mut().iter_mut().filter(|cell| is_code(cell)) {
        let source = text(&cell["source"]);
        let mut lines: Vec<String> = source.split_inclusive('\n').map(str::to_owned).collect();
        let Some(line) =
            lines.iter_mut().find(|line| Parameter::of(line).is_some_and(|found| found.name == name))
        else {
            continue;
        };
        let parameter = Parameter::of(line).context("found above")?;
        let (stands, given) = (kind(parameter.value), kind(value));
        if stands != given {
            bail!("`{name}` is {stands}, `{value}` is {given}; write `--set {name}={}`", parameter.value);
        }
        *line = parameter.with_value(value);
        cell["source"] = Value::Array(lines.into_iter().map(Value::String).collect());
        return Ok(true);
    }
    Ok(false)
}

/// The names of a notebook's parameters.
fn names(notebook: &Notebook) -> Vec<String> {
    let cells = notebook.cells().iter().filter(|cell| is_code(cell));
    let source: String = cells.map(|cell| text(&cell["source"]) + "\n").collect();
    let parameters = source.lines().filter_map(Parameter::of);
    parameters.filter(|found| kind(found.value) != EXPRESSION).map(|found| found.name.to_owned()).collect()
}

/// One `let name = value;  // comment` line, in parts.
struct Parameter<'a> {
    name: &'a str,
    before: &'a str,
    value: &'a str,
    after: &'a str,
}

impl<'a> Parameter<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let declared = line.strip_prefix("let mut ").or_else(|| line.strip_prefix("let "))?;
        let (left, right) = declared.split_once('=')?;
        let name = left.split(':').next()?.trim();
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') || right.starts_with('=') {
            return None;
        }
        let end = right.find(';')?;
        let value = right[..end].trim();
        let start = line.len() - right.len() + right.find(value)?;
        Some(Self { name, before: &line[..start], value, after: &line[start + value.len()..] })
    }

    fn with_value(&self, value: &str) -> String {
        [self.before, value, self.after].concat()
    }
}

/// What sort of value this is, in words.
fn kind(value: &str) -> String {
    let digits = value.trim_start_matches('-').replace('_', "");
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit());
    let is_text = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
    match value.split_once('(') {
        _ if digits.parse::<u64>().is_ok() => "a whole number".to_owned(),
        _ if is_number && digits.parse::<f64>().is_ok() => "a number with a fraction".to_owned(),
        _ if matches!(value, "true" | "false") => "true or false".to_owned(),
        _ if is_text => "a text in quotes".to_owned(),
        Some((name, rest)) if rest.ends_with(')') && name.chars().all(is_in_path) => {
            format!("a value of the form {name}(…)")
        }
        _ => EXPRESSION.to_owned(),
    }
}

/// A value of no kind that could be compared: not offered as a parameter.
const EXPRESSION: &str = "an expression";

fn is_in_path(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::path::PathBuf;

    fn notebook(source: &str) -> Notebook {
        let document = json!({ "cells": [
            { "cell_type": "markdown", "source": "let files = 1;" },
            { "cell_type": "code", "source": source },
        ] });
        Notebook { path: PathBuf::from("x.ipynb"), document }
    }

    fn after(source: &str, assignment: &str) -> Result<String> {
        let mut notebooks = [notebook(source)];
        set(&mut notebooks, assignment)?;
        Ok(text(&notebooks[0].cells()[1]["source"]))
    }

    #[test]
    fn the_value_changes_and_the_comment_stays() {
        let source = "let files = 40;   // how many\nlet latency = ms(25);\n";
        assert_eq!(
            after(source, "files=80").unwrap(),
            "let files = 80;   // how many\nlet latency = ms(25);\n"
        );
        assert_eq!(
            after(source, "latency=ms(5)").unwrap(),
            "let files = 40;   // how many\nlet latency = ms(5);\n"
        );
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = after("let files = 40;\nlet size = 64;\n", "file=1").unwrap_err().to_string();
        assert!(error.contains("`file`") && error.contains("files, size"), "{error}");
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        for wrong in ["files=many", "files=1.5", "files=true", "files=ms(3)", "files=\"3\""] {
            let error = after("let files = 40;\n", wrong).unwrap_err().to_string();
            assert!(error.contains("a whole number"), "{error}");
        }
        assert!(after("let latency = ms(25);\n", "latency=25").unwrap_err().to_string().contains("ms(25)"));
    }

    #[test]
    fn an_assignment_needs_both_sides() {
        for wrong in ["files", "files=", "=3"] {
            assert!(after("let files = 40;\n", wrong).unwrap_err().to_string().contains("name=value"));
        }
    }
}
