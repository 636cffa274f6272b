//! The measured timeline: what ran when, on which core, thread and process.
//!
//! [`film`] records a reader's code; a [`Trace`](crate::trace::Trace) reads the recording, and a [`Timeline`] shows it.

mod film;
mod lane;
mod orders;
mod picture;
mod replay;
mod slices;
mod tell;
#[cfg(test)]
mod tests;
mod view;

pub use film::{Film, film};
pub use lane::Lane;
pub use orders::{Orders, orders};
pub use slices::{Slice, SliceTrack, Slices, slices, task_slices};
pub use tell::sentence;
pub use view::Timeline;
