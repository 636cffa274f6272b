//! `cargo lab site`: what it writes holds together, and its figures tell their values.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use lab_tests::lab::{self, lab};
use lab_tests::notebook::{self, workspace};
use serde_json::Value;
use tempfile::TempDir;

/// A drawing of two bars, as `cargo lab refresh` keeps one beside a PNG: the first tells "async: 25 ms", the second "threads: 11 ms".
const DRAWING: &str = "H4sIAAAAAAACA5WRwWrDMBBE7/6KZXtutHYIDUbyISV/0B9QbdUSyFGQlij5+0jULTkU2h6HnZk3sDJdZrgu/pQUWuZzL0TOeZO3mxBn0RGRKA6E7Ca2CvdECNa42bLCroqLM/kQrgoJCMqZoIYQYvBGoVtmHBrJjr0Z3nKAdx2TFJ+6kdGMDCXb1sRtbVxRL/TI2lXx4bxX+NQd94dXQvFVMHqdynwOfsJ/tj2Hsx4dFzPhsM7U6XYae+h2sHxPlaKSfgO29EDc/p3INho9pR7a9idm/cDQ3AGAGMR4qgEAAA==";
const PAGE: &str = "07-a-demonstration";

/// The site, made once: of the committed notebooks, and of a copy of one whose first picture has its drawing with it.
fn site() -> &'static Path {
    static SITE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, site) = SITE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (from, out) = (folder.path().join("from"), folder.path().join("site"));
        let file = notebook::folder().join(PAGE).with_extension("ipynb");
        let text = fs::read_to_string(file).expect("read the notebook");
        let mut copy: Value = serde_json::from_str(&text).expect("a notebook is JSON");
        let cells = copy["cells"].as_array_mut().expect("cells").iter_mut();
        let mut outputs = cells.filter_map(|cell| cell["outputs"].as_array_mut()).flatten();
        let picture = outputs.find(|output| output["data"]["image/png"].is_string()).expect("a picture");
        picture["metadata"]["image/png"]["svg"] = DRAWING.into();
        fs::create_dir(&from).expect("make the folder");
        fs::write(from.join(PAGE).with_extension("ipynb"), copy.to_string()).expect("write the copy");
        let mut command = lab(["site", "--from"]);
        command.arg(from).arg("--out").arg(&out);
        lab::succeed(command);
        (folder, out)
    });
    site
}

/// The names and contents of the pages.
fn pages() -> Vec<(String, String)> {
    let files = fs::read_dir(site()).expect("read the site").map(|entry| entry.expect("an entry").path());
    let pages = files.filter(|path| path.extension().is_some_and(|ending| ending == "html"));
    let name = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
    pages.map(|path| (name(&path), fs::read_to_string(path).expect("read a page"))).collect()
}

/// The start tags of a page: the name and all that stands behind it.
fn tags(page: &str) -> impl Iterator<Item = (&str, &str)> {
    let tags = page.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
    tags.filter(|tag| tag.starts_with(char::is_alphabetic))
        .map(|tag| tag.split_once([' ', '\n']).unwrap_or((tag, "")))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (before, value) = tag.split_once(&format!("{name}=\""))?;
    (before.is_empty() || before.ends_with([' ', '\n'])).then(|| value.split('"').next().unwrap_or_default())
}

#[test]
fn every_page_is_there_with_its_pictures_in_words_and_the_notebook_itself() {
    for notebook in notebook::all() {
        let page = fs::read_to_string(site().join(notebook.name()).with_extension("html")).expect("the page");
        let outputs = notebook.code().flat_map(|cell| &cell.outputs);
        let drawn = outputs.filter(|output| output.get("image/png").is_some()).count();
        let due = drawn + notebook.prose().map(|cell| cell.source.matches("![").count()).sum::<usize>();
        let told = |&(name, rest): &(&str, &str)| match name {
            "img" => attribute(rest, "alt").is_some_and(|alt| !alt.is_empty()),
            _ => name == "svg" && attribute(rest, "aria-label").is_some_and(|alt| !alt.is_empty()),
        };
        assert_eq!(tags(&page).filter(told).count(), due, "{}: pictures with words", notebook.name());
        let download = site().join("notebooks").join(notebook.name()).with_extension("ipynb");
        assert_eq!(lab_tests::notebook::Notebook::read(&download).source_hash(), notebook.source_hash());
    }
    let tables = fs::read_dir(site().join("numbers")).expect("tables").count();
    assert!(tables > notebook::all().len(), "{tables} tables");
}

#[test]
fn nothing_comes_from_elsewhere_and_every_link_leads_somewhere() {
    let pages = pages();
    let ids = |page: &str| -> BTreeSet<String> {
        tags(page).filter_map(|(_, rest)| attribute(rest, "id")).map(str::to_owned).collect()
    };
    let mut wrong = Vec::new();
    for (name, page) in &pages {
        for (tag, rest) in tags(page) {
            for link in ["href", "src"].iter().filter_map(|kind| attribute(rest, kind)) {
                let (file, place) = link.split_once('#').unwrap_or((link, ""));
                let file = file.split('?').next().unwrap_or_default();
                if link.contains("://") || link.starts_with("//") {
                    if tag != "a" {
                        wrong.push(format!("{name}: {tag} loads {link}"));
                    }
                } else if !file.is_empty() && (file.starts_with('/') || !site().join(file).exists()) {
                    wrong.push(format!("{name}: {link} leads nowhere"));
                } else if !place.is_empty() {
                    let target = if file.is_empty() {
                        Some(page)
                    } else {
                        pages.iter().find(|(name, _)| name == file).map(|(_, page)| page)
                    };
                    if !target.is_some_and(|page| ids(page).contains(place)) {
                        wrong.push(format!("{name}: {link} names no place"));
                    }
                }
            }
        }
    }
    for file in ["site.css", "site.js"] {
        let text = fs::read_to_string(site().join("_static").join(file)).expect("read the file");
        assert!(!text.contains("://"), "{file} names another place");
    }
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}

#[test]
fn a_folder_that_holds_other_things_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("mine"), "").expect("write a file");
    let mut command = lab(["site", "--out"]);
    let output = command.arg(folder.path()).output().expect("lab starts");
    let said = lab::said(&output);
    assert!(!output.status.success() && said.contains("holds other things"), "{said}");
    assert!(folder.path().join("mine").exists());
}

#[test]
#[ignore = "needs Chromium"]
fn figures_tell_their_values_to_pointer_and_keys_without_a_network() {
    let mut python = lab::clean(Command::new(&lab::installed().python));
    python
        .arg("-B")
        .arg(workspace().join("tests/browser/site.py"))
        .arg(site().join(PAGE).with_extension("html"));
    println!("{}", lab::succeed(python));
}
