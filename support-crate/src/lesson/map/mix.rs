//! Tasks that compute for one part of their time and wait for the rest.

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::format;
use crate::trace;
use crate::workload::{Nature, Workload};

/// Tasks of one size, of which a share is waiting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mix {
    pub(super) tasks: usize,
    /// Steps of computing in a task: the same work in every model, however long it takes there.
    steps: u64,
    computing: Duration,
    waiting: Duration,
}

impl Mix {
    pub(super) fn new(tasks: usize, size: Duration, wait_share: f64) -> Self {
        let waiting = size.mul_f64(wait_share);
        let computing = size - waiting;
        Self { tasks, steps: (computing.as_secs_f64() * steps_a_second()) as u64, computing, waiting }
    }

    fn compute(&self, index: usize) -> u64 {
        steps(self.steps, index as u64)
    }
}

fn steps(count: u64, seed: u64) -> u64 {
    (0..count).fold(seed, |value, step| black_box(value.rotate_left(5) ^ step))
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

impl crate::workload::sealed::Sealed for Mix {}

impl Workload for Mix {
    type Output = u64;

    fn title(&self) -> String {
        let (computing, waiting) = (self.computing.as_secs_f64(), self.waiting.as_secs_f64());
        format!(
            "{} tasks, {} computing and {} waiting",
            self.tasks,
            format::duration(computing),
            format::duration(waiting)
        )
    }

    fn tasks(&self) -> usize {
        self.tasks
    }

    fn nature(&self) -> Nature {
        Nature::Mixed
    }

    fn parameters(&self) -> Vec<(String, String)> {
        vec![
            ("computing".into(), format::duration(self.computing.as_secs_f64())),
            ("waiting".into(), format::duration(self.waiting.as_secs_f64())),
        ]
    }

    fn validate(&self) -> Result<(), Error> {
        Ok(())
    }

    fn task(&self, index: usize) -> Result<u64, Error> {
        let value = self.compute(index);
        if !self.waiting.is_zero() {
            trace::waiting(|| std::thread::sleep(self.waiting));
        }
        Ok(value)
    }

    async fn task_async(&self, index: usize) -> Result<u64, Error> {
        let value = self.compute(index);
        if !self.waiting.is_zero() {
            tokio::time::sleep(self.waiting).await;
        }
        Ok(value)
    }

    fn has_async_form(&self) -> bool {
        true
    }

    // Forked workers inherit it; the map does not use spawned ones.
    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        Err(Error::bad_input("this work goes to forked processes only"))
    }

    fn from_bytes(_: &[u8]) -> Result<Self, Error> {
        Err(Error::bad_input("this work goes to forked processes only"))
    }
}
