//! `cargo lab run` on notebooks that fail: it must say so, and where, and why.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use lab_tests::kernel::SET_UP;
use lab_tests::lab::{self, lab};
use lab_tests::system::{alive, descendants, kill, terminate, within};
use serde_json::json;

/// Writes a notebook of these code cells into `folder`.
fn write(folder: &Path, name: &str, cells: &[&str]) -> PathBuf {
    let cells: Vec<_> = cells
        .iter()
        .enumerate()
        .map(|(number, source)| {
            json!({"cell_type": "code", "id": format!("cell-{number}"), "metadata": {}, "execution_count": null,
                   "source": source, "outputs": []})
        })
        .collect();
    let kernel = json!({"display_name": "Rust", "language": "rust", "name": "rust"});
    let notebook =
        json!({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells});
    let path = folder.join(name);
    fs::write(&path, notebook.to_string()).expect("write a notebook");
    path
}

/// Runs `cargo lab` with these arguments, which must fail with status 1, and returns what it said.
fn refused(arguments: &[&str]) -> String {
    lab::installed();
    let output = lab(arguments).output().expect("start cargo");
    let said = lab::said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains("RUST_BACKTRACE") && !said.contains("Traceback"), "{said}");
    said
}

/// Runs a notebook whose second cell fails, and checks that the message names everything.
fn fails_with(failing: &str, words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "90-broken.ipynb", &[SET_UP, failing, "1 + 1"]);
    let out = folder.path().join("out");
    let said = refused(&["run", path.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    for word in ["90-broken", "cell 2", failing].iter().chain(words) {
        assert!(said.contains(word), "no {word:?} in:\n{said}");
    }
}

#[test]
fn a_panic_fails_the_run_and_is_named() {
    fails_with("panic!(\"no coffee\")", &["no coffee"]);
}

#[test]
fn an_err_of_a_question_mark_fails_the_run_and_is_named() {
    fails_with("std::fs::read_to_string(\"no-such-file\")?;", &["No such file"]);
}

/// The kernel says that a cell is done while the last lines of what it wrote are still on their way.
#[test]
fn an_error_whose_words_arrive_late_fails_the_run_too() {
    fails_with(
        "for n in 0..20_000 { eprintln!(\"{n}\"); } std::fs::read_to_string(\"no-such-file\")?;",
        &["No such file"],
    );
}

#[test]
fn a_cell_that_does_not_compile_fails_the_run_and_is_named() {
    fails_with("let number: u8 = \"text\";", &["mismatched types"]);
}

#[test]
fn raw_kernel_text_fails_the_run() {
    fails_with("println!(\"EVCXR_SOMETHING\");", &["EVCXR_"]);
}

#[test]
fn a_number_without_a_notebook_is_refused() {
    let said = refused(&["run", "77"]);
    assert!(said.contains("77") && said.contains("00"), "it says which there are: {said}");
}

#[test]
fn an_unknown_parameter_is_refused() {
    let said = refused(&["run", "00", "--set", "coffee=3"]);
    assert!(said.contains("coffee"), "{said}");
}

#[test]
fn a_parameter_of_the_wrong_type_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "90-typed.ipynb", &["let files = 40; // how many", "files"]);
    let said = refused(&["run", path.to_str().unwrap(), "--set", "files=many"]);
    assert!(said.contains("files") && said.contains("many"), "{said}");
}

/// A notebook that would run for ever is ended by `end`, and with it Python, the kernel and what the kernel started.
fn leaves_nothing_behind(end: fn(u32)) {
    lab::installed();
    let folder = tempfile::tempdir().unwrap();
    let begun = folder.path().join("begun");
    let endless = format!("std::fs::write({begun:?}, \"\").unwrap(); loop {{ std::hint::spin_loop() }}");
    let path = write(folder.path(), "90-endless.ipynb", &[SET_UP, &endless]);
    let mut command = lab(["run".as_ref(), path.as_os_str(), "--out".as_ref(), folder.path().as_os_str()]);
    let mut run = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().expect("start the lab");
    let reached = within(Duration::from_secs(180), || begun.exists());
    let processes = descendants(run.id());
    end(run.id());
    run.wait().expect("wait for the lab");
    assert!(reached && processes.len() >= 3, "Python, the kernel and its child: {processes:?}");
    let gone = || processes.iter().all(|pid| !alive(*pid));
    assert!(within(Duration::from_secs(60), gone), "of {processes:?} some still run");
}

#[test]
fn a_run_that_is_asked_to_end_leaves_nothing_behind() {
    leaves_nothing_behind(terminate);
}

#[test]
fn a_run_that_is_killed_leaves_nothing_behind() {
    leaves_nothing_behind(kill);
}
