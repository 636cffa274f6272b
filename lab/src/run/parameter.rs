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
        let known: Vec<String> = notebooks.iter().flat_map(names).collect();
        bail!("there is no parameter `{name}`; the notebook has {}", list(&known));
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
        let (stands, given) = (Kind::of(parameter.value), Kind::of(value));
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
    let sources = notebook.cells().iter().filter(|cell| is_code(cell)).map(|cell| text(&cell["source"]));
    let mut names = Vec::new();
    for source in sources {
        for line in source.lines() {
            if let Some(parameter) =
                Parameter::of(line).filter(|found| !matches!(Kind::of(found.value), Kind::Other))
            {
                names.push(parameter.name.to_owned());
            }
        }
    }
    names.dedup();
    names
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
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

/// What sort of value stands on a parameter's line.
#[derive(Debug, PartialEq)]
enum Kind {
    Whole,
    Fraction,
    Truth,
    Text,
    /// A call, by its name: `ms(25)`.
    Call(String),
    Other,
}

impl Kind {
    fn of(value: &str) -> Self {
        let digits = value.trim_start_matches('-').replace('_', "");
        if digits.parse::<u64>().is_ok() {
            return Self::Whole;
        }
        if digits.starts_with(|c: char| c.is_ascii_digit()) && digits.parse::<f64>().is_ok() {
            return Self::Fraction;
        }
        match value {
            "true" | "false" => return Self::Truth,
            text if text.len() > 1 && text.starts_with('"') && text.ends_with('"') => return Self::Text,
            _ => {}
        }
        if let Some((name, arguments)) = value.split_once('(')
            && let Some(argument) = arguments.strip_suffix(')')
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
            && (argument.is_empty() || matches!(Self::of(argument.trim()), Self::Whole | Self::Fraction))
        {
            return Self::Call(name.to_owned());
        }
        Self::Other
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole => write!(f, "a whole number"),
            Self::Fraction => write!(f, "a number with a fraction"),
            Self::Truth => write!(f, "true or false"),
            Self::Text => write!(f, "a text in quotes"),
            Self::Call(name) => write!(f, "a value of the form {name}(…)"),
            Self::Other => write!(f, "an expression"),
        }
    }
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
