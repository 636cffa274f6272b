//! The exercises of a notebook: the cell that a reader changes, the check below it, and the solution below that.

use crate::run::notebook::{is_code, text};
use serde_json::Value;

/// An exercise, by the places of its cells.
#[derive(Debug, PartialEq)]
pub struct Exercise {
    /// The cell that a reader changes.
    pub stub: usize,
    /// The cell that ends in the check.
    pub check: usize,
    /// What the reader's function is called.
    pub function: String,
    /// A solution under that name.
    pub solution: String,
}

/// Whether a cell holds a solution: such cells have a tag.
pub fn is_solution(cell: &Value) -> bool {
    cell["metadata"]["tags"].as_array().is_some_and(|tags| tags.iter().any(|tag| tag == "solution"))
}

/// The exercises of a notebook; of several solutions the first.
pub fn all(cells: &[Value]) -> Vec<Exercise> {
    let mut found: Vec<Exercise> = Vec::new();
    for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| is_solution(cell)) {
        let exercise = with_solution(&text(&cell["source"]), &cells[..place]);
        found.extend(exercise.filter(|new| found.iter().all(|known| known.check != new.check)));
    }
    found
}

/// The exercise that `solution` solves, among the cells above it. A solution is checked as the stub is, under a name of its own.
fn with_solution(solution: &str, above: &[Value]) -> Option<Exercise> {
    let last = |holds: &dyn Fn(&str) -> bool, below: usize| {
        let fits = |cell: &Value| is_code(cell) && !is_solution(cell) && holds(&text(&cell["source"]));
        above[..below].iter().rposition(fits)
    };
    let (name, solved) = call(solution)?;
    let check = last(&|source| call(source).is_some_and(|(other, _)| other == name), above.len())?;
    let source = text(&above[check]["source"]);
    let given: Vec<&str> = call(&source)?.1.split(", ").collect();
    let solved: Vec<&str> = solved.split(", ").collect();
    let own = given.iter().zip(&solved).find(|(given, solved)| given != solved);
    let (function, solved) = own.or_else(|| given.iter().zip(&solved).next_back())?;
    let stub = last(&|source| defines(source, function), check)?;
    let (body, _) = solution.trim_end().rsplit_once('\n')?;
    Some(Exercise { stub, check, function: (*function).to_owned(), solution: body.replace(solved, function) })
}

/// The cells, with a check that stands below what it checks in a cell of its own.
pub fn apart(cells: &[Value]) -> Vec<Value> {
    let mut apart = Vec::new();
    for cell in cells {
        let source = text(&cell["source"]);
        apart.push(cell.clone());
        let own = source.trim_end().rsplit_once('\n').filter(|(given, check)| {
            call(check).is_some_and(|(_, checked)| checked.split(", ").any(|one| defines(given, one)))
        });
        if let Some((given, check)) = own.filter(|_| !is_solution(cell)) {
            let at = apart.len() - 1;
            apart[at]["source"] = given.into();
            apart.push(cell.clone());
            apart[at + 1]["source"] = check.into();
            apart[at + 1]["id"] = format!("{}-check", text(&cell["id"])).into();
        }
    }
    apart
}

/// Whether a cell is where a function, or a program in a module, stands.
fn defines(source: &str, name: &str) -> bool {
    [format!("fn {name}("), format!("mod {name} {{")].iter().any(|start| source.contains(start))
}

/// The check in a cell's last line, and what it is given.
fn call(source: &str) -> Option<(&str, &str)> {
    source.lines().next_back()?.strip_prefix("check::")?.strip_suffix(')')?.split_once('(')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Checkout;
    use crate::run;
    use serde_json::json;

    fn code(source: &str, tags: &[&str]) -> Value {
        json!({ "cell_type": "code", "source": source, "metadata": { "tags": tags } })
    }

    #[test]
    fn a_solution_belongs_to_the_stub_that_is_checked_as_it_is() {
        let cells = [
            code("fn one() -> u8 {\n    todo!()\n}", &[]),
            code("fn other() -> u8 {\n    0\n}", &[]),
            code("check::faster(slow, one)", &[]),
            code("fn quick() -> u8 {\n    1\n}\ncheck::faster(slow, quick)", &["solution"]),
            code("fn odd() -> u8 {\n    3\n}\ncheck::faster(slow, odd)", &["solution"]),
        ];
        let due = Exercise {
            stub: 0,
            check: 2,
            function: "one".to_owned(),
            solution: "fn one() -> u8 {\n    1\n}".to_owned(),
        };
        assert_eq!(all(&cells), [due]);
        assert_eq!(all(&cells[1..]), [], "no stub");
    }

    #[test]
    fn a_check_in_the_cell_of_its_stub_gets_a_cell_of_its_own() {
        let cells = [
            code("mod fixed {\n    fn main() {}\n}\ncheck::holds(fixed, \"2\")", &[]),
            code("let order = 1;\ncheck::deadlocks(order)", &[]),
            code("mod fixed_solved {}\ncheck::holds(fixed_solved, \"2\")", &["solution"]),
        ];
        let apart = apart(&cells);
        assert_eq!(apart[0]["source"], "mod fixed {\n    fn main() {}\n}");
        assert_eq!(
            (&apart[1]["source"], &apart[1]["id"]),
            (&json!("check::holds(fixed, \"2\")"), &json!("-check"))
        );
        assert_eq!(apart[2..], cells[1..]);
        let found = all(&apart);
        assert_eq!((found[0].stub, found[0].check, found[0].solution.as_str()), (0, 1, "mod fixed {}"));
    }

    #[test]
    fn every_solution_of_the_course_belongs_to_an_exercise() {
        let mut functions = Vec::new();
        for notebook in run::plan(&Checkout::find().unwrap(), &[], &[]).unwrap() {
            let solutions = notebook.cells().iter().filter(|cell| is_solution(cell));
            let checks = solutions.filter_map(|cell| Some(call(&text(&cell["source"]))?.0.to_owned()));
            let exercises = all(&apart(notebook.cells()));
            let mut checks: Vec<String> = checks.collect();
            checks.dedup();
            let number = notebook.cells().iter().filter(|cell| is_solution(cell)).count();
            assert!(checks.len() == exercises.len() && number >= checks.len(), "{}", notebook.name());
            functions.extend(
                exercises.into_iter().map(|exercise| (notebook.name().to_owned(), exercise.function)),
            );
        }
        let number = functions.len();
        functions.sort();
        functions.dedup();
        assert!(number > 10 && functions.len() == number, "a mark needs a name of its own: {functions:?}");
    }
}
