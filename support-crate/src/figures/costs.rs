//! From the costs of tasks, threads and processes to what their figures are drawn from.

use figure::{Caption, ComparisonRow, ComparisonSeries, Dot, Figure, Quantity};

use super::figure;
use crate::measure::{Interval, UnitCost, UnitCosts};

impl UnitCosts {
    /// The figure: memory for each further task, thread and process.
    pub fn chart(&self) -> Figure {
        let series = || ComparisonSeries {
            measure: "memory for each further one, proportional set size".into(),
            statistic: "each".into(),
            interval: String::new(),
            rows: self.units.iter().map(|cost| row(cost, cost.bytes)).collect(),
            ..self.series("Memory for each further one", Quantity::Bytes)
        };
        figure(&self.problem, || series().against_first())
    }

    /// The figure of the time to start one and have its answer.
    pub fn start_chart(&self) -> Figure {
        let starts = |cost: &UnitCost| ComparisonRow {
            dots: cost.starts.iter().copied().map(Dot::from).collect(),
            ..row(cost, cost.start)
        };
        let series = || ComparisonSeries {
            measure: "time to start one and have its answer".into(),
            statistic: "typical time".into(),
            rows: self.units.iter().map(starts).collect(),
            ..self.series("From starting one to having its answer", Quantity::Seconds)
        };
        figure(&self.problem, || series().against_first())
    }

    fn series(&self, title: &str, quantity: Quantity) -> ComparisonSeries {
        ComparisonSeries::new(Caption::new(title, self.machine.in_short()), quantity)
    }
}

fn row(cost: &UnitCost, value: Option<Interval>) -> ComparisonRow {
    let unknown = || cost.failure.clone().unwrap_or_else(|| "the system does not tell".to_owned());
    ComparisonRow {
        look: Some(cost.unit.model(1).look()),
        failed: value.is_none().then(unknown),
        interval: value.map(|value| (value.low.max(0.0), value.high)),
        ..ComparisonRow::new(cost.unit.name(), value.map_or(f64::NAN, |value| value.estimate))
    }
}
