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
fn no_two_files_use_each_other() {
    let found: Vec<String> = packages()
        .iter()
        .flat_map(roots)
        .flat_map(|root| circles::circles(&modules::uses(&root), workspace()))
        .collect();
    assert!(found.is_empty(), "{} circles of files:\n  {}\n", found.len(), found.join("\n  "));
}

/// What stands in ARCHITECTURE.md.
fn page() -> String {
    std::fs::read_to_string(workspace().join("ARCHITECTURE.md")).expect("read ARCHITECTURE.md")
}

/// The file or folder right below `root` that `file` is or lies in, without an ending.
fn top(file: &Path, root: &Path) -> String {
    let below = file.strip_prefix(root).expect("a module lies below its root");
    let first = below.components().next().expect("a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn no_two_folders_of_a_crate_use_each_other() {
    let found: Vec<String> = packages()
        .iter()
        .flat_map(roots)
        .flat_map(|root| {
            let source = root.parent().expect("a folder").to_owned();
            let folder = |file: &Path| source.join(top(file, &source));
            let uses = modules::uses(&root);
            let between = uses.iter().map(|((from, to), name)| ((folder(from), folder(to)), name.clone()));
            circles::circles(&between.filter(|((from, to), _)| from != to).collect(), workspace())
        })
        .collect();
    assert!(found.is_empty(), "{} circles of folders:\n  {}\n", found.len(), found.join("\n  "));
}

#[test]
fn a_folder_of_the_support_crate_uses_only_what_the_page_shows_to_its_right() {
    let page = page();
    let line = page.lines().find(|line| line.starts_with('`') && line.contains("─►"));
    let order: Vec<&str> =
        line.expect("a line of folders").split("─►").map(|name| name.trim().trim_matches('`')).collect();
    let source = workspace().join("support-crate/src");
    let place = |file: &Path| order.iter().position(|known| *known == top(file, &source));
    let uses = modules::uses(&source.join("lib.rs"));
    let wrong: Vec<String> = uses
        .iter()
        .filter(|((from, to), _)| place(from).zip(place(to)).is_some_and(|(left, right)| left > right))
        .map(|((from, to), name)| format!("{} uses {name} of {}", from.display(), to.display()))
        .collect();
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
    for name in order {
        assert!(source.join(name).is_dir(), "there is no folder {name} in the support crate");
    }
}

#[test]
fn the_arrows_on_the_page_are_the_dependencies_between_packages() {
    let page = page();
    let packages = packages();
    let mut real: Vec<(&str, &str)> = Vec::new();
    for package in &packages {
        let name = package["name"].as_str().expect("a name");
        assert!(page.contains(&format!("| `{name}` |")), "{name} is not in the table of ARCHITECTURE.md");
        let needed = package["dependencies"].as_array().expect("dependencies").iter();
        let own = needed.filter(|needed| needed["path"].is_string() && needed["kind"] != "dev");
        real.extend(own.filter_map(|needed| Some((name, needed["name"].as_str()?))));
    }
    let mut drawn: Vec<_> = page.lines().filter_map(|line| line.trim().split_once(" --> ")).collect();
    drawn.sort();
    real.sort();
    assert_eq!(drawn, real, "left: ARCHITECTURE.md, right: the manifests");
}

#[test]
fn every_path_on_the_page_exists() {
    let page = page();
    let code = page.split('`').skip(1).step_by(2);
    let paths = code.filter(|code| code.contains('/') && !code.contains(' '));
    let missing: Vec<&str> = paths.filter(|path| !workspace().join(path).exists()).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md names what is not there: {missing:?}");
}
