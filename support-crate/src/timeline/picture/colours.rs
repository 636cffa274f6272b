//! What colours stand for.

use std::collections::{BTreeSet, HashMap};

use crate::chart::theme::{self, Colour};
use crate::trace::{Row, Span, Trace, active_threads, thread_names};

/// More colours than this cannot be told apart.
const MOST_COLOURS: usize = 8;

pub(super) enum Colours {
    /// Everything in one colour: a model's.
    One(Colour),
    /// Each row has its own, by its actor.
    Rows(HashMap<u32, usize>),
    /// Each task (or thread) has its own, whatever row it is in.
    Actors(HashMap<u32, usize>),
    /// Each thread has its own.
    Threads(HashMap<u32, usize>),
}

impl Colours {
    /// As few different ones as tell those apart that ran in these rows; `None` where that needs too many, or none.
    pub fn of_rows(trace: &Trace, rows: &[Row], one_a_row: bool) -> Option<Self> {
        // In the order in which they first did something, so that every view of a film has the same colours.
        let number = |keys: BTreeSet<u32>| -> HashMap<u32, usize> { keys.into_iter().zip(0..).collect() };
        // The thread that only waits for the others stays grey: the colours are for who works.
        let active = active_threads(trace);
        let idle =
            |span: &Span| trace.actors[span.actor as usize].is_thread() && !active.contains(&span.thread);
        let all = || rows.iter().flat_map(|row| &row.spans).filter(|span| !idle(span));
        let running = || all().filter(|span| span.on_core > 0);
        if one_a_row && rows.len() <= MOST_COLOURS {
            return Some(Self::Rows(number(all().map(|span| span.actor).collect())));
        }
        let actors = number(running().map(|span| span.actor).collect());
        if (2..=MOST_COLOURS).contains(&actors.len()) {
            return Some(Self::Actors(actors));
        }
        let threads = number(running().map(|span| span.thread).collect());
        (2..=MOST_COLOURS).contains(&threads.len()).then_some(Self::Threads(threads))
    }

    /// The colour of a stretch.
    pub fn of(&self, span: &Span) -> Colour {
        let place = match self {
            Self::One(colour) => return *colour,
            Self::Rows(places) | Self::Actors(places) => places.get(&span.actor),
            Self::Threads(places) => places.get(&span.thread),
        };
        place.map_or(theme::QUIET, |place| theme::nth_colour(*place))
    }

    /// The colour of a whole lane.
    pub fn first(&self) -> Colour {
        match self {
            Self::One(colour) => *colour,
            _ => theme::nth_colour(0),
        }
    }

    /// The colours that need a name of their own, because rows do not say it.
    pub fn key(&self, trace: &Trace) -> Vec<(String, Colour)> {
        let names: Vec<String> = match self {
            Self::One(_) | Self::Rows(_) => Vec::new(),
            Self::Actors(_) => trace.actors.iter().map(|actor| actor.name.clone()).collect(),
            Self::Threads(_) => thread_names(&trace.recording),
        };
        let (Self::Actors(places) | Self::Threads(places)) = self else { return Vec::new() };
        let mut key: Vec<(usize, u32)> = places.iter().map(|(who, place)| (*place, *who)).collect();
        key.sort_unstable();
        key.into_iter().map(|(place, who)| (names[who as usize].clone(), theme::nth_colour(place))).collect()
    }
}
