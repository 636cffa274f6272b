//! The latency figure: how long requests took, sorted, with the slow ones drawn large enough to see.

use std::borrow::Cow;

use super::axis::{Axis, Quantity, Scale, tick_style};
use super::canvas::{Align, Canvas};
use super::caption::Caption;
use super::figure::Chart;
use super::geometry::{Point, Rect};
use super::labels::{EndLabel, draw_end_labels};
use super::lines::{Ground, good_height, look, nothing};
use super::table::{Cell, Column, Table};
use super::theme::{AXIS, GRID};
use crate::format;

/// What a latency figure is drawn from.
#[derive(Clone, Debug)]
pub struct LatencySeries {
    /// The words around the picture.
    pub caption: Caption,
    /// What was timed: "request", for the axis.
    pub of: String,
    /// One line each.
    pub lines: Vec<LatencyLine>,
}

/// How long the requests of one model took.
#[derive(Clone, Debug)]
pub struct LatencyLine {
    /// Its own look, the same in every figure; without one it has that of its place.
    pub look: Option<Look>,
    /// Its name.
    pub name: String,
    /// Seconds from the intended start to the answer, in any order.
    pub seconds: Vec<f64>,
    /// Requests that never got an answer.
    pub unanswered: u64,
}

/// Shares that get a grid line and a marker.
const MARKED: [f64; 5] = [0.0, 0.5, 0.9, 0.99, 0.999];

impl LatencyLine {
    /// The values that are numbers, rising; borrowed if they already are so.
    fn sorted(&self) -> Cow<'_, [f64]> {
        if self.seconds.iter().all(|value| value.is_finite()) && self.seconds.is_sorted() {
            return Cow::Borrowed(&self.seconds);
        }
        let mut sorted: Vec<f64> = self.seconds.iter().copied().filter(|value| value.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        Cow::Owned(sorted)
    }
}

/// The smallest value that at least `share` of the sorted values do not exceed (nearest rank).
pub(crate) fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// Equal room for 0 to 90%, 90 to 99%, 99 to 99.9%: the slow few are what readers came for.
fn stretched(share: f64) -> f64 {
    -(1.0 - share).max(1e-9).log10()
}

impl LatencySeries {
    /// A series whose lines are sorted once, here, and not each time it is drawn.
    pub fn new(caption: Caption, of: impl Into<String>, mut lines: Vec<LatencyLine>) -> Self {
        for line in &mut lines {
            line.seconds = line.sorted().into_owned();
        }
        Self { caption, of: of.into(), lines }
    }

    fn most_requests(&self) -> usize {
        self.lines.iter().map(|line| line.sorted().len()).max().unwrap_or(0)
    }

    /// The largest share that the number of requests can tell.
    fn last_share(&self) -> f64 {
        1.0 - 0.5 / self.most_requests().max(2) as f64
    }

    fn labels(&self) -> Vec<EndLabel> {
        let label = |(index, line): (usize, &LatencyLine)| {
            let (colour, marker) = look(line.model, index);
            let sorted = line.sorted();
            let detail = match (percentile(&sorted, 0.5), percentile(&sorted, 0.99)) {
                (Some(half), Some(most)) if sorted.len() >= 100 => {
                    format!("50% {}, 99% {}", format::duration(half), format::duration(most))
                }
                (Some(half), _) => format!("50% {}", format::duration(half)),
                _ => "no answers".into(),
            };
            EndLabel { at: (f64::NAN, f64::NAN), text: line.name.clone(), detail, colour, marker }
        };
        self.lines.iter().enumerate().map(label).collect()
    }

    fn upright(&self, pixels: (f64, f64)) -> Axis {
        let mut all: Vec<f64> = Vec::new();
        for line in &self.lines {
            let sorted = line.sorted();
            all.extend(
                sorted
                    .first()
                    .into_iter()
                    .chain(sorted.iter().find(|value| **value > 0.0))
                    .chain(sorted.last()),
            );
        }
        let most = all.iter().copied().fold(0.0, f64::max);
        let least = all.iter().copied().filter(|value| *value > 0.0).fold(f64::MAX, f64::min);
        if most > 20.0 * least { Axis::over(all, Scale::Log, pixels) } else { Axis::from_zero(all, pixels) }
    }

    fn draw_shares(&self, canvas: &mut Canvas<'_>, plot: Rect, level: &Axis) {
        let style = tick_style();
        let mut free = f64::MIN;
        let last = self.last_share();
        for share in MARKED.into_iter().filter(|share| *share <= last) {
            let x = level.at(stretched(share));
            canvas.hairline((x, plot.y), (x, plot.bottom()), GRID);
            let label = format::percent(share);
            let half = style.width(&label) / 2.0;
            if x - half > free {
                canvas.text((x, plot.bottom() + 16.0), &label, &style, Align::Centre);
                free = x + half + 8.0;
            }
        }
        canvas.hairline((plot.x, plot.bottom()), (plot.right(), plot.bottom()), AXIS);
        let long = format!("share of {}s that took at most so long (stretched to the right)", self.of);
        let short = format!("share of {}s (stretched to the right)", self.of);
        let title = style.first_that_fits(&[&long, &short, &format!("share of {}s", self.of)], plot.w);
        canvas.text((plot.right(), plot.bottom() + 32.0), &title, &style, Align::Right);
    }
}

