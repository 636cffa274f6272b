//! Clock, meters and the reader's screen behind one trait, so that rounds are tested without real time.

use std::time::Instant;

use super::status::Status;
use crate::machine::{Meter, Pressure};
use crate::stop::stop_asked;

/// What rounds need from the outside.
pub(crate) trait World {
    /// Seconds since some fixed moment, by a clock that never goes back.
    fn now(&mut self) -> f64;
    /// Work of others and throttling since the last reading.
    fn pressure(&mut self) -> Pressure;
    /// Whether the reader wants the cell to end.
    fn stopped(&mut self) -> bool;
    /// How far things are, should the reader wait long enough to be told.
    fn at(&mut self, line: String);
}

/// The machine itself.
pub(crate) struct Here {
    start: Instant,
    meter: Meter,
    status: Status,
}

impl Here {
    /// A run of `title` begins.
    pub(crate) fn new(title: &str) -> Self {
        Self { start: Instant::now(), meter: Meter::start(), status: Status::start(title.to_owned()) }
    }
}

impl World for Here {
    fn now(&mut self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn pressure(&mut self) -> Pressure {
        self.meter.read()
    }

    fn stopped(&mut self) -> bool {
        stop_asked()
    }

    fn at(&mut self, line: String) {
        self.status.set(line);
    }
}
