//! Two ranks that send a message to and fro.

use std::time::{Duration, Instant};

use mpi::topology::Process;
use mpi::traits::*;

use crate::round_trips::LINE;

/// Sizes of messages, in bytes.
const SIZES: [usize; 10] = [0, 8, 64, 512, 4 << 10, 32 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20];
/// How long one batch of round trips takes, and how many of them it has at the most.
const BATCH: (Duration, u64) = (Duration::from_micros(200), 100);
/// Batches of each size. The quickest is told: whatever else runs on the cores of the two only adds to it.
const BATCHES: u64 = 25;
/// First round trips, which also make the connection.
const FIRST: u64 = 3;
/// After a round trip that takes longer, larger messages are left out.
const LONG: Duration = Duration::from_millis(250);

/// Rank 0 measures and prints; rank 1 answers. Both wait as MPI does, without sleeping.
pub(super) fn ping_pong() {
    let Some(universe) = mpi::initialize() else { return };
    let world = universe.world();
    if world.size() != 2 {
        eprintln!("round trips are between 2 ranks, and these are {}", world.size());
        return;
    }
    let other = world.process_at_rank(1 - world.rank());
    let mut buffer = vec![0_u8; SIZES[SIZES.len() - 1]];
    for size in SIZES {
        let buffer = &mut buffer[..size];
        if world.rank() > 0 {
            answer(&other, buffer, FIRST);
            let (trips, _) = other.receive::<u64>();
            if trips == 0 {
                return;
            }
            answer(&other, buffer, trips * BATCHES);
            continue;
        }
        let first = (0..FIRST).map(|_| measure(&other, buffer, 1)).min().unwrap_or_default();
        let fit = (BATCH.0.as_secs_f64() / first.as_secs_f64()) as u64;
        let trips = if first > LONG { 0 } else { fit.clamp(1, BATCH.1) };
        other.send(&trips);
        if trips == 0 {
            return;
        }
        let quickest = (0..BATCHES).map(|_| measure(&other, buffer, trips)).min().unwrap_or_default();
        println!("{LINE} {size} {:e}", quickest.as_secs_f64());
    }
}

/// Time of one of so many round trips.
fn measure(other: &Process<'_>, buffer: &mut [u8], trips: u64) -> Duration {
    let start = Instant::now();
    for _ in 0..trips {
        other.send(&*buffer);
        other.receive_into(buffer);
    }
    start.elapsed() / trips as u32
}

fn answer(other: &Process<'_>, buffer: &mut [u8], trips: u64) {
    for _ in 0..trips {
        other.receive_into(buffer);
        other.send(&*buffer);
    }
}
