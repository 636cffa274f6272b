use super::model::Model;
use figure::{Caption, Figure, MapCell, MapKind, MapPanel, MapSeries};

use super::common::{MODELS, caption, hard_caption, hard_names};

/// Maps of these cells, whose winners are places among the models, one for each title.
fn figure(
    caption: Caption,
    columns: Vec<String>,
    rows: Vec<String>,
    panels: &[(&str, Vec<MapCell>)],
) -> Figure {
    let panel = |(title, cells): &(&str, Vec<MapCell>)| MapPanel {
        title: title.to_string(),
        racing: 5,
        cells: cells.clone(),
    };
    let (across, up) = ("time of one task".into(), "share of it that waits".into());
    let kinds: Vec<MapKind> = MODELS.map(Model::on_map).into();
    Figure::new(MapSeries {
        caption,
        across,
        columns,
        up,
        rows,
        kinds,
        panels: panels.iter().map(panel).collect(),
    })
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| text.to_string()).collect()
}

fn cell((column, row): (usize, usize), winners: &[usize], lead: f64) -> MapCell {
    let lead = if winners.len() > 1 { f64::NAN } else { lead };
    MapCell { column, row, winners: winners.into(), lead }
}

fn cells(columns: usize, rows: usize) -> Vec<MapCell> {
    let all = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    all.map(|(column, row)| {
        let winners: &[usize] = match (column * 7 + row * 3) % 6 {
            0 => &[2, 3, 4],
            1 => &[1],
            2 => &[1, 3],
            3 => &[3],
            4 => &[1, 2, 3, 4, 5],
            _ => &[5],
        };
        cell((column, row), winners, 1.2 + column as f64)
    })
    .collect()
}

pub fn all() -> Vec<(String, Figure)> {
    let title = || caption("Which model wins where, on this machine");
    let sizes = texts(&["100 µs", "1 ms", "10 ms"]);
    let shares = texts(&["0%", "50%", "75%", "95%"]);
    let two = [("16 tasks open at once in each", cells(3, 4)), ("With the usual workers", cells(3, 3))];
    let kinds = (0..7).map(|i| cell((i, 0), &[i], 1.5)).collect();
    let bad = [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e9].into_iter().enumerate();
    let bad =
        bad.map(|(column, lead)| cell((column, column % 2), &[1], lead)).chain([cell((9, 9), &[77], 1.0)]);
    let many: Vec<String> = (0..40).map(|i| format!("{i} ms")).collect();
    let one = |cells: Vec<MapCell>| [("Terms", cells)];
    let holes = cells(3, 4).into_iter().step_by(3).collect();
    let long =
        "A title that goes on for far longer than any map is wide, as this one does without an end in sight";
    vec![
        ("map-models".into(), figure(title(), sizes.clone(), shares.clone(), &two)),
        ("map-every-kind".into(), figure(title(), many[..7].to_vec(), texts(&["0%"]), &one(kinds))),
        (
            "map-hard-names".into(),
            figure(hard_caption(), hard_names(), hard_names(), &[(long, cells(6, 6)), ("", vec![])]),
        ),
        ("map-forty".into(), figure(title(), many.clone(), many, &one(cells(40, 40)))),
        ("map-holes".into(), figure(title(), sizes.clone(), shares.clone(), &one(holes))),
        ("map-not-numbers".into(), figure(title(), sizes, shares, &one(bad.collect()))),
        ("map-one-place".into(), figure(title(), texts(&["1 ms"]), texts(&["50%"]), &one(cells(1, 1)))),
        ("map-empty".into(), figure(Caption::default(), vec![], vec![], &[])),
    ]
}
