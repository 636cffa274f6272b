//! How a figure of lines is laid out: plots below one another, names at the ends of the lines.

use plotters::element::Polygon;
use plotters::series::{DashedLineSeries, LineSeries};

use super::series::{Guide, Line, LinesSeries};
use crate::draw::{
    ABOVE, Align, Area, BELOW, DrawError, Drawn, Piece, Plot, Values, at, centred, column_width,
    draw_end_labels, framed, good_height, least_height, pen, size, tick_style, unbroken, units,
    upright_title, within,
};
use crate::geometry::Rect;
use crate::look::Look;
use crate::text::TextStyle;
use crate::theme::{ALERT, AXIS, CARD, QUIET};

/// Between two plots.
const GAP: f64 = 14.0;
/// More bands than this would hide one another and the points.
const MOST_BANDS: usize = 8;
/// Points closer than this in pixels cannot be told apart.
const CLOSE: f64 = 0.6;
const WORD: TextStyle = TextStyle::new(11.5).colour(QUIET);

pub(super) fn height(series: &LinesSeries, width: f64) -> f64 {
    let heights = (0..series.up.len()).map(|plot| plot_height(series, width, plot) + GAP);
    heights.sum::<f64>() - GAP
}

fn plot_height(series: &LinesSeries, width: f64, plot: usize) -> f64 {
    let share = if series.up.len() > 1 { 0.8 } else { 1.0 };
    let good = (good_height(width) * share).round() + ABOVE + BELOW;
    good.max(least_height(&series.labels(plot)) + 12.0)
}

pub(super) fn draw(series: &LinesSeries, area: &Area<'_>) -> Drawn {
    if series.lines.iter().all(|line| line.points.is_empty()) {
        return centred(area, "nothing was measured", tick_style());
    }
    let mut rest = area.clone();
    for plot in 0..series.up.len() {
        let (own, below) = rest.split_vertically(units(plot_height(series, size(area).0, plot)));
        draw_plot(series, &own, plot)?;
        rest = below.split_vertically(units(GAP)).1;
    }
    Ok(())
}

/// Room left and right of the plots: the same for all, so that the same number stands at the same place.
fn sides(series: &LinesSeries, width: f64) -> (f64, f64) {
    let (mut left, mut right) = (0f64, 0f64);
    for (plot, (_, values)) in series.up.iter().enumerate() {
        let height = plot_height(series, width, plot) - ABOVE - BELOW;
        left = left.max(values.clone().upright(height).label_width(&tick_style()) + 10.0);
        right = right.max(column_width(&series.labels(plot), width * 0.36));
    }
    (left, right)
}

/// A chart with its axes and where it lies in its area.
struct Frame<'a, 'b, 'c> {
    area: &'a Area<'b>,
    chart: Plot<'c, 'b>,
    plot: Rect,
    across: Values,
    up: Values,
}

fn draw_plot(series: &LinesSeries, area: &Area<'_>, number: usize) -> Drawn {
    let (width, height) = size(area);
    let (left, names) = sides(series, width);
    let plot = Rect::between((left, ABOVE), (width - names, height - BELOW));
    let (level_name, across) = &series.across;
    let (upright_name, up) = &series.up[number];
    let (across, up) = (across.clone().level(plot.w, &tick_style()), up.clone().upright(plot.h));
    let chart = framed(area, plot, (&across, level_name), &up)?;
    upright_title(area, ABOVE, &up, upright_name)?;
    let mut frame = Frame { area, chart, plot, across, up };
    let mut labels = series.labels(number);
    if number == 0 {
        let bands = series.lines.iter().zip(&labels).filter(|(line, _)| !line.band.is_empty());
        for (line, label) in bands.filter(|_| series.lines.len() <= MOST_BANDS) {
            let ground = label.look.colour.opacity(0.16);
            frame.chart.draw_series([Polygon::new(line.band.clone(), ground)])?;
        }
        for (place, guide) in series.guides.iter().enumerate() {
            frame.guide(guide, place)?;
        }
    }
    for (line, label) in series.lines.iter().zip(&mut labels) {
        let end = frame.line(line, number, label.look)?;
        // A line without any value is still named.
        let end = end.map(|end| within(area, frame.chart.backend_coord(&end)));
        label.at = end.unwrap_or((plot.right(), plot.bottom()));
    }
    draw_end_labels(area, plot, &labels)
}

