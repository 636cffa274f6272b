use super::model::Model;
use figure::{Caption, Figure, MapCell, MapKind, MapSeries};

use super::common::{MODELS, caption, hard_caption, hard_names};

/// What was found at a place, with models in place of kinds.
struct Found {
    column: usize,
    row: usize,
    winner: Model,
    runner_up: Option<Model>,
    speedup: f64,
    close: bool,
}

fn figure(caption: Caption, columns: Vec<String>, rows: Vec<String>, found: Vec<Found>) -> Figure {
    let mut kinds: Vec<MapKind> = Vec::new();
    let mut kind = |model: Model| {
        let known = kinds.iter().position(|kind| kind.colour == model.look().colour);
        known.unwrap_or_else(|| {
            kinds.push(model.on_map());
            kinds.len() - 1
        })
    };
    let cell = |found: Found| MapCell {
        column: found.column,
        row: found.row,
        winner: kind(found.winner),
        runner_up: found.runner_up.filter(|_| found.close).map(&mut kind),
        speedup: found.speedup,
        close: found.close,
    };
    let cells = found.into_iter().map(cell).collect();
    let (across, up) = ("time of one task".into(), "share of it that waits".into());
    Figure::new(MapSeries { caption, across, columns, up, rows, kinds, cells })
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| text.to_string()).collect()
}

fn cells(columns: usize, rows: usize) -> Vec<Found> {
    let all = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    all.map(|(column, row)| {
        let share = row as f64 / (rows.max(2) - 1) as f64;
        let (winner, second) = match (column, share) {
            (0, _) => (Model::Sequential, Model::Pool(4)),
            (_, s) if s > 0.8 => (Model::Async, Model::Threads(40)),
            (_, s) if s > 0.4 => (Model::Threads(40), Model::Async),
            (c, _) if c * 2 > columns => (Model::Processes(4), Model::Pool(4)),
            _ => (Model::Pool(4), Model::Threads(4)),
        };
        let close = (column * 7 + row * 3) % 5 == 0;
        Found {
            column,
            row,
            winner,
            runner_up: Some(second),
            speedup: 1.0 + column as f64 * (0.5 + 3.0 * share),
            close,
        }
    })
    .collect()
}

pub fn all() -> Vec<(String, Figure)> {
    let title = || caption("Which model wins where, on this machine");
    let sizes = texts(&["1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms"]);
    let shares = texts(&["0%", "25%", "50%", "75%", "100%"]);
    let kinds = (0..7)
        .map(|i| Found { column: i, row: 0, winner: MODELS[i], runner_up: None, speedup: 1.5, close: i == 3 })
        .collect();
    let bad = [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e9]
        .into_iter()
        .enumerate()
        .map(|(column, speedup)| Found {
            column,
            row: column % 2,
            winner: Model::Async,
            runner_up: None,
            speedup,
            close: false,
        })
        .collect();
    let many: Vec<String> = (0..40).map(|i| format!("{i} ms")).collect();
    vec![
        ("map-models".into(), figure(title(), sizes.clone(), shares.clone(), cells(6, 5))),
        ("map-every-kind".into(), figure(title(), many[..7].to_vec(), texts(&["0%"]), kinds)),
        ("map-hard-names".into(), figure(hard_caption(), hard_names(), hard_names(), cells(6, 6))),
        ("map-forty".into(), figure(title(), many.clone(), many, cells(40, 40))),
        (
            "map-holes".into(),
            figure(title(), sizes.clone(), shares.clone(), cells(6, 5).into_iter().step_by(3).collect()),
        ),
        ("map-not-numbers".into(), figure(title(), sizes, shares, bad)),
        ("map-one-place".into(), figure(title(), texts(&["1 ms"]), texts(&["50%"]), cells(1, 1))),
        ("map-empty".into(), figure(Caption::default(), vec![], vec![], vec![])),
    ]
}
