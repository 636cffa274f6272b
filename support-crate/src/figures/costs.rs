//! From the costs of tasks, threads and processes to what their figures are drawn from.

use figure::{
    Caption, ComparisonRow, ComparisonSeries, Dot, Figure, MemoryRow, MemorySeries, Quantity, Ratio,
};

use crate::measure::{UnitCost, UnitCosts};

impl UnitCosts {
    /// The figure: memory for each further task, thread and process.
    pub fn chart(&self) -> Figure {
        match &self.problem {
            Some(problem) => Figure::problem(problem),
            None => Figure::new(self.series()),
        }
    }

    /// The figure of the time to start one and have its answer.
    pub fn start_chart(&self) -> Figure {
        match &self.problem {
            Some(problem) => Figure::problem(problem),
            None => Figure::new(self.start_series()),
        }
    }

    /// What the memory figure is drawn from.
    pub fn series(&self) -> MemorySeries {
        let rows = self.units.iter().map(|cost| MemoryRow {
            look: Some(cost.unit.model(1).look()),
            name: cost.unit.name().to_owned(),
            bytes: cost.bytes.map_or(f64::NAN, |bytes| bytes.estimate),
            interval: cost.bytes.map(|bytes| (bytes.low, bytes.high)),
            failed: failure(cost, cost.bytes.is_none()),
        });
        MemorySeries {
            caption: self.caption("Memory for each further one"),
            measure: "memory for each further one, proportional set size".into(),
            rows: rows.collect(),
        }
    }

    /// What the figure of starts is drawn from.
    pub fn start_series(&self) -> ComparisonSeries {
        let first = self.units.first().and_then(|cost| cost.start);
        let row = |cost: &UnitCost| ComparisonRow {
            look: Some(cost.unit.model(1).look()),
            name: cost.unit.name().to_owned(),
            null: false,
            failed: failure(cost, cost.start.is_none()),
            value: cost.start.map_or(f64::NAN, |start| start.estimate),
            interval: cost.start.map(|start| (start.low, start.high)),
            ratio: match (cost.start, first) {
                (Some(start), Some(first)) if start != first => {
                    Some(Ratio { value: start.estimate / first.estimate, low: f64::NAN, high: f64::NAN })
                }
                _ => None,
            },
            dots: cost.starts.iter().map(|&value| Dot { value, outlier: false, disturbed: false }).collect(),
        };
        ComparisonSeries {
            caption: self.caption("From starting one to having its answer"),
            measure: "time to start one and have its answer".into(),
            statistic: "typical time".into(),
            quantity: Quantity::Seconds,
            baseline: self.units.first().map_or_else(String::new, |cost| cost.unit.name().to_owned()),
            rows: self.units.iter().map(row).collect(),
            band: None,
        }
    }

    fn caption(&self, title: &str) -> Caption {
        Caption::new(title, self.machine.in_short())
    }
}

fn failure(cost: &UnitCost, missing: bool) -> Option<String> {
    missing.then(|| cost.failure.clone().unwrap_or_else(|| "the system does not tell".to_owned()))
}
