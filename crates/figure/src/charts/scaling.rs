//! The scaling figure: speed-up against workers, the ideal, and Amdahl's law fitted to it.

use super::axis::{Axis, Quantity, Scale};
use super::canvas::{Align, Canvas};
use super::caption::Caption;
use super::figure::Chart;
use super::geometry::{Point, Rect};
use super::labels::{EndLabel, draw_end_labels};
use super::lines::{Ground, good_height, look, nothing, text_on_patch, whisker};
use super::table::{Cell, Column, Table};
use super::text::TextStyle;
use super::theme::{ALERT, AXIS, QUIET};
use crate::format;

/// What a scaling figure is drawn from.
#[derive(Clone, Debug)]
pub struct ScalingSeries {
    /// The words around the picture.
    pub caption: Caption,
    /// One line each.
    pub lines: Vec<ScalingLine>,
    /// Physical cores that could be used.
    pub physical: Option<usize>,
    /// Logical cores that could be used.
    pub logical: Option<usize>,
}

/// How one model's speed grew with its workers.
#[derive(Clone, Debug)]
pub struct ScalingLine {
    /// Its own look, the same in every figure; without one it has that of its place.
    pub look: Option<Look>,
    /// Its name without a number of workers.
    pub name: String,
    /// One point for each number of workers, rising.
    pub points: Vec<ScalingPoint>,
    /// Amdahl's law fitted to the points, if there were enough of them.
    pub fit: Option<AmdahlFit>,
}

/// Speed with some number of workers.
#[derive(Clone, Debug)]
pub struct ScalingPoint {
    /// Threads, processes or tasks at work at once.
    pub workers: usize,
    /// How many times as fast as the baseline; NaN if it failed.
    pub speedup: f64,
    /// Its 95% interval.
    pub interval: Option<(f64, f64)>,
    /// Why there is no value.
    pub failed: Option<String>,
}

/// Amdahl's law (1967): with a serial share `s` of the work, `n` workers are `1 / (s + (1 - s) / n)` times as fast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmdahlFit {
    /// The serial share, 0 to 1.
    pub serial: f64,
    /// Lower end of its 95% interval.
    pub low: f64,
    /// Upper end of its 95% interval.
    pub high: f64,
    /// Workers that can be at work at the same time, where cores bound them: the curve is level from there.
    #[serde(default)]
    pub bound: Option<f64>,
}

impl AmdahlFit {
    /// The speed-up by the law with serial share `serial`.
    fn at(&self, serial: f64, workers: f64) -> f64 {
        crate::measure::amdahl(serial, self.bound.map_or(workers, |bound| bound.min(workers)))
    }
}

impl ScalingSeries {
    fn points(&self) -> impl Iterator<Item = &ScalingPoint> {
        self.lines.iter().flat_map(|line| &line.points)
    }

    fn most_workers(&self) -> f64 {
        self.points().map(|point| point.workers).max().unwrap_or(1).max(2) as f64
    }

    fn upright(&self, pixels: (f64, f64)) -> Axis {
        let reached =
            self.points().flat_map(|point| [point.speedup, point.interval.map_or(f64::NAN, |i| i.1)]);
        let reached = reached.filter(|value| value.is_finite()).fold(1.0, f64::max);
        let cores = self.logical.unwrap_or(0) as f64;
        // The ideal line goes on for ever; what was reached must not be squeezed by it.
        let high = (reached * 1.25).max(cores.min(self.most_workers()).min(reached * 2.0) * 1.1);
        Axis::exactly((0.0, high.max(1.2)), Scale::Linear, pixels)
    }

    fn labels(&self) -> Vec<EndLabel> {
        let label = |(index, line): (usize, &ScalingLine)| {
            let (colour, marker) = look(line.model, index);
            let detail = line.fit.map_or_else(String::new, |fit| format!("serial {}", serial_share(&fit)));
            EndLabel { at: (f64::NAN, f64::NAN), text: line.name.clone(), detail, colour, marker }
        };
        self.lines.iter().enumerate().map(label).collect()
    }

    fn core_marks(&self) -> Vec<(usize, String)> {
        let cores = |number: usize, kind: &str| {
            (
                number,
                format!(
                    "{} {kind}{}",
                    format::count(number as u64),
                    if number == 1 { "core" } else { "cores" }
                ),
            )
        };
        match (self.physical, self.logical) {
            (Some(physical), Some(logical)) if physical == logical => vec![cores(logical, "")],
            (physical, logical) => {
                let physical = physical.map(|number| cores(number, "physical "));
                physical.into_iter().chain(logical.map(|number| cores(number, "logical "))).collect()
            }
        }
    }
}

