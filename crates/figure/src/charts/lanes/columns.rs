//! A row's stretches as strips of pixels: however many there are, no more strips than the row has columns.

use super::series::{Segment, Stretch};
use crate::theme::Colour;

/// Part of a row that looks the same from `start` to `end`, in pixels from the row's beginning.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Strip {
    pub start: f64,
    pub end: f64,
    /// How most of it looks where it is not solid.
    pub rest: Option<(Stretch, Colour)>,
    /// What is solid, each colour with its share of the height in [`PARTS`].
    pub solid: Vec<(Colour, u8)>,
}

/// Shares are drawn in steps of a twentieth.
pub(super) const PARTS: u8 = 20;
/// Up to so many stretches in a column are drawn in full height, so that a short one on its own is seen.
const FEW: u32 = 3;
/// And more of them at least in this share of it.
const LEAST: f64 = 0.15;

/// What happened within one column, in columns of time.
#[derive(Clone, Default)]
struct Column {
    stretches: u32,
    /// There is a stretch that is solid all through.
    whole: bool,
    solid: Vec<(Colour, f64)>,
    rest: Option<(Stretch, Colour, f64)>,
}

/// Cuts a row into strips. `width` pixels stand for the time `begin..end`; a column is `column` pixels wide. Where
/// stretches lie over one another, their shares are added up.
pub(super) fn strips(segments: &[Segment], (begin, end): (f64, f64), width: f64, column: f64) -> Vec<Strip> {
    let number = (width / column).ceil().max(1.0) as usize;
    let scale = number as f64 / (end - begin).max(1e-9);
    let mut columns = vec![Column::default(); number];
    for segment in segments {
        let place = |time: f64| (time - begin).max(0.0) * scale;
        let (from, to) = (place(segment.from), place(segment.to));
        let first = (from as usize).min(number - 1);
        let last = (to.ceil() as usize).clamp(first + 1, number);
        for (place, cell) in columns[first..last].iter_mut().enumerate() {
            let left = (first + place) as f64;
            cell.add(segment, (to.min(left + 1.0) - from.max(left)).max(0.0));
        }
    }
    let mut strips: Vec<Strip> = Vec::new();
    for (place, cell) in columns.iter().enumerate().filter(|(_, cell)| cell.stretches > 0) {
        let (start, end) = (place as f64 * column, ((place + 1) as f64 * column).min(width));
        let rest = cell.rest.map(|(look, colour, _)| (look, colour));
        let next = Strip { start, end, rest, solid: cell.shares() };
        match strips.last_mut() {
            Some(last) if last.end == start && (last.rest, &last.solid) == (next.rest, &next.solid) => {
                last.end = end;
            }
            _ => strips.push(next),
        }
    }
    strips
}

impl Column {
    fn add(&mut self, segment: &Segment, time: f64) {
        let Segment { look, share, colour, .. } = *segment;
        self.stretches += 1;
        self.whole |= look == Stretch::Solid;
        if share > 0.0 {
            match self.solid.iter_mut().find(|(other, _)| *other == colour) {
                Some((_, solid)) => *solid += time * share,
                None => self.solid.push((colour, time * share)),
            }
        }
        let rest = time * (1.0 - share);
        if look != Stretch::Solid && self.rest.is_none_or(|(.., longest)| rest >= longest) {
            self.rest = Some((look, colour, rest));
        }
    }

    /// Which colour has which share of the height; a whole stretch among few has all of it.
    fn shares(&self) -> Vec<(Colour, u8)> {
        let total: f64 = self.solid.iter().map(|(_, solid)| solid).sum();
        if self.solid.is_empty() {
            return Vec::new();
        }
        let full = self.whole && self.stretches <= FEW;
        let height = if full { 1.0 } else { total.clamp(LEAST, 1.0) };
        let parts = (height * f64::from(PARTS)).round();
        // Each edge is rounded, so that the parts add up.
        let edge = |sum: f64| if total > 0.0 { (sum / total * parts).round() as u8 } else { parts as u8 };
        let mut below = 0.0;
        let mut shares = Vec::with_capacity(self.solid.len());
        for (colour, solid) in &self.solid {
            let lower = if below > 0.0 { edge(below) } else { 0 };
            below += solid;
            shares.push((*colour, edge(below).saturating_sub(lower)));
        }
        shares.retain(|(_, share)| *share > 0);
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLUE: Colour = Colour(0, 0, 255);
    const RED: Colour = Colour(255, 0, 0);

    fn segment(look: Stretch, from: f64, to: f64) -> Segment {
        let share = if look == Stretch::Solid { 1.0 } else { 0.0 };
        Segment { from, to, look, share, colour: BLUE }
    }

    fn cut(segments: &[Segment]) -> Vec<(f64, f64, u8)> {
        let strips = strips(segments, (0.0, 100.0), 100.0, 1.0);
        let height = |strip: &Strip| strip.solid.iter().map(|(_, share)| share).sum();
        strips.iter().map(|strip| (strip.start, strip.end, height(strip))).collect()
    }

    #[test]
    fn stretches_become_strips() {
        let segments = [segment(Stretch::Solid, 0.0, 40.0), segment(Stretch::Low, 40.0, 100.0)];
        assert_eq!(cut(&segments), [(0.0, 40.0, PARTS), (40.0, 100.0, 0)]);
    }

    #[test]
    fn what_is_solid_is_seen_on_what_lies_under_it() {
        let segments = [segment(Stretch::Low, 0.0, 100.0), segment(Stretch::Solid, 10.0, 20.0)];
        assert_eq!(cut(&segments), [(0.0, 10.0, 0), (10.0, 20.0, PARTS), (20.0, 100.0, 0)]);
    }

    #[test]
    fn a_stretch_of_which_only_a_share_is_known_is_one_strip_of_that_height() {
        let partly = Segment { share: 0.3, ..segment(Stretch::Striped, 0.0, 100.0) };
        assert_eq!(cut(&[partly]), [(0.0, 100.0, 6)]);
    }

    #[test]
    fn shares_at_the_same_time_stand_one_on_the_other() {
        let partly = |colour, share| Segment { colour, share, ..segment(Stretch::Low, 0.0, 100.0) };
        let strips = strips(&[partly(BLUE, 0.6), partly(RED, 0.4)], (0.0, 100.0), 100.0, 1.0);
        assert_eq!(strips.len(), 1);
        assert_eq!(strips[0].solid, [(BLUE, 12), (RED, 8)]);
    }

    #[test]
    fn many_short_stretches_in_a_column_fill_their_share_of_it() {
        let at = |n: u32| f64::from(2 * n);
        let segments: Vec<Segment> = (0..1000).map(|n| segment(Stretch::Solid, at(n), at(n) + 1.0)).collect();
        let strips = strips(&segments, (0.0, 2_000.0), 10.0, 1.0);
        assert_eq!(strips.len(), 1);
        assert_eq!(strips[0].solid, [(BLUE, 10)]);
    }

    #[test]
    fn a_stretch_of_no_length_and_one_beyond_the_end_do_no_harm() {
        assert_eq!(cut(&[segment(Stretch::Solid, 100.0, 100.0)]).len(), 1);
        assert_eq!(cut(&[segment(Stretch::Solid, 90.0, 400.0)]), [(90.0, 100.0, PARTS)]);
        assert_eq!(strips(&[], (0.0, 0.0), 0.0, 1.0), []);
    }
}
