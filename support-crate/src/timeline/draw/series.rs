//! What a timeline's picture shows, computed once: lanes of rows, what colours mean, what must be said below.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::chart::theme::{self, Colour};
use crate::format;
use crate::timeline::tell;
use crate::timeline::view::{Lane, Timeline};
use crate::trace::{By, Facts, Row, Span, State, Trace, active_threads, packed, rows};

/// With more rows than this, tasks are packed, and other rows are cut off.
const MOST_ROWS: usize = 40;
/// More colours than this cannot be told apart.
const MOST_COLOURS: usize = 8;

/// Stands for whoever has no colour of its own.
const NO_HUE: u32 = u32::MAX;

/// One recording of the picture.
pub(super) struct DrawnLane {
    pub name: String,
    /// The lane's facts in few words, for beside it.
    pub facts: String,
    pub trace: Arc<Trace>,
    pub rows: Vec<Row>,
    /// Rows hold several tasks each and have no names.
    pub packed: bool,
    /// How many rows there are, drawn or not.
    pub all_rows: usize,
    pub failed: bool,
    hues: Hues,
}

/// What colours stand for.
enum Hues {
    /// Everything in one colour: a model's.
    One(Colour),
    /// Each row has its own.
    Rows(HashMap<u32, u32>),
    /// Each task (or thread) has its own, whatever row it is in.
    Actors(HashMap<u32, u32>),
    /// Each thread has its own.
    Threads(HashMap<u32, u32>),
}

impl DrawnLane {
    /// What decides the colour of a stretch.
    pub fn hue(&self, span: &Span) -> u32 {
        match &self.hues {
            Hues::One(_) => 0,
            Hues::Rows(hues) | Hues::Actors(hues) => hues.get(&span.actor).copied().unwrap_or(NO_HUE),
            Hues::Threads(hues) => hues.get(&span.thread).copied().unwrap_or(NO_HUE),
        }
    }

    pub fn colour(&self, hue: u32) -> Colour {
        match &self.hues {
            Hues::One(colour) => *colour,
            _ if hue == NO_HUE => theme::QUIET,
            _ => theme::nth_colour(hue as usize),
        }
    }

    /// The colours that need a name of their own, because rows do not say it.
    pub fn key(&self) -> Vec<(String, Colour)> {
        let (hues, name): (_, Box<dyn Fn(u32) -> String>) = match &self.hues {
            Hues::One(_) | Hues::Rows(_) => return Vec::new(),
            Hues::Actors(hues) => (hues, Box::new(|actor| self.trace.actors[actor as usize].name.clone())),
            Hues::Threads(hues) => {
                let names = crate::trace::thread_names(&self.trace.recording);
                (hues, Box::new(move |thread| names[thread as usize].clone()))
            }
        };
        let mut key: Vec<(u32, u32)> = hues.iter().map(|(who, hue)| (*hue, *who)).collect();
        key.sort_unstable();
        key.into_iter().map(|(hue, who)| (name(who), self.colour(hue))).collect()
    }
}

/// The data of a timeline's picture.
pub(crate) struct Series {
    pub title: String,
    pub subtitle: String,
    pub by: By,
    pub lanes: Vec<DrawnLane>,
    /// What the axis covers, in nanoseconds since the recordings began.
    pub from: u64,
    /// Where it ends.
    pub to: u64,
    pub states: Vec<State>,
    /// Of some stretches only the share on a core is known.
    pub partial: bool,
    pub notes: Vec<String>,
}

