//! The data that is drawn: ordinary, and hard.

mod claims;
mod common;
mod comparison;
mod growth;
mod heartbeat;
mod image;
mod map;
mod memory;
mod model;
mod scaling;

use figure::Figure;

/// Every figure by name; their data does not change from run to run.
pub fn all() -> Vec<(String, Figure)> {
    [
        claims::all(),
        comparison::all(),
        scaling::all(),
        growth::all(),
        memory::all(),
        heartbeat::all(),
        map::all(),
        image::all(),
    ]
    .concat()
}
