//! Tasks that compute for one part of their time and wait for the rest.

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::format;
use crate::measure::compare;
use crate::model::Model;
use crate::trace;
use crate::workload::{Compute, Nature, Workload};

/// Tasks of one size, of which a share is waiting. The same work in every model, however long it takes there.
pub(super) fn mix(tasks: usize, size: Duration, wait_share: f64) -> impl Workload {
    let waiting = size.mul_f64(wait_share);
    let count = ((size - waiting).as_secs_f64() * steps_a_second()) as u64;
    let blocking = move |index| {
        let value = steps(count, index);
        trace::waiting(|| std::thread::sleep(waiting));
        value
    };
    let asynchronous = move |index| async move {
        let value = steps(count, index);
        if !waiting.is_zero() {
            tokio::time::sleep(waiting).await;
        }
        value
    };
    Compute::new(tasks, blocking).with_nature(Nature::Mixed).asynchronous(asynchronous)
}

fn steps(count: u64, seed: usize) -> u64 {
    (0..count).fold(seed as u64, |value, step| black_box(value.rotate_left(5) ^ step))
}

/// Steps this machine computes in a second, measured once.
fn steps_a_second() -> f64 {
    static SPEED: OnceLock<f64> = OnceLock::new();
    *SPEED.get_or_init(|| {
        const STEPS: u64 = 200_000;
        let once = || {
            let start = Instant::now();
            black_box(steps(STEPS, 1));
            STEPS as f64 / start.elapsed().as_secs_f64()
        };
        // The best of a few: whatever disturbs only makes it slower.
        (0..5).map(|_| once()).fold(1.0, f64::max)
    })
}

/// What a wait of 100 µs takes in a thread and in async, the middle of a few.
pub(super) fn late() -> String {
    let took = |model| {
        let waits = compare(mix(1, Duration::from_micros(100), 1.0)).models([model]).rounds(9).run();
        format::duration(waits.stats(model).map_or(f64::NAN, |stats| stats.median))
    };
    let [thread, asynchronous] = [Model::Sequential, Model::Async].map(took);
    format!(
        "Unequal on all terms: a wait of 100 µs took {thread} in a thread and {asynchronous} in async, where tokio counts \
         time in whole milliseconds."
    )
}
