//! `cargo metadata` with the packages that a cell can name.

use serde_json::Value;
use std::collections::HashSet;
use std::env;
use std::fs;
use std::path::PathBuf;

/// The package that cells depend on. Its manifest lists, under `package.metadata.cells`, what cells can name through it.
const SUPPORT: &str = "concurrency-lab";
/// The member that only keeps versions locked.
const KEEP: &str = "keep";

/// Whether the manifest that evcxr wrote to validate a `:dep` line holds nothing but the support crate, which is known to be
/// sound.
pub fn is_support_crate_alone() -> bool {
    manifest().is_some_and(|manifest| {
        manifest.contains("evcxr_dummy_validate_dep") && dependencies(&manifest) == [expected()]
    })
}

/// What the answer depends on beside the question; nothing where the reader added packages, whose answers are not kept.
pub fn state() -> Option<String> {
    let manifest = manifest()?;
    let found = dependencies(&manifest);
    (found.is_empty() || found == [expected()]).then(|| found.join("\n"))
}

fn manifest() -> Option<String> {
    fs::read_to_string(PathBuf::from(env::var_os(super::BUILD)?).join("ctx").join("Cargo.toml")).ok()
}

fn expected() -> String {
    env::var(super::DEPENDENCY).unwrap_or_default()
}

/// The lines of a manifest's `[dependencies]`, which evcxr writes last.
fn dependencies(manifest: &str) -> Vec<&str> {
    let section = manifest.split_once("[dependencies]").map_or("", |(_, section)| section);
    section.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// The metadata without packages that no cell can name. What is not understood stays as it is.
pub fn reduced(metadata: &str) -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(metadata) else { return metadata.to_owned() };
    if reduce(&mut document).is_none() {
        return metadata.to_owned();
    }
    document.to_string()
}

fn reduce(document: &mut Value) -> Option<()> {
    let packages = document["packages"].as_array()?;
    let id_of = |name: &str| {
        packages.iter().find(|package| package["name"] == name).and_then(|package| package["id"].as_str())
    };
    let support = id_of(SUPPORT).unwrap_or_default().to_owned();
    let keep = id_of(KEEP).unwrap_or_default().to_owned();
    let named: HashSet<String> = packages
        .iter()
        .find(|package| package["name"] == SUPPORT)
        .and_then(|package| package["metadata"]["cells"].as_array())
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let allowed: HashSet<&str> = packages
        .iter()
        .filter(|package| package["name"].as_str().is_some_and(|name| named.contains(name)))
        .filter_map(|package| package["id"].as_str())
        .collect();
    let members: Vec<&str> =
        document["workspace_members"].as_array()?.iter().filter_map(Value::as_str).collect();
    let reached = match document["resolve"]["nodes"].as_array() {
        Some(nodes) => reach(nodes, members.into_iter().filter(|member| *member != keep), &support, &allowed),
        // Asked without dependencies: the members alone.
        None => members.into_iter().filter(|member| *member != keep).map(str::to_owned).collect(),
    };
    let stays = |id: &Value| id.as_str().is_some_and(|id| reached.contains(id));
    for list in ["/workspace_members", "/workspace_default_members"] {
        retain(document.pointer_mut(list), stays);
    }
    retain(document.pointer_mut("/packages"), |package| stays(&package["id"]));
    retain(document.pointer_mut("/resolve/nodes"), |node| stays(&node["id"]));
    for node in document.pointer_mut("/resolve/nodes").and_then(Value::as_array_mut).into_iter().flatten() {
        retain(node.get_mut("dependencies"), stays);
        retain(node.get_mut("deps"), |dependency| stays(&dependency["pkg"]));
    }
    Some(())
}

/// Packages reached from `starts`. Through the support crate, and through what was only reached that way, the way leads to
/// `allowed` packages alone; packages that the reader added are followed to the end.
fn reach<'a>(
    nodes: &'a [Value],
    starts: impl Iterator<Item = &'a str>,
    support: &str,
    allowed: &HashSet<&str>,
) -> HashSet<String> {
    let mut reached: HashSet<(String, bool)> = HashSet::new();
    let mut open: Vec<(String, bool)> = starts.map(|start| (start.to_owned(), false)).collect();
    while let Some((id, narrow)) = open.pop() {
        if !reached.insert((id.clone(), narrow)) {
            continue;
        }
        let narrow = narrow || id == support;
        let node = nodes.iter().find(|node| node["id"] == id.as_str());
        for dependency in node
            .and_then(|node| node["dependencies"].as_array())
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !narrow || allowed.contains(dependency) {
                open.push((dependency.to_owned(), narrow));
            }
        }
    }
    reached.into_iter().map(|(id, _)| id).collect()
}

fn retain(list: Option<&mut Value>, keep: impl Fn(&Value) -> bool) {
    if let Some(Value::Array(list)) = list {
        list.retain(keep);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn metadata(cells: Value) -> Value {
        let package = |name: &str| json!({ "name": name, "id": name, "metadata": null });
        let node = |name: &str, needs: &[&str]| {
            let deps: Vec<Value> = needs.iter().map(|need| json!({ "name": need, "pkg": need })).collect();
            json!({ "id": name, "dependencies": needs, "deps": deps })
        };
        let mut packages: Vec<Value> =
            ["ctx", "keep", "tokio", "libc", "rand", "zip"].iter().map(|name| package(name)).collect();
        packages.push(json!({ "name": SUPPORT, "id": SUPPORT, "metadata": { "cells": cells } }));
        json!({
            "packages": packages,
            "workspace_members": ["ctx", "keep"],
            "workspace_default_members": ["ctx"],
            "resolve": { "root": null, "nodes": [
                node("ctx", &[SUPPORT, "rand"]), node("keep", &[SUPPORT]), node(SUPPORT, &["tokio", "zip", "libc"]),
                node("tokio", &["libc"]), node("rand", &["libc"]), node("libc", &[]), node("zip", &[]),
            ] },
        })
    }

    fn names(document: &Value) -> Vec<&str> {
        document["packages"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|package| package["name"].as_str())
            .collect()
    }

    #[test]
    fn packages_that_no_cell_can_name_are_left_out() {
        let reduced: Value = serde_json::from_str(&reduced(&metadata(json!(["tokio"])).to_string())).unwrap();
        assert_eq!(names(&reduced), ["ctx", "tokio", "libc", "rand", SUPPORT]);
        assert_eq!(reduced["workspace_members"], json!(["ctx"]));
        let support = reduced["resolve"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .find(|node| node["id"] == SUPPORT)
            .unwrap();
        assert_eq!(support["dependencies"], json!(["tokio", "libc"]));
    }

    #[test]
    fn without_dependencies_only_the_cell_stays() {
        let mut document = metadata(json!(["tokio"]));
        document["resolve"] = Value::Null;
        reduce(&mut document).unwrap();
        assert_eq!(names(&document), ["ctx"]);
        assert_eq!(document["resolve"], Value::Null);
    }

    #[test]
    fn what_is_no_metadata_stays() {
        assert_eq!(reduced("error"), "error");
        assert_eq!(reduced("{}"), "{}");
    }

    #[test]
    fn the_dependencies_of_a_manifest_are_its_last_lines() {
        let manifest = "[package]\nname = \"ctx\"\n\n[dependencies]\n  a = \"1\"\n\nb = \"2\"\n";
        assert_eq!(dependencies(manifest), ["a = \"1\"", "b = \"2\""]);
    }
}
