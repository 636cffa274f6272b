//! Demonstrations that come out the same way on every run: what goes wrong, what mends it, and what each mend costs.

mod beating;
mod deadlock;
mod heartbeat;
mod isolation;
mod race;
mod server;
mod sharing;
mod survivors;
mod turns;

pub(crate) use beating::pulse;
pub use deadlock::{Lock, Locked, Survived, Waiter, survive};
pub(crate) use heartbeat::RATE;
pub use heartbeat::{Beat, Heartbeat, Place, Pulse, heartbeat, heartbeat_of};
pub use isolation::{Isolation, Sight, isolation};
pub use race::{Race, Way, race};
pub use server::{Load, Server, ServerLoad, server_load};
pub use sharing::{CacheUse, Sharing, sharing};
pub use survivors::{Survivors, survivors};
pub use turns::{Turns, turns};

use std::ops::RangeInclusive;

use crate::error::Error;
use crate::format;

/// Finds a parameter outside what is allowed, before any work starts.
fn within(name: &str, given: usize, allowed: RangeInclusive<usize>) -> Result<(), Error> {
    if allowed.contains(&given) {
        return Ok(());
    }
    let (low, high) = (format::count(*allowed.start() as u64), format::count(*allowed.end() as u64));
    Err(Error::bad_input(format!(
        "{} {name}: allowed are {low} to {high}; change `{name}`",
        format::count(given as u64)
    )))
}
