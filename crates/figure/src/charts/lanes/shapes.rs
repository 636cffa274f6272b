//! What lanes are made of: bars, patterns and ticks, in any coordinates.

use super::columns::PARTS;
use super::series::Stretch;
use crate::draw::{Piece, at};
use crate::theme::{CARD, Colour, INK};

/// A mark on a bar, its edge light so that it is seen on dark bars.
pub(super) fn tick(x: f64, y: f64, bar: f64) -> Vec<Piece<(i32, i32)>> {
    let out = if bar >= 8.0 { 3.0 } else { 0.0 };
    let mut pieces = vec![
        Piece::line(at((x, y)), at((x, y + bar)), CARD, 3.0),
        Piece::line(at((x, y - out)), at((x, y + bar + out)), INK, 1.4),
    ];
    pieces.extend((out > 0.0).then(|| Piece::dot(at((x, y - out)), 2.0, INK)));
    pieces
}

/// A share of the height for each colour, the first one at the bottom; what is not filled is seen as light. `place` gives the
/// coordinates of pixels of the row.
pub(super) fn shares<C>(
    (from, to): (f64, f64),
    (y, bar): (f64, f64),
    shares: &[(Colour, u8)],
    place: impl Fn(f64, f64) -> C,
) -> Vec<Piece<C>> {
    let filled: u8 = shares.iter().map(|(_, share)| share).sum();
    let light = shares.first().filter(|_| filled < PARTS);
    let light = light.map(|(colour, _)| Piece::fill(place(from, y), place(to, y + bar), colour.tint(0.16)));
    let mut below = y + bar;
    let solid = shares.iter().map(|(colour, share)| {
        let above = below - bar * f64::from(*share) / f64::from(PARTS);
        let piece = Piece::fill(place(from, above), place(to, below), *colour);
        below = above;
        piece
    });
    light.into_iter().chain(solid).collect()
}

/// A stretch in its look.
pub(super) fn stretch<C>(
    look: Stretch,
    (start, end): (f64, f64),
    (y, bar): (f64, f64),
    colour: Colour,
    place: impl Fn(f64, f64) -> C,
) -> Vec<Piece<C>> {
    let middle = y + bar / 2.0;
    let (top, bottom) = (middle - bar * 0.2, middle + bar * 0.2);
    let low = |tint| Piece::fill(place(start, top), place(end, bottom), colour.tint(tint));
    let full = |colour| Piece::fill(place(start, y), place(end, y + bar), colour);
    // Patterns need room.
    let roomy = bar >= 6.0;
    match look {
        Stretch::Solid => vec![full(colour)],
        Stretch::Low => vec![low(0.28)],
        Stretch::Hatched => {
            let hatch = || Piece::hatch(place(start, y), place(end, y + bar), 5.0, colour.tint(0.5));
            [full(colour.tint(0.22))].into_iter().chain(roomy.then(hatch)).collect()
        }
        Stretch::Striped => {
            let numbers = (start / 4.0).ceil() as i64..=((end - 0.5) / 4.0).floor() as i64;
            let xs = numbers.filter(|_| roomy).map(|number| number as f64 * 4.0);
            let lines = xs.map(|x| Piece::line(place(x, top), place(x, bottom), colour.tint(0.55), 1.0));
            [low(0.12)].into_iter().chain(lines).collect()
        }
        Stretch::Dotted => {
            let y = middle.floor() + 0.5;
            vec![Piece::dotted(place(start, y), place(end, y), colour.tint(0.6))]
        }
    }
}
