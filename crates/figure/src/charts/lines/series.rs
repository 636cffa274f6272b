//! What the figure is drawn from.

use crate::caption::Caption;
use crate::draw::{EndLabel, Estimate, Values};
use crate::look::Look;
use crate::table::Table;

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
    /// A way beyond what was measured, dashed, in the first plot.
    pub guess: Vec<(f64, f64)>,
    /// The corners of a band around the curve, if there is one.
    pub band: Vec<(f64, f64)>,
    /// Why it could not go on, if something stopped it ("the system refused thread 32,754: …").
    pub end: Option<String>,
}

/// How a number is written.
pub type Show = fn(f64) -> String;

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
    pub(super) fn labels(&self, plot: usize) -> Vec<EndLabel> {
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
    pub(super) fn places(&self, plot: usize) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.points.iter().filter_map(move |point| Some((point.at, point.values.get(plot)?.0)))
    }
}
