//! `cargo lab export`: a page's comparison as a Cargo project of its own, for those who leave the notebook behind.

mod piece;
mod slice;

use crate::folder;
use crate::paths::Checkout;
use crate::run::notebook::{Notebook, is_code, text};
use anyhow::{Context, Result, anyhow, bail};
use piece::pieces;
use serde_json::Value;
use slice::slice;
use std::fs;
use std::path::PathBuf;

/// Writes the comparison of cell `number` (from 1, text cells counted) into `out`, or into a folder named after page and cell.
///
/// # Errors
/// No such cell, a cell without a comparison, a folder that holds something already: one sentence each.
pub fn export(checkout: &Checkout, page: &Notebook, number: usize, out: Option<PathBuf>) -> Result<()> {
    let short = page.name().split('-').next().unwrap_or_default();
    let name = format!("page-{short}-cell-{number}");
    let out = out.unwrap_or_else(|| PathBuf::from(&name));
    let cells = page.cells();
    let wrong = |why: &str| anyhow!("cell {number} of {}: {why}; {}", page.name(), those_that_compare(cells));
    let cell = number.checked_sub(1).and_then(|at| cells.get(at)).filter(|cell| is_code(cell));
    let cell = cell.ok_or_else(|| wrong("there is no such code cell"))?;
    let source = |cell: &Value| text(&cell["source"]);
    let last = pieces(&source(cell)).map_err(|error| wrong(&format!("it is no Rust ({error})")))?;
    let above = cells[..number - 1].iter().filter(|cell| is_code(cell));
    // A cell that is meant to fail may be no Rust at all.
    let mut parts: Vec<_> = above.filter_map(|cell| pieces(&source(cell)).ok()).collect();
    parts.push(last);
    let slice = slice(&parts).map_err(|error| wrong(&error.to_string()))?;

    if folder::entries(&out).next().is_some() || out.is_file() {
        bail!("{} is not empty; name a new folder as the last word", out.display());
    }
    for package in checkout.cell_packages() {
        for file in folder::files(&package) {
            let to = out.join(file.strip_prefix(&checkout.root)?);
            fs::create_dir_all(to.parent().unwrap_or(&out)).map_err(folder::unwritable(&to))?;
            fs::copy(&file, &to).map_err(folder::unwritable(&to))?;
        }
    }
    let lock = "Cargo.lock";
    fs::copy(checkout.root.join(lock), out.join(lock)).map_err(folder::unwritable(&out))?;
    let sources = cells[..number].iter().map(source).collect::<String>();
    let own = own_crates(&sources, |name| slice.names.contains(name));
    let workspace =
        fs::read_to_string(checkout.root.join("Cargo.toml")).context("Cargo.toml cannot be read")?;
    folder::write(&out.join("Cargo.toml"), manifest(&name, &own, &workspace))?;
    let [items, statements] = [slice.items.join("\n\n"), indented(&slice.statements.join("\n"))];
    let named = |text: &str| {
        text.replace("{name}", &name).replace("{page}", page.name()).replace("{number}", &number.to_string())
    };
    let program = named(PROGRAM)
        .replace("{items}", &items)
        .replace("{statements}", &statements)
        .replace("{shown}", &slice.shown);
    folder::write(&out.join("src/main.rs"), program)?;
    folder::write(&out.join("README.md"), named(ABOUT))?;
    folder::write(&out.join(".gitignore"), "target\n")?;
    println!("{}", out.display());
    Ok(())
}

const PROGRAM: &str = include_str!("program.rs.in");
const ABOUT: &str = include_str!("about.md");

/// The cells that can be exported, for who named another.
fn those_that_compare(cells: &[Value]) -> String {
    let numbered = cells.iter().enumerate().filter(|(_, cell)| is_code(cell));
    let numbers: Vec<String> = numbered
        .filter(|(_, cell)| {
            pieces(&text(&cell["source"])).is_ok_and(|all| all.iter().any(|one| one.compares))
        })
        .map(|(at, _)| (at + 1).to_string())
        .collect();
    match numbers.is_empty() {
        true => "no cell of this page compares".to_owned(),
        false => format!("cells with one are {}, text cells counted", numbers.join(", ")),
    }
}

