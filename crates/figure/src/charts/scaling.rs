//! The scaling figure: speed-up against workers, the ideal, and Amdahl's law fitted to it.

use plotters::chart::ChartBuilder;
use plotters::element::Polygon;
use plotters::series::{DashedLineSeries, LineSeries};

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{
    ABOVE, Align, Area, BELOW, Drawn, EndLabel, Piece, Plot, Quantity, Values, at, axis_title, centred,
    column_width, draw_end_labels, draw_mesh, geometry::Rect, good_height, least_height, pen, size,
    tick_style, unbroken, units, upright_title, within,
};
use crate::format;
use crate::look::Look;
use crate::table::{Cell, Column, Table};
use crate::text::TextStyle;
use crate::theme::{ALERT, AXIS, Colour, QUIET};

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
    pub bound: Option<f64>,
}

impl AmdahlFit {
    /// The speed-up by the law with serial share `serial`.
    fn at(&self, serial: f64, workers: f64) -> f64 {
        1.0 / (serial + (1.0 - serial) / self.bound.map_or(workers, |bound| bound.min(workers)))
    }
}

impl ScalingSeries {
    fn points(&self) -> impl Iterator<Item = &ScalingPoint> {
        self.lines.iter().flat_map(|line| &line.points)
    }

    fn most_workers(&self) -> f64 {
        self.points().map(|point| point.workers).max().unwrap_or(1).max(2) as f64
    }

    fn upright(&self, length: f64) -> Values {
        let reached =
            self.points().flat_map(|point| [point.speedup, point.interval.map_or(f64::NAN, |i| i.1)]);
        let reached = reached.filter(|value| value.is_finite()).fold(1.0, f64::max);
        let cores = self.logical.unwrap_or(0) as f64;
        // The ideal line goes on for ever; what was reached must not be squeezed by it.
        let high = (reached * 1.25).max(cores.min(self.most_workers()).min(reached * 2.0) * 1.1);
        Values::exactly(Quantity::Times, (0.0, high.max(1.2))).upright(length)
    }

