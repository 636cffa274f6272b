//! What a chart measures, and how its values are written.

use crate::format;

/// A value with its 95% interval, if there is one.
pub type Estimate = (f64, Option<(f64, f64)>);

/// What an axis or a bar measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quantity {
    /// A span of time, in seconds.
    #[default]
    Seconds,
    /// An amount of memory, in bytes.
    Bytes,
    /// How many times as fast or as large.
    Times,
    /// A number of things.
    Number,
}

impl Quantity {
    /// A single value with its unit.
    pub fn show(&self, value: f64) -> String {
        match self {
            Self::Seconds => format::duration(value),
            Self::Bytes => format::measured_bytes(value),
            Self::Times => format::times(value),
            Self::Number if value.fract() == 0.0 && value.abs() < 1e15 => format::fixed(value, 0),
            Self::Number => format::significant(value, 3),
        }
    }
}
