//! A timeline without its picture: the description and the table.

use crate::chart::{Cell, Column, Table};
use crate::format;
use crate::timeline::tell;
use crate::trace::{Row, State, Trace};

use super::series::{DrawnLane, Series};

/// Rows that the description goes through one by one.
const TOLD: usize = 6;

/// One to three sentences a lane.
pub(super) fn alt(series: &Series) -> String {
    let mut parts = vec![format!("Timeline, one row a {}: {}.", series.by.name(), series.title)];
    for lane in &series.lanes {
        if !lane.name.is_empty() {
            parts.push(format!("{}: {}.", lane.name, lane.facts));
        }
        if lane.packed || !series.is_film() {
            continue;
        }
        parts.extend(lane.rows.iter().take(TOLD).map(|row| told(row, &lane.trace)));
        if lane.rows.len() > TOLD {
            parts.push(format!("{} more rows.", lane.rows.len() - TOLD));
        }
    }
    parts.join(" ")
}

fn told(row: &Row, trace: &Trace) -> String {
    let running = row.stretches();
    let mut text = match running {
        0 => row.name.clone(),
        n => format!("{} runs {} in {}", row.name, tell::time(row.on_core()), stretches(n)),
    };
    let waits = row.off_core(State::Waiting) + row.off_core(State::Blocked);
    if waits > 0 {
        text += &format!("{} waits {}", if running > 0 { ", " } else { " " }, tell::time(waits))
            .replace("  ", " ");
    }
    if !row.steps.is_empty() {
        let shown: Vec<String> = row
            .steps
            .iter()
            .take(4)
            .map(|step| format!("“{}” at {}", trace.label(step), tell::time(step.time)))
            .collect();
        let more = row.steps.len() - shown.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        text += &format!("; steps {}{more}", shown.join(", "));
    }
    if let Some(why) = row.unfinished {
        text += &format!("; {why}");
    }
    text + "."
}

fn stretches(number: usize) -> String {
    if number == 1 { "one stretch".into() } else { format!("{} stretches", format::count(number as u64)) }
}

/// One line a row, and one a step.
pub(super) fn table(series: &Series) -> Table {
    let film = series.is_film();
    let mut columns = vec![
        Column::text(series.by.name()),
        Column::number("from", "s"),
        Column::number("to", "s"),
        Column::number("running", "s"),
        Column::number("waiting", "s"),
        Column::number("off its core", "s"),
        Column::number("stretches", ""),
        Column::text("cores"),
        Column::text("pid"),
        Column::text("steps and end"),
    ];
    if !film {
        columns.insert(0, Column::text("model"));
    }
    let mut table = Table::new(columns);
    for lane in &series.lanes {
        for (number, row) in lane.rows.iter().enumerate() {
            let mut cells = cells(row, lane, number);
            if !film {
                cells.insert(0, Cell::text(lane.name.clone()));
            }
            table.push(cells);
        }
    }
    table
}

fn cells(row: &Row, lane: &DrawnLane, number: usize) -> Vec<Cell> {
    let span = |nanoseconds: u64| Cell::number(nanoseconds as f64 * 1e-9, tell::time(nanoseconds));
    let moment = |time: Option<u64>| time.map_or(Cell::none(), span);
    let running = row.spans.iter().filter(|span| span.on_core > 0);
    let steps = row.steps.iter().filter_map(|step| step.core);
    let mut cores: Vec<u16> = running.filter_map(|span| span.core).chain(steps).collect();
    cores.sort_unstable();
    cores.dedup();
    let threads = row.spans.iter().map(|span| span.thread).chain(row.steps.iter().map(|step| step.thread));
    let mut pids: Vec<u32> = threads.map(|thread| lane.trace.thread(thread).pid).collect();
    pids.dedup();
    pids.sort_unstable();
    pids.dedup();
    let steps: Vec<String> = row
        .steps
        .iter()
        .take(6)
        .map(|step| format!("{} {}", tell::time(step.time), lane.trace.label(step)))
        .collect();
    let more = row.steps.len().saturating_sub(6);
    let more = (more > 0).then(|| format!("{more} more"));
    let words: Vec<String> = steps.into_iter().chain(more).chain(row.unfinished.map(str::to_owned)).collect();
    let stretches = row.stretches();
    let name = if lane.packed { format!("row {}", number + 1) } else { row.name.clone() };
    vec![
        Cell::text(name),
        moment(row.start()),
        moment(row.end()),
        span(row.on_core()),
        span(row.off_core(State::Waiting) + row.off_core(State::Blocked)),
        span(row.off_core(State::Ready)),
        Cell::number(stretches as f64, format::count(stretches as u64)),
        Cell::text(format::list(&cores)),
        Cell::text(format::list(&pids)),
        Cell::text(words.join("; ")),
    ]
}
