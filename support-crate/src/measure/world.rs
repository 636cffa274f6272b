//! Clock, meters and the reader's screen behind one trait, so that rounds are tested without real time.

use std::time::Instant;

use crate::machine::{Meter, Pressure, memory_in_use};
use crate::stop::stop_asked;

/// What rounds need from the outside.
pub(crate) trait World {
    /// Seconds since some fixed moment, by a clock that never goes back.
    fn now(&mut self) -> f64;
    /// Work of others and throttling since the last reading.
    fn pressure(&mut self) -> Pressure;
    /// Bytes that this process and the workers take.
    fn memory(&mut self, workers: &[u32]) -> Option<u64>;
    /// Whether the reader wants the cell to end.
    fn stopped(&mut self) -> bool;
    /// Tells the reader how far things are, in one line.
    fn say(&mut self, line: &str);
}

/// The machine itself.
pub(crate) struct Here {
    start: Instant,
    meter: Meter,
}

impl Here {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), meter: Meter::start() }
    }
}

impl World for Here {
    fn now(&mut self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn pressure(&mut self) -> Pressure {
        self.meter.read()
    }

    fn memory(&mut self, workers: &[u32]) -> Option<u64> {
        memory_in_use(workers)
    }

    fn stopped(&mut self) -> bool {
        stop_asked()
    }

    fn say(&mut self, line: &str) {
        println!("{line}");
    }
}
