//! What colours stand for.

use std::collections::{BTreeSet, HashMap};

use crate::chart::theme::{self, Colour};
use crate::trace::{Row, Span, Trace, active_threads, thread_names};

/// More colours than this cannot be told apart.
const MOST_COLOURS: usize = 8;

/// The colours of a lane's stretches.
pub(super) struct Colours {
    /// Whose colour a stretch has: its task's, or its thread's.
    who: fn(&Span) -> u32,
    places: HashMap<u32, usize>,
    /// The colour of all who have none of their own.
    rest: Colour,
    /// The colours that need a name of their own, because rows do not say it.
    pub key: Vec<(String, Colour)>,
}

impl Colours {
    /// Everything in one colour: a model's.
    pub fn one(colour: Colour) -> Self {
        Self { who: |span| span.actor, places: HashMap::new(), rest: colour, key: Vec::new() }
    }

    /// As few different ones as tell those apart that ran in these rows; one where that needs too many, or none.
    pub fn of_rows(trace: &Trace, rows: &[Row], one_a_row: bool) -> Self {
        // The thread that only waits for the others stays grey: the colours are for who works.
        let active = active_threads(trace);
        let idle =
            |span: &Span| trace.actors[span.actor as usize].is_thread() && !active.contains(&span.thread);
        let spans = || rows.iter().flat_map(|row| &row.spans).filter(|span| !idle(span));
        let distinct = |running: bool, who: fn(&Span) -> u32| -> BTreeSet<u32> {
            spans().filter(|span| !running || span.on_core > 0).map(who).collect()
        };
        // In the order in which they first did something, so that every view of a film has the same colours.
        let of = |who: fn(&Span) -> u32, numbers: BTreeSet<u32>, names: &[String]| {
            let named = numbers.iter().filter_map(|who| names.get(*who as usize)).cloned();
            let key = named.zip((0..).map(theme::nth_colour)).collect();
            Self { who, places: numbers.into_iter().zip(0..).collect(), rest: theme::QUIET, key }
        };
        let several = |numbers: &BTreeSet<u32>| (2..=MOST_COLOURS).contains(&numbers.len());
        if one_a_row && rows.len() <= MOST_COLOURS {
            return of(|span| span.actor, distinct(false, |span| span.actor), &[]);
        }
        let actors = distinct(true, |span| span.actor);
        if several(&actors) {
            let names: Vec<String> = trace.actors.iter().map(|actor| actor.name.clone()).collect();
            return of(|span| span.actor, actors, &names);
        }
        let threads = distinct(true, |span| span.thread);
        match several(&threads) {
            true => of(|span| span.thread, threads, &thread_names(&trace.recording)),
            false => Self::one(theme::nth_colour(0)),
        }
    }

    /// The colour of a stretch.
    pub fn of(&self, span: &Span) -> Colour {
        self.places.get(&(self.who)(span)).map_or(self.rest, |place| theme::nth_colour(*place))
    }
}
