//! The figure of lines: how values change with a number of something, in one plot or in several below one another.

mod draw;

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{Area, Drawn, EndLabel, Values};
use crate::format;
use crate::look::Look;
use crate::table::{Cell, Column, Table};

/// What a figure of lines is drawn from.
#[derive(Clone, Debug)]
pub struct LinesSeries {
    /// The words around the picture.
    pub caption: Caption,
    /// The level axis: its name ("tasks") and what it covers.
    pub across: (String, Values),
    /// The upright axis of each plot, from the top: its name ("time") and what it covers.
    pub up: Vec<(String, Values)>,
    /// The lines, each in every plot.
    pub lines: Vec<Line>,
    /// Dashed lines in the first plot that the others are held against.
    pub guides: Vec<Guide>,
    /// A further column of the table: its name, and how the first plot's value, divided by that on the level axis, is shown.
    pub each: Option<(&'static str, Show)>,
    /// The table, where it is not made of the points.
    pub table: Option<Table>,
}

/// A line through points.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its own look, the same in every figure; without one it has that of its place.
    pub look: Option<Look>,
    /// Its name.
    pub name: String,
    /// What was measured, from left to right.
    pub points: Vec<LinePoint>,
    /// What stands below its name in each plot; may be shorter than the list of plots.
    pub details: Vec<String>,
    /// What is drawn in the first plot instead of the way from point to point, if anything.
    pub curve: Vec<(f64, f64)>,
    /// The corners of a band around the curve, if there is one.
    pub band: Vec<(f64, f64)>,
    /// Why it could not go on, if something stopped it ("the system refused thread 32,754: …").
    pub end: Option<String>,
}

/// How a number is written.
pub type Show = fn(f64) -> String;

/// A value with its 95% interval, if there is one.
pub type Estimate = (f64, Option<(f64, f64)>);

/// A point of a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinePoint {
    /// Its place on the level axis.
    pub at: f64,
    /// Its value in each plot; not finite where there is none.
    pub values: Vec<Estimate>,
    /// Why there is no value.
    pub failed: Option<String>,
}

/// A dashed line with a name, upright or rising.
#[derive(Clone, Debug, PartialEq)]
pub struct Guide {
    /// Its lower end.
    pub from: (f64, f64),
    /// Its upper end.
    pub to: (f64, f64),
    /// What stands beside it.
    pub name: String,
}

impl LinesSeries {
    fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.points.is_empty())
    }

    fn labels(&self, plot: usize) -> Vec<EndLabel> {
        let label = |(index, line): (usize, &Line)| {
            let ended = line.end.as_ref().filter(|_| plot == 0).map(|_| match line.points.last() {
                Some(point) => format!("ended at {}", self.across.1.show(point.at)),
                None => "did not start".into(),
            });
            let detail = line.details.get(plot).filter(|detail| !detail.is_empty());
            let detail = detail.cloned().or(ended).unwrap_or_default();
            EndLabel::new(&line.name, detail, line.look.unwrap_or(Look::nth(index)))
        };
        self.lines.iter().enumerate().map(label).collect()
    }
}

impl Line {
    /// The places of its points in a plot.
    fn places(&self, plot: usize) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.points.iter().filter_map(move |point| Some((point.at, point.values.get(plot)?.0)))
    }
}

impl Chart for LinesSeries {
    fn caption(&self) -> Caption {
        let (across, values) = &self.across;
        let mut notes = Vec::new();
        for line in &self.lines {
            let how = if line.points.is_empty() { ": did not start" } else { " (crossed)" };
            notes.extend(line.end.iter().map(|reason| format!("{}{how}: {reason}", line.name)));
            for point in &line.points {
                let place = values.show(point.at);
                let note = |reason| format!("{} at {place} {across} failed: {reason}", line.name);
                notes.extend(point.failed.as_ref().map(note));
            }
        }
        notes.extend(self.caption.notes.iter().cloned());
        Caption { notes, ..self.caption.clone() }
    }

    fn height(&self, width: f64) -> f64 {
        draw::height(self, width)
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        draw::draw(self, area)
    }

    fn alt(&self) -> String {
        let names: Vec<&str> = self.up.iter().map(|(name, _)| name.as_str()).collect();
        let over = format::sentence(&format!("{} against {}", format::list(&names), self.across.0));
        let mut text = format!("{}. {over}.", self.caption.title);
        for line in &self.lines {
            let most = |(plot, (_, values)): (usize, &(String, Values))| {
                let known = line.places(plot).filter(|place| place.1.is_finite());
                let (at, most) = known.max_by(|a, b| a.1.total_cmp(&b.1))?;
                Some(format!("at most {} at {}", values.show(most), self.across.1.show(at)))
            };
            let mut told: Vec<String> = self.up.iter().enumerate().filter_map(most).collect();
            if told.is_empty() {
                told.push("no value".into());
            }
            told.extend(line.details.iter().filter(|detail| !detail.is_empty()).cloned());
            told.extend(line.end.iter().map(|reason| format!("ended there: {reason}")));
            text += &format!(" {}: {}.", line.name, told.join(", "));
        }
        text + &self.guides.iter().map(|guide| format!(" Marked: {}.", guide.name)).collect::<String>()
    }

    fn table(&self) -> Table {
        if let Some(table) = &self.table {
            return table.clone();
        }
        let all = || self.lines.iter().flat_map(|line| &line.points);
        let estimate =
            |point: &LinePoint, plot: usize| point.values.get(plot).copied().unwrap_or((f64::NAN, None));
        let with_interval = |plot: usize| all().any(|point| estimate(point, plot).1.is_some());
        let mut columns = vec![Column::text("model"), Column::number(&self.across.0, "")];
        for (plot, (name, values)) in self.up.iter().enumerate() {
            columns.push(Column::number(name, values.quantity().unit()));
            columns.extend(with_interval(plot).then(|| Column::text("95% interval")));
        }
        columns.extend(self.each.iter().map(|(name, _)| Column::number(*name, "")));
        let mut table = Table::new(columns);
        for (line, point) in
            self.lines.iter().flat_map(|line| line.points.iter().map(move |point| (line, point)))
        {
            let mut row = vec![Cell::text(&line.name), Cell::number(point.at, self.across.1.show(point.at))];
            if let Some(reason) = &point.failed {
                row.extend([Cell::none(), Cell::text(format!("failed: {reason}"))]);
                table.push(row);
                continue;
            }
            for (plot, (_, values)) in self.up.iter().enumerate() {
                let (value, interval) = estimate(point, plot);
                row.push(Cell::number(value, values.show(value)));
                let interval =
                    interval.map(|(low, high)| format!("{} to {}", values.show(low), values.show(high)));
                row.extend(with_interval(plot).then(|| interval.map_or_else(Cell::none, Cell::text)));
            }
            let each = estimate(point, 0).0 / point.at;
            row.extend(self.each.iter().map(|(_, show)| Cell::number(each, show(each))));
            table.push(row);
        }
        table
    }
}
