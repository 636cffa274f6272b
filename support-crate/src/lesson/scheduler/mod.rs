//! Be the scheduler: every order of a program, found, run again and drawn.

mod apart;
mod explored;
mod film;
mod native;
mod steered;
#[cfg(test)]
pub(crate) mod tests;
mod words;

pub(crate) use apart::apart;
pub use explored::{Explore, Explored, explore};
pub use film::{Replayed, replay};
pub use native::on_real_cores;
pub use steered::{Steered, be_the_scheduler};
