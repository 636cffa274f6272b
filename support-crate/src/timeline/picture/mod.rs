//! A timeline as a picture: its lanes mapped to rows of plain stretches, with the words around them.

mod colours;
mod drawn;
mod notes;
mod words;

use std::cmp::Reverse;

use crate::chart::theme::{self, Colour};
use crate::chart::{Caption, Key, LanesSeries, Segment, Stretch};
use crate::chart::{Lane as DrawnRow, LaneGroup, Quantity};
use crate::format;
use crate::machine::Machine;
use crate::trace::{By, Row, Span, State, Step};

use super::lane::Lane;
use super::tell;
use drawn::Drawn;

/// The picture of recordings, one under the other.
pub(super) fn picture(lanes: &[Lane], by: By, title: Option<&str>, machine: &Machine) -> LanesSeries {
    let single = lanes.len() == 1;
    let drawn: Vec<Drawn> = lanes.iter().map(|lane| Drawn::new(lane, by, single)).collect();
    let found = match lanes {
        [lane] => format::sentence(&tell::sentence(&lane.facts)),
        _ => at_once(&drawn, by),
    };
    let range = range(&drawn, single);
    let of = of(title, &drawn, by, range);
    let film = single && lanes[0].name.is_empty();
    LanesSeries {
        quantity: Quantity::Seconds,
        range: (seconds(range.0), seconds(range.1)),
        axis: if film { "since the film began" } else { "since each run began" }.to_owned(),
        legend: legend(&drawn),
        groups: drawn.iter().map(|lane| group(lane, film)).collect(),
        all_labels: "`.steps()` lists all of them in the order of time".to_owned(),
        alt: words::alt(&found, &of.join(", "), &drawn, film),
        table: words::table(by, &drawn, film),
        caption: Caption { title: found, subtitle: subtitle(of, machine), notes: notes::notes(&drawn, by) },
    }
}

fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 * 1e-9
}

/// What there is to see: making a runtime before the first task takes longer than many a film's rest.
fn range(drawn: &[Drawn], single: bool) -> (u64, u64) {
    let length = drawn.iter().map(|drawn| drawn.lane.trace.length()).max().unwrap_or(0);
    if !single {
        return (0, length.max(1));
    }
    let rows = &drawn[0].rows;
    let first = rows.iter().filter_map(Row::first_seen).min().unwrap_or(0);
    let last = rows.iter().filter_map(Row::end).max().unwrap_or(length);
    let margin = last.saturating_sub(first) / 20;
    let (begin, end) = (first.saturating_sub(margin), (last + margin).min(length));
    let from = if begin > length / 10 { begin } else { 0 };
    let to = if length - end > length / 10 { end } else { length };
    (from, to.max(from + 1))
}

/// What sets models apart: on how many cores they were, or how many rows they need, as many as tasks were under way at once.
fn at_once(drawn: &[Drawn], by: By) -> String {
    let models = drawn.iter().filter(|drawn| drawn.lane.failure.is_none());
    let names = |models: &[&Drawn]| {
        format::list(&models.iter().map(|drawn| drawn.lane.name.as_str()).collect::<Vec<_>>())
    };
    if by == By::Core {
        let (several, others): (Vec<&Drawn>, Vec<&Drawn>) =
            models.partition(|drawn| drawn.lane.is_parallel());
        let told = match several.is_empty() {
            true => Lane::nobody(others.iter().map(|drawn| drawn.lane)).to_owned(),
            false => names(&several),
        };
        return format!("On more than one core at a time: {told}");
    }
    let mut models: Vec<&Drawn> = models.collect();
    models.sort_by_key(|drawn| Reverse(drawn.all_rows));
    let told = models.chunk_by(|one, other| one.all_rows == other.all_rows);
    let told: Vec<String> = told.map(|same| format!("{} in {}", same[0].all_rows, names(same))).collect();
    format!("Tasks under way at once: {}", told.join("; "))
}

