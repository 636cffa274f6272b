//! The measured timeline: what ran when, on which core, thread and process.
//!
//! [`film`] records a reader's code; a [`Scene`] reads the recording, [`Facts`] and [`rows`] are computed from it,
//! and a [`Timeline`] shows them.

mod actor;
mod canvas;
mod claims;
mod draw;
mod export;
mod facts;
mod film;
mod on_core;
mod one_core;
mod orders;
mod replay;
mod rows;
mod scene;
mod slices;
mod tell;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod view;

pub use actor::{Actor, Ending, thread_names};
pub use facts::Facts;
pub use film::{Film, film};
pub use orders::{Orders, orders};
pub use rows::{By, Row, packed, rows};
pub use scene::{Scene, Span, State, Step};
pub use slices::{Slice, SliceTrack, Slices, Switched, slices, task_slices};
pub use tell::sentence;
pub use view::{Lane, Timeline};