impl Series {
    pub fn new(timeline: &Timeline) -> Self {
        let single = timeline.lanes.len() == 1;
        let lanes: Vec<DrawnLane> =
            timeline.lanes.iter().map(|lane| drawn(lane, timeline.by, single)).collect();
        let mut states: Vec<State> = State::ALL.into();
        let spans = || lanes.iter().flat_map(|lane| &lane.rows).flat_map(|row| &row.spans);
        let seen: HashSet<State> = spans().filter(|span| !span.is_partial()).map(|span| span.state).collect();
        let partial = spans().any(Span::is_partial);
        states.retain(|state| seen.contains(state));
        let length = timeline.lanes.iter().map(|lane| lane.trace.length()).max().unwrap_or(0);
        let (from, to) = if single { trimmed(&lanes[0].rows, length) } else { (0, length) };
        Self {
            title: title(timeline),
            subtitle: subtitle(timeline, &lanes),
            by: timeline.by,
            from,
            to: to.max(from + 1),
            states,
            partial,
            notes: notes(timeline, &lanes),
            lanes,
        }
    }

    pub fn is_film(&self) -> bool {
        self.lanes.len() == 1 && self.lanes[0].name.is_empty()
    }
}

/// What of a film there is to see: making a runtime before the first task takes longer than many a film's rest.
fn trimmed(rows: &[Row], length: u64) -> (u64, u64) {
    let first = rows.iter().filter_map(Row::first_seen).min().unwrap_or(0);
    let last = rows.iter().filter_map(Row::end).max().unwrap_or(length);
    let margin = last.saturating_sub(first) / 20;
    let (from, to) = (first.saturating_sub(margin), (last + margin).min(length));
    (if from > length / 10 { from } else { 0 }, if length - to > length / 10 { to } else { length })
}

fn drawn(lane: &Lane, by: By, single: bool) -> DrawnLane {
    let trace = lane.trace.clone();
    let mut all = rows(&trace, by);
    let all_rows = all.len();
    let tasks = trace.actors.iter().any(|actor| !actor.is_thread());
    let pack = by == By::Task && tasks && (!single || all.len() > MOST_ROWS);
    if pack {
        all = packed(all);
    }
    if !pack {
        all.truncate(MOST_ROWS);
    }
    let hues = match lane.model {
        Some(model) => Hues::One(theme::colour(model)),
        None => hues(&trace, &all, by, pack),
    };
    DrawnLane {
        name: lane.name.clone(),
        facts: beside(&lane.facts, &trace),
        rows: all,
        packed: pack,
        all_rows,
        failed: lane.failure.is_some(),
        trace,
        hues,
    }
}

fn hues(trace: &Trace, rows: &[Row], by: By, pack: bool) -> Hues {
    // In the order in which they first did something, so that every view of a film has the same colours.
    let number = |keys: BTreeSet<u32>| -> HashMap<u32, u32> { keys.into_iter().zip(0..).collect() };
    // The thread that only waits for the others stays grey: the colours are for who works.
    let active = active_threads(trace);
    let idle = |span: &Span| trace.actors[span.actor as usize].is_thread() && !active.contains(&span.thread);
    let all = || rows.iter().flat_map(|row| &row.spans).filter(|span| !idle(span));
    let running = || all().filter(|span| span.on_core > 0);
    if by == By::Task && !pack && rows.len() <= MOST_COLOURS {
        return Hues::Rows(number(all().map(|span| span.actor).collect()));
    }
    let actors = number(running().map(|span| span.actor).collect());
    if (2..=MOST_COLOURS).contains(&actors.len()) {
        return Hues::Actors(actors);
    }
    let threads = number(running().map(|span| span.thread).collect());
    match threads.len() {
        2..=MOST_COLOURS => Hues::Threads(threads),
        _ => Hues::One(theme::nth_colour(0)),
    }
}

fn title(timeline: &Timeline) -> String {
    if let Some(title) = &timeline.title {
        return title.clone();
    }
    match timeline.lanes.as_slice() {
        [lane] => format::sentence(&tell::sentence(&lane.facts)),
        lanes => format!("One round of {}", format::plural(lanes.len() as u64, "model")),
    }
}