/// What is drawn, and what a row is.
fn of(title: Option<&str>, drawn: &[Drawn], by: By, (from, to): (u64, u64)) -> Vec<String> {
    let mut parts: Vec<String> = title.map(str::to_owned).into_iter().collect();
    if let [one] = drawn {
        let name = if one.lane.name.is_empty() { "film" } else { &one.lane.name };
        let length = one.lane.trace.length();
        let drawn = match to - from < length {
            true => format!(", {} of it drawn", tell::time(to - from)),
            false => String::new(),
        };
        parts.push(format!("{name} of {}{drawn}", tell::time(length)));
    }
    parts.push(match drawn.iter().any(|drawn| drawn.packed) {
        true => "as many rows as tasks were under way at once".to_owned(),
        false => format!("one row a {}", by.name()),
    });
    parts
}

fn subtitle(mut parts: Vec<String>, machine: &Machine) -> String {
    parts.extend((!machine.cpu.is_empty()).then(|| machine.cpu.clone()));
    let cores = machine.cores.allowed;
    parts.extend((cores > 0).then(|| format::plural(cores as u64, "core")));
    format::sentence(&parts.join(" · "))
}

fn look(state: State) -> Stretch {
    match state {
        State::Running => Stretch::Solid,
        State::Ready => Stretch::Striped,
        State::Queued => Stretch::Dotted,
        State::Blocked => Stretch::Hatched,
        State::Waiting => Stretch::Low,
    }
}

fn legend(drawn: &[Drawn]) -> Vec<(Key, String)> {
    let rows = || drawn.iter().flat_map(|drawn| &drawn.rows);
    let spans = || rows().flat_map(|row| &row.spans);
    let shown = |state: &State| spans().any(|span| span.state == *state && !span.is_partial());
    let states = State::ALL.into_iter().filter(shown);
    let mut legend: Vec<_> =
        states.map(|state| (Key::Stretch(look(state)), state.name().to_owned())).collect();
    if spans().any(Span::is_partial) {
        legend.push((Key::Share, "height: share of the time on a core".to_owned()));
    }
    if rows().any(|row| !row.steps.is_empty()) {
        legend.push((Key::Mark, "step".to_owned()));
    }
    let colours = drawn.iter().flat_map(|drawn| drawn.colours.key.iter().cloned());
    legend.extend(colours.map(|(name, colour)| (Key::Colour(colour), name)));
    legend
}

fn group(drawn: &Drawn, film: bool) -> LaneGroup {
    let Lane { name, trace, failure, .. } = drawn.lane;
    let end = match film {
        // Where a film ended in a panic.
        true => failure.is_some().then(|| trace.length()),
        false => Some(trace.length()),
    };
    LaneGroup {
        name: name.clone(),
        detail: if film { String::new() } else { drawn.facts() },
        colour: drawn.lane.model.map_or(theme::INK, |model| model.look().colour),
        end: end.map(seconds),
        failed: failure.is_some(),
        dense: drawn.packed,
        lanes: drawn.rows.iter().map(|row| lane(drawn, row)).collect(),
    }
}

fn lane(drawn: &Drawn, row: &Row) -> DrawnRow {
    let segment = |span: &Span| {
        let share = if span.state == State::Running { 1.0 } else { span.share() };
        let colour: Colour = drawn.colours.of(span);
        Segment { from: seconds(span.start), to: seconds(span.end), look: look(span.state), share, colour }
    };
    let changes = row.spans.windows(2).filter(|pair| drawn.packed && pair[0].actor != pair[1].actor);
    let trace = &drawn.lane.trace;
    let of_thread = |span: &Span| trace.actors[span.actor as usize].is_thread();
    let mark = |step: &Step| (seconds(step.time), step.label.to_string());
    DrawnRow {
        name: if drawn.packed { String::new() } else { row.name.clone() },
        // A thread that is left running may well be meant to.
        alert: row.unfinished.is_some() && !row.spans.iter().all(of_thread),
        segments: row.spans.iter().map(segment).collect(),
        borders: changes.map(|pair| seconds(pair[1].start)).collect(),
        marks: row.steps.iter().map(mark).collect(),
        note: String::new(),
    }
}
