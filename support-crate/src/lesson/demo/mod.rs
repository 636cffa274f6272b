//! Demonstrations that come out the same way on every run: what goes wrong, what fixes it, and what each fix costs.

mod beating;
mod deadlock;
mod heartbeat;
mod isolation;
mod pulse;
mod race;
mod server;
mod sharing;
mod survivors;
mod timed;
mod turns;

pub use crate::lesson::lock::{Lock, Locked, Waiter};
pub use deadlock::{Survived, survive};
pub use heartbeat::{Heartbeat, heartbeat, heartbeat_of};
pub use isolation::{Isolation, Sight, isolation};
pub(crate) use pulse::RATE;
pub use pulse::{Place, Pulse};
pub use race::{Race, Way, race};
pub use server::{Load, Server, ServerLoad, server_load};
pub use sharing::{CacheUse, Sharing, sharing};
pub use survivors::{Survivors, survivors};
pub use timed::{Timed, Timing, Timings, timed};
pub use turns::{Turns, turns};