fn serial_share(fit: &AmdahlFit) -> String {
    let text = |share: f64| format::percent(share.max(0.0)).replace('%', "");
    format!("{}% [{}, {}]", text(fit.serial), text(fit.low), text(fit.high))
}

impl Chart for ScalingSeries {
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.lines.iter().any(|line| line.fit.is_some()) {
            notes.push("Band: Amdahl's law with the serial share and its 95% interval, up to the number of cores. Dashed: ideal, n workers n times as fast.".into());
        } else if !self.lines.is_empty() {
            notes.push("Dashed: ideal, n workers n times as fast.".into());
        }
        for line in &self.lines {
            for point in &line.points {
                if let Some(reason) = &point.failed {
                    let workers = format::plural(point.workers as u64, "worker");
                    notes.push(format!("{} with {workers} failed: {reason}", line.name));
                }
            }
        }
        notes.extend(self.caption.notes.iter().cloned());
        notes
    }

    fn height(&self, width: f64) -> f64 {
        Ground::height(good_height(width), &self.labels())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if self.points().next().is_none() {
            return nothing(canvas, area);
        }
        let mut labels = self.labels();
        let ground = Ground::of(area, &labels, &self.upright((area.h - 66.0, 0.0)), &Quantity::Times);
        let plot = ground.plot;
        let speed = self.upright((plot.bottom(), plot.y));
        let workers = Axis::exactly((0.5, self.most_workers() + 0.5), Scale::Linear, (plot.x, plot.right()));
        speed.draw_beside(canvas, plot, area.x, &Quantity::Times, "speed-up");
        let number = Quantity::Number("workers".into());
        workers.draw_below(canvas, plot, &number, "workers");
        for (index, line) in self.lines.iter().enumerate() {
            let (colour, _) = look(line.model, index);
            draw_fit(canvas, line, colour, self.lines.len() <= MOST_BANDS, &workers, &speed);
        }
        self.draw_cores(canvas, plot, &workers);
        self.draw_ideal(canvas, plot, &workers, &speed);
        for (index, line) in self.lines.iter().enumerate() {
            let end = draw_line(canvas, line, index, plot, &workers, &speed);
            // A line without any value is still named.
            labels[index].at = end.unwrap_or((plot.right(), plot.bottom()));
        }
        draw_end_labels(canvas, ground.names, &labels);
    }

    fn alt(&self) -> String {
        let mut text = format!("{}. Speed-up against workers.", self.caption.title);
        for line in &self.lines {
            let best = line
                .points
                .iter()
                .filter(|p| p.speedup.is_finite())
                .max_by(|a, b| a.speedup.total_cmp(&b.speedup));
            match best {
                Some(point) => {
                    let workers = format::plural(point.workers as u64, "worker");
                    text +=
                        &format!(" {}: at most {} with {workers}", line.name, format::times(point.speedup));
                }
                None => text += &format!(" {}: no value", line.name),
            }
            if let Some(fit) = &line.fit {
                text += &format!(", serial share {}", serial_share(fit));
            }
            text.push('.');
        }
        for (_, name) in self.core_marks() {
            text += &format!(" Marked: {name}.");
        }
        text
    }

    fn table(&self) -> Table {
        let mut table = Table::new([
            Column::text("model"),
            Column::number("workers", ""),
            Column::number("speed-up", "x"),
            Column::text("95% interval"),
            Column::number("efficiency", ""),
            Column::number("Amdahl", "x"),
        ]);
        for line in &self.lines {
            for point in &line.points {
                let n = point.workers as f64;
                let workers = Cell::number(n, format::count(point.workers as u64));
                if let Some(reason) = &point.failed {
                    table.push([
                        line.name.as_str().into(),
                        workers,
                        Cell::none(),
                        format!("failed: {reason}").into(),
                    ]);
                    continue;
                }
                let interval = point.interval.map_or_else(Cell::none, |(low, high)| {
                    format!("{} to {}", format::times(low), format::times(high)).into()
                });
                let fitted = line.fit.map(|fit| fit.at(fit.serial, n));
                table.push([
                    line.name.as_str().into(),
                    workers,
                    Cell::number(point.speedup, format::times(point.speedup)),
                    interval,
                    Cell::number(point.speedup / n, format::percent(point.speedup / n)),
                    fitted.map_or_else(Cell::none, |value| Cell::number(value, format::times(value))),
                ]);
            }
        }
        table
    }
}

