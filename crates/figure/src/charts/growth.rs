//! The growth figure: time and memory against the number of tasks, both logarithmic, and where a model ends.

use super::axis::{Axis, Quantity, Scale};
use super::canvas::Canvas;
use super::caption::Caption;
use super::figure::Chart;
use super::geometry::{Point, Rect};
use super::labels::{EndLabel, draw_end_labels};
use super::lines::{Ground, good_height, look, nothing, whisker};
use super::table::{Cell, Column, Table};
use super::theme::ALERT;
use crate::format;

/// What a growth figure is drawn from.
#[derive(Clone, Debug)]
pub struct GrowthSeries {
    /// The words around the picture.
    pub caption: Caption,
    /// One line each.
    pub lines: Vec<GrowthLine>,
}

/// How one model's time and memory grew.
#[derive(Clone, Debug)]
pub struct GrowthLine {
    /// Its own look, the same in every figure; without one it has that of its place.
    pub look: Option<Look>,
    /// Its name.
    pub name: String,
    /// One point for each number of tasks, rising.
    pub points: Vec<GrowthPoint>,
    /// Memory for each further task in bytes, by slope, with its 95% interval if there is one.
    pub bytes_per_task: Option<(f64, Option<(f64, f64)>)>,
    /// Why it could not go on, if something stopped it ("the system refused thread 32,754: …").
    pub end: Option<String>,
}

/// One run with some number of tasks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GrowthPoint {
    /// How many tasks.
    pub tasks: u64,
    /// Time of the run in seconds.
    pub seconds: f64,
    /// Its 95% interval.
    pub interval: Option<(f64, f64)>,
    /// Memory above that of no tasks, in bytes.
    pub bytes: Option<f64>,
}

#[derive(Clone, Copy, PartialEq)]
enum Panel {
    Time,
    Memory,
}

impl Panel {
    fn value(self, point: &GrowthPoint) -> f64 {
        match self {
            Self::Time => point.seconds,
            Self::Memory => point.bytes.unwrap_or(f64::NAN),
        }
    }

    fn quantity(self) -> Quantity {
        if self == Self::Time { Quantity::Seconds } else { Quantity::Bytes }
    }

    fn name(self) -> &'static str {
        if self == Self::Time { "time" } else { "memory" }
    }
}

const GAP: f64 = 14.0;

impl GrowthSeries {
    fn panels(&self) -> Vec<Panel> {
        let memory =
            self.lines.iter().flat_map(|line| &line.points).any(|point| point.bytes.is_some_and(|b| b > 0.0));
        if memory { vec![Panel::Time, Panel::Memory] } else { vec![Panel::Time] }
    }

    fn labels(&self, panel: Panel) -> Vec<EndLabel> {
        let label = |(index, line): (usize, &GrowthLine)| {
            let (colour, marker) = look(line.model, index);
            let detail = match (panel, &line.end, line.bytes_per_task) {
                (Panel::Time, Some(_), _) => match line.points.last() {
                    Some(point) => format!("ended at {}", format::count(point.tasks)),
                    None => "did not start".into(),
                },
                (Panel::Memory, _, Some((bytes, _))) => format!("{} a task", format::measured_bytes(bytes)),
                _ => String::new(),
            };
            EndLabel { at: (f64::NAN, f64::NAN), text: line.name.clone(), detail, colour, marker }
        };
        self.lines.iter().enumerate().map(label).collect()
    }

    fn upright(&self, panel: Panel, pixels: (f64, f64)) -> Axis {
        let points = self.lines.iter().flat_map(|line| &line.points);
        let ends = points.clone().filter(|_| panel == Panel::Time).filter_map(|point| point.interval);
        let ends = ends.flat_map(|(low, high)| [low, high]);
        Axis::over(points.map(|point| panel.value(point)).chain(ends), Scale::Log, pixels)
    }

