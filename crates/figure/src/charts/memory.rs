//! The memory figure: what one thread, one task or one process costs.

use super::comparison::{ComparisonRow, ComparisonSeries, Ratio};
use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{Area, Drawn, Quantity};
use crate::format;
use crate::look::Look;
use crate::table::{Cell, Column, Table};

/// What a memory figure is drawn from.
#[derive(Clone, Debug)]
pub struct MemorySeries {
    /// The words around the picture.
    pub caption: Caption,
    /// What the amounts are: "memory for each further one".
    pub measure: String,
    /// One row each, from the top; the first is what the others are held against.
    pub rows: Vec<MemoryRow>,
}

/// What one unit costs.
#[derive(Clone, Debug)]
pub struct MemoryRow {
    /// Its own look, the same in every figure; without one it has that of its place.
    pub look: Option<Look>,
    /// What one unit is: "a thread", "a process, forked".
    pub name: String,
    /// Its memory in bytes.
    pub bytes: f64,
    /// The 95% interval.
    pub interval: Option<(f64, f64)>,
    /// Why there is no value.
    pub failed: Option<String>,
}

impl MemorySeries {
    fn first(&self) -> Option<&MemoryRow> {
        self.rows.first().filter(|row| row.failed.is_none() && row.bytes > 0.0)
    }

    /// How many times the first; `None` where the interval begins so low that a figure would claim too much.
    fn times(&self, row: &MemoryRow) -> Option<f64> {
        if row.interval.is_some_and(|(low, _)| low < 0.5 * row.bytes) {
            return None;
        }
        self.first().map(|first| row.bytes / first.bytes).filter(|times| times.is_finite())
    }

    fn as_comparison(&self) -> ComparisonSeries {
        let row = |(index, row): (usize, &MemoryRow)| ComparisonRow {
            look: row.look,
            name: row.name.clone(),
            null: false,
            failed: row.failed.clone(),
            value: row.bytes,
            interval: row.interval,
            ratio: match index {
                0 => None,
                _ => {
                    Some(Ratio { value: self.times(row).unwrap_or(f64::NAN), low: f64::NAN, high: f64::NAN })
                }
            },
            dots: Vec::new(),
        };
        ComparisonSeries {
            caption: self.caption.clone(),
            measure: self.measure.clone(),
            statistic: "each".into(),
            quantity: Quantity::Bytes,
            baseline: self.rows.first().map_or_else(String::new, |row| row.name.clone()),
            rows: self.rows.iter().enumerate().map(row).collect(),
            band: None,
        }
    }
}

impl Chart for MemorySeries {
    fn caption(&self) -> Caption {
        self.caption.clone()
    }

    fn height(&self, width: f64) -> f64 {
        self.as_comparison().height(width)
    }

    /// By the comparison's `ChartBuilder`: amounts are compared as times are.
    fn draw(&self, area: &Area<'_>) -> Drawn {
        self.as_comparison().draw(area)
    }

    fn alt(&self) -> String {
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|row| match &row.failed {
                Some(reason) => format!("{} failed: {reason}", row.name),
                None => format!("{} {}", row.name, format::measured_bytes(row.bytes)),
            })
            .collect();
        let rows = if rows.is_empty() { "nothing was measured".into() } else { rows.join("; ") };
        format!("{}. {}: {rows}.", self.caption.title, self.measure)
    }

    fn table(&self) -> Table {
        let mut table = Table::new([
            Column::text("one"),
            Column::number("memory", "bytes"),
            Column::text("95% interval"),
            Column::number("times the first", "x"),
        ]);
        for row in &self.rows {
            if let Some(reason) = &row.failed {
                table.push([row.name.as_str().into(), Cell::none(), format!("failed: {reason}").into()]);
                continue;
            }
            let interval = row.interval.map_or_else(Cell::none, |(low, high)| {
                format!("{} to {}", format::measured_bytes(low.max(0.0)), format::measured_bytes(high)).into()
            });
            table.push([
                row.name.as_str().into(),
                Cell::number(row.bytes, format::measured_bytes(row.bytes)),
                interval,
                self.times(row).map_or_else(Cell::none, |times| Cell::number(times, format::times(times))),
            ]);
        }
        table
    }
}
