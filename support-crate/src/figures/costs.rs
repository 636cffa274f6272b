//! From the costs of tasks, threads and processes to what their figures are drawn from.

use figure::{Caption, ComparisonRow, ComparisonSeries, Figure, Quantity, format};

use crate::measure::{UnitCost, UnitCosts};

impl UnitCosts {
    /// The figure: memory for each further task, thread and process.
    pub fn chart(&self) -> Figure {
        let subtitle = format!("One more of each · {}", self.machine.in_short());
        let series = ComparisonSeries {
            caption: Caption::new(self.verdict().headline, subtitle),
            measure: "memory for each further one, proportional set size".into(),
            statistic: "each".into(),
            rows: self.units.iter().map(row).collect(),
            also: "time to start".into(),
            quantity: Quantity::Bytes,
            ..ComparisonSeries::default()
        };
        Figure::new(series.against_first())
    }
}

fn row(cost: &UnitCost) -> ComparisonRow {
    let value = cost.bytes;
    let unknown = || cost.failure.clone().unwrap_or_else(|| "the system does not tell".to_owned());
    ComparisonRow {
        look: Some(cost.unit.model(1).look()),
        failed: value.is_none().then(unknown),
        interval: value.map(|value| (value.low.max(0.0), value.high)),
        also: cost.start.map_or(format::NONE.into(), |start| format::duration(start.estimate)),
        ..ComparisonRow::new(cost.unit.name(), value.map_or(f64::NAN, |value| value.estimate))
    }
}
