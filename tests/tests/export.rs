//! `cargo lab export`: a page's comparison, built and run where there is no checkout.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::Command;

use lab_tests::lab::{self, lab};
use lab_tests::notebook::workspace;

#[test]
fn a_comparison_is_built_and_run_outside_the_checkout() {
    let mut name = DefaultHasher::new();
    workspace().hash(&mut name);
    // The same folder each time, so that Cargo need not compile all of it again.
    let folder = env::temp_dir().join(format!("concurrency-lab-export-{:x}", name.finish()));
    let _ = fs::remove_dir_all(&folder);
    // A function of the page, a parameter from another line, processes, and a picture.
    let mut export = lab(["export", "05", "--cell", "19", "--set", "pieces=200"]);
    export.arg(&folder);
    lab::succeed(export);
    let mut again = lab(["export", "05", "--cell", "19"]);
    let again = again.arg(&folder).output().expect("lab starts");
    assert!(!again.status.success() && lab::said(&again).contains("is not empty"), "{}", lab::said(&again));

    let mut run = lab::clean(Command::new("cargo"));
    run.args(["run", "--quiet"]).current_dir(&folder).env("CARGO_TARGET_DIR", lab::target().join("exported"));
    let told = lab::succeed(run);
    for due in ["sequential", "threads (", "processes (", "200 tasks", "page-05-cell-19.png"] {
        assert!(told.contains(due), "{due}: {told}");
    }
    let picture = fs::read(folder.join("page-05-cell-19.png")).expect("the picture is there");
    assert!(picture.starts_with(b"\x89PNG") && folder.join("page-05-cell-19.svg").is_file());
    fs::remove_dir_all(&folder).expect("the folder can be removed");
}
