//! The house rules that every committed notebook keeps: what a reader can rely on in each of them.

use crate::markdown;
use crate::notebook::{Cell, Notebook, Output};

/// Most lines of a notebook's median code cell.
const MEDIAN_LINES: usize = 5;
/// Most lines of any code cell.
const MOST_LINES: usize = 25;
/// Folders of the machine that a notebook was executed on.
const MACHINE_FOLDERS: [&str; 6] = ["home", "root", "tmp", "work", "Users", "var/folders"];

/// Which rules a notebook breaks; `next` is the file name of the one after it.
pub fn broken(notebook: &Notebook, next: Option<&str>) -> Vec<String> {
    let mut found = shape(notebook, next);
    for (number, cell) in notebook.code().enumerate() {
        let here = code(&cell.source).into_iter().chain(outputs(cell));
        found.extend(here.map(|what| format!("code cell {}: {what}", number + 1)));
    }
    found
}

/// Rules for the notebook as a whole.
fn shape(notebook: &Notebook, next: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    let mut rule = |kept: bool, what: &str| {
        if !kept {
            found.push(what.to_owned());
        }
    };
    let mut ids: Vec<&str> = notebook.cells.iter().map(|cell| cell.id.as_str()).collect();
    ids.sort_unstable();
    rule(ids.first().is_some_and(|id| !id.is_empty()), "a cell has no id");
    rule(ids.windows(2).all(|pair| pair[0] != pair[1]), "two cells have the same id");

    let counts: Option<Vec<u64>> = notebook.code().map(|cell| cell.execution_count).collect();
    let ordered = |counts: &Vec<u64>| counts.windows(2).all(|pair| pair[0] < pair[1]);
    rule(counts.is_some(), "a code cell was not executed");
    rule(counts.as_ref().is_none_or(ordered), "the code cells were executed out of order");

    let mut lines: Vec<usize> = notebook.code().map(Cell::lines).collect();
    lines.sort_unstable();
    let median = lines.get(lines.len() / 2).copied().unwrap_or_default();
    rule(median <= MEDIAN_LINES, "the median code cell is too long");
    rule(lines.last().is_none_or(|most| *most <= MOST_LINES), "a code cell is too long");

    let opening: String = notebook.prose().take(2).map(|cell| cell.source.to_lowercase() + "\n").collect();
    rule(opening.contains('?'), "it does not open with a question");
    rule(opening.contains("minute"), "it does not open with how long it takes");
    let begins = notebook.cells.iter().take_while(|cell| !cell.outputs.iter().any(is_picture));
    let predicts = |cell: &Cell| cell.source.to_lowercase().contains("predict");
    rule(begins.clone().any(predicts), "it asks for no prediction before its first picture");
    let last = notebook.cells.last().filter(|cell| !cell.is_code);
    let leads_on = |next: &str| last.is_some_and(|cell| cell.source.contains(&format!("]({next})")));
    rule(next.is_none_or(leads_on), "its last cell does not link to the next notebook");

    let levels: Vec<usize> = notebook.prose().flat_map(|cell| markdown::headings(&cell.source)).collect();
    let walked =
        levels.first() == Some(&1) && levels.windows(2).all(|pair| (2..=pair[0] + 1).contains(&pair[1]));
    rule(walked, "its headings are not one title and below it no level left out");
    let names: Vec<String> = notebook.prose().flat_map(|cell| markdown::link_names(&cell.source)).collect();
    rule(
        names.iter().all(|name| names_a_target(name)),
        "a link or a drawing does not say what it leads to or shows",
    );

    let pictures =
        notebook.code().flat_map(|cell| &cell.outputs).filter(|output| output.get("image/png").is_some());
    rule(pictures.count() > 0, "it shows no picture");
    found
}

/// Whether who hears a link's name alone knows where it leads.
fn names_a_target(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    !(name.is_empty()
        || name.contains("://")
        || ["here", "this", "link", "page", "more"].contains(&name.as_str()))
}

fn is_picture(output: &Output) -> bool {
    output.get("image/png").is_some()
}

/// Rules for the source of a code cell.
fn code(source: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut depth = 0_i64;
    for line in source.lines() {
        let line = line.split(" //").next().unwrap_or_default().trim_end();
        let bare = line.trim_end_matches([';', ' ']);
        if depth == 0 && bare.ends_with('?') {
            found.push("a `?` at the top level ends the cell without failing it");
        }
        let before_block = line.split('{').next().unwrap_or_default();
        if depth == 0 && before_block.contains(".await") && !before_block.contains("async") {
            found.push("a top-level `.await` changes how every later cell runs");
        }
        depth += line.matches('{').count() as i64 - line.matches('}').count() as i64;
    }
    if source.contains("ChartBuilder") {
        found.push("chart code belongs in the support crate");
    }
    if names_machine(source) {
        found.push("a path of one machine in the source");
    }
    found
}

/// Rules for what a code cell shows.
fn outputs(cell: &Cell) -> Vec<&'static str> {
    let mut found: Vec<&str> = cell.outputs.iter().flat_map(output).collect();
    let failed = |output: &Output| output.kind == "error" || output.text.contains("panicked at");
    if !cell.may_fail() && cell.outputs.iter().any(failed) {
        found.push("an error or a panic in a cell that is not tagged raises-exception");
    }
    found
}

