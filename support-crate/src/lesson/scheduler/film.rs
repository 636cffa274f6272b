//! `replay`: one schedule, run again and drawn as a film whose axis is steps.

use std::collections::BTreeSet;

use schedule::{Decisive, Place, Program, Step, Trace, Wait};

use super::apart::apart;
use super::words;
use crate::chart::theme::nth_colour;
use crate::chart::{Caption, Figure, Key, Lane, LaneGroup, LanesSeries, Quantity, Segment, Stretch, Table};
use crate::format;

/// One schedule that was run again; see [`replay`].
#[derive(Clone, Debug)]
pub struct Replayed {
    pub(crate) run: Result<Drawn, String>,
}

/// A schedule with its places in the reader's words, which only the cell that ran it knows.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    program: String,
    pub trace: Trace,
    lines: Vec<String>,
    waits: Vec<(usize, String)>,
}

/// Runs exactly the schedule that a word stands for, and draws it.
///
/// ```
/// use concurrency_lab::prelude::*;
/// #[replayed]
/// mod alone {
///     use std::sync::Mutex;
///     fn main() -> u8 {
///         *Mutex::new(7).lock().unwrap()
///     }
/// }
/// let word = explore(alone).run().token();
/// assert_eq!(replay(alone, &word).steps(), ["main locks", "main unlocks"]);
/// ```
pub fn replay(program: Program, word: &str) -> Replayed {
    let run = apart(|| schedule::replay(program, word));
    Replayed { run: run.map(|trace| Drawn::new(program, trace)) }
}

impl Replayed {
    /// The steps in their order.
    pub fn steps(&self) -> Vec<String> {
        let Ok(drawn) = &self.run else { return Vec::new() };
        drawn.trace.steps.iter().map(|step| format!("{} {}", words::thread(step.thread), step.what)).collect()
    }

    /// Its film, or why there is none.
    pub fn figure(&self) -> Figure {
        self.run.as_ref().map_or_else(Figure::problem, Drawn::figure)
    }
}

impl Drawn {
    pub fn new(program: Program, trace: Trace) -> Self {
        let lines = trace.steps.iter().map(|step: &Step| words::place(&step.place)).collect();
        let waits = trace.waits.iter().map(|wait| (wait.thread, waiting(wait))).collect();
        Self { program: program.name().to_owned(), trace, lines, waits }
    }

    /// The film.
    pub fn figure(&self) -> Figure {
        Figure::new(self.series())
    }

    fn title(&self) -> String {
        match self.trace.asks.is_some() {
            true => {
                format!("{}, {} so far", self.program, format::plural(self.trace.steps.len() as u64, "step"))
            }
            false => format!("{} in this order: {}", self.program, self.trace.outcome),
        }
    }

    fn series(&self) -> LanesSeries {
        let steps = &self.trace.steps;
        let threads = steps.iter().map(|step| step.thread).chain(self.waits.iter().map(|wait| wait.0));
        let instead = self.trace.decisive.as_ref().map(|switch| switch.instead);
        let rows: BTreeSet<usize> = threads.chain(self.standing()).chain(instead).collect();
        let end = steps.len() as f64 + if self.waits.is_empty() { 0.0 } else { 1.0 };
        let mut legend = vec![
            (Key::Stretch(Stretch::Solid), "has its turn".to_owned()),
            (Key::Stretch(Stretch::Low), "waits for its turn".to_owned()),
        ];
        if !self.waits.is_empty() {
            legend.push((Key::Stretch(Stretch::Hatched), "waits for ever".to_owned()));
        }
        let title = self.title();
        LanesSeries {
            quantity: Quantity::Number,
            range: (0.0, end.max(1.0)),
            axis: "steps done, one after the other: no time is measured".to_owned(),
            legend,
            groups: vec![LaneGroup {
                end: self.trace.decisive.as_ref().map(|switch| switch.after as f64),
                failed: self.trace.decisive.is_some(),
                lanes: rows.into_iter().map(|thread| self.lane(thread, end)).collect(),
                ..LaneGroup::default()
            }],
            all_labels: "`.steps()` lists all of them".to_owned(),
            alt: format!("{title}. {}", self.told().join(". ")),
            table: self.table(),
            caption: Caption {
                title,
                subtitle: "one row a thread · logical steps instead of time, all threads on one core"
                    .to_owned(),
                notes: self.told(),
            },
        }
    }

