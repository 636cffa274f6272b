//! Clock, meters and the reader's screen behind one trait, so that rounds are tested without real time.

use std::time::Instant;

use crate::machine::{Footprint, Meter, Pressure, footprint, footprint_of, load_average};

/// What rounds need from the outside.
pub(crate) trait World {
    /// Seconds since some fixed moment, by a clock that never goes back.
    fn now(&mut self) -> f64;
    /// Work of others and throttling since the last reading.
    fn pressure(&mut self) -> Pressure;
    /// Memory of this process, and of the workers among it.
    fn memory(&mut self, workers: &[u32]) -> Option<(Footprint, u64)>;
    /// Runnable processes, averaged over a minute.
    fn load(&mut self) -> Option<f64>;
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

    fn memory(&mut self, workers: &[u32]) -> Option<(Footprint, u64)> {
        let mut total = footprint()?;
        let mut outside = 0;
        for &pid in workers {
            let worker = footprint_of(pid)?;
            total.proportional &= worker.proportional;
            outside += worker.bytes;
        }
        total.bytes += outside;
        Some((total, outside))
    }

    fn load(&mut self) -> Option<f64> {
        load_average()
    }

    fn say(&mut self, line: &str) {
        println!("{line}");
    }
}
