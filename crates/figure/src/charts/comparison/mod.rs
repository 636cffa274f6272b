//! The comparison figure: one row a model, its median with interval, every run as a dot, and the band of no clear winner.

mod draw;

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{Area, Drawn, Quantity};
use crate::format;
use crate::look::Look;
use crate::table::{Cell, Column, Table};

/// What a comparison figure is drawn from.
#[derive(Clone, Debug)]
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
    /// Values between which a difference from the baseline says nothing, from the null lane.
    pub band: Option<(f64, f64)>,
}

/// One model's row.
#[derive(Clone, Debug)]
pub struct ComparisonRow {
    /// Its own look, the same in every figure; without one it has that of its place.
    pub look: Option<Look>,
    /// What stands beside it.
    pub name: String,
    /// The baseline a second time: drawn hollow.
    pub null: bool,
    /// Why it has no value; drawn as "failed: …".
    pub failed: Option<String>,
    /// The value that its bar shows, such as the median.
    pub value: f64,
    /// That value's 95% interval.
    pub interval: Option<(f64, f64)>,
    /// How many times as fast (as small) as the baseline, with its 95% interval; `None` for the baseline itself.
    pub ratio: Option<Ratio>,
    /// Every single run.
    pub dots: Vec<Dot>,
}

/// A ratio with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The estimate.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Ratio {
    /// As the reader sees it: "1.96x [1.93, 1.99]"; without a usable interval the estimate alone.
    pub fn show(&self) -> String {
        match self.low.is_finite() && self.high.is_finite() {
            true => format::ratio(self.value, (self.low, self.high)),
            false => format::times(self.value),
        }
    }
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

impl From<f64> for Dot {
    fn from(value: f64) -> Self {
        Self { value, outlier: false, disturbed: false }
    }
}

impl ComparisonSeries {
    /// A comparison without rows, of medians, with no band.
    pub fn new(caption: Caption, quantity: Quantity) -> Self {
        Self {
            caption,
            measure: String::new(),
            statistic: "median".into(),
            interval: "the same, with 95% confidence".into(),
            quantity,
            baseline: String::new(),
            rows: Vec::new(),
            band: None,
        }
    }

    /// The same with every row held against the first: how many times as much it is, or "not decided" where its interval
    /// begins so low that a figure would claim too much.
    #[must_use]
    pub fn against_first(mut self) -> Self {
        let Some((first, others)) = self.rows.split_first_mut() else { return self };
        let one = if first.failed.is_none() && first.value > 0.0 { first.value } else { f64::NAN };
        for row in others {
            let unsure = row.interval.is_some_and(|(low, _)| low < 0.5 * row.value);
            let value = if unsure { f64::NAN } else { row.value / one };
            row.ratio = Some(Ratio { value, low: f64::NAN, high: f64::NAN });
        }
        self.baseline = first.name.clone();
        self
    }
}

impl ComparisonRow {
    /// A row with a value and nothing else.
    pub fn new(name: impl Into<String>, value: f64) -> Self {
        Self {
            look: None,
            name: name.into(),
            null: false,
            failed: None,
            value,
            interval: None,
            ratio: None,
            dots: Vec::new(),
        }
    }

    /// What stands right of the bar besides the median; nothing where nothing is compared.
    fn ratio_text(&self, baseline: &str) -> String {
        match &self.ratio {
            _ if self.failed.is_some() || baseline.is_empty() => String::new(),
            Some(ratio) if !ratio.value.is_finite() => "not decided".into(),
            Some(ratio) => ratio.show(),
            None => "baseline".into(),
        }
    }
}

impl Chart for ComparisonSeries {
    fn caption(&self) -> Caption {
        let any = |test: fn(&Dot) -> bool| self.rows.iter().flat_map(|row| &row.dots).any(test);
        let (value, line) = if draw::has_bars(self) { ("Bar", "Line") } else { ("Symbol", "Black line") };
        let mut reading = Vec::new();
        let told = !self.interval.is_empty();
        if told && !self.rows.is_empty() {
            reading.push(format!("{value}: the {}", self.statistic));
        }
        if told && self.rows.iter().any(|row| row.interval.is_some()) {
            let ratios = self.rows.iter().any(|row| row.ratio.is_some_and(|ratio| ratio.low.is_finite()));
            let ratio = if ratios { " and ratio" } else { "" };
            reading.push(format!("{line}{ratio}: {}", self.interval));
        }
        if any(|_| true) {
            let outliers = if any(|dot| dot.outlier) { " (hollow: outliers)" } else { "" };
            reading.push(format!("Dots: single runs{outliers}"));
        }
        if any(|dot| dot.disturbed) {
            reading.push("Crosses: runs that something else disturbed".into());
        }
        if self.band.is_some() {
            reading.push("Shaded: what two runs of the same thing differ by".into());
        }
        match reading.is_empty() {
            true => self.caption.clone(),
            false => self.caption.clone().with_reading(reading.join(". ") + "."),
        }
    }

    fn height(&self, width: f64) -> f64 {
        draw::height(self, width)
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        draw::draw(self, area)
    }

    fn alt(&self) -> String {
        if self.rows.is_empty() {
            return format!("{}: nothing was measured.", self.caption.title);
        }
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let value = self.quantity.show(row.value);
                match (&row.failed, &row.ratio) {
                    (Some(reason), _) => format!("{} failed: {reason}", row.name),
                    (None, Some(ratio)) if ratio.value.is_finite() => {
                        format!("{} {value}, {} relative to {}", row.name, ratio.show(), self.baseline)
                    }
                    _ => format!("{} {value}", row.name),
                }
            })
            .collect();
        let band = match self.band {
            Some((low, high)) => format!(
                " Between {} and {}: no clear difference from {}.",
                self.quantity.show(low),
                self.quantity.show(high),
                self.baseline
            ),
            None => String::new(),
        };
        format!("{}. {}, {}: {}.{band}", self.caption.title, self.measure, self.statistic, rows.join("; "))
    }

    fn table(&self) -> Table {
        let unit = self.quantity.unit();
        let runs = self.rows.iter().any(|row| !row.dots.is_empty());
        let mut columns = vec![
            Column::text("model"),
            Column::number(&self.statistic, unit),
            Column::text("95% interval"),
            Column::text(format!("against {}", self.baseline)),
        ];
        columns.extend(
            runs.then(|| [Column::number("shortest", unit), Column::number("runs", "")])
                .into_iter()
                .flatten(),
        );
        let mut table = Table::new(columns);
        for row in &self.rows {
            if let Some(reason) = &row.failed {
                table.push([row.name.as_str().into(), Cell::none(), format!("failed: {reason}").into()]);
                continue;
            }
            let show = |value: f64| self.quantity.show(value);
            let number = |value: f64| Cell::number(value, show(value));
            let least =
                row.dots.iter().map(|dot| dot.value).filter(|value| value.is_finite()).reduce(f64::min);
            table.push([
                row.name.as_str().into(),
                number(row.value),
                row.interval
                    .map_or_else(Cell::none, |(low, high)| format!("{} to {}", show(low), show(high)).into()),
                row.ratio_text(&self.baseline).into(),
                least.map_or_else(Cell::none, number),
                Cell::number(row.dots.len() as f64, format::count(row.dots.len() as u64)),
            ]);
        }
        table
    }
}