    fn labels(&self) -> Vec<EndLabel> {
        let label = |(index, line): (usize, &ScalingLine)| {
            let detail = line.fit.map_or_else(String::new, |fit| format!("serial {}", serial_share(&fit)));
            EndLabel::new(&line.name, detail, line.look.unwrap_or(Look::nth(index)))
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
    fn caption(&self) -> Caption {
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
        Caption { notes, ..self.caption.clone() }
    }

    fn height(&self, width: f64) -> f64 {
        (good_height(width) + ABOVE + BELOW).max(least_height(&self.labels()) + 12.0)
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        if self.points().next().is_none() {
            return centred(area, "nothing was measured", tick_style());
        }
        let (width, height) = size(area);
        let mut labels = self.labels();
        let names = column_width(&labels, width * 0.36);
        let speed = self.upright(height - ABOVE - BELOW);
        let left = speed.label_width(&tick_style()) + 10.0;
        let plot = Rect::between((left, ABOVE), (width - names, height - BELOW));
        let workers = Quantity::Number("workers".into());
        let workers = Values::exactly(workers, (0.5, self.most_workers() + 0.5)).level(plot.w, &tick_style());
        let mut chart = ChartBuilder::on(area)
            .margin_top(units(ABOVE))
            .margin_right(units(names))
            .x_label_area_size(units(BELOW))
            .y_label_area_size(units(left))
            .build_cartesian_2d(workers.clone(), speed.clone())?;
        draw_mesh(&mut chart, true)?;
        upright_title(area, ABOVE, &speed, "speed-up")?;
        axis_title(area, (plot.right(), plot.bottom()), plot.w, &workers, "workers")?;
        let bands = self.lines.len() <= MOST_BANDS;
        for (line, label) in self.lines.iter().zip(&labels) {
            draw_fit(&mut chart, line, label.look.colour, bands, (&workers, &speed))?;
        }
        self.draw_cores(&mut chart, plot, (&workers, &speed))?;
        self.draw_ideal(&mut chart, area, plot, &speed)?;
        for (line, label) in self.lines.iter().zip(&mut labels) {
            let end = draw_line(&mut chart, line, label.look, (&workers, &speed))?;
            // A line without any value is still named.
            label.at = end.map_or((plot.right(), plot.bottom()), |at| within(area, chart.backend_coord(&at)));
        }
        draw_end_labels(area, plot, &labels)
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

const WORD: TextStyle = TextStyle::new(11.5).colour(QUIET);

impl ScalingSeries {
    fn draw_ideal(&self, chart: &mut Plot<'_, '_>, area: &Area<'_>, plot: Rect, speed: &Values) -> Drawn {
        let end = self.most_workers().min(speed.high());
        let line = [(1.0, 1.0), (end, end)];
        chart.draw_series(DashedLineSeries::new(line, units(5.0), units(4.0), pen(AXIS, 1.3)))?;
        let [from, to] = line.map(|point| within(area, chart.backend_coord(&point)));
        // Above the line nothing is ever drawn: the text ends where the line passes below it.
        let baseline = to.1 + WORD.size + 1.0;
        let share = (from.1 - baseline - 4.0) / (from.1 - to.1);
        let right = from.0 + share * (to.0 - from.0) - 6.0;
        if right - WORD.width("ideal") > plot.x + 4.0 && baseline < plot.bottom() - 40.0 {
            area.draw(&Piece::text(at((right, baseline)), "ideal", WORD, Align::Right).on_patch())?;
        }
        Ok(())
    }

    fn draw_cores(
        &self,
        chart: &mut Plot<'_, '_>,
        plot: Rect,
        (workers, speed): (&Values, &Values),
    ) -> Drawn {
        for (index, (number, name)) in self.core_marks().into_iter().enumerate() {
            let number = number as f64;
            if number == 0.0 || !workers.reaches(number) {
                continue;
            }
            let line = [(number, speed.high()), (number, 0.0)];
            chart.draw_series(DashedLineSeries::new(line, units(1.5), units(3.0), pen(QUIET, 1.2)))?;
            let right = plot.w * workers.share(number) + 6.0 + WORD.width(&name) <= plot.w;
            let (x, align) = if right { (6.0, Align::Left) } else { (-6.0, Align::Right) };
            let text = Piece::text((number, 0.0), &name, WORD, align);
            chart.draw_series([text.moved(x, -10.0 - 16.0 * index as f64).on_patch()])?;
        }
        Ok(())
    }
}

/// More bands than this would hide one another and the points.
const MOST_BANDS: usize = 8;

fn draw_fit(
    chart: &mut Plot<'_, '_>,
    line: &ScalingLine,
    colour: Colour,
    band: bool,
    (workers, speed): (&Values, &Values),
) -> Drawn {
    let Some(fit) = line.fit.filter(|fit| fit.serial.is_finite()) else { return Ok(()) };
    let steps = 60;
    let curve = |serial: f64| -> Vec<(f64, f64)> {
        let serial = serial.clamp(0.0, 1.0);
        let n = |step: i32| 1.0 + (workers.high() - 1.0) * f64::from(step) / f64::from(steps);
        (0..=steps).map(|step| (n(step), fit.at(serial, n(step)))).collect()
    };
    if band && fit.low.is_finite() && fit.high.is_finite() {
        // The band is cut at the plot's upper edge, the curve ends there.
        let edge = curve(fit.low).into_iter().chain(curve(fit.high).into_iter().rev());
        chart.draw_series([Polygon::new(edge.collect::<Vec<_>>(), colour.opacity(0.16))])?;
    }
    let inside = curve(fit.serial).into_iter().take_while(|point| speed.reaches(point.1));
    chart.draw_series(LineSeries::new(inside, pen(colour.opacity(0.75), 1.2)))?;
    Ok(())
}

/// Draws points, intervals and the line through them; returns where it ends.
fn draw_line(
    chart: &mut Plot<'_, '_>,
    line: &ScalingLine,
    Look { colour, marker }: Look,
    (workers, speed): (&Values, &Values),
) -> Result<Option<(f64, f64)>, crate::draw::DrawError> {
    let points = line.points.iter().map(|point| (point.workers as f64, point.speedup));
    let parts = unbroken(points, workers, speed);
    for part in parts.iter().filter(|_| line.fit.is_none()) {
        chart.draw_series(LineSeries::new(part.iter().copied(), pen(colour, 1.8)))?;
    }
    let pieces = line.points.iter().flat_map(|point| {
        let n = point.workers as f64;
        let ends = point.interval.filter(|(low, high)| low.is_finite() && high.is_finite());
        let whisker = ends.map(|(low, high)| Piece::whisker((n, low), (n, high), 3.5, colour, 1.4));
        let value = match point.failed.is_none() && point.speedup.is_finite() {
            true => Piece::marker((n, point.speedup), 4.5, marker, colour),
            false => Piece::cross((n, 0.0), 4.0, ALERT, 1.6),
        };
        whisker.into_iter().chain([value])
    });
    chart.draw_series(pieces)?;
    Ok(parts.last().and_then(|part| part.last()).copied())
}
