//! The unit that plotters counts in.

/// Plotters' units to a pixel.
pub const UNITS: f64 = 10.0;

/// A length in pixels as plotters takes it.
pub fn units(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}

/// A place in an area, in pixels from its upper left corner, as plotters takes it.
pub fn at((x, y): (f64, f64)) -> (i32, i32) {
    (units(x), units(y))
}
