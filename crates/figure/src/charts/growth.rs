//! The growth figure: time and memory against the number of tasks, both logarithmic, and where a model ends.

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
use crate::theme::ALERT;

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
            let detail = match (panel, &line.end, line.bytes_per_task) {
                (Panel::Time, Some(_), _) => match line.points.last() {
                    Some(point) => format!("ended at {}", format::count(point.tasks)),
                    None => "did not start".into(),
                },
                (Panel::Memory, _, Some((bytes, _))) => format!("{} a task", format::measured_bytes(bytes)),
                _ => String::new(),
            };
            EndLabel::new(&line.name, detail, line.look.unwrap_or(Look::nth(index)))
        };
        self.lines.iter().enumerate().map(label).collect()
    }

    /// The upright axis of a panel for so many pixels.
    fn upright(&self, panel: Panel, length: f64) -> Values {
        let points = self.lines.iter().flat_map(|line| &line.points);
        let ends = points.clone().filter(|_| panel == Panel::Time).filter_map(|point| point.interval);
        let ends = ends.flat_map(|(low, high)| [low, high]);
        let values = points.map(|point| panel.value(point)).chain(ends);
        Values::over(panel.quantity(), values, Scale::Log).upright(length)
    }

    /// Room left and right of the plots: the same for both, so that the same number of tasks stands at the same place.
    fn sides(&self, width: f64) -> (f64, f64) {
        let left = |panel: &Panel| {
            let plot = self.panel_height(width, *panel) - ABOVE - BELOW;
            self.upright(*panel, plot).label_width(&tick_style()) + 10.0
        };
        let names = |panel: &Panel| column_width(&self.labels(*panel), width * 0.36);
        let widest = |widths: Vec<f64>| widths.into_iter().fold(0.0, f64::max);
        let panels = self.panels();
        (widest(panels.iter().map(left).collect()), widest(panels.iter().map(names).collect()))
    }

    fn draw_panel(&self, area: &Area<'_>, panel: Panel) -> Drawn {
        let (width, height) = size(area);
        let (left, names) = self.sides(width);
        let plot = Rect::between((left, ABOVE), (width - names, height - BELOW));
        let values = self.upright(panel, plot.h);
        let numbers = self.lines.iter().flat_map(|line| &line.points).map(|point| point.tasks as f64);
        let tasks = Values::over(Quantity::Number("tasks".into()), numbers, Scale::Log);
        let tasks = tasks.level(plot.w, &tick_style());
        let mut chart = ChartBuilder::on(area)
            .margin_top(units(ABOVE))
            .margin_right(units(names))
            .x_label_area_size(units(BELOW))
            .y_label_area_size(units(left))
            .build_cartesian_2d(tasks.clone(), values.clone())?;
        draw_mesh(&mut chart, true)?;
        upright_title(area, ABOVE, &values, panel.name())?;
        axis_title(area, (plot.right(), plot.bottom()), plot.w, &tasks, "tasks")?;
        let mut labels = self.labels(panel);
        for (line, label) in self.lines.iter().zip(&mut labels) {
            let Look { colour, marker } = label.look;
            let place = |point: &GrowthPoint| (point.tasks as f64, panel.value(point));
            let parts = unbroken(line.points.iter().map(place), &tasks, &values);
            for part in &parts {
                chart.draw_series(LineSeries::new(part.iter().copied(), pen(colour, 1.8)))?;
            }
            let intervals = line.points.iter().filter(|_| panel == Panel::Time);
            chart.draw_series(intervals.filter_map(|point| {
                let (n, (low, high)) = (point.tasks as f64, point.interval?);
                let seen = values.share(low).is_finite() && values.share(high).is_finite();
                seen.then(|| Piece::whisker((n, low), (n, high), 3.5, colour, 1.4))
            }))?;
            chart.draw_series(parts.iter().flatten().map(|at| Piece::marker(*at, 4.0, marker, colour)))?;
            let last = parts.iter().flatten().last();
            if let (Some(at), Some(_)) = (last, &line.end) {
                chart.draw_series([Piece::cross(*at, 6.0, ALERT, 2.0)])?;
            }
            label.at = last.map_or((plot.right(), plot.bottom()), |at| within(area, chart.backend_coord(at)));
        }
        draw_end_labels(area, plot, &labels)
    }

    fn panel_height(&self, width: f64, panel: Panel) -> f64 {
        let plot = (good_height(width) * 0.8).round() + ABOVE + BELOW;
        plot.max(least_height(&self.labels(panel)) + 12.0)
    }
}

impl Chart for GrowthSeries {
    fn caption(&self) -> Caption {
        let ends = self.lines.iter().filter_map(|line| {
            let reason = line.end.as_ref()?;
            Some(match line.points.last() {
                Some(_) => format!("{} (crossed): {reason}", line.name),
                None => format!("{}: did not start: {reason}", line.name),
            })
        });
        let notes = ends.chain(self.caption.notes.iter().cloned()).collect();
        Caption { notes, ..self.caption.clone() }
    }

    fn height(&self, width: f64) -> f64 {
        let panels = self.panels();
        let heights: f64 = panels.iter().map(|panel| self.panel_height(width, *panel)).sum();
        heights + GAP * (panels.len() as f64 - 1.0)
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        if self.lines.iter().all(|line| line.points.is_empty()) {
            return centred(area, "nothing was measured", tick_style());
        }
        let mut rest = area.clone();
        for panel in self.panels() {
            let (drawn, below) = rest.split_vertically(units(self.panel_height(size(area).0, panel)));
            self.draw_panel(&drawn, panel)?;
            rest = below.split_vertically(units(GAP)).1;
        }
        Ok(())
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
