//! CONTRIBUTING.md: its worked examples are patches that apply to the sources as they are, and what they add works.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lab_tests::notebook::{Cell, Notebook, workspace};
use lab_tests::{circles, lab, modules, numbers, rules};

/// A worked example, as it stands below its heading.
struct Example {
    heading: String,
    /// What `git apply` takes.
    patch: String,
    /// The commands that show that it works.
    commands: Vec<String>,
}

/// The examples in their order: each builds on those before it.
fn examples() -> Vec<Example> {
    let page = fs::read_to_string(workspace().join("CONTRIBUTING.md")).expect("read CONTRIBUTING.md");
    let sections = page.split("\n### ").skip(1);
    let examples = sections.map(|section| Example {
        heading: section.lines().next().unwrap_or_default().to_owned(),
        patch: fenced(section, "diff"),
        commands: fenced(section, "console").lines().map(str::to_owned).collect(),
    });
    examples.filter(|example| !example.patch.is_empty()).collect()
}

/// What stands between fences of this language.
fn fenced(text: &str, language: &str) -> String {
    let fence = format!("\n```{language}\n");
    let blocks = text.split(&fence).skip(1);
    blocks.map(|block| block.split("\n```").next().unwrap_or_default().to_owned() + "\n").collect()
}

/// The files that a patch touches.
fn files(patch: &str) -> BTreeSet<&str> {
    patch.lines().filter_map(|line| line.strip_prefix("diff --git a/")?.split(' ').next()).collect()
}

#[test]
fn an_addition_touches_few_files() {
    let examples = examples();
    for (heading, most) in [
        ("A workload", 3),
        ("An execution model", 4),
        ("A figure", 5),
        ("A claim of the deck", 2),
        ("An exercise", 2),
    ] {
        let example = examples.iter().find(|example| example.heading == heading);
        let example = example.unwrap_or_else(|| panic!("CONTRIBUTING.md has no example: {heading}"));
        let of_tests = |file: &&str| file.ends_with("/tests.rs") || file.contains("/samples/");
        let touched = files(&example.patch).into_iter().filter(|file| !of_tests(file)).count();
        assert!(touched <= most, "{heading}: {touched} files, beside those of the tests");
    }
}

#[test]
fn the_worked_examples_apply_and_what_they_add_works() {
    let copy = lab::target().join("contributing");
    let _ = fs::remove_dir_all(&copy);
    copy_sources(workspace(), &copy);
    let examples = examples();
    for example in &examples {
        apply(example, &copy);
    }
    for root in ["support-crate/src/lib.rs", "crates/figure/src/lib.rs"] {
        assert_eq!(circles::circles(&modules::uses(&copy.join(root)), &copy), [""; 0]);
    }
    let touched = examples.iter().flat_map(|example| files(&example.patch));
    let pages: BTreeSet<&str> = touched.filter(|file| file.ends_with(".ipynb")).collect();
    let mut pages: Vec<Notebook> = pages.into_iter().map(|page| Notebook::read(&copy.join(page))).collect();
    let page = pages.pop().expect("one example is a notebook");
    for before in &pages {
        assert_eq!(rules::broken(before, page.path.file_name().and_then(|name| name.to_str())), [""; 0]);
    }
    // What is left is what `cargo lab refresh` brings.
    assert_eq!(rules::broken(&page, None), ["a code cell was not executed", "it shows no picture"]);
    assert_eq!(numbers::findings(&page.cells), [""; 0]);
    append(&copy.join("support-crate/src/lib.rs"), &program(&page));

    // Another version is another package to Cargo: one target folder serves both, and what others wrote is compiled once.
    let manifest = fs::read_to_string(copy.join("Cargo.toml")).expect("read the manifest");
    let (own, other) = (env!("CARGO_PKG_VERSION"), concat!(env!("CARGO_PKG_VERSION"), "-with-examples"));
    let renamed = manifest.replacen(&format!("version = \"{own}\""), &format!("version = \"{other}\""), 1);
    assert_ne!(renamed, manifest, "the workspace's version stands in its manifest");
    fs::write(copy.join("Cargo.toml"), renamed).expect("write the manifest");

    let commands = examples.iter().flat_map(|example| &example.commands);
    let tests: Vec<&str> = commands.filter_map(|command| command.strip_prefix("cargo test -p ")).collect();
    let mut names: Vec<&str> = tests.iter().filter_map(|test| test.split(' ').next_back()).collect();
    assert!(names.len() >= 5, "the examples say how they are tried: {names:?}");
    names.push("the_cells_of_the_page");
    let mut cargo = lab::cargo(["test", "--offline", "-p", "concurrency-lab", "-p", "figure"]);
    cargo.args(["--lib", "--test", "figures", "--"]).args(&names);
    cargo.current_dir(&copy).env("CARGO_TARGET_DIR", lab::target());
    let said = lab::succeed(cargo);
    for name in names {
        let passed = |line: &str| line.starts_with("test ") && line.contains(name) && line.ends_with(" ok");
        assert!(said.lines().any(passed), "no test is called {name}:\n{said}");
    }
}

/// Copies what a checkout holds, without what was built in it.
fn copy_sources(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("make a folder");
    for entry in fs::read_dir(from).expect("read a folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_file() {
            fs::copy(&path, to.join(name)).expect("copy a file");
        } else if path.is_dir() && name != "target" && !name.to_string_lossy().starts_with('.') {
            copy_sources(&path, &to.join(name));
        }
    }
}

fn apply(example: &Example, copy: &Path) {
    let patch: PathBuf = copy.with_extension("patch");
    fs::write(&patch, &example.patch).expect("write the patch");
    let mut git = Command::new("git");
    // Lines are counted anew: whoever edits an example need not.
    git.args(["apply", "--recount"]).arg(&patch).current_dir(copy);
    // The copy lies inside a checkout, which is not the one to be patched.
    git.env("GIT_CEILING_DIRECTORIES", copy.parent().expect("a folder"));
    git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE"); // set where a hook of git runs the tests
    let output = git.output().expect("start git");
    assert!(output.status.success(), "{} does not apply: {}", example.heading, lab::said(&output));
}

fn append(file: &Path, text: &str) {
    let before = fs::read_to_string(file).expect("read a source");
    fs::write(file, before + text).expect("write a source");
}

/// A page as a test of the crate: its cells one after the other, each ending in what the kernel would show.
fn program(page: &Notebook) -> String {
    let cells: String = page.code().map(statements).collect();
    format!(
        "\n#[cfg(test)]\nextern crate self as concurrency_lab;\n\n#[test]\n#[allow(unused_variables)]\nfn the_cells_of_the_page() {{\n{cells}}}\n"
    )
}

fn statements(cell: &Cell) -> String {
    let code: Vec<&str> = cell.source.lines().filter(|line| !line.starts_with(":dep")).collect();
    let is_solution = cell.tags.iter().any(|tag| tag == "solution");
    let right =
        if is_solution { "assert!(shown.to_string().starts_with(\"Right\"), \"{shown}\");\n" } else { "" };
    match code.split_last() {
        Some((last, before)) if !last.ends_with([';', '}']) => {
            format!("{}\nlet shown = &{last};\nshown.evcxr_display();\n{right}", before.join("\n"))
        }
        _ => code.join("\n") + "\n",
    }
}
