//! A row's stretches as strips of pixels: however many there are, no more strips than the row has columns.

use crate::timeline::scene::{Span, State};

/// Part of a row that looks the same from `start` to `end`, in pixels from the row's beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Strip {
    pub start: f64,
    pub end: f64,
    pub state: State,
    /// What decides its colour.
    pub hue: u32,
    /// Tenths of the strip's time in its state, where many stretches share a column; else 10.
    pub tenths: u8,
}

/// What happened within one column.
#[derive(Clone, Copy)]
struct Column {
    times: [f64; State::COUNT],
    stretches: u32,
    hue: u32,
    longest: f64,
}

const EMPTY: Column = Column { times: [0.0; State::COUNT], stretches: 0, hue: 0, longest: 0.0 };
/// Up to so many stretches in a column are drawn in full colour, so that a short one on its own is seen.
const FEW: u32 = 3;

/// Cuts a row into strips. `width` pixels stand for the time `from..to`; a column is `column` pixels wide. Where
/// stretches lie over one another (threads of one process), running hides the rest.
pub(super) fn strips(
    spans: &[Span],
    hue: impl Fn(&Span) -> u32,
    (begin, end): (u64, u64),
    width: f64,
    column: f64,
) -> Vec<Strip> {
    let number = (width / column).ceil().max(1.0) as usize;
    let scale = number as f64 / end.saturating_sub(begin).max(1) as f64;
    let mut columns = vec![EMPTY; number];
    for span in spans {
        let place = |time: u64| time.saturating_sub(begin) as f64 * scale;
        let (from, to) = (place(span.start), place(span.end));
        let first = (from as usize).min(number - 1);
        let last = (to.ceil() as usize).clamp(first + 1, number);
        let hue = hue(span);
        for (place, cell) in columns[first..last].iter_mut().enumerate() {
            let left = (first + place) as f64;
            let time = (to.min(left + 1.0) - from.max(left)).max(0.0);
            cell.times[span.state as usize] += time;
            cell.stretches += 1;
            let weight = if span.state == State::Running { time + 1.0 } else { time };
            if weight >= cell.longest {
                (cell.longest, cell.hue) = (weight, hue);
            }
        }
    }
    let mut strips: Vec<Strip> = Vec::new();
    for (place, cell) in columns.iter().enumerate() {
        let Some((state, tenths)) = look(cell) else { continue };
        let (start, end) = (place as f64 * column, (place + 1) as f64 * column);
        let end = end.min(width);
        match strips.last_mut() {
            Some(last)
                if (last.end, last.state, last.hue, last.tenths) == (start, state, cell.hue, tenths) =>
            {
                last.end = end;
            }
            _ => strips.push(Strip { start, end, state, hue: cell.hue, tenths }),
        }
    }
    strips
}

fn look(cell: &Column) -> Option<(State, u8)> {
    if cell.stretches == 0 {
        return None;
    }
    let running = cell.times[State::Running as usize];
    let state = match running > 0.0 {
        true => State::Running,
        false => {
            let longest = |a: &State, b: &State| cell.times[*a as usize].total_cmp(&cell.times[*b as usize]);
            State::ALL.into_iter().max_by(longest)?
        }
    };
    let crowded = state == State::Running && cell.stretches > FEW;
    let tenths = if crowded { (running.min(1.0) * 10.0).round().clamp(3.0, 10.0) as u8 } else { 10 };
    Some((state, tenths))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(state: State, start: u64, end: u64) -> Span {
        Span { actor: 0, thread: 0, core: None, state, start, end }
    }

    fn cut(spans: &[Span]) -> Vec<(f64, f64, State, u8)> {
        let strips = strips(spans, |span| span.actor, (0, 100), 100.0, 1.0);
        strips.iter().map(|strip| (strip.start, strip.end, strip.state, strip.tenths)).collect()
    }

    #[test]
    fn stretches_become_strips() {
        let spans = [span(State::Running, 0, 40), span(State::Waiting, 40, 100)];
        assert_eq!(cut(&spans), [(0.0, 40.0, State::Running, 10), (40.0, 100.0, State::Waiting, 10)]);
    }

    #[test]
    fn running_hides_what_lies_under_it() {
        let spans = [span(State::Waiting, 0, 100), span(State::Running, 10, 20)];
        let states: Vec<State> = cut(&spans).into_iter().map(|(.., state, _)| state).collect();
        assert_eq!(states, [State::Waiting, State::Running, State::Waiting]);
    }

    #[test]
    fn many_short_stretches_in_a_column_share_its_colour() {
        let spans: Vec<Span> =
            (0..1000).map(|n| Span { start: 2 * n, end: 2 * n + 1, ..span(State::Running, 0, 0) }).collect();
        let strips = strips(&spans, |_| 0, (0, 2_000), 10.0, 1.0);
        assert_eq!(strips.len(), 1);
        assert_eq!(strips[0].tenths, 5);
    }

    #[test]
    fn a_stretch_of_no_length_and_one_beyond_the_end_do_no_harm() {
        assert_eq!(cut(&[span(State::Running, 100, 100)]).len(), 1);
        assert_eq!(cut(&[span(State::Running, 90, 400)]), [(90.0, 100.0, State::Running, 10)]);
        assert_eq!(strips(&[], |_| 0, (0, 0), 0.0, 1.0), []);
    }
}
