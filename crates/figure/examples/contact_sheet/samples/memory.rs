use super::model::Model;
use figure::{Caption, ComparisonRow, ComparisonSeries, Figure, Quantity};

use super::common::{MODELS, caption, hard_caption, hard_names};

fn row(model: Model, name: &str, bytes: f64) -> ComparisonRow {
    ComparisonRow {
        look: Some(model.look()),
        interval: Some((bytes * 0.9, bytes * 1.2)),
        ..ComparisonRow::new(name, bytes)
    }
}

fn figure(caption: Caption, rows: Vec<ComparisonRow>) -> Figure {
    let series = ComparisonSeries {
        caption,
        measure: "memory for each further one".into(),
        statistic: "each".into(),
        quantity: Quantity::Bytes,
        rows,
        ..ComparisonSeries::default()
    };
    Figure::new(series.against_first())
}

pub fn all() -> Vec<(String, Figure)> {
    let title = || caption("What one more of each takes in memory");
    let usual = vec![
        row(Model::Async, "an async task", 408.0),
        row(Model::Threads(1), "a thread", 9_900.0),
        row(Model::Processes(1), "a process, forked", 412_000.0),
        row(Model::Spawned(1), "a process, spawned", 3_400_000.0),
    ];
    let near = vec![
        row(Model::Threads(1), "a thread", 9_900.0),
        row(Model::Pool(1), "a thread of a pool", 12_100.0),
    ];
    let names = hard_names();
    let hard = (0..6).map(|i| row(MODELS[i], &names[i], 4f64.powi(i as i32 + 3))).collect();
    let mut failed = usual.clone();
    failed[2].failed = Some("this system does not tell the proportional set size".into());
    let bad = [f64::NAN, f64::INFINITY, -1.0, 0.0, 5.0]
        .into_iter()
        .zip(MODELS)
        .map(|(bytes, model)| row(model, "bad", bytes))
        .collect();
    let range =
        (0..10).map(|i| row(MODELS[i % 7], &format!("ten to the {i}"), 10f64.powi(i as i32))).collect();
    vec![
        ("memory-units".into(), figure(title(), usual)),
        ("memory-near".into(), figure(title(), near)),
        ("memory-failed".into(), figure(title(), failed)),
        ("memory-hard-names".into(), figure(hard_caption(), hard)),
        ("memory-range".into(), figure(title(), range)),
        ("memory-not-numbers".into(), figure(title(), bad)),
        ("memory-empty".into(), figure(Caption::default(), vec![])),
    ]
}