/// Rules for one output.
fn output(output: &Output) -> Vec<&'static str> {
    let mut found = Vec::new();
    let has = |mime: &str| output.get(mime).is_some_and(|value| !value.trim().is_empty());
    if has("image/png")
        || has("image/svg+xml")
        || output.get("text/html").is_some_and(|html| html.contains("<img"))
    {
        if output.alt.trim().is_empty() {
            found.push("a picture without alt text");
        }
        if output.get("text/html").is_some() {
            found.push("a picture inside HTML, which viewers that clean it do not show");
        }
        if !has("image/png") {
            found.push("a picture without PNG");
        }
        if !has("text/plain") {
            found.push("a picture without its numbers as text");
        }
    }
    let readable = output.readable();
    if readable.contains("EVCXR_") {
        found.push("raw EVCXR_ text in an output");
    }
    if names_machine(&readable) {
        found.push("a path of one machine in an output");
    }
    found
}

/// True if text names a folder of the machine that it was written on.
pub fn names_machine(text: &str) -> bool {
    MACHINE_FOLDERS.iter().any(|folder| {
        text.match_indices(&format!("/{folder}/")).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            before.is_none_or(|c| !(c.is_alphanumeric() || "_.-/".contains(c)))
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// A notebook that keeps every rule, for a test to break one of them.
    fn good() -> Notebook {
        let prose = |id: &str, source: &str| Cell { source: source.into(), id: id.into(), ..Cell::default() };
        let data = [("image/png", "iVBO"), ("text/plain", "a 1")];
        let data = data.map(|(mime, value)| (mime.to_owned(), value.to_owned())).into();
        let picture = Output { kind: "execute_result".into(), data, alt: "Bars".into(), ..Output::default() };
        let chart = Cell {
            is_code: true,
            execution_count: Some(2),
            outputs: vec![picture],
            ..prose("b", "machine()")
        };
        let opening = prose("a", "# What is faster?\nPredict it. Ten minutes.");
        let cells = vec![opening, chart, prose("c", "Next: [one](01-one.ipynb)")];
        Notebook { path: "00-zero.ipynb".into(), json: Value::Null, cells }
    }

    fn breaks(change: impl Fn(&mut Notebook)) -> String {
        let mut notebook = good();
        change(&mut notebook);
        broken(&notebook, Some("01-one.ipynb")).join("; ")
    }

    #[test]
    fn a_good_notebook_breaks_no_rule() {
        assert_eq!(breaks(|_| ()), "");
    }

    #[test]
    fn each_broken_rule_is_named() {
        type Change = fn(&mut Notebook);
        let cases: [(&str, Change); 18] = [
            ("a cell has no id", |n| n.cells[0].id.clear()),
            ("two cells have the same id", |n| n.cells[0].id = "b".into()),
            ("a code cell was not executed", |n| n.cells[1].execution_count = None),
            ("a question", |n| n.cells[0].source = "Predict. One minute.".into()),
            ("how long it takes", |n| n.cells[0].source = "Predict?".into()),
            ("no prediction", |n| n.cells[0].source = "Why? One minute.".into()),
            ("does not link", |n| n.cells[2].source = "[x](03-x.ipynb)".into()),
            ("no level left out", |n| n.cells[2].source += "\n### Below nothing"),
            ("no level left out", |n| n.cells[2].source += "\n# A second title"),
            ("does not say", |n| n.cells[2].source += " and [here](02-two.ipynb)"),
            ("no picture", |n| n.cells[1].outputs.clear()),
            ("alt text", |n| n.cells[1].outputs[0].alt.clear()),
            ("PNG", |n| n.cells[1].outputs[0].data[0] = ("image/svg+xml".into(), "<svg/>".into())),
            ("numbers as text", |n| drop(n.cells[1].outputs[0].data.remove(1))),
            ("inside HTML", |n| n.cells[1].outputs[0].data.push(("text/html".into(), "<img>".into()))),
            ("raw EVCXR_", |n| n.cells[1].outputs[0].text = "EVCXR_BEGIN".into()),
            ("in an output", |n| n.cells[1].outputs[0].text = "at /home/me/x.rs".into()),
            ("an error or a panic", |n| n.cells[1].outputs[0].text = "thread main panicked at".into()),
        ];
        for (what, change) in cases {
            assert!(breaks(change).contains(what), "{what} is not in: {}", breaks(change));
        }
    }

    #[test]
    fn order_and_length_are_rules() {
        assert!(
            breaks(|n| n
                .cells
                .insert(1, Cell { id: "d".into(), execution_count: Some(3), ..n.cells[1].clone() }))
            .contains("out of order")
        );
        assert!(breaks(|n| n.cells[1].source = "a\n".repeat(6)).contains("median"));
        assert!(breaks(|n| n.cells[1].source = "a\n".repeat(26)).contains("a code cell is too long"));
    }

    #[test]
    fn question_marks_and_awaits_are_judged_at_the_top_level_only() {
        assert_eq!(code("let a = read()?;").len(), 1);
        assert_eq!(code("fn read() -> Result<u8, Error> {\n    Ok(open()?)\n}"), [""; 0]);
        assert_eq!(code("fetch().await").len(), 1);
        assert_eq!(code("runtime.block_on(async {\n    fetch().await\n})"), [""; 0]);
        assert_eq!(code("runtime.block_on(async { fetch().await })"), [""; 0]);
    }

    #[test]
    fn paths_of_a_machine_are_told_from_addresses() {
        assert!(names_machine("see /home/me") && names_machine("\"/tmp/x\"") && names_machine("(/work/a)"));
        assert!(
            !names_machine("https://x.org/home/a")
                && !names_machine("../work/a")
                && !names_machine("a/tmp/b")
        );
    }
}
