//! From what was measured to the figures of it: series are computed here and drawn by the crate `figure`.

mod comparison;
mod costs;
mod growth;
mod machines;
mod message_costs;
mod picture;
mod reach;
mod scaling;

use figure::{Chart, Figure};
pub use machines::compare_machines;

/// The figure of what was measured, or the one sentence why nothing was.
pub(crate) fn figure<C: Chart + 'static>(problem: &Option<String>, chart: impl FnOnce() -> C) -> Figure {
    problem.as_ref().map_or_else(|| Figure::new(chart()), Figure::problem)
}
