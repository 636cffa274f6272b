//! What stands left of a row: marker and name; and what stands in one that has no value.

use super::area::{Area, Drawn};
use super::pieces::{Align, Piece};
use crate::backend::at;
use crate::geometry::Point;
use crate::look::Look;
use crate::text::TextStyle;
use crate::theme::ALERT;

/// How names are set.
pub const NAME: TextStyle = TextStyle::new(12.5);

/// A name as it is drawn: never nothing at all.
pub fn named(name: &str) -> &str {
    if name.trim().is_empty() { "(no name)" } else { name }
}

/// A row's marker and its name, up to `right`, around a height: smaller, or in two lines, where it does not fit.
pub fn row_name(area: &Area<'_>, middle: f64, right: f64, name: &str, look: Look) -> Drawn {
    area.draw(&Piece::marker(at((7.0, middle)), 5.0, look.marker, look.colour))?;
    let (x, room, name) = (20.0, right - 20.0, named(name));
    let (style, text) = NAME.fit(name, room, 11.0);
    let whole = style.width(name) <= room;
    let lines = if whole { vec![text] } else { style.wrap(name, room, 2) };
    lines_around(area, (x, middle), &lines, style, 13.0)
}

/// Why a row has no value, in the room right of a place.
pub fn row_failure(area: &Area<'_>, (x, middle): Point, room: f64, reason: &str) -> Drawn {
    const FAILED: TextStyle = TextStyle::new(12.0).colour(ALERT);
    let lines = FAILED.wrap(&format!("failed: {reason}"), room, 2);
    lines_around(area, (x, middle), &lines, FAILED, 14.0)
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
        area.draw(&Piece::label(place, line, style, Align::Left))?;
    }
    Ok(())
}
