//! Saving and loading: what comes back, and what is refused with which sentence.

use proptest::prelude::*;

use super::*;
use crate::measure::{Lane, Sample};
use crate::model::Model;

fn result() -> Comparison {
    let mut lane = Lane::new(Model::Threads(2));
    lane.cold = Some(0.125);
    lane.samples = (0..4)
        .map(|round| Sample {
            round,
            wall: 0.1 + 0.001 * round as f64,
            cpu: 0.2,
            voluntary: 3,
            involuntary: 0,
            queued: 0.25,
            disturbed: round == 2,
        })
        .collect();
    let control = Lane { control: true, ..lane.clone() };
    Comparison { lanes: vec![lane, control], ..Comparison::default() }
}

fn refusal(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    fs::write(&path, text).unwrap();
    let error = Comparison::load(&path).problem.unwrap();
    error.replace(&path.display().to_string(), "x.json")
}

#[test]
fn what_was_saved_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("primes.json");
    let result = result();
    let saved = result.save(&path);
    assert!(saved.text().starts_with("Saved "), "{saved:?}");
    let loaded = Comparison::load(&path);
    assert_eq!(loaded.problem, None);
    assert_eq!(
        (loaded.lanes, loaded.settings, loaded.machine),
        (result.lanes, result.settings, result.machine)
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left behind");
}

#[test]
fn an_existing_file_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("primes.json");
    fs::write(&path, "x".repeat(1 << 20)).unwrap();
    result().save(&path);
    assert_eq!(Comparison::load(&path).lanes.len(), 2);
}

#[test]
fn another_file_and_a_broken_one_are_told_apart() {
    let other = refusal(r#"{"concurrency-lab": "growth"}"#);
    assert_eq!(other, "x.json is a saved growth, not a comparison: load it as what it is");
    let foreign = refusal(r#"{"cells": []}"#);
    assert_eq!(foreign, "x.json is not a saved comparison: it was not written by .save(…)");
    assert!(refusal("hello").starts_with("x.json is not a saved comparison: no valid JSON"));
    assert!(
        refusal(r#"{"concurrency-lab": "comparison", "format": 1}"#).contains("is damaged: missing field")
    );
    let newer = refusal(r#"{"concurrency-lab": "comparison", "format": 2}"#);
    let told = "has format 2, this version of the course reads format 1: save it again with this version";
    assert_eq!(newer, format!("x.json {told}"));
    assert!(refusal(r#"{"concurrency-lab": "comparison"}"#).contains("has no format, this"));
    assert!(refusal("[1, 2]").contains("not written by .save"));
}

#[test]
fn what_cannot_be_read_or_written_is_one_sentence() {
    let missing = Comparison::load("no/such/file.json");
    assert_eq!(missing.problem.as_deref(), Some("cannot read no/such/file.json: entity not found"));
    let error = result().save("no/such/folder/x.json").text();
    assert!(error.starts_with("Cannot write no/such/folder/x.json: entity not found"), "{error}");
    let saved = Comparison::problem("0 tasks").save("x.json");
    assert_eq!(saved.text(), "Nothing to save: 0 tasks\n");
}

proptest! {
    #[test]
    fn every_sample_survives(walls in prop::collection::vec(1e-9f64..1e6, 0..30)) {
        let mut result = result();
        let sample = result.lanes[0].samples[0].clone();
        result.lanes[0].samples =
            walls.iter().enumerate().map(|(round, &wall)| Sample { round, wall, ..sample.clone() }).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        result.save(&path);
        let loaded = Comparison::load(&path);
        prop_assert_eq!(loaded.lanes[0].samples.len(), walls.len());
        for (sample, wall) in loaded.lanes[0].samples.iter().zip(&walls) {
            prop_assert_eq!(sample.wall, *wall);
        }
    }
}
