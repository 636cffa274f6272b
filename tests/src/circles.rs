//! Circles in a graph of uses: found, and told so that a reader knows where to cut.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::modules::Uses;

/// Each knot of files that use one another, as the shortest circle through its first file:
/// `a.rs -(draw)-> b.rs -(Line)-> a.rs, in a knot of 5`. Paths are shown below `root`.
pub fn circles(uses: &Uses, root: &Path) -> Vec<String> {
    let mut next: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> = BTreeMap::new();
    for (from, to) in uses.keys() {
        next.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> =
        next.keys().map(|&file| (file, reachable(file, &next))).collect();
    let mut told = Vec::new();
    let mut seen = BTreeSet::new();
    for (&file, onward) in reached.iter().filter(|(file, onward)| onward.contains(**file)) {
        let knot: Vec<_> = onward
            .iter()
            .filter(|other| reached.get(**other).is_some_and(|back| back.contains(file)))
            .collect();
        if seen.insert(file) {
            seen.extend(knot.iter().map(|other| **other));
            told.push(format!("{}, in a knot of {}", tell(file, &next, uses, root), knot.len()));
        }
    }
    told
}

fn reachable<'a>(
    from: &'a PathBuf,
    next: &BTreeMap<&'a PathBuf, BTreeSet<&'a PathBuf>>,
) -> BTreeSet<&'a PathBuf> {
    let mut found = BTreeSet::new();
    let mut open: Vec<_> = next.get(from).into_iter().flatten().copied().collect();
    while let Some(file) = open.pop() {
        if found.insert(file) {
            open.extend(next.get(file).into_iter().flatten());
        }
    }
    found
}

/// The shortest way from a file back to itself.
fn tell(start: &PathBuf, next: &BTreeMap<&PathBuf, BTreeSet<&PathBuf>>, uses: &Uses, root: &Path) -> String {
    let mut ways = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for &file in next.get(way[way.len() - 1]).into_iter().flatten() {
            let longer = [&way[..], &[file]].concat();
            if file == start {
                return sentence(&longer, uses, root);
            }
            if seen.insert(file) {
                ways.push_back(longer);
            }
        }
    }
    String::new()
}

fn sentence(way: &[&PathBuf], uses: &Uses, root: &Path) -> String {
    let name = |file: &Path| file.strip_prefix(root).unwrap_or(file).display().to_string();
    let steps = way.windows(2).map(|step| {
        let by = &uses[&(step[0].clone(), step[1].clone())];
        format!(" -({by})-> {}", name(step[1]))
    });
    name(way[0]) + &steps.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules;
    use std::fs;

    /// The circles of a crate that consists of these files.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        circles(&modules::uses(&folder.path().join("lib.rs")), folder.path())
    }

    #[test]
    fn two_files_that_use_each_other_are_a_circle() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b::Line; pub struct Draw(Line);"),
            ("b.rs", "pub struct Line; fn f() -> super::a::Draw { todo!() }"),
        ];
        assert_eq!(found(&files), ["a.rs -(Line)-> b.rs -(Draw)-> a.rs, in a knot of 2"]);
    }

    #[test]
    fn a_parent_that_declares_and_re_exports_is_none() {
        let files = [
            ("lib.rs", "mod shapes; pub use shapes::Line;"),
            ("shapes/mod.rs", "mod line; mod paint; pub use line::Line; pub use paint::*; pub struct Own;"),
            ("shapes/line.rs", "pub struct Line(super::Own);"),
            ("shapes/paint.rs", "use super::Line; pub fn paint(_: Line) {}"),
        ];
        assert_eq!(found(&files), [""; 0]);
    }

    #[test]
    fn a_parent_that_uses_a_child_that_uses_it_is_one_and_so_is_one_in_a_macro() {
        let child = ("child.rs", "pub fn draw(_: super::Own) {}");
        for parent in [
            "mod child; pub use child::draw; pub struct Own; fn f() { draw(Own) }",
            "mod child; pub struct Own; fn f() { assert!(child::draw(Own) == ()) }",
        ] {
            assert_eq!(found(&[("lib.rs", parent), child]).len(), 1, "{parent}");
        }
    }

    #[test]
    fn tests_and_names_of_other_crates_do_not_count() {
        let files = [
            (
                "lib.rs",
                "mod process; pub use film as trace; fn f() { std::process::exit(1); process::start() }",
            ),
            (
                "process.rs",
                "use crate::trace::Event; #[cfg(test)] mod tests { use super::*; } pub fn start() {}",
            ),
        ];
        assert_eq!(found(&files), [""; 0]);
    }
}
