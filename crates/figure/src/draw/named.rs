//! Names that stand left of a row.

use super::area::{Area, Drawn, at};
use super::geometry::Point;
use super::pieces::{Align, Piece};
use crate::text::TextStyle;

/// How names are set.
pub const NAME: TextStyle = TextStyle::new(12.5);

/// A name as it is drawn: never nothing at all.
pub fn named(name: &str) -> &str {
    if name.trim().is_empty() { "(no name)" } else { name }
}

/// A name around a height: smaller, or in two lines, where it does not fit.
pub fn name_beside(area: &Area<'_>, (x, middle): Point, room: f64, name: &str) -> Drawn {
    let name = named(name);
    let (style, text) = NAME.fit(name, room, 11.0);
    let whole = style.width(name) <= room;
    let lines = if whole { vec![text] } else { style.wrap(name, room, 2) };
    lines_around(area, (x, middle), &lines, style, 13.0)
}

/// Lines one under the other around a height.
pub fn lines_around(
    area: &Area<'_>,
    (x, middle): Point,
    lines: &[String],
    style: TextStyle,
    step: f64,
) -> Drawn {
    let first = middle - (lines.len() as f64 - 1.0) * step / 2.0;
    for (index, line) in lines.iter().enumerate() {
        let place = at((x, first + index as f64 * step));
        area.draw(&Piece::text(place, line, style, Align::Left).at_middle())?;
    }
    Ok(())
}
