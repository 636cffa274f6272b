//! The comparison figure: one row a model, its average or median with interval, every run as a dot, and the band of no clear winner.

mod draw;
mod series;

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{Area, Drawn, Estimate};
use crate::format;
use crate::table::Table;

pub use series::{ComparisonRow, ComparisonSeries, Dot};

impl Chart for ComparisonSeries {
    fn caption(&self) -> Caption {
        let rows = || self.rows.iter();
        let any = |test: fn(&Dot) -> bool| rows().flat_map(|row| &row.dots).any(test);
        let told = !self.interval.is_empty();
        let value = if draw::has_bars(self) { "Bar" } else { "Symbol" };
        let known = |(_, ends): Estimate| ends.is_some_and(|(low, _)| low.is_finite());
        let ratio = if rows().any(|row| row.ratio.is_some_and(known)) { " and ratio" } else { "" };
        let outliers = if any(|dot| dot.outlier) { " (hollow: outliers)" } else { "" };
        let reading = [
            (told && !self.rows.is_empty()).then(|| format!("{value}: the {}", self.statistic)),
            (told && rows().any(|row| row.interval.is_some()))
                .then(|| format!("Whisker{ratio}: {}", self.interval)),
            any(|_| true).then(|| format!("Dots: single runs{outliers}")),
            any(|dot| dot.disturbed).then(|| "Crosses: runs that something else disturbed".into()),
            self.band.map(|_| {
                format!("Shaded (a line where it is narrow): how much {} differs from itself", self.twin())
            }),
        ];
        let reading: Vec<String> = reading.into_iter().flatten().collect();
        let mut caption = self.caption.clone();
        if !reading.is_empty() {
            caption.notes.insert(0, reading.join(". ") + ".");
        }
        caption
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
                match (&row.failed, row.ratio) {
                    (Some(reason), _) => format!("{} failed: {reason}", row.name),
                    (None, Some((ratio, interval))) if ratio.is_finite() => {
                        format!("{} {value}, {}", row.name, format::ratio(ratio, interval))
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
                self.twin()
            ),
            None => String::new(),
        };
        let told = if self.told.is_empty() { String::new() } else { format!(" {}", self.told) };
        let rows = rows.join("; ");
        let mut measure = format!("{}, {}", format::sentence(&self.measure), self.statistic);
        if !self.baseline.is_empty() {
            measure += &format!(", then relative to {}", self.baseline);
        }
        format!("{}. {measure}: {rows}.{band}{told}", self.caption.told())
    }

    fn table(&self) -> Table {
        let against = format!("against {}", self.baseline);
        let mut table =
            Table::default().words(["model"]).numbers([&self.statistic]).words(["95% interval", &against]);
        let has_runs = self.rows.iter().any(|row| !row.dots.is_empty());
        if has_runs {
            table = table.numbers(["shortest", "runs"]);
        }
        table = table.numbers((!self.also.is_empty()).then_some(&self.also));
        for row in &self.rows {
            if let Some(reason) = &row.failed {
                table.push([row.name.clone(), format::NONE.into(), format!("failed: {reason}")]);
                continue;
            }
            let show = |value: f64| self.quantity.show(value);
            let interval = row.interval.map(|(low, high)| format!("{} to {}", show(low), show(high)));
            let least =
                row.dots.iter().map(|dot| dot.value).filter(|value| value.is_finite()).reduce(f64::min);
            let runs = [least.map_or(format::NONE.into(), show), format::count(row.dots.len() as u64)];
            let runs = runs.into_iter().filter(|_| has_runs);
            let cells = [
                row.name.clone(),
                show(row.value),
                interval.unwrap_or(format::NONE.into()),
                row.ratio_text(&self.baseline),
            ];
            table.push(cells.into_iter().chain(runs).chain([row.also.clone()]));
        }
        table
    }
}
