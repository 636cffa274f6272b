//! The edition for nbgrader (<https://nbgrader.readthedocs.io>): what students change and what gives a mark, by its metadata.

use super::exercise::{self, Exercise};
use super::student;
use crate::paths::Checkout;
use crate::run::notebook::text;
use serde_json::{Value, json};

/// nbgrader's settings; the folder with the kernel is put in.
const CONFIG: &str = include_str!("nbgrader_config.py");

/// The page as the source of an assignment, with its solutions in places that nbgrader cuts out.
pub fn edition(document: &Value) -> Value {
    let mut marked = document.clone();
    let cells = exercise::apart(marked["cells"].as_array().map_or(&[], Vec::as_slice));
    let exercises = exercise::all(&cells);
    marked["cells"] = cells.into();
    for exercise in exercises {
        let Exercise { function, solution, .. } = &exercise;
        let stub = &mut marked["cells"][exercise.stub];
        stub["source"] = answer(&text(&stub["source"]), solution).into();
        stub["metadata"]["nbgrader"] = json!({
            "schema_version": 3, "grade_id": function, "grade": false, "solution": true, "locked": false, "task": false,
        });
        let check = &mut marked["cells"][exercise.check];
        check["source"] = format!("{}.must_pass()", text(&check["source"])).into();
        check["metadata"]["nbgrader"] = json!({
            "schema_version": 3, "grade_id": format!("{function}-check"), "grade": true, "points": 1,
            "solution": false, "locked": true, "task": false,
        });
    }
    let mut edition = student::edition(&marked);
    for cell in edition["cells"].as_array_mut().into_iter().flatten() {
        cell["source"] = to_neighbours(&text(&cell["source"])).into();
    }
    edition
}

/// The cell that students change. Their beginning is a comment while the solution is there, and both ends of that comment are cut
/// out together with the solution.
fn answer(stub: &str, solution: &str) -> String {
    format!(
        "// BEGIN SOLUTION\n{solution}\n/* What students begin with:\n// END SOLUTION\n{stub}\n// BEGIN SOLUTION\n*/\n// END SOLUTION"
    )
}

/// Links between pages, each of which lies in a folder of its own.
fn to_neighbours(source: &str) -> String {
    let mut parts = source.split("](");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let page =
            part.split_once(".ipynb").map(|(page, _)| page).filter(|page| !page.contains(['/', ')', ' ']));
        whole += &page.map_or(format!("]({part}"), |page| format!("](../{page}/{part}"));
    }
    whole
}

/// The settings of a course that lies anywhere, for the kernel of this checkout.
pub fn config(checkout: &Checkout) -> String {
    CONFIG.replace("JUPYTER_DATA", &json!(checkout.jupyter_data()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_gives_a_mark_and_its_stub_holds_the_solution_where_it_is_cut_out() {
        let code = |source: &str| json!({ "cell_type": "code", "source": source, "metadata": {} });
        let mut solution = code("fn f_solved() -> u8 {\n    1\n}\ncheck::f(f_solved)");
        solution["metadata"] = json!({ "tags": ["solution"] });
        let document = json!({ "metadata": {}, "cells": [code("fn f() -> u8 {\n    0\n}"), code("check::f(f)"), solution] });
        let edition = edition(&document);
        let cells = edition["cells"].as_array().unwrap();
        assert_eq!(cells.len(), 2);
        let source = text(&cells[0]["source"]);
        assert!(source.starts_with("// BEGIN SOLUTION\nfn f() -> u8 {\n    1\n}\n/*"), "{source}");
        // As nbgrader cuts.
        let mut inside = false;
        let kept = source.lines().filter(|line| {
            inside |= line.contains("BEGIN SOLUTION");
            let kept = !inside;
            inside &= !line.contains("END SOLUTION");
            kept
        });
        assert_eq!(kept.collect::<Vec<_>>(), ["fn f() -> u8 {", "    0", "}"]);
        assert_eq!(cells[1]["source"], "check::f(f).must_pass()");
        assert_eq!(cells[1]["metadata"]["nbgrader"]["points"], 1);
        assert_eq!(cells[0]["metadata"]["nbgrader"]["grade_id"], "f");
    }

    #[test]
    fn links_lead_to_the_folders_of_other_pages() {
        let source = "[Page 2](02-ways.ipynb) or [b](https://a.b/c.ipynb)(d) or [e](f.md)";
        let due = "[Page 2](../02-ways/02-ways.ipynb) or [b](https://a.b/c.ipynb)(d) or [e](f.md)";
        assert_eq!(to_neighbours(source), due);
    }
}
