//! Reading a recording: who was in which state when, as data.

mod active;
mod actor;
mod attribute;
mod facts;
mod intervals;
mod reader;
mod rows;
mod samples;
mod span;
#[cfg(test)]
mod tests;
mod together;
mod trace;

pub use active::active_threads;
pub use actor::{Actor, Ending, thread_names};
pub use facts::Facts;
pub use rows::{By, Row, packed, rows};
pub use span::{Span, State, Step};
pub use trace::Trace;
