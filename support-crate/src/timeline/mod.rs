//! The measured timeline: what ran when, on which core, thread and process.

mod actor;
mod claims;
mod facts;
mod on_core;
mod rows;
mod scene;

pub use actor::{Actor, Ending, thread_names};
pub use facts::Facts;
pub use rows::{By, Row, packed, rows};
pub use scene::{Scene, Span, State, Step};
