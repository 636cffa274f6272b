//! A timeline without its picture: the description and the table.

use std::collections::BTreeSet;

use crate::chart::Table;
use crate::format;
use crate::timeline::tell;
use crate::trace::{By, Row, State};

use super::drawn::Drawn;

/// Rows that the description goes through one by one.
const TOLD: usize = 6;

/// One to three sentences a lane.
pub(super) fn alt(found: &str, of: &str, lanes: &[Drawn], film: bool) -> String {
    let mut parts = vec![format!("{found}. Timeline, {of}.")];
    for drawn in lanes {
        if !drawn.lane.name.is_empty() {
            parts.push(format!("{}: {}.", drawn.lane.name, drawn.facts()));
        }
        if drawn.packed || !film {
            continue;
        }
        parts.extend(drawn.rows.iter().take(TOLD).map(told));
        if drawn.rows.len() > TOLD {
            parts.push(format!("{} more rows.", drawn.rows.len() - TOLD));
        }
    }
    parts.join(" ")
}

fn told(row: &Row) -> String {
    let running = row.stretches();
    let mut text = match running {
        0 => row.name.clone(),
        n => format!("{} runs {} in {}", row.name, tell::time(row.on_core()), stretches(n)),
    };
    let waits = row.off_core(State::Waiting) + row.off_core(State::Blocked);
    if waits > 0 {
        text += &format!("{} waits {}", if running > 0 { "," } else { "" }, tell::time(waits));
    }
    if !row.steps.is_empty() {
        let shown = row.steps.iter().take(4);
        let shown = shown.map(|step| format!("“{}” at {}", step.label, tell::time(step.time)));
        let more = row.steps.len().saturating_sub(4);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        text += &format!("; steps {}{more}", Vec::from_iter(shown).join(", "));
    }
    if let Some(why) = row.unfinished {
        text += &format!("; {why}");
    }
    text + "."
}

fn stretches(number: usize) -> String {
    if number == 1 { "one stretch".into() } else { format!("{} stretches", format::count(number as u64)) }
}

/// One line a row.
pub(super) fn table(by: By, lanes: &[Drawn], film: bool) -> Table {
    let numbers = ["from", "to", "running", "waiting", "off its core", "stretches"];
    let table = Table::default().words((!film).then_some("model")).words([by.name()]).numbers(numbers);
    let mut table = table.words(["cores", "pid", "steps and end"]);
    for drawn in lanes {
        for (number, row) in drawn.rows.iter().enumerate() {
            let mut cells = cells(row, drawn, number);
            if !film {
                cells.insert(0, drawn.lane.name.clone());
            }
            table.push(cells);
        }
    }
    table
}

fn cells(row: &Row, drawn: &Drawn, number: usize) -> Vec<String> {
    let moment = |time: Option<u64>| time.map_or(format::NONE.into(), tell::time);
    let running = row.spans.iter().filter(|span| span.on_core > 0);
    let steps = row.steps.iter().filter_map(|step| step.core);
    let cores: BTreeSet<u16> = running.filter_map(|span| span.core).chain(steps).collect();
    let threads = row.spans.iter().map(|span| span.thread).chain(row.steps.iter().map(|step| step.thread));
    let pids: BTreeSet<u32> = threads.map(|thread| drawn.lane.trace.thread(thread).pid).collect();
    let steps = row.steps.iter().take(6);
    let steps = steps.map(|step| format!("{} {}", tell::time(step.time), step.label));
    let more = row.steps.len().saturating_sub(6);
    let more = (more > 0).then(|| format!("{more} more"));
    let words: Vec<String> = steps.chain(more).chain(row.unfinished.map(str::to_owned)).collect();
    let name = if drawn.packed { format!("row {}", number + 1) } else { row.name.clone() };
    vec![
        name,
        moment(row.start()),
        moment(row.end()),
        tell::time(row.on_core()),
        tell::time(row.off_core(State::Waiting) + row.off_core(State::Blocked)),
        tell::time(row.off_core(State::Ready)),
        format::count(row.stretches() as u64),
        format::list(&Vec::from_iter(cores)),
        format::list(&Vec::from_iter(pids)),
        words.join("; "),
    ]
}
