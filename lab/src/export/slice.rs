//! What a cell's comparison uses of the cells before it: looked up backwards from it, by name.

use super::piece::{Kind, Piece};
use anyhow::{Result, bail};
use std::collections::BTreeSet;

/// A comparison with all that it takes, as source text.
#[derive(Debug, Default, PartialEq)]
pub struct Slice {
    /// Functions, types, imports, constants, in the order of the page.
    pub items: Vec<String>,
    /// What `main` does, the comparison last.
    pub statements: Vec<String>,
    /// The variable that holds the comparison.
    pub shown: String,
    /// All names that occur in it.
    pub names: BTreeSet<String>,
}

/// The comparison of the last one of `cells`.
///
/// # Errors
/// Where that cell has none, or it uses two things of the same name.
pub fn slice(cells: &[Vec<Piece>]) -> Result<Slice> {
    let (last, earlier) = cells.split_last().map_or((&[][..], &[][..]), |(last, rest)| (&last[..], rest));
    let Some(at) = last.iter().position(|piece| piece.compares) else {
        bail!("there is no comparison in it");
    };
    let mut search =
        Search { of_statements: last[at].uses.clone(), of_items: last[at].uses.clone(), ..Search::default() };
    search.named = cells.iter().flatten().flat_map(|piece| piece.uses.iter().cloned()).collect();
    let changed = cells.iter().flatten().filter_map(|piece| match &piece.kind {
        Kind::Let { names, mutable: true } => Some(names.iter().cloned()),
        _ => None,
    });
    search.changed = changed.flatten().collect();
    let mut found = vec![search.cell(last, at)];
    found.extend(earlier.iter().rev().map(|cell| search.cell(cell, cell.len())));
    found.reverse();
    let kept: Vec<&Piece> = found.into_iter().flatten().collect();
    let mut slice = Slice { shown: "measured".to_owned(), ..Slice::default() };
    let mut defined = BTreeSet::new();
    for piece in kept.iter().copied().chain([&last[at]]) {
        slice.names.extend(piece.uses.iter().cloned());
        match &piece.kind {
            Kind::Item { names, .. } => {
                if let Some(twice) =
                    names.iter().find(|name| *name != "_" && !defined.insert((*name).clone()))
                {
                    bail!("it uses two things that are called `{twice}`; give one of them another name");
                }
                slice.items.push(piece.text.clone());
            }
            _ => slice.statements.push(piece.text.clone()),
        }
    }
    match &last[at].kind {
        Kind::Let { names, .. } if names.len() == 1 => slice.shown.clone_from(&names[0]),
        Kind::Expression => {
            let bare = last[at].text.trim_end_matches(';');
            slice.statements.pop();
            slice.statements.push(format!("let measured = {bare};"));
        }
        _ => bail!("its comparison has no name; write `let measured = …;`"),
    }
    Ok(slice)
}

/// Names that are still looked for, further up the page.
#[derive(Default)]
struct Search {
    of_items: BTreeSet<String>,
    of_statements: BTreeSet<String>,
    /// Items that were found.
    found: BTreeSet<String>,
    /// Variables that later statements may change.
    changed: BTreeSet<String>,
    /// All that any cell names: an import of something else is a trait, which is there for its methods.
    named: BTreeSet<String>,
}

