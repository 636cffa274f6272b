//! `--set name=value`: replaces the value of a notebook's parameter, a `let name = value;` line of its own.

use super::notebook::{Notebook, is_code, text};
use anyhow::{Result, bail};

/// Replaces the value in every notebook that has the parameter.
///
/// # Errors
/// When no notebook has it, or the value is of another kind than the one that stands there.
pub fn set(notebooks: &mut [Notebook], assignment: &str) -> Result<()> {
    let (name, value) = assignment.split_once('=').unwrap_or_default();
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || value.is_empty() {
        bail!("`--set {assignment}` is not of the form name=value; write `--set files=80`");
    }
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

/// Replaces the value on the first line that has the parameter.
fn set_first(notebook: &mut Notebook, name: &str, value: &str) -> Result<bool> {
    for cell in notebook.cells_mut().iter_mut().filter(|cell| is_code(cell)) {
        let source = text(&cell["source"]);
        let mut lines: Vec<String> = source.split_inclusive('\n').map(str::to_owned).collect();
        let is_it = |line: &&mut String| parameter(line).is_some_and(|(found, _)| found == name);
        let Some(line) = lines.iter_mut().find(is_it) else { continue };
        let stands = parameter(line).map_or("", |(_, value)| value).to_owned();
        let (is, given) = (kind(&stands), kind(value));
        if is != given {
            bail!("`{name}` is {is}, `{value}` is {given}; write `--set {name}={stands}`");
        }
        *line = line.replacen(&format!("= {stands};"), &format!("= {value};"), 1);
        cell["source"] = lines.into();
        return Ok(true);
    }
    Ok(false)
}

/// The names of a notebook's parameters, those aside whose value is more than a value.
fn names(notebook: &Notebook) -> Vec<String> {
    let cells = notebook.cells().iter().filter(|cell| is_code(cell));
    let source: String = cells.map(|cell| text(&cell["source"]) + "\n").collect();
    let known = source.lines().filter_map(parameter).filter(|(_, value)| kind(value) != EXPRESSION);
    known.map(|(name, _)| name.to_owned()).collect()
}

/// Name and value on a line of the form `let name = value;  // comment`.
fn parameter(line: &str) -> Option<(&str, &str)> {
    let declared = line.strip_prefix("let mut ").or_else(|| line.strip_prefix("let "))?;
    let (left, right) = declared.split_once(" = ")?;
    let name = left.split(':').next()?;
    let (value, _) = right.split_once(';')?;
    name.chars().all(is_in_name).then_some((name, value))
}

/// A value of no kind that could be compared.
const EXPRESSION: &str = "an expression";

/// What sort of value this is, in words.
fn kind(value: &str) -> String {
    let starts_as_number =
        |text: &str| text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
    let is_name = |name: &str| name.chars().all(|c| is_in_name(c) || c == ':');
    let number = value.replace('_', "");
    match value.strip_suffix(')').and_then(|call| call.split_once('(')) {
        Some((name, argument)) if is_name(name) && (argument.is_empty() || starts_as_number(argument)) => {
            return format!("a value of the form {name}(…)");
        }
        _ if number.parse::<i128>().is_ok() => "a whole number",
        _ if starts_as_number(value) && number.parse::<f64>().is_ok() => "a number with a fraction",
        _ if matches!(value, "true" | "false") => "true or false",
        _ if value.len() > 1 && value.starts_with('"') && value.ends_with('"') => "a text in quotes",
        _ => EXPRESSION,
    }
    .to_owned()
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
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
