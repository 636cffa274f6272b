//! Where the entries of a legend stand.

use crate::geometry::Point;

/// The left end and the middle height of entries so wide, side by side with a gap between them, in lines so high.
pub fn flow(widths: impl IntoIterator<Item = f64>, gap: f64, room: f64, line: f64) -> Vec<Point> {
    let (mut x, mut y) = (0.0, line / 2.0);
    let place = |wide: f64| {
        if x > 0.0 && x + wide > room {
            (x, y) = (0.0, y + line);
        }
        let place = (x, y);
        x += wide + gap;
        place
    };
    widths.into_iter().map(place).collect()
}
