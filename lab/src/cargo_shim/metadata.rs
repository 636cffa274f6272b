//! `cargo metadata` with the packages that a cell can name: the manifest of the support crate lists them under
//! `package.metadata.cells`.

use serde_json::Value;
use std::collections::HashSet;

/// The member that evcxr writes each cell into.
const CELL: &str = "ctx";

/// The metadata without packages that no cell can name. What is not understood stays as it is.
pub fn reduced(metadata: &str) -> String {
    let document = serde_json::from_str(metadata).ok().and_then(reduce);
    document.map_or_else(|| metadata.to_owned(), |document| document.to_string())
}

fn reduce(mut document: Value) -> Option<Value> {
    let packages = document["packages"].as_array()?;
    let list = |package: &'_ Value| package["metadata"]["cells"].as_array().cloned();
    let named: Vec<Value> = packages.iter().filter_map(list).flatten().collect();
    let allowed = ids(packages, |package| named.contains(&package["name"]));
    // Through these the way leads to allowed packages alone; packages that the reader added are followed to the end.
    let narrow = ids(packages, |package| named.contains(&package["name"]) || list(package).is_some());
    let nodes = document["resolve"]["nodes"].as_array().map_or(&[][..], Vec::as_slice);
    let mut open: Vec<String> = ids(packages, |package| package["name"] == CELL).into_iter().collect();
    let mut reached = HashSet::new();
    while let Some(id) = open.pop() {
        let node = nodes.iter().find(|node| node["id"] == id.as_str());
        let needs = node.and_then(|node| node["dependencies"].as_array()).into_iter().flatten();
        let needs =
            needs.filter_map(Value::as_str).filter(|need| !narrow.contains(&id) || allowed.contains(*need));
        if reached.insert(id.clone()) {
            open.extend(needs.map(str::to_owned));
        }
    }
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
    Some(document)
}

/// The ids of the packages that are wanted.
fn ids(packages: &[Value], wanted: impl Fn(&Value) -> bool) -> HashSet<String> {
    let wanted = packages.iter().filter(|package| wanted(package));
    wanted.filter_map(|package| package["id"].as_str()).map(str::to_owned).collect()
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

    /// The support crate with a crate beside it, what both need, and what a reader added: `rand` and a folder, `mine`.
    fn metadata() -> Value {
        let package = |name: &str| {
            let folder = ["ctx", "keep", "support", "film", "mine"].contains(&name);
            let source = (!folder).then_some("registry");
            let metadata = (name == "support").then_some(json!({ "cells": ["film", "tokio"] }));
            json!({ "name": name, "id": name, "source": source, "metadata": metadata })
        };
        let node = |name: &str, needs: &[&str]| {
            let deps: Vec<Value> = needs.iter().map(|need| json!({ "name": need, "pkg": need })).collect();
            json!({ "id": name, "dependencies": needs, "deps": deps })
        };
        let names =
            ["ctx", "keep", "support", "film", "tokio", "libc", "zip", "png", "rand", "mine", "serde"];
        json!({
            "packages": names.map(package),
            "workspace_members": ["ctx", "keep"],
            "workspace_default_members": ["ctx"],
            "resolve": { "root": null, "nodes": [
                node("ctx", &["support", "rand", "mine"]), node("keep", &["support"]),
                node("support", &["film", "tokio", "zip", "libc"]), node("film", &["png", "tokio"]),
                node("tokio", &["libc"]), node("rand", &["libc"]), node("mine", &["serde"]),
                node("libc", &[]), node("zip", &[]), node("png", &[]), node("serde", &[]),
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
        let reduced: Value = serde_json::from_str(&reduced(&metadata().to_string())).unwrap();
        assert_eq!(names(&reduced), ["ctx", "support", "film", "tokio", "libc", "rand", "mine", "serde"]);
        assert_eq!(reduced["workspace_members"], json!(["ctx"]));
        let support = reduced["resolve"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .find(|node| node["id"] == "support")
            .unwrap();
        assert_eq!(support["dependencies"], json!(["film", "tokio", "libc"]));
    }

    #[test]
    fn without_dependencies_only_the_cell_stays() {
        let mut document = metadata();
        document["resolve"] = Value::Null;
        let document = reduce(document).unwrap();
        assert_eq!(names(&document), ["ctx"]);
        assert_eq!(document["resolve"], Value::Null);
    }

    #[test]
    fn what_is_no_metadata_stays() {
        assert_eq!(reduced("error"), "error");
        assert_eq!(reduced("{}"), "{}");
    }
}
