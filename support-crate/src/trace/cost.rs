//! What watching costs, measured here and now.

use std::sync::OnceLock;

use super::event::{Event, Kind, Who};
use super::{buffer::CHUNK, clock, recorder};

/// What one event costs on this machine, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Cost {
    /// An event without more: the median over batches.
    pub event: f64,
    /// A labelled step, which also reads the thread's processor time; its printing is not counted.
    pub step: f64,
}

/// Measures once in the life of the process; a millisecond or two.
pub(super) fn measure(id: u64) -> Cost {
    static COST: OnceLock<Cost> = OnceLock::new();
    *COST.get_or_init(|| {
        recorder::switch(&mut recorder::registry(), id, super::CAPACITY);
        let cost = Cost {
            event: median(|| recorder::record(Who::THREAD, Kind::Stamp, Event::NO_LABEL, false)),
            step: median(|| super::mark("a step of usual length")),
        };
        recorder::switch(&mut recorder::registry(), 0, 0);
        cost
    })
}

fn median(mut record: impl FnMut()) -> f64 {
    const BATCHES: usize = 63;
    let mut batches: Vec<u64> = (0..BATCHES)
        .map(|_| {
            let start = clock::now();
            for _ in 0..CHUNK {
                record();
            }
            clock::now() - start
        })
        .collect();
    batches.sort_unstable();
    batches[BATCHES / 2] as f64 / CHUNK as f64
}
