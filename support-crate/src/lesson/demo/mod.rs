//! Demonstrations that come out the same way on every run: what goes wrong, what fixes it, and what each fix costs.

pub(crate) mod beating;
mod deadlock;
pub(crate) mod heartbeat;
mod isolation;
mod race;
pub(crate) mod server;
pub(crate) mod sharing;
pub(crate) mod survivors;
mod timed;

pub use crate::lesson::lock::{Lock, Locked};
pub use deadlock::survive;
pub use heartbeat::{heartbeat, heartbeat_of};
pub use isolation::{Isolation, Sight, isolation};
pub use race::{Race, Way, race};
pub use server::server_load;
pub use sharing::sharing;
pub use survivors::survivors;
pub use timed::{Timed, timed};