impl Search {
    /// What is used of a cell's pieces: statements that stand before `end`, and items wherever they stand.
    fn cell<'a>(&mut self, pieces: &'a [Piece], end: usize) -> Vec<&'a Piece> {
        let mut kept = vec![false; pieces.len()];
        for (at, piece) in pieces[..end].iter().enumerate().rev() {
            let of = &mut self.of_statements;
            kept[at] = match &piece.kind {
                Kind::Let { names, .. } => names.iter().filter(|name| of.remove(*name)).count() > 0,
                Kind::Expression => {
                    piece.uses.iter().any(|name| of.contains(name) && self.changed.contains(name))
                }
                Kind::Item { .. } => false,
            };
            if kept[at] {
                of.extend(piece.uses.iter().cloned());
                self.of_items.extend(piece.uses.iter().cloned());
            }
        }
        let mut here: BTreeSet<String> = BTreeSet::new();
        let wanted = |piece: &Piece, search: &Self| match &piece.kind {
            Kind::Item { names, belongs } => {
                let silent = |name: &String| name == "_" || piece.is_import() && !search.named.contains(name);
                names.iter().any(|name| silent(name) || search.of_items.contains(name))
                    || belongs.iter().any(|to| search.of_items.contains(to) || search.found.contains(to))
            }
            _ => false,
        };
        while let Some(at) = (0..pieces.len()).find(|&at| !kept[at] && wanted(&pieces[at], self)) {
            kept[at] = true;
            self.of_items.extend(pieces[at].uses.iter().cloned());
            if let Kind::Item { names, .. } = &pieces[at].kind {
                here.extend(names.iter().cloned());
                self.found.extend(names.iter().cloned());
            }
            self.of_items.retain(|name| !here.contains(name));
        }
        pieces.iter().zip(kept).filter_map(|(piece, kept)| kept.then_some(piece)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::piece::pieces;

    fn of(cells: &[&str]) -> Result<Slice> {
        slice(&cells.iter().map(|cell| pieces(cell).unwrap()).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_used_is_kept_in_its_order_and_nothing_else() {
        let slice = of(&[
            ":dep concurrency-lab = { path = \"../support-crate\" }\nuse concurrency_lab::prelude::*;",
            "use std::{collections::HashMap, io::Read};\nconst STEPS: u64 = 7;\nstruct Other;",
            "let files = 40; // parameters\nlet size = 3;",
            "struct Count(u64);\nimpl Count { fn files(&self) {} }\nlet other: HashMap<u8, u8> = files + 1;\nfiles",
            "fn task(i: usize) -> Count { Count(helper(i)) }\nfn helper(i: usize) -> u64 { STEPS * i as u64 }",
            "let work = Compute::new(files, task);\nlet compared = compare(work).rounds(5).run();\ncompared.chart()",
        ])
        .unwrap();
        let items = [
            "use concurrency_lab::prelude::*;",
            "use std::io::Read;", // nobody names it: a trait, for its methods
            "const STEPS: u64 = 7;",
            "struct Count(u64);",
            "impl Count { fn files(&self) {} }",
            "fn task(i: usize) -> Count { Count(helper(i)) }",
            "fn helper(i: usize) -> u64 { STEPS * i as u64 }",
        ];
        assert_eq!(slice.items, items);
        let statements = [
            "let files = 40; // parameters",
            "let work = Compute::new(files, task);",
            "let compared = compare(work).rounds(5).run();",
        ];
        assert_eq!(
            (&slice.statements[..], slice.shown.as_str()),
            (&statements.map(str::to_owned)[..], "compared")
        );
    }

    #[test]
    fn the_last_definition_before_it_counts() {
        let slice =
            of(&["let n = 1;\nfn f() {}", "let n = 2;\nfn f() { 2 }", "scaling(f(n), 1..=2)", "let n = 3;"]);
        assert!(slice.is_err(), "the last cell has none");
        let cells = ["let n = 1;\nfn f() {}", "let n = n + 1;\nfn f() { 2 }", "scaling(f(n), 1..=2)"];
        let slice = of(&cells).unwrap();
        assert_eq!(slice.items, ["fn f() { 2 }"]);
        assert_eq!(
            slice.statements,
            ["let n = 1;", "let n = n + 1;", "let measured = scaling(f(n), 1..=2);"]
        );
    }

    #[test]
    fn names_in_strings_and_what_changes_a_variable_count_too_names_of_fields_and_methods_do_not() {
        let slice = of(&[
            "let mut list = vec![1];\nlet name = 5;\nlet width = 9;\nlet rounds = 3;\nlet quiet = 1;",
            "list.push(2);\nprintln!(\"{quiet}\");",
            "compare(Blur { width: list.len(), title: format!(\"{name:?} {{quiet}}\") }).rounds(5)",
        ])
        .unwrap();
        assert_eq!(slice.statements[..3], ["let mut list = vec![1];", "let name = 5;", "list.push(2);"]);
    }

    #[test]
    fn an_import_of_one_name_is_taken_out_of_its_list_and_only_once() {
        let slice = of(&[
            "use std::sync::{Arc, Mutex, mpsc::{self, Sender as Way}};",
            "use std::{path::PathBuf, sync::Arc};\nuse std::io::Write as _;",
            "fn other(path: PathBuf) -> Mutex<u8> { todo!() }",
            "fn task(i: usize) { let a: (Arc<u8>, Way<u8>) = mpsc::channel(); }",
            "growth(task)",
        ])
        .unwrap();
        assert!(
            of(&["use std::io::Read;", "compare(1)"]).unwrap().items.len() == 1,
            "a trait for its methods"
        );
        let due = [
            "use std::sync::mpsc;",
            "use std::sync::mpsc::Sender as Way;",
            "use std::sync::Arc;",
            "use std::io::Write as _;",
        ];
        assert_eq!(slice.items[..4], due);
    }
}
