//! The rows of a timeline: one for each task, or for each core.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::active::active_threads;
use super::span::{Span, State, Step};
use super::trace::Trace;

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// A task; a thread or process where it is none.
    Task,
    /// A core.
    Core,
}

impl By {
    /// The word for titles.
    pub fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Core => "core",
        }
    }
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// What stands before it.
    pub name: String,
    /// What it shows, in the order of starts.
    pub spans: Vec<Span>,
    /// Steps made in it.
    pub steps: Vec<Step>,
    /// Why it has no end: "left running", "stopped before its end".
    pub unfinished: Option<&'static str>,
}

impl Row {
    /// Nanoseconds on a core.
    pub fn on_core(&self) -> u64 {
        self.spans.iter().map(|span| span.on_core).sum()
    }

    /// Nanoseconds off a core in a state.
    pub fn off_core(&self, state: State) -> u64 {
        let off = self.spans.iter().filter(|span| span.state == state);
        off.map(|span| span.length().saturating_sub(span.on_core)).sum()
    }

    /// How many stretches there are with time on a core, those that follow one another counted as one.
    pub fn stretches(&self) -> usize {
        let mut until = HashMap::new();
        let on = self.spans.iter().filter(|span| span.on_core > 0);
        on.filter(|span| until.insert(span.actor, span.end) != Some(span.start)).count()
    }

    /// When something was first seen in it, in nanoseconds since the recording began.
    pub fn start(&self) -> Option<u64> {
        let first = self.spans.iter().find(|span| span.state != State::Queued).map(|span| span.start);
        first.into_iter().chain(self.steps.first().map(|step| step.time)).min()
    }

    /// When something was first drawn in it, in nanoseconds since the recording began.
    pub fn first_seen(&self) -> Option<u64> {
        let first = self.spans.first().map(|span| span.start);
        first.into_iter().chain(self.steps.first().map(|step| step.time)).min()
    }

    /// When something was last seen in it, in nanoseconds since the recording began.
    pub fn end(&self) -> Option<u64> {
        let last = self.spans.iter().map(|span| span.end).max();
        last.into_iter().chain(self.steps.last().map(|step| step.time)).max()
    }
}

/// The rows of a trace.
pub fn rows(trace: &Trace, by: By) -> Vec<Row> {
    let active = active_threads(trace);
    let shown = shown_actors(trace, &active);
    let of_span = |span: &Span| match by {
        By::Task => Some(span.actor).filter(|actor| shown.contains(actor)),
        By::Core => span.core.filter(|_| span.on_core > 0 && active.contains(&span.thread)).map(u32::from),
    };
    let of_step = |step: &Step| match by {
        By::Task => Some(step.actor),
        By::Core => step.core.map(u32::from),
    };
    let mut rows: BTreeMap<u32, Row> = BTreeMap::new();
    for (row, span) in trace.spans.iter().filter_map(|span| Some((of_span(span)?, span))) {
        rows.entry(row).or_default().spans.push(*span);
    }
    for (row, step) in trace.steps.iter().filter_map(|step| Some((of_step(step)?, step))) {
        rows.entry(row).or_default().steps.push(step.clone());
    }
    let named = |(place, mut row): (u32, Row)| {
        row.spans.sort_by_key(|span| (span.start, span.end));
        (row.name, row.unfinished) = match by {
            By::Task => (trace.actors[place as usize].name.clone(), trace.unfinished(place)),
            By::Core => (format!("core {place}"), None),
        };
        row
    };
    rows.into_iter().map(named).collect()
}

/// Tasks, and threads that are no mere machinery for tasks.
fn shown_actors(trace: &Trace, active: &HashSet<u32>) -> HashSet<u32> {
    let of_task = |actor: u32| !trace.actors[actor as usize].is_thread();
    let ran_task: HashSet<u32> = trace
        .spans
        .iter()
        .filter(|span| span.state != State::Queued && of_task(span.actor))
        .map(|span| span.thread)
        .collect();
    let tasks = trace.actors.iter().any(|actor| !actor.is_thread());
    let mut shown: HashSet<u32> = trace.steps.iter().map(|step| step.actor).collect();
    shown.extend((0..).zip(&trace.actors).filter_map(|(place, who)| {
        let thread = who.thread;
        let worth = match Some(thread) == trace.home() {
            true => !tasks,
            false => active.contains(&thread) && !ran_task.contains(&thread),
        };
        (!who.is_thread() || worth).then_some(place)
    }));
    shown
}

/// As few rows as hold all of these without two tasks in one at a time: their number is how many are under way.
pub fn packed(rows: Vec<Row>) -> Vec<Row> {
    let mut rows: Vec<(u64, Row)> = rows.into_iter().filter_map(|row| Some((row.start()?, row))).collect();
    rows.sort_by_key(|(start, _)| *start);
    let mut full_until: Vec<u64> = Vec::new();
    let mut packed: Vec<Row> = Vec::new();
    for (start, mut row) in rows {
        row.spans.retain(|span| span.state != State::Queued);
        let end = row.end().unwrap_or(start);
        let place = full_until.iter().position(|until| *until <= start);
        let place = place.unwrap_or_else(|| {
            full_until.push(0);
            packed.push(Row::default());
            packed.len() - 1
        });
        full_until[place] = end;
        packed[place].spans.append(&mut row.spans);
        packed[place].steps.append(&mut row.steps);
    }
    packed
}