impl Frame<'_, '_, '_> {
    /// Draws points, intervals and the way between them; returns where it ends.
    fn line(&mut self, line: &Line, number: usize, look: Look) -> Result<Option<(f64, f64)>, DrawError> {
        let Look { colour, marker } = look;
        let points = unbroken(line.places(number), &self.across, &self.up);
        let curve = line.curve.iter().copied().filter(|_| number == 0);
        let curve = unbroken(curve.take_while(|place| place.1 <= self.up.high), &self.across, &self.up);
        let pen = if line.band.is_empty() { pen(colour, 1.8) } else { pen(colour.opacity(0.75), 1.2) };
        for part in if curve.is_empty() { &points } else { &curve } {
            self.chart.draw_series(LineSeries::new(self.thinned(part), pen))?;
        }
        let guess = line.guess.iter().copied().filter(|_| number == 0);
        let end = guess.clone().next_back();
        for part in unbroken(guess.take_while(|place| place.1 <= self.up.high), &self.across, &self.up) {
            self.chart.draw_series(DashedLineSeries::new(
                self.thinned(&part),
                units(5.0),
                units(4.0),
                pen,
            ))?;
        }
        for point in &line.points {
            let interval = point.values.get(number).and_then(|value| value.1);
            let seen =
                interval.filter(|(low, high)| (self.up.share(*low) + self.up.share(*high)).is_finite());
            let whisker = |(low, high)| Piece::whisker((point.at, low), (point.at, high), 3.5, colour, 1.4);
            self.chart.draw_series(seen.map(whisker))?;
            let cross = point.failed.as_ref().map(|_| (point.at, self.up.low));
            self.chart.draw_series(cross.map(|place| Piece::cross(place, 4.0, ALERT, 1.6)))?;
        }
        self.chart.draw_series(points.iter().flatten().map(|at| Piece::marker(*at, 4.0, marker, colour)))?;
        let told = |place: &(f64, f64)| {
            let words = format!("{}, {}: {}", line.name, self.across.show(place.0), self.up.show(place.1));
            Piece::told(*place, *place, words)
        };
        let told: Vec<_> = points.iter().flatten().map(told).collect();
        self.chart.draw_series(told)?;
        let last = points.iter().flatten().last().copied();
        let stopped = last.filter(|_| line.end.is_some());
        self.chart.draw_series(stopped.map(|place| Piece::cross(place, 6.0, ALERT, 2.0)))?;
        Ok(end.or(last))
    }

    /// A way without the points that cannot be told from those before them.
    fn thinned(&self, way: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let place = |point: &(f64, f64)| {
            (self.plot.w * self.across.share(point.0), self.plot.h * self.up.share(point.1))
        };
        let mut kept: Vec<(f64, f64)> = Vec::new();
        let mut drawn = (f64::MIN, f64::MIN);
        for (index, point) in way.iter().enumerate() {
            let (x, y) = place(point);
            if (x - drawn.0).abs() >= CLOSE || (y - drawn.1).abs() >= CLOSE || index + 1 == way.len() {
                kept.push(*point);
                drawn = (x, y);
            }
        }
        kept
    }

    /// Dashes and their name: at the foot of an upright guide, left of the upper end of a rising one.
    fn guide(&mut self, guide: &Guide, place: usize) -> Drawn {
        let Guide { from, to, name } = guide;
        let upright = from.0 == to.0;
        let (dash, gap, pen) = if upright { (1.5, 3.0, pen(QUIET, 1.2)) } else { (5.0, 4.0, pen(AXIS, 1.3)) };
        self.chart.draw_series(DashedLineSeries::new([*from, *to], units(dash), units(gap), pen))?;
        let [foot, head] = [from, to].map(|end| within(self.area, self.chart.backend_coord(end)));
        let wide = WORD.width(name);
        let (x, y, align) = if upright {
            let (x, align) = match foot.0 + 6.0 + wide <= self.plot.right() {
                true => (foot.0 + 6.0, Align::Left),
                false => (foot.0 - 6.0, Align::Right),
            };
            (x, foot.1 - 10.0 - 16.0 * place as f64, align)
        } else {
            // Above the line nothing is ever drawn: the text ends where the line passes below it.
            let y = head.1 + WORD.size + 1.0;
            let share = (foot.1 - y - 4.0) / (foot.1 - head.1);
            let x = foot.0 + share * (head.0 - foot.0) - 6.0;
            if x - wide <= self.plot.x + 4.0 || y >= self.plot.bottom() - 40.0 {
                return Ok(());
            }
            (x, y, Align::Right)
        };
        // On a patch of card, so that lines below it do not disturb.
        let left = if align == Align::Left { x } else { x - wide };
        let top = y - WORD.size;
        let (corner, other) = ((left - 3.0, top), (left + wide + 3.0, top + WORD.size * 1.35));
        self.area.draw(&Piece::fill(at(corner), at(other), CARD.opacity(0.86)))?;
        self.area.draw(&Piece::text(at((x, y)), name, WORD, align))
    }
}
