//! The edition for students: no solutions, no outputs.

use super::exercise::is_solution;
use crate::run::notebook::{is_code, text};
use serde_json::{Value, json};

/// The page without solutions, what announces them, outputs, and a path that holds in one folder only.
pub fn edition(document: &Value) -> Value {
    let mut document = document.clone();
    let cells = document["cells"].take();
    let mut kept: Vec<Value> = Vec::new();
    for mut cell in cells.as_array().cloned().unwrap_or_default() {
        if is_solution(&cell) {
            kept.pop_if(is_announcement);
            continue;
        }
        if is_code(&cell) {
            cell["outputs"] = json!([]);
            cell["execution_count"] = Value::Null;
            cell["source"] = anywhere(&text(&cell["source"])).into();
        }
        kept.push(cell);
    }
    document["cells"] = kept.into();
    // What the outputs came from.
    document["metadata"].as_object_mut().map(|metadata| metadata.remove("concurrency_lab"));
    document
}

/// Whether a cell only says that a solution follows; it may say more about it.
fn is_announcement(cell: &mut Value) -> bool {
    let source = text(&cell["source"]);
    !is_code(cell) && source.contains("olution") && !source.starts_with('#')
}

/// A cell's source for a page in any folder: the lab's kernel has the crate already.
pub fn anywhere(source: &str) -> String {
    let kept = source.lines().filter(|line| !line.starts_with(":dep concurrency-lab ="));
    kept.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Checkout;
    use crate::run;

    #[test]
    fn nothing_of_a_solution_is_left_on_any_page() {
        let mut lines = 0;
        for notebook in run::plan(&Checkout::find().unwrap(), &[], &[]).unwrap() {
            let edition = edition(&notebook.document);
            let whole = edition.to_string();
            let sources: String = edition["cells"]
                .as_array()
                .unwrap()
                .iter()
                .map(|cell| text(&cell["source"]) + "\n")
                .collect();
            let (solutions, others): (Vec<&Value>, Vec<&Value>) =
                notebook.cells().iter().partition(|cell| is_solution(cell));
            // A line that the stub has too, such as `texts`, gives nothing away.
            let shared: String = others.iter().map(|cell| text(&cell["source"]) + "\n").collect();
            for solution in solutions.iter().map(|cell| text(&cell["source"])) {
                for line in
                    solution.lines().map(str::trim).filter(|line| line.len() > 3 && !shared.contains(line))
                {
                    assert!(!sources.contains(line), "{}: {line}", notebook.name());
                    let as_json = json!(line).to_string();
                    assert!(!whole.contains(as_json.trim_matches('"')), "{}: {line}", notebook.name());
                    lines += 1;
                }
            }
            for left in
                ["_solved", "\"solution\"", "solution is folded", "\"data\"", ":dep concurrency-lab ="]
            {
                assert!(!whole.contains(left), "{}: {left}", notebook.name());
            }
        }
        assert!(lines > 50, "{lines} lines of solutions were looked for");
    }
}
