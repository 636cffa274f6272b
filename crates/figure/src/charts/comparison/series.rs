//! What the figure is drawn from.

use crate::caption::Caption;
use crate::draw::{Estimate, Quantity};
use crate::format;
use crate::look::Look;

/// What a comparison figure is drawn from.
#[derive(Clone, Debug, Default)]
pub struct ComparisonSeries {
    /// The words around the picture.
    pub caption: Caption,
    /// What is compared: "time of one run".
    pub measure: String,
    /// What a bar shows of it: "median".
    pub statistic: String,
    /// What intervals are of ("a typical run, with 95% confidence"); empty where the figure need not say how it is read.
    pub interval: String,
    /// Its unit.
    pub quantity: Quantity,
    /// Name of the baseline, for "relative to …"; empty where nothing is compared.
    pub baseline: String,
    /// One row each, from the top.
    pub rows: Vec<ComparisonRow>,
    /// Values between which a difference from the row that the null row repeats says nothing.
    pub band: Option<(f64, f64)>,
    /// Heading of one more column of numbers ("open at once"); empty where rows have none.
    pub also: String,
    /// One more sentence for who cannot see the picture; may be empty.
    pub told: String,
}

/// One model's row.
#[derive(Clone, Debug, Default)]
pub struct ComparisonRow {
    /// Its own look, the same in every figure; without one it has that of its place.
    pub look: Option<Look>,
    /// What stands beside it.
    pub name: String,
    /// The row above it a second time: drawn hollow.
    pub null: bool,
    /// Why it has no value; drawn as "failed: …".
    pub failed: Option<String>,
    /// The value that its bar shows, such as the median.
    pub value: f64,
    /// That value's 95% interval.
    pub interval: Option<(f64, f64)>,
    /// How many times as fast (as small) as the baseline, with its 95% interval; `None` for the baseline itself.
    pub ratio: Option<Estimate>,
    /// Every single run.
    pub dots: Vec<Dot>,
    /// What stands in the last column.
    pub also: String,
}

/// A single run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// What was measured.
    pub value: f64,
    /// Far from the others; drawn hollow, never left out.
    pub outlier: bool,
    /// Foreign load or throttling was seen; drawn as a cross.
    pub disturbed: bool,
}

impl ComparisonSeries {
    /// The name of the row that the null row repeats; the baseline's without one.
    pub(super) fn twin(&self) -> &str {
        let above = self.rows.windows(2).find(|rows| rows[1].null).map(|rows| &rows[0].name);
        above.unwrap_or(&self.baseline)
    }

    /// The same with every row held against the first: how many times as much it is, or "not decided" where its interval
    /// begins so low that a figure would claim too much.
    #[must_use]
    pub fn against_first(mut self) -> Self {
        let Some((first, others)) = self.rows.split_first_mut() else { return self };
        let one = if first.failed.is_none() && first.value > 0.0 { first.value } else { f64::NAN };
        for row in others {
            let unsure = row.interval.is_some_and(|(low, _)| low < 0.5 * row.value);
            row.ratio = Some((if unsure { f64::NAN } else { row.value / one }, None));
        }
        self.baseline = first.name.clone();
        self
    }

    /// A row in words, for who points at it.
    pub(super) fn told_of(&self, row: &ComparisonRow) -> String {
        let show = |value| self.quantity.show(value);
        let mut told = format!("{}: {}", row.name, show(row.value));
        if let Some((low, high)) = row.interval {
            told += &format!(", 95% interval {} to {}", show(low), show(high));
        }
        if row.ratio.is_some() && !self.baseline.is_empty() {
            told += &format!("; {} against {}", row.ratio_text(&self.baseline), self.baseline);
        }
        told
    }

    /// A run of a row in words.
    pub(super) fn told_run(&self, row: &ComparisonRow, number: usize) -> String {
        let dot = row.dots[number];
        let kind = match (dot.disturbed, dot.outlier) {
            (true, _) => ", disturbed",
            (_, true) => ", an outlier",
            _ => "",
        };
        format!("{}, run {}: {}{kind}", row.name, number + 1, self.quantity.show(dot.value))
    }
}

impl ComparisonRow {
    /// A row with a value and nothing else.
    pub fn new(name: impl Into<String>, value: f64) -> Self {
        Self { name: name.into(), value, ..Self::default() }
    }

    /// What stands right of the bar besides the median; nothing where nothing is compared.
    pub(super) fn ratio_text(&self, baseline: &str) -> String {
        match self.ratio {
            _ if self.failed.is_some() || baseline.is_empty() => String::new(),
            Some((value, _)) if !value.is_finite() => "not decided".into(),
            Some((value, interval)) => format::ratio(value, interval),
            None => "baseline".into(),
        }
    }
}