/// The `:dep` lines of a page's own crates that are used, as lines of a manifest.
fn own_crates(sources: &str, used: impl Fn(&str) -> bool) -> String {
    let deps = sources.lines().filter_map(|line| line.strip_prefix(":dep ")).map(str::trim);
    let named = deps.map(|dep| dep.split_once('=').unwrap_or((dep, "\"*\"")));
    let kept =
        named.filter(|(name, _)| name.trim() != "concurrency-lab" && used(&name.trim().replace('-', "_")));
    kept.map(|(name, version)| format!("{} = {}\n", name.trim(), version.trim())).collect()
}

/// The workspace's manifest with this program as its root.
fn manifest(name: &str, own: &str, workspace: &str) -> String {
    let package = format!(
        "[package]\nname = \"{name}\"\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
         publish.workspace = true\n\n[dependencies]\nconcurrency-lab.workspace = true\n{own}\n[features]\nmpi = [\"concurrency-lab/mpi\"]\n\n"
    );
    let line = |line: &str| match line.starts_with("members =") {
        true => "members = [\"support-crate\", \"crates/*\"]\n".to_owned(),
        false => format!("{line}\n"),
    };
    package + &workspace.lines().map(line).collect::<String>()
}

fn indented(lines: &str) -> String {
    lines.lines().map(|line| format!("    {line}\n")).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run;

    #[test]
    fn every_comparison_of_the_course_can_be_cut_out() {
        let mut found = 0;
        for page in run::plan(&Checkout::find().unwrap(), &[], &[]).unwrap() {
            let code = page.cells().iter().filter(|cell| is_code(cell));
            let parts: Vec<_> = code.map(|cell| pieces(&text(&cell["source"])).unwrap_or_default()).collect();
            for at in 0..parts.len() {
                if parts[at].iter().any(|piece| piece.compares) {
                    slice(&parts[..=at]).unwrap_or_else(|error| panic!("{}: {error}", page.name()));
                    found += 1;
                }
            }
        }
        assert!(found > 10, "{found} comparisons");
    }

    #[test]
    fn a_wrong_cell_and_a_folder_that_is_not_empty_are_one_sentence() {
        let checkout = Checkout::find().unwrap();
        let page = &run::plan(&checkout, &["11".to_owned()], &[]).unwrap()[0];
        let full = tempfile::tempdir().unwrap();
        fs::write(full.path().join("mine"), "").unwrap();
        let refused =
            |number| export(&checkout, page, number, Some(full.path().to_owned())).unwrap_err().to_string();
        for (number, why) in [
            (0, "no such code cell"),
            (1, "no such code cell"),
            (999, "no such code cell"),
            (2, "no comparison in it"),
        ] {
            let said = refused(number);
            assert!(
                said.contains(why) && said.contains("cells with one are ") && said.lines().count() == 1,
                "{said}"
            );
        }
        let compares =
            |cell: &Value| pieces(&text(&cell["source"])).unwrap_or_default().iter().any(|one| one.compares);
        let number = 1 + page.cells().iter().position(|cell| is_code(cell) && compares(cell)).unwrap();
        assert!(refused(number).contains("is not empty; name a new folder"));
        assert_eq!(fs::read_dir(full.path()).unwrap().count(), 1);
    }

    #[test]
    fn crates_of_the_page_go_along_where_they_are_used() {
        let cell = ":dep concurrency-lab = { path = \"../support-crate\" }\n:dep rand = \"0.9\"\n:dep my-own\n:dep unused = \"1\"\n";
        assert_eq!(own_crates(cell, |name| name != "unused"), "rand = \"0.9\"\nmy-own = \"*\"\n");
    }
}
