//! The latency figure: how long requests took, sorted, with the slow ones drawn large enough to see.

use std::borrow::Cow;

use plotters::chart::ChartBuilder;
use plotters::series::LineSeries;

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{
    ABOVE, Area, BELOW, Drawn, EndLabel, Piece, Quantity, Scale, Values, axis_title, centred, column_width,
    draw_end_labels, draw_mesh, geometry::Rect, good_height, least_height, pen, size, tick_style, unbroken,
    units, upright_title, within,
};
use crate::format;
use crate::look::Look;
use crate::table::{Cell, Column, Table};

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
pub fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
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
            let sorted = line.sorted();
            let detail = match (percentile(&sorted, 0.5), percentile(&sorted, 0.99)) {
                (Some(half), Some(most)) if sorted.len() >= 100 => {
                    format!("50% {}, 99% {}", format::duration(half), format::duration(most))
                }
                (Some(half), _) => format!("50% {}", format::duration(half)),
                _ => "no answers".into(),
            };
            EndLabel::new(&line.name, detail, line.look.unwrap_or(Look::nth(index)))
        };
        self.lines.iter().enumerate().map(label).collect()
    }

    fn upright(&self, length: f64) -> Values {
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
        let values = match most > 20.0 * least {
            true => Values::over(Quantity::Seconds, all, Scale::Log),
            false => Values::from_zero(Quantity::Seconds, all),
        };
        values.upright(length)
    }

    /// The level axis for so many pixels: shares, stretched, with a tick at those that stand clear of one another.
    fn level(&self, length: f64) -> Values {
        let last = self.last_share();
        let level = Values::exactly(Quantity::Number("shares".into()), (0.0, stretched(last)));
        let style = tick_style();
        let mut free = f64::MIN;
        let mut ticks = Vec::new();
        for share in MARKED.into_iter().filter(|share| *share <= last) {
            let (x, label) = (length * level.share(stretched(share)), format::percent(share));
            let half = style.width(&label) / 2.0;
            let clear = x - half > free;
            if clear {
                free = x + half + 8.0;
            }
            ticks.push((stretched(share), if clear { label } else { String::new() }));
        }
        level.with_ticks(ticks)
    }
}

impl Chart for LatencySeries {
    fn caption(&self) -> Caption {
        let lost = self.lines.iter().filter(|line| line.unanswered > 0).map(|line| {
            format!(
                "{}: {} got no answer and {} not drawn",
                line.name,
                format::plural(line.unanswered, &self.of),
                if line.unanswered == 1 { "is" } else { "are" }
            )
        });
        let notes = lost.chain(self.caption.notes.iter().cloned()).collect();
        Caption { notes, ..self.caption.clone() }
    }

    fn height(&self, width: f64) -> f64 {
        (good_height(width) + ABOVE + BELOW).max(least_height(&self.labels()) + 12.0)
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        if self.most_requests() == 0 {
            return centred(area, "nothing was measured", tick_style());
        }
        let (width, height) = size(area);
        let mut labels = self.labels();
        let names = column_width(&labels, width * 0.36);
        let upright = self.upright(height - ABOVE - BELOW);
        let left = upright.label_width(&tick_style()) + 10.0;
        let plot = Rect::between((left, ABOVE), (width - names, height - BELOW));
        let level = self.level(plot.w);
        let mut chart = ChartBuilder::on(area)
            .margin_top(units(ABOVE))
            .margin_right(units(names))
            .x_label_area_size(units(BELOW))
            .y_label_area_size(units(left))
            .build_cartesian_2d(level.clone(), upright.clone())?;
        draw_mesh(&mut chart, true)?;
        upright_title(area, ABOVE, &upright, &format!("time of one {}", self.of))?;
        let long = format!("share of {}s that took at most so long (stretched to the right)", self.of);
        let short = format!("share of {}s (stretched to the right)", self.of);
        let title = tick_style().first_that_fits(&[&long, &short, &format!("share of {}s", self.of)], plot.w);
        axis_title(area, (plot.right(), plot.bottom()), plot.w, &level, &title)?;
        for (line, label) in self.lines.iter().zip(&mut labels) {
            let Look { colour, marker } = label.look;
            let sorted = line.sorted();
            let steps = steps(&sorted, (&level, plot.w), (&upright, plot.h));
            let parts = unbroken(steps.into_iter(), &level, &upright);
            for part in &parts {
                chart.draw_series(LineSeries::new(part.iter().copied(), pen(colour, 1.8)))?;
            }
            let told = 1.0 - 0.5 / sorted.len().max(1) as f64;
            let marked = MARKED.into_iter().filter(|share| *share > 0.0 && *share <= told);
            let marked = marked.filter_map(|share| Some((stretched(share), percentile(&sorted, share)?)));
            let marked = marked.filter(|(_, value)| upright.share(*value).is_finite());
            chart.draw_series(marked.map(|at| Piece::marker(at, 4.0, marker, colour)))?;
            let last = parts.last().and_then(|part| part.last());
            label.at = last.map_or((plot.right(), plot.bottom()), |at| within(area, chart.backend_coord(at)));
        }
        draw_end_labels(area, plot, &labels)
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
/// told apart on axes of so many pixels.
fn steps(
    sorted: &[f64],
    (level, width): (&Values, f64),
    (upright, height): (&Values, f64),
) -> Vec<(f64, f64)> {
    let number = sorted.len() as f64;
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut left = level.low();
    for (index, value) in sorted.iter().enumerate() {
        let right = stretched((index + 1) as f64 / number).min(level.high());
        let near = points.last().is_some_and(|last| {
            let across = width * (level.share(right) - level.share(last.0));
            let up = height * (upright.share(*value) - upright.share(last.1));
            across < 0.6 && up.abs() < 0.6
        });
        if !near || index + 1 == sorted.len() {
            points.extend([(left, *value), (right, *value)]);
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
