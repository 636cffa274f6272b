//! A row's stretches as strips of pixels: however many there are, no more strips than the row has columns.

use crate::trace::{Span, State};

/// Part of a row that looks the same from `start` to `end`, in pixels from the row's beginning.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Strip {
    pub start: f64,
    pub end: f64,
    /// What it does when it is not on a core.
    pub rest: Option<(State, u32)>,
    /// What decides the colour of who was on a core, each with its share in [`PARTS`].
    pub on: Vec<(u32, u8)>,
}

/// Shares are drawn in steps of a twentieth.
pub(super) const PARTS: u8 = 20;

/// What happened within one column, in columns of time.
#[derive(Clone, Default)]
struct Column {
    stretches: u32,
    /// Somebody was on a core for all of a stretch.
    whole: bool,
    on: Vec<(u32, f64)>,
    off: Vec<(State, u32, f64)>,
}

/// Up to so many stretches in a column are drawn in full height, so that a short one on its own is seen.
const FEW: u32 = 3;
/// And more of them at least in this share of it.
const LEAST: f64 = 0.15;

/// Cuts a row into strips. `width` pixels stand for the time `from..to`; a column is `column` pixels wide. Where
/// stretches lie over one another (threads of one process or core), their shares are added up.
pub(super) fn strips(
    spans: &[Span],
    hue: impl Fn(&Span) -> u32,
    (begin, end): (u64, u64),
    width: f64,
    column: f64,
) -> Vec<Strip> {
    let number = (width / column).ceil().max(1.0) as usize;
    let scale = number as f64 / end.saturating_sub(begin).max(1) as f64;
    let mut columns = vec![Column::default(); number];
    for span in spans {
        let place = |time: u64| time.saturating_sub(begin) as f64 * scale;
        let (from, to) = (place(span.start), place(span.end));
        let first = (from as usize).min(number - 1);
        let last = (to.ceil() as usize).clamp(first + 1, number);
        let hue = hue(span);
        let whole = span.state == State::Running;
        let share = if whole { 1.0 } else { span.share() };
        for (place, cell) in columns[first..last].iter_mut().enumerate() {
            let left = (first + place) as f64;
            let time = (to.min(left + 1.0) - from.max(left)).max(0.0);
            cell.stretches += 1;
            cell.whole |= whole;
            if share > 0.0 {
                match cell.on.iter_mut().find(|(other, _)| *other == hue) {
                    Some((_, on)) => *on += time * share,
                    None => cell.on.push((hue, time * share)),
                }
            }
            if !whole {
                cell.off.push((span.state, hue, time * (1.0 - share)));
            }
        }
    }
    let mut strips: Vec<Strip> = Vec::new();
    for (place, cell) in columns.iter().enumerate().filter(|(_, cell)| cell.stretches > 0) {
        let (start, end) = (place as f64 * column, ((place + 1) as f64 * column).min(width));
        let next = Strip { start, end, rest: cell.rest(), on: cell.shares() };
        match strips.last_mut() {
            Some(last) if last.end == start && (last.rest, &last.on) == (next.rest, &next.on) => {
                last.end = end;
            }
            _ => strips.push(next),
        }
    }
    strips
}

impl Column {
    fn rest(&self) -> Option<(State, u32)> {
        let longest = self.off.iter().max_by(|a, b| a.2.total_cmp(&b.2));
        longest.map(|(state, hue, _)| (*state, *hue))
    }

    /// Who was on a core for which share; who fills a column with few stretches is drawn in full height.
    fn shares(&self) -> Vec<(u32, u8)> {
        let total: f64 = self.on.iter().map(|(_, on)| on).sum();
        let full = self.whole && self.stretches <= FEW;
        let height = match self.on.is_empty() {
            true => return Vec::new(),
            false if full => 1.0,
            false => total.clamp(LEAST, 1.0),
        };
        let parts = (height * f64::from(PARTS)).round();
        // Each edge is rounded, so that the parts add up.
        let mut below = 0.0;
        let mut shares = Vec::with_capacity(self.on.len());
        for (hue, on) in &self.on {
            let edge = |sum: f64| if total > 0.0 { (sum / total * parts).round() } else { parts };
            let share = edge(below + on) - edge(below);
            below += on;
            shares.push((*hue, share as u8));
        }
        shares.retain(|(_, share)| *share > 0);
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(state: State, start: u64, end: u64) -> Span {
        let on_core = if state == State::Running { end - start } else { 0 };
        Span { actor: 0, thread: 0, core: None, state, start, end, on_core }
    }

    fn cut(spans: &[Span]) -> Vec<(f64, f64, u8)> {
        let strips = strips(spans, |span| span.actor, (0, 100), 100.0, 1.0);
        let height = |strip: &Strip| strip.on.iter().map(|(_, share)| share).sum();
        strips.iter().map(|strip| (strip.start, strip.end, height(strip))).collect()
    }

    #[test]
    fn stretches_become_strips() {
        let spans = [span(State::Running, 0, 40), span(State::Waiting, 40, 100)];
        assert_eq!(cut(&spans), [(0.0, 40.0, PARTS), (40.0, 100.0, 0)]);
    }

    #[test]
    fn what_lies_on_a_waiting_stretch_is_seen() {
        let spans = [span(State::Waiting, 0, 100), span(State::Running, 10, 20)];
        assert_eq!(cut(&spans), [(0.0, 10.0, 0), (10.0, 20.0, PARTS), (20.0, 100.0, 0)]);
    }

    #[test]
    fn a_stretch_of_which_only_the_amount_is_known_is_one_strip_of_that_height() {
        let partial = Span { on_core: 30, ..span(State::Ready, 0, 100) };
        assert_eq!(cut(&[partial]), [(0.0, 100.0, 6)]);
    }

    #[test]
    fn who_shares_a_core_is_drawn_one_above_the_other() {
        let half = |actor, on_core| Span { actor, on_core, ..span(State::Ready, 0, 100) };
        let strips = strips(&[half(1, 60), half(2, 40)], |span| span.actor, (0, 100), 100.0, 1.0);
        assert_eq!(strips.len(), 1);
        assert_eq!(strips[0].on, [(1, 12), (2, 8)]);
    }

    #[test]
    fn many_short_stretches_in_a_column_share_its_height() {
        let spans: Vec<Span> = (0..1000).map(|n| span(State::Running, 2 * n, 2 * n + 1)).collect();
        let strips = strips(&spans, |_| 0, (0, 2_000), 10.0, 1.0);
        assert_eq!(strips.len(), 1);
        assert_eq!(strips[0].on, [(0, 10)]);
    }

    #[test]
    fn a_stretch_of_no_length_and_one_beyond_the_end_do_no_harm() {
        assert_eq!(cut(&[span(State::Running, 100, 100)]).len(), 1);
        assert_eq!(cut(&[span(State::Running, 90, 400)]), [(90.0, 100.0, PARTS)]);
        assert_eq!(strips(&[], |_| 0, (0, 0), 0.0, 1.0), []);
    }
}