impl ScalingSeries {
    fn draw_ideal(&self, canvas: &mut Canvas<'_>, plot: Rect, workers: &Axis, speed: &Axis) {
        let end = self.most_workers().min(speed.range().1);
        let (from, to) = ((workers.at(1.0), speed.at(1.0)), (workers.at(end), speed.at(end)));
        canvas.dashes(&[from, to], (5.0, 4.0), 1.3, AXIS);
        let style = TextStyle::new(11.0).colour(QUIET);
        // Above the line nothing is ever drawn: the text ends where the line passes below it.
        let baseline = to.1 + style.size + 1.0;
        let share = (from.1 - baseline - 4.0) / (from.1 - to.1);
        let right = from.0 + share * (to.0 - from.0) - 6.0;
        if right - style.width("ideal") > plot.x + 4.0 && baseline < plot.bottom() - 40.0 {
            text_on_patch(canvas, (right, baseline), "ideal", &style, Align::Right);
        }
    }

    fn draw_cores(&self, canvas: &mut Canvas<'_>, plot: Rect, workers: &Axis) {
        let style = TextStyle::new(11.0).colour(QUIET);
        let beyond = workers.range().1;
        for (index, (number, name)) in self.core_marks().into_iter().enumerate() {
            if number as f64 > beyond || number == 0 {
                continue;
            }
            let x = workers.at(number as f64);
            canvas.dashes(&[(x, plot.y), (x, plot.bottom())], (1.5, 3.0), 1.2, QUIET);
            let y = plot.bottom() - 10.0 - 16.0 * index as f64;
            let right = x + 6.0 + style.width(&name) <= plot.right();
            let (x, align) = if right { (x + 6.0, Align::Left) } else { (x - 6.0, Align::Right) };
            text_on_patch(canvas, (x, y), &name, &style, align);
        }
    }
}

/// More bands than this would hide one another and the points.
const MOST_BANDS: usize = 8;

fn draw_fit(
    canvas: &mut Canvas<'_>,
    line: &ScalingLine,
    colour: super::theme::Colour,
    band: bool,
    workers: &Axis,
    speed: &Axis,
) {
    let Some(fit) = line.fit.filter(|fit| fit.serial.is_finite()) else { return };
    let (_, most) = workers.range();
    let steps = 60;
    let curve = |serial: f64| -> Vec<(f64, f64)> {
        let serial = serial.clamp(0.0, 1.0);
        let at = |step: i32| 1.0 + (most - 1.0) * f64::from(step) / f64::from(steps);
        (0..=steps).map(|step| (at(step), fit.at(serial, at(step)))).collect()
    };
    let place = |(n, times): (f64, f64)| -> Point { (workers.at(n), speed.at(times)) };
    let inside = |point: &(f64, f64)| point.1 <= speed.range().1;
    if band && fit.low.is_finite() && fit.high.is_finite() {
        // The band is cut at the plot's upper edge, the curve ends there.
        let band = curve(fit.low).into_iter().chain(curve(fit.high).into_iter().rev()).map(place);
        canvas.polygon(&band.collect::<Vec<Point>>(), colour.opacity(0.16));
    }
    let line: Vec<Point> = curve(fit.serial).into_iter().take_while(inside).map(place).collect();
    canvas.polyline(&line, 1.2, colour.opacity(0.75));
}

/// Draws points, intervals and the line through them; returns where it ends.
fn draw_line(
    canvas: &mut Canvas<'_>,
    line: &ScalingLine,
    index: usize,
    plot: Rect,
    workers: &Axis,
    speed: &Axis,
) -> Option<Point> {
    let (colour, marker) = look(line.model, index);
    let place = |point: &ScalingPoint| (workers.at(point.workers as f64), speed.at(point.speedup));
    let points: Vec<Point> = line.points.iter().map(place).collect();
    if line.fit.is_none() {
        canvas.polyline(&points, 1.8, colour);
    }
    for (point, at) in line.points.iter().zip(&points) {
        if let Some((low, high)) = point.interval {
            whisker(canvas, at.0, (speed.at(low), speed.at(high)), colour);
        }
        if point.failed.is_some() || !at.1.is_finite() {
            let (x, y) = (at.0, plot.bottom());
            canvas.line((x - 4.0, y - 4.0), (x + 4.0, y + 4.0), 1.6, ALERT);
            canvas.line((x - 4.0, y + 4.0), (x + 4.0, y - 4.0), 1.6, ALERT);
        } else {
            canvas.marker(*at, 4.5, marker, colour);
        }
    }
    points.into_iter().rfind(|point| point.0.is_finite() && point.1.is_finite())
}
