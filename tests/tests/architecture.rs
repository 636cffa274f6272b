//! How the crates and their files hang together: what ARCHITECTURE.md says is what is there.

use std::path::{Path, PathBuf};

use lab_tests::notebook::workspace;
use lab_tests::{circles, lab, modules};
use serde_json::Value;

/// What Cargo knows of the workspace's own packages.
fn packages() -> Vec<Value> {
    let said = lab::succeed(lab::cargo(["metadata", "--format-version", "1", "--no-deps"]));
    let metadata: Value = serde_json::from_str(&said).expect("cargo metadata prints JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

/// The root files of a package's libraries, programs and examples.
fn roots(package: &Value) -> Vec<PathBuf> {
    let targets = package["targets"].as_array().expect("targets").iter();
    let kinds = ["lib", "bin", "example"];
    let wanted = targets.filter(|target| {
        target["kind"].as_array().into_iter().flatten().any(|kind| kinds.iter().any(|wanted| kind == wanted))
    });
    wanted.map(|target| PathBuf::from(target["src_path"].as_str().expect("a path"))).collect()
}

#[test]
#[ignore = "there are circles left to dissolve"]
fn no_two_files_use_each_other() {
    let found: Vec<String> = packages()
        .iter()
        .flat_map(roots)
        .flat_map(|root| circles::circles(&modules::uses(&root), workspace()))
        .collect();
    assert!(found.is_empty(), "{} circles of files:\n  {}\n", found.len(), found.join("\n  "));
}

#[test]
#[ignore = "there are circles left to dissolve"]
fn no_two_folders_of_a_crate_use_each_other() {
    let found: Vec<String> = packages()
        .iter()
        .flat_map(roots)
        .flat_map(|root| {
            let source = root.parent().expect("a folder").to_owned();
            let top = |file: &Path| {
                let below = file.strip_prefix(&source).expect("a module lies below its root").components();
                source.join(below.into_iter().next().expect("a name"))
            };
            let uses = modules::uses(&root);
            let between = uses.iter().map(|((from, to), name)| ((top(from), top(to)), name.clone()));
            circles::circles(&between.filter(|((from, to), _)| from != to).collect(), workspace())
        })
        .collect();
    assert!(found.is_empty(), "{} circles of folders:\n  {}\n", found.len(), found.join("\n  "));
}
