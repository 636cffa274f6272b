//! What watching costs, measured here and now.

use std::sync::OnceLock;

use super::block::BLOCK;
use super::{clock, recorder, tasks};
use crate::event::{EventKind, Who};
use crate::recording::{CAPACITY, Cost};

/// Measures once in the life of the process; a millisecond or two.
pub(super) fn measure(id: u64) -> Cost {
    static COST: OnceLock<Cost> = OnceLock::new();
    *COST.get_or_init(|| {
        recorder::switch(&mut recorder::registry(), id, CAPACITY);
        let cost = Cost {
            event: median(|| recorder::record(Who::Thread, EventKind::Stamp)),
            step: median(|| tasks::mark("a step of usual length")),
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
            for _ in 0..BLOCK {
                record();
            }
            clock::now() - start
        })
        .collect();
    batches.sort_unstable();
    batches[BATCHES / 2] as f64 / BLOCK as f64
}