    fn draw_panel(&self, canvas: &mut Canvas<'_>, area: Rect, panel: Panel) {
        let mut labels = self.labels(panel);
        let quantity = panel.quantity();
        // Both panels get the same columns, so that the same number of tasks stands at the same place.
        let widest = |with: Panel| {
            Ground::of(area, &self.labels(with), &self.upright(with, (area.h, 0.0)), &with.quantity())
        };
        let ground = self.panels().into_iter().map(widest).reduce(|a, b| {
            let left = a.plot.x.max(b.plot.x);
            let right = a.plot.right().min(b.plot.right());
            let plot = Rect { x: left, w: right - left, ..a.plot };
            let names = if a.names.w > b.names.w { a.names } else { b.names };
            Ground { plot, names }
        });
        let Some(Ground { plot, names }) = ground else { return };
        let upright = self.upright(panel, (plot.bottom(), plot.y));
        let numbers = self.lines.iter().flat_map(|line| &line.points).map(|point| point.tasks as f64);
        let level = Axis::over(numbers, Scale::Log, (plot.x, plot.right()));
        upright.draw_beside(canvas, plot, area.x, &quantity, panel.name());
        level.draw_below(canvas, plot, &Quantity::Number("tasks".into()), "tasks");
        for (index, line) in self.lines.iter().enumerate() {
            let (colour, marker) = look(line.model, index);
            let place = |point: &GrowthPoint| (level.at(point.tasks as f64), upright.at(panel.value(point)));
            let points: Vec<Point> = line.points.iter().map(place).collect();
            canvas.polyline(&points, 1.8, colour);
            for (point, at) in line.points.iter().zip(&points) {
                if let (Panel::Time, Some((low, high))) = (panel, point.interval) {
                    whisker(canvas, at.0, (upright.at(low), upright.at(high)), colour);
                }
                canvas.marker(*at, 4.0, marker, colour);
            }
            let last = points.into_iter().rfind(|point| point.0.is_finite() && point.1.is_finite());
            if let (Some((x, y)), Some(_)) = (last, &line.end) {
                for turn in [1.0, -1.0] {
                    canvas.line((x - 6.0, y - 6.0 * turn), (x + 6.0, y + 6.0 * turn), 2.0, ALERT);
                }
            }
            labels[index].at = last.unwrap_or((plot.right(), plot.bottom()));
        }
        draw_end_labels(canvas, names, &labels);
    }

    fn panel_height(&self, width: f64, panel: Panel) -> f64 {
        Ground::height(good_height(width) * 0.8, &self.labels(panel))
    }
}

impl Chart for GrowthSeries {
    fn notes(&self) -> Vec<String> {
        let ends = self.lines.iter().filter_map(|line| {
            let reason = line.end.as_ref()?;
            Some(match line.points.last() {
                Some(_) => format!("{} (crossed): {reason}", line.name),
                None => format!("{}: did not start: {reason}", line.name),
            })
        });
        ends.chain(self.caption.notes.iter().cloned()).collect()
    }

    fn height(&self, width: f64) -> f64 {
        let panels = self.panels();
        let heights: f64 = panels.iter().map(|panel| self.panel_height(width, *panel)).sum();
        heights + GAP * (panels.len() as f64 - 1.0)
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if self.lines.iter().all(|line| line.points.is_empty()) {
            return nothing(canvas, area);
        }
        let mut top = area.y;
        for panel in self.panels() {
            let height = self.panel_height(area.w, panel);
            self.draw_panel(canvas, Rect::new(area.x, top, area.w, height), panel);
            top += height + GAP;
        }
    }

    fn alt(&self) -> String {
        let mut text = format!("{}. Time and memory against the number of tasks.", self.caption.title);
        for line in &self.lines {
            match line.points.last() {
                Some(point) => {
                    let tasks = format::plural(point.tasks, "task");
                    text += &format!(" {}: {tasks} in {}", line.name, format::duration(point.seconds));
                    if let Some(bytes) = point.bytes {
                        text += &format!(", {}", format::measured_bytes(bytes));
                    }
                    if let Some((bytes, _)) = line.bytes_per_task {
                        text += &format!(", {} a task", format::measured_bytes(bytes));
                    }
                }
                None => text += &format!(" {}: no value", line.name),
            }
            if let Some(reason) = &line.end {
                text += &format!("; ended there: {reason}");
            }
            text.push('.');
        }
        text
    }

    fn table(&self) -> Table {
        let mut table = Table::new([
            Column::text("model"),
            Column::number("tasks", ""),
            Column::number("time", "s"),
            Column::number("time a task", "s"),
            Column::number("memory", "bytes"),
        ]);
        for line in &self.lines {
            for point in &line.points {
                let each = point.seconds / point.tasks as f64;
                table.push([
                    line.name.as_str().into(),
                    Cell::number(point.tasks as f64, format::count(point.tasks)),
                    Cell::number(point.seconds, format::duration(point.seconds)),
                    Cell::number(each, format::duration(each)),
                    point
                        .bytes
                        .map_or_else(Cell::none, |bytes| Cell::number(bytes, format::measured_bytes(bytes))),
                ]);
            }
        }
        table
    }
}