fn subtitle(timeline: &Timeline, lanes: &[DrawnLane]) -> String {
    let machine = &timeline.machine;
    let mut parts = Vec::new();
    if let [lane] = timeline.lanes.as_slice() {
        let name = if lane.name.is_empty() { "film" } else { &lane.name };
        parts.push(format!("{name} of {}", tell::time(lane.trace.length())));
    }
    let packed = lanes.iter().any(|lane| lane.packed);
    parts.push(match packed {
        true => "as many rows as tasks were under way at once".to_owned(),
        false => format!("one row a {}", timeline.by.name()),
    });
    if !machine.cpu.is_empty() {
        parts.push(machine.cpu.clone());
    }
    if machine.cores.allowed > 0 {
        parts.push(format::plural(machine.cores.allowed as u64, "core"));
    }
    parts.join(" · ")
}

/// Beside a lane: how long, and how many at once.
fn beside(facts: &Facts, trace: &Trace) -> String {
    if trace.recording.events.is_empty() {
        return "failed".to_owned();
    }
    let workers = match facts.pids.len() {
        0 | 1 => format::plural(facts.threads as u64, "thread"),
        processes => format::plural(processes as u64, "process"),
    };
    format!("{} · {workers}", tell::time(trace.length()))
}

fn notes(timeline: &Timeline, lanes: &[DrawnLane]) -> Vec<String> {
    let mut notes = Vec::new();
    for (lane, drawn) in timeline.lanes.iter().zip(lanes) {
        let of = if lane.name.is_empty() { String::new() } else { format!("{}: ", lane.name) };
        if let Some(failure) = &lane.failure {
            notes.push(format!("{of}{failure}"));
        }
        let open: Vec<String> = rows(&lane.trace, By::Task)
            .iter()
            .filter_map(|row| Some(format!("{} ({})", row.name, row.unfinished?)))
            .collect();
        if !open.is_empty() {
            let more = open.len().saturating_sub(5);
            let named = format::list(&open[..open.len() - more]);
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            notes.push(format!("{of}not finished: {named}{more}"));
        }
        if !drawn.packed && drawn.all_rows > drawn.rows.len() {
            notes.push(format!(
                "{of}the first {} of {} are drawn; the table and the saved data have all",
                drawn.rows.len(),
                format::plural(drawn.all_rows as u64, timeline.by.name())
            ));
        }
        if let (By::Core, Some(time)) = (timeline.by, on_no_core(lane)) {
            notes.push(format!(
                "{of}{} of running is in no row, since its core was not read",
                tell::time(time)
            ));
        }
        let recording = &lane.trace.recording;
        if recording.lost > 0 {
            notes.push(format!(
                "{of}{} did not fit into the recorder's {} and are missing",
                format::plural(recording.lost, "event"),
                format::count(crate::trace::CAPACITY as u64)
            ));
        }
        if recording.damaged > 0 {
            let reports = format::plural(recording.damaged, "report");
            notes.push(format!("{of}{reports} of child processes could not be read and are missing"));
        }
    }
    notes.extend(cost(timeline));
    notes
}

/// How long threads ran of which the core is not known, if that is more than a hundredth of what they ran.
fn on_no_core(lane: &Lane) -> Option<u64> {
    let active = active_threads(&lane.trace);
    let ran = |span: &&Span| span.on_core > 0 && active.contains(&span.thread);
    let running = || lane.trace.spans.iter().filter(ran);
    let missing = running().filter(|span| span.core.is_none()).map(|span| span.on_core).sum::<u64>();
    (100 * missing > running().map(|span| span.on_core).sum()).then_some(missing)
}

/// What watching cost: "42 events, 45 ns each to record".
fn cost(timeline: &Timeline) -> Option<String> {
    let cost = timeline.lanes.first()?.trace.recording.cost;
    let steps: usize = timeline.lanes.iter().map(|lane| lane.trace.steps.len()).sum();
    let events: usize = timeline.lanes.iter().map(|lane| lane.trace.recording.events.len()).sum();
    if cost.event <= 0.0 {
        return None;
    }
    let step = match steps {
        0 => String::new(),
        _ => format!(", a step {} besides printing its line", format::duration(cost.step * 1e-9)),
    };
    Some(format!(
        "{} recorded; measured here, recording one costs {}{step}",
        format::plural(events as u64, "event"),
        format::duration(cost.event * 1e-9),
    ))
}
