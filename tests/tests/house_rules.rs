//! What the committed notebooks look like to a reader; nothing is executed here.

use std::fs;
use std::process::Command;

use lab_tests::notebook::{self, Notebook, workspace};
use lab_tests::{lab, markdown, numbers, rules};
use serde_json::Value;

/// Fails with every finding at once, so that one run tells all.
fn none(findings: Vec<String>) {
    assert!(findings.is_empty(), "\n  {}\n", findings.join("\n  "));
}

fn for_each(check: impl Fn(&Notebook) -> Vec<String>) {
    let name = |notebook: &Notebook, what| format!("{}: {what}", notebook.name());
    none(notebook::all().iter().flat_map(|n| check(n).into_iter().map(|what| name(n, what))).collect());
}

#[test]
fn every_notebook_keeps_the_house_rules() {
    let names: Vec<String> = notebook::all().iter().map(|n| format!("{}.ipynb", n.name())).collect();
    for_each(|notebook| {
        let own = names.iter().position(|name| name.starts_with(notebook.name())).expect("it was listed");
        rules::broken(notebook, names.get(own + 1).map(String::as_str))
    });
}

#[test]
fn no_number_that_differs_from_run_to_run_is_typed_in_prose() {
    for_each(|notebook| numbers::findings(&notebook.cells));
}

#[test]
fn outputs_come_from_the_source_beside_them() {
    for_each(|notebook| {
        let executed = notebook.json["metadata"]["concurrency_lab"]["source_hash"].as_str();
        let fresh = executed == Some(&notebook.source_hash());
        (!fresh)
            .then(|| "its code was changed since it was executed: run `cargo lab refresh`".into())
            .into_iter()
            .collect()
    });
}

#[test]
fn what_a_cell_printed_in_a_row_is_one_output() {
    let printed = |output: &Value| (output["output_type"] == "stream").then(|| output["name"].clone());
    for_each(|notebook| {
        let cells = notebook.json["cells"].as_array().into_iter().flatten().enumerate();
        let apart = cells.filter(|(_, cell)| {
            let outputs: Vec<_> = cell["outputs"].as_array().into_iter().flatten().map(printed).collect();
            outputs.windows(2).any(|pair| pair[0].is_some() && pair[0] == pair[1])
        });
        apart.map(|(number, _)| format!("cell {number}: printed lines are boxes of their own")).collect()
    });
}

#[test]
fn notebooks_are_small_enough_to_be_shown_and_cloned() {
    let sizes = notebook::all()
        .iter()
        .map(|n| (n.name().to_owned(), fs::metadata(&n.path).expect("a file").len()))
        .collect::<Vec<_>>();
    let large = sizes
        .iter()
        .filter(|(_, size)| *size > 1_000_000)
        .map(|(name, size)| format!("{name}: {size} bytes"));
    none(large.collect());
    let sum: u64 = sizes.iter().map(|(_, size)| size).sum();
    assert!(sum < 4_000_000, "together {sum} bytes");
}

#[test]
fn links_into_the_repository_lead_somewhere() {
    let mut pages: Vec<_> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| workspace().join(name)).into();
    pages.retain(|page| page.exists());
    let pages = pages.into_iter().map(|page| (fs::read_to_string(&page).expect("read a page"), page));
    let prose =
        |n: &Notebook| n.prose().map(|cell| (cell.source.clone(), n.path.clone())).collect::<Vec<_>>();
    let mut broken = Vec::new();
    for (text, page) in pages.chain(notebook::all().iter().flat_map(prose)) {
        let inside = |link: &String| !link.contains("://") && !link.starts_with("mailto:");
        for link in markdown::links(&text).into_iter().filter(inside) {
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target =
                if file.is_empty() { page.clone() } else { page.parent().expect("a folder").join(file) };
            if !target.exists() {
                broken.push(format!("{}: {link} leads nowhere", page.display()));
            } else if !heading.is_empty() && !has_heading(&target, heading) {
                broken.push(format!("{}: {link} names no heading", page.display()));
            }
        }
    }
    none(broken);
}

/// True if a page has the heading that `anchor` leads to, as JupyterLab or as GitHub writes anchors.
fn has_heading(page: &std::path::Path, anchor: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
    let text = match page.extension() {
        Some(ending) if ending == "ipynb" => {
            Notebook::read(page).prose().map(|cell| cell.source.clone() + "\n").collect()
        }
        _ => fs::read_to_string(page).unwrap_or_default(),
    };
    text.lines().filter(|line| line.starts_with('#')).any(|line| plain(line) == plain(anchor))
}

#[test]
fn every_notebook_is_valid_nbformat() {
    let check = "import sys, nbformat\nfor path in sys.argv[1:]: nbformat.validate(nbformat.read(path, as_version=4))";
    let mut python = std::process::Command::new(&lab::installed().python);
    python.args(["-W", "error", "-c", check]).args(notebook::all().iter().map(|n| &n.path));
    lab::succeed(lab::clean(python));
}

/// What cleans HTML, as nbconvert does for pages of people it does not trust, leaves every picture of the committed notebooks.
#[test]
fn every_picture_survives_the_cleaning_of_html() {
    let out = tempfile::tempdir().unwrap();
    let mut convert = lab::clean(Command::new(&lab::installed().python));
    convert.args([
        "-m",
        "nbconvert",
        "--to",
        "html",
        "--HTMLExporter.sanitize_html=True",
        "--log-level",
        "ERROR",
    ]);
    convert.arg("--output-dir").arg(out.path()).args(notebook::all().iter().map(|notebook| &notebook.path));
    lab::succeed(convert);
    for notebook in notebook::all() {
        let page = std::fs::read_to_string(out.path().join(notebook.name()).with_extension("html")).unwrap();
        let pictures =
            notebook.code().flat_map(|cell| &cell.outputs).filter(|output| output.get("image/png").is_some());
        let (due, shown) = (pictures.count(), page.matches("src=\"data:image/png;base64,").count());
        assert!(shown >= due, "{}: {shown} of {due} pictures are left", notebook.name());
        // A drawing in prose is cleaned away: its words are left.
        let drawings = notebook.prose().map(|cell| cell.source.matches("![").count()).sum::<usize>();
        assert_eq!(
            page.matches("&lt;img").count(),
            drawings,
            "{}: a picture became letters",
            notebook.name()
        );
    }
}
