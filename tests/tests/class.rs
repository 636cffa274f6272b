//! `cargo lab class`: what it leaves alone, and what nbgrader does with what it writes.

use std::fs;
use std::process::Command;

use lab_tests::lab::{self, lab};
use lab_tests::notebook::{self, Notebook, workspace};

#[test]
fn each_edition_has_every_page_and_marks_that_were_given_are_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = || {
        let mut command = lab(["class", "--out"]);
        command.arg(folder.path());
        command
    };
    lab::succeed(write());
    for page in notebook::all() {
        let name = page.name();
        for edition in ["student".to_owned(), "instructor".to_owned(), format!("nbgrader/source/{name}")] {
            let copy = Notebook::read(&folder.path().join(edition).join(name).with_extension("ipynb"));
            assert!(!copy.cells.is_empty() && copy.json["nbformat"] == page.json["nbformat"]);
        }
    }
    fs::write(folder.path().join("nbgrader/gradebook.db"), "").expect("write a file");
    let output = write().output().expect("lab starts");
    let said = lab::said(&output);
    assert!(!output.status.success() && said.contains("has marks in it"), "{said}");
}

#[test]
#[ignore = "installs nbgrader and executes a page three times"]
fn nbgrader_marks_who_is_right_who_is_wrong_and_who_loops_for_ever() {
    let mut python = lab::clean(Command::new(&lab::installed().python));
    python.arg("-B").arg(workspace().join("tests/nbgrader/grade.py")).arg("04");
    let told = lab::succeed(python);
    println!("{told}");
    let mark = |student: &str| {
        let (_, mark) = told.split_once(&format!("\n{student}: ")).expect("a mark");
        let (mark, most) = mark.lines().next().and_then(|line| line.split_once(" of ")).expect("of how many");
        (mark.parse::<f64>().expect("a number"), most.parse::<f64>().expect("a number"))
    };
    let (right, most) = mark("right");
    assert_eq!((right, mark("wrong").0, mark("loops").0), (most, 0.0, most - 1.0), "{told}");
    assert!(told.contains(" 0 with a solution left"), "{told}");
    for due in ["  wrong: Not right yet (", "  loops: Not right yet (", "  loops: CellTimeoutError"] {
        assert!(told.contains(due), "{due}: {told}");
    }
}
