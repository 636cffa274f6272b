//! What stretches and marks tell who points at them.

use super::layout::RowPlace;
use super::series::{Key, Lane, LanesSeries, Segment};
use crate::draw::{Piece, at};
use crate::format;
use crate::geometry::Point;

/// A stretch tells what it is if its row is so high and it is so wide.
const BAR: f64 = 8.0;
const WIDE: f64 = 5.0;
/// No more stretches of a row than this, and its marks only where there are no more of them.
const MOST_STRETCHES: usize = 200;
const MOST_MARKS: usize = 60;

/// The stretches of a row that is `wide` pixels wide, in the chart's coordinates.
pub(super) fn stretches(series: &LanesSeries, place: &RowPlace, wide: f64) -> Vec<Piece<Point>> {
    if place.bar < BAR {
        return Vec::new();
    }
    let least = series.length() * WIDE / wide;
    let seen = joined(place.lane).into_iter().filter(|stretch| stretch.to - stretch.from >= least);
    let told = |stretch: Segment| {
        let [from, to] = [stretch.from, stretch.to].map(|end| end.clamp(series.range.0, series.range.1));
        Piece::told((from, place.y), (to, place.y + place.bar), words(series, place, &stretch))
    };
    seen.take(MOST_STRETCHES).map(told).collect()
}

/// The marks of a row.
pub(super) fn marks(series: &LanesSeries, place: &RowPlace) -> Vec<Piece<(i32, i32)>> {
    let told = |(x, (moment, label)): (&f64, &(f64, String))| {
        let words = format!("{}: {label}, at {}", who(place).join(", "), series.quantity.show(*moment));
        Piece::told(at((*x, place.y - 3.0)), at((*x, place.y + place.bar + 3.0)), words)
    };
    let marks = place.ticks.iter().zip(&place.lane.marks).map(told);
    if place.ticks.len() <= MOST_MARKS { marks.collect() } else { Vec::new() }
}

/// The stretches of a row, those that go on in the same look as one.
fn joined(lane: &Lane) -> Vec<Segment> {
    let mut joined: Vec<Segment> = Vec::new();
    for next in &lane.segments {
        match joined.last_mut() {
            Some(last)
                if (last.look, last.share, last.colour) == (next.look, next.share, next.colour)
                    && next.from <= last.to
                    && !lane.borders.contains(&next.from) =>
            {
                last.to = last.to.max(next.to);
            }
            _ => joined.push(*next),
        }
    }
    joined
}

/// The names of a row and of its group.
fn who(place: &RowPlace) -> Vec<String> {
    let names = [&place.group.name, &place.lane.name];
    names.into_iter().filter(|name| !name.is_empty()).cloned().collect()
}

/// A stretch in the legend's words.
fn words(series: &LanesSeries, place: &RowPlace, stretch: &Segment) -> String {
    let legend = |key| series.legend.iter().find(|(known, _)| *known == key).map(|(_, words)| words.clone());
    let partly = legend(Key::Share).filter(|_| stretch.share > 0.0 && stretch.share < 1.0);
    let partly = partly.map(|words| format!("{words} ({})", format::percent(stretch.share)));
    let what = [legend(Key::Colour(stretch.colour)), legend(Key::Stretch(stretch.look)), partly];
    let told: Vec<String> = who(place).into_iter().chain(what.into_iter().flatten()).collect();
    let [length, from, to] =
        [stretch.to - stretch.from, stretch.from, stretch.to].map(|time| series.quantity.show(time));
    format!("{}: {length}, from {from} to {to}", told.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::lanes::series::Stretch;
    use crate::theme::Colour;

    #[test]
    fn what_goes_on_is_one_stretch_up_to_a_border() {
        let segment =
            |from, to| Segment { from, to, look: Stretch::Solid, share: 1.0, colour: Colour(0, 0, 255) };
        let segments = vec![segment(0.0, 1.0), segment(1.0, 2.0), segment(2.0, 3.0), segment(4.0, 5.0)];
        let lane = Lane { segments, borders: vec![2.0], ..Lane::default() };
        let ends: Vec<(f64, f64)> = joined(&lane).iter().map(|stretch| (stretch.from, stretch.to)).collect();
        assert_eq!(ends, [(0.0, 2.0), (2.0, 3.0), (4.0, 5.0)]);
    }
}
