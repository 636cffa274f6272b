//! Every notebook of the course through the real kernel.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use lab_tests::lab::{self, lab};
use lab_tests::notebook::{self, Notebook, workspace};

/// How long a notebook should take at the most with its default parameters on two free cores, in seconds. A test may
/// run on a busy machine, so only a multiple of it fails; every time is printed.
const LONGEST: f64 = 60.0;
const BUSY: f64 = 3.0;

/// Sets up all that a page can show.
fn with_mpi() {
    lab::succeed(lab(["setup", "--mpi"]));
}

#[test]
fn every_notebook_runs() {
    with_mpi();
    // Two at a time: much of a page is waiting, and what it measures here nobody reads.
    run_all("tests", &[], 2);
}

#[test]
#[ignore = "the whole course once more"]
fn every_notebook_runs_on_one_core() {
    with_mpi();
    run_all("tests-one-core", &["taskset", "--cpu-list", "0"], 1);
}

/// Executes the course with `before` in front of each command, several notebooks at once, and tells every failure at the end.
fn run_all(folder: &str, before: &[&str], at_once: usize) {
    let out = workspace().join("target/lab").join(folder);
    let start = Instant::now();
    let failures = Mutex::new(Vec::new());
    let waiting = Mutex::new(notebook::all().into_iter());
    let next = || waiting.lock().unwrap().next();
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(notebook) = next() {
                    let found = run_one(&notebook, &out, before);
                    failures
                        .lock()
                        .unwrap()
                        .extend(found.iter().map(|fault| format!("{}: {fault}", notebook.name())));
                }
            });
        }
    });
    eprintln!("{:40} {:5.1} s", "the whole course", start.elapsed().as_secs_f64());
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

/// Executes one notebook and finds what is wrong with it.
fn run_one(notebook: &Notebook, out: &Path, before: &[&str]) -> Vec<String> {
    let begun = Instant::now();
    let name = notebook.name();
    let output = in_front(before, lab([Path::new("run"), name.as_ref(), "--out".as_ref(), out])).output();
    let output = output.expect("start `cargo lab run`");
    let seconds = begun.elapsed().as_secs_f64();
    let failed = if output.status.success() { "" } else { "FAILED" };
    eprintln!("{:40} {seconds:5.1} s {failed}", notebook.name());
    if !output.status.success() {
        return vec![format!("it failed:\n{}", lab::said(&output))];
    }
    let mut found = faults(&Notebook::read(&out.join(notebook.path.file_name().expect("a file"))));
    if seconds > BUSY * LONGEST {
        found.push(format!("it took {seconds:.1} s"));
    }
    if !out.join(notebook.name()).with_extension("html").exists() {
        found.push("no .html was written".into());
    }
    found
}

/// What an executed notebook shows that it must not, and does not show that it must.
fn faults(notebook: &Notebook) -> Vec<String> {
    let mut found = Vec::new();
    for (number, cell) in notebook.code().enumerate() {
        let mut fault = |what: &str| found.push(format!("code cell {}: {what}\n{}", number + 1, cell.source));
        let failed = cell.outputs.iter().any(|output| output.kind == "error");
        let text = cell.outputs.iter().map(|output| output.readable()).collect::<Vec<_>>().join("\n");
        if failed != cell.may_fail() {
            fault(if failed { "an error" } else { "no error, though it is tagged raises-exception" });
        }
        if !cell.may_fail() && text.contains("panicked at") {
            fault("a panic");
        }
        if text.lines().any(|line| line.starts_with("Err(")) {
            fault("an `Err` printed by `?`");
        }
        if text.contains("EVCXR_") {
            fault("raw EVCXR_ text");
        }
    }
    let outputs = || notebook.code().flat_map(|cell| &cell.outputs);
    let whole = outputs().filter(|output| {
        let text = output.get("text/plain").is_some_and(|text| !text.trim().is_empty());
        output.get("image/png").is_some() && text && !output.alt.is_empty()
    });
    if whole.count() == 0 {
        found.push("no picture with PNG, alt text and text table".into());
    }
    found
}

/// `command` with other words in front of it, in the same folder and environment.
fn in_front(before: &[&str], command: Command) -> Command {
    let Some((program, rest)) = before.split_first() else { return command };
    let mut whole = lab::clean(Command::new(program));
    whole.args(rest).arg(command.get_program()).args(command.get_args()).current_dir(workspace());
    whole
}