    /// Who has not ended where the film breaks off.
    fn standing(&self) -> impl Iterator<Item = usize> {
        self.trace.stands.iter().filter(|_| self.trace.asks.is_some()).map(|(thread, ..)| *thread)
    }

    /// What is said below the film.
    fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        if let Some(Decisive { after, instead, outcome }) = &self.trace.decisive {
            let instead = words::thread(*instead);
            told.push(format!(
                "the switch at the upright line, after step {after}, makes the difference: where {instead} goes on instead, it {outcome}"
            ));
        }
        let circle = schedule::circle(&self.trace.waits);
        if let Some(first) = circle.first() {
            let names = circle.iter().chain([first]).map(|thread| words::thread(*thread));
            told.push(format!("a circle of waits: {}", names.collect::<Vec<_>>().join(" → ")));
        }
        told.extend(self.waits.iter().map(|(thread, wait)| format!("{} {wait}", words::thread(*thread))));
        told
    }

    fn lane(&self, thread: usize, end: f64) -> Lane {
        let colour = nth_colour(thread);
        let segment = |from: f64, to: f64, look| {
            let share = if look == Stretch::Solid { 1.0 } else { 0.0 };
            Segment { from, to, look, share, colour }
        };
        let own = || (0..).zip(&self.trace.steps).filter(|(_, step)| step.thread == thread);
        let last = own().map(|(place, _)| f64::from(place + 1)).fold(0.0, f64::max);
        let waits = self.trace.waits.iter().find(|wait| wait.thread == thread);
        // Until another thread took what it needs, it could have gone on.
        let standing = if self.standing().any(|standing| standing == thread) { end } else { last };
        let stuck = waits.map_or(standing, |wait| last.max(self.taken(wait)));
        let mut segments = vec![segment(0.0, stuck, Stretch::Low)];
        segments
            .extend(own().map(|(place, _)| segment(f64::from(place), f64::from(place + 1), Stretch::Solid)));
        if waits.is_some() {
            segments.push(segment(stuck, end, Stretch::Hatched));
        }
        Lane {
            name: words::thread(thread),
            alert: waits.is_some(),
            segments,
            borders: own().map(|(place, _)| f64::from(place)).collect(),
            marks: own().map(|(place, step)| (f64::from(place), step.what.clone())).collect(),
            note: String::new(),
        }
    }

    /// After how many steps what a thread waits for was taken from it.
    fn taken(&self, wait: &Wait) -> f64 {
        let takes = |step: &Step| Some(step.thread) == wait.on && Some(&step.place) == wait.taken.as_ref();
        self.trace.steps.iter().rposition(takes).map_or(0.0, |place| (place + 1) as f64)
    }

    fn table(&self) -> Table {
        let table = Table::default().numbers(["step"]).words(["thread", "what", "line"]);
        table.rows((1..).zip(self.trace.steps.iter().zip(&self.lines)).map(|(number, (step, line))| {
            [number.to_string(), words::thread(step.thread), step.what.clone(), line.clone()]
        }))
    }
}

/// "locks, at “…”, what thread 2 took at “…”".
fn waiting(wait: &Wait) -> String {
    let at = |place: &Place| words::place(place);
    let own = format!("waits at {} ({})", at(&wait.place), wait.what);
    match (&wait.on, &wait.taken) {
        (Some(on), Some(taken)) => {
            format!("{own} for {}, which took it at {}", words::thread(*on), at(taken))
        }
        (Some(on), None) => format!("{own} for {}", words::thread(*on)),
        (None, _) => format!("{own} for what nobody will do"),
    }
}
