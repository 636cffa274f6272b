//! What colours stand for.

use std::collections::{BTreeSet, HashMap};

use crate::chart::theme::{self, Colour};
use crate::trace::{Row, Span, Trace, active_threads, thread_names};

/// More colours than this cannot be told apart.
const MOST_COLOURS: usize = 8;

/// The colours of a lane's stretches.
pub(super) enum Colours {
    /// Everything in one colour: a model's.
    One(Colour),
    /// Each task (or thread) has its own; rows say which, or the key does.
    Actors { places: HashMap<u32, usize>, key: bool },
    /// Each thread has its own.
    Threads(HashMap<u32, usize>),
}

impl Colours {
    /// As few different ones as tell those apart that ran in these rows; one where that needs too many, or none.
    pub fn of_rows(trace: &Trace, rows: &[Row], one_a_row: bool) -> Self {
        // In the order in which they first did something, so that every view of a film has the same colours.
        let number = |keys: BTreeSet<u32>| -> HashMap<u32, usize> { keys.into_iter().zip(0..).collect() };
        // The thread that only waits for the others stays grey: the colours are for who works.
        let active = active_threads(trace);
        let idle =
            |span: &Span| trace.actors[span.actor as usize].is_thread() && !active.contains(&span.thread);
        let all = || rows.iter().flat_map(|row| &row.spans).filter(|span| !idle(span));
        let running = || all().filter(|span| span.on_core > 0);
        if one_a_row && rows.len() <= MOST_COLOURS {
            return Self::Actors { places: number(all().map(|span| span.actor).collect()), key: false };
        }
        let actors = number(running().map(|span| span.actor).collect());
        if (2..=MOST_COLOURS).contains(&actors.len()) {
            return Self::Actors { places: actors, key: true };
        }
        let threads = number(running().map(|span| span.thread).collect());
        match threads.len() {
            2..=MOST_COLOURS => Self::Threads(threads),
            _ => Self::One(theme::nth_colour(0)),
        }
    }

    /// The colour of a stretch.
    pub fn of(&self, span: &Span) -> Colour {
        let place = match self {
            Self::One(colour) => return *colour,
            Self::Actors { places, .. } => places.get(&span.actor),
            Self::Threads(places) => places.get(&span.thread),
        };
        place.map_or(theme::QUIET, |place| theme::nth_colour(*place))
    }

    /// The colours that need a name of their own, because rows do not say it.
    pub fn key(&self, trace: &Trace) -> Vec<(String, Colour)> {
        let (places, names) = match self {
            Self::Actors { places, key: true } => {
                (places, trace.actors.iter().map(|actor| actor.name.clone()).collect())
            }
            Self::Threads(places) => (places, thread_names(&trace.recording)),
            _ => return Vec::new(),
        };
        let mut key: Vec<(usize, u32)> = places.iter().map(|(who, place)| (*place, *who)).collect();
        key.sort_unstable();
        key.into_iter().map(|(place, who)| (names[who as usize].clone(), theme::nth_colour(place))).collect()
    }
}
