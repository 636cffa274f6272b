//! The unit that plotters counts in.

/// Plotters' units to a pixel.
pub const UNITS: f64 = 10.0;