impl Chart for LatencySeries {
    fn notes(&self) -> Vec<String> {
        let lost = self.lines.iter().filter(|line| line.unanswered > 0).map(|line| {
            format!(
                "{}: {} got no answer and {} not drawn",
                line.name,
                format::plural(line.unanswered, &self.of),
                if line.unanswered == 1 { "is" } else { "are" }
            )
        });
        lost.chain(self.caption.notes.iter().cloned()).collect()
    }

    fn height(&self, width: f64) -> f64 {
        Ground::height(good_height(width), &self.labels())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if self.most_requests() == 0 {
            return nothing(canvas, area);
        }
        let mut labels = self.labels();
        let ground = Ground::of(area, &labels, &self.upright((area.h - 66.0, 0.0)), &Quantity::Seconds);
        let plot = ground.plot;
        let upright = self.upright((plot.bottom(), plot.y));
        upright.draw_beside(canvas, plot, area.x, &Quantity::Seconds, &format!("time of one {}", self.of));
        let level = Axis::exactly((0.0, stretched(self.last_share())), Scale::Linear, (plot.x, plot.right()));
        self.draw_shares(canvas, plot, &level);
        for (index, line) in self.lines.iter().enumerate() {
            let (colour, marker) = look(line.model, index);
            let sorted = line.sorted();
            let points = steps(&sorted, &level, &upright);
            canvas.polyline(&points, 1.8, colour);
            for share in MARKED
                .into_iter()
                .filter(|share| *share > 0.0 && *share <= 1.0 - 0.5 / sorted.len().max(1) as f64)
            {
                if let Some(value) = percentile(&sorted, share) {
                    canvas.marker((level.at(stretched(share)), upright.at(value)), 4.0, marker, colour);
                }
            }
            labels[index].at = points.last().copied().unwrap_or((plot.right(), plot.bottom()));
        }
        draw_end_labels(canvas, ground.names, &labels);
    }

    fn alt(&self) -> String {
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| {
                let sorted = line.sorted();
                match (percentile(&sorted, 0.5), percentile(&sorted, 0.99), sorted.last()) {
                    (Some(half), Some(most), Some(last)) => format!(
                        "{}: half within {}, 99% within {}, the slowest {}",
                        line.name,
                        format::duration(half),
                        format::duration(most),
                        format::duration(*last)
                    ),
                    _ => format!("{}: no answers", line.name),
                }
            })
            .collect();
        format!("{}. Time of one {}. {}.", self.caption.title, self.of, lines.join("; "))
    }

    fn table(&self) -> Table {
        let columns = ["50%", "90%", "99%", "99.9%", "slowest"].map(|name| Column::number(name, "s"));
        let first = [Column::text("model"), Column::number(format!("{}s", self.of), "")];
        let mut table =
            Table::new(first.into_iter().chain(columns).chain([Column::number("unanswered", "")]));
        for line in &self.lines {
            let sorted = line.sorted();
            let count = Cell::number(sorted.len() as f64, format::count(sorted.len() as u64));
            let values = [0.5, 0.9, 0.99, 0.999, 1.0].map(|share| {
                percentile(&sorted, share)
                    .map_or_else(Cell::none, |value| Cell::number(value, format::duration(value)))
            });
            let lost = Cell::number(line.unanswered as f64, format::count(line.unanswered));
            table.push([line.name.as_str().into(), count].into_iter().chain(values).chain([lost]));
        }
        table
    }
}

/// The sorted values as a staircase: each holds from its predecessor's share to its own. No more points than can be
/// told apart.
fn steps(sorted: &[f64], level: &Axis, upright: &Axis) -> Vec<Point> {
    let number = sorted.len() as f64;
    let (from, to) = level.pixels();
    let mut points: Vec<Point> = Vec::new();
    let mut left = from;
    for (index, value) in sorted.iter().enumerate() {
        let y = upright.at(*value);
        let right = level.at(stretched((index + 1) as f64 / number)).min(to);
        let near = points.last().is_some_and(|last| right - last.0 < 0.6 && (y - last.1).abs() < 0.6);
        if !near || index + 1 == sorted.len() {
            points.extend([(left, y), (right, y)]);
            left = right;
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let sorted: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&sorted, 0.5), Some(50.0));
        assert_eq!(percentile(&sorted, 0.99), Some(99.0));
        assert_eq!(percentile(&sorted, 1.0), Some(100.0));
        assert_eq!(percentile(&[], 0.5), None);
    }
}
