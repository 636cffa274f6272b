//! From a comparison to what its figures are drawn from.

use figure::{Caption, ComparisonRow, ComparisonSeries, Dot, Estimate, Figure, Quantity, Table, format};

use super::figure;
use crate::machine::Machine;
use crate::measure::{Comparison, Interval, Lane};

impl Comparison {
    /// The figure: one row a model, its time with interval, every run, and the band of no clear winner.
    pub fn chart(&self) -> Figure {
        figure(&self.problem, || self.series())
    }

    fn series(&self) -> ComparisonSeries {
        let rows: Vec<ComparisonRow> = self.in_order().map(|lane| self.row(lane)).collect();
        let baseline = self.baseline().map(|lane| lane.name.clone()).unwrap_or_default();
        let null = rows.iter().position(|row| row.null).unwrap_or_default();
        let centre = null.checked_sub(1).map(|twin| rows[twin].value).filter(|time| time.is_finite());
        // Both times of the same model belong to what two runs of the same thing differ by.
        let again = rows.get(null).map_or(f64::NAN, |row| row.value);
        let around = |centre: f64, floor: f64| ((centre / floor).min(again), (centre * floor).max(again));
        let band = centre.zip(self.floor()).map(|(centre, floor)| around(centre, floor));
        let caption =
            Caption { title: self.workload.title.clone(), subtitle: self.subtitle(), notes: self.remarks() };
        ComparisonSeries {
            measure: "time of one run".into(),
            statistic: "average run".into(),
            interval: "95% interval for the average run, a fifth of the runs cut from each end".into(),
            baseline,
            rows,
            band,
            ..ComparisonSeries::new(caption, Quantity::Seconds)
        }
    }

    /// All numbers: time, spread, cost and the cold start of every model.
    pub fn table(&self) -> Figure {
        if let Some(problem) = &self.problem {
            return Figure::problem(problem);
        }
        let times = [
            "average run",
            "median",
            "spread (MAD)",
            "shortest",
            "first run, with start-up",
            "processor time",
        ];
        let switches = ["switches: gave way", "switches: taken away"];
        let table = Table::default().words(["model"]).numbers(times).numbers(switches);
        let mut table = table.words(["against the baseline"]);
        for lane in self.in_order() {
            let time = |value: Option<f64>| value.map_or(format::NONE.into(), format::duration);
            let number = |value: Option<f64>| value.map_or(format::NONE.into(), count);
            let stats = self.lane_stats(lane);
            let of = |field: fn(&crate::measure::LaneStats) -> f64| stats.as_ref().map(field);
            table.push([
                lane.name.clone(),
                time(of(|stats| stats.time)),
                time(of(|stats| stats.median)),
                time(of(|stats| stats.mad)),
                time(of(|stats| stats.min)),
                time(lane.cold),
                time(of(|stats| stats.cpu)),
                number(of(|stats| stats.voluntary)),
                number(of(|stats| stats.involuntary)),
                self.against_baseline(lane),
            ]);
        }
        Figure::table(format!("{} · {}", self.workload.title, self.subtitle()), table)
    }

    /// Memory that each model holds while it is ready to run, its worker processes included.
    pub fn memory(&self) -> Figure {
        figure(&self.problem, || self.memory_series())
    }

    fn memory_series(&self) -> ComparisonSeries {
        let unknown = |lane: &Lane| lane.memory.is_none().then_some("the system does not tell");
        let rows = self.in_order().filter(|lane| !lane.control).map(|lane| ComparisonRow {
            look: Some(lane.model.look()),
            failed: lane.failure().or_else(|| unknown(lane)).map(str::to_owned),
            ..ComparisonRow::new(&lane.name, lane.memory.map_or(f64::NAN, |bytes| bytes as f64))
        });
        let title = format!("Memory held: {}", self.workload.title);
        let series = ComparisonSeries {
            measure: "memory held after the first run, proportional set size".into(),
            statistic: "each".into(),
            interval: String::new(),
            rows: rows.collect(),
            ..ComparisonSeries::new(Caption::new(title, self.subtitle()), Quantity::Bytes)
        };
        series.against_first()
    }

    /// The baseline, then the others as they were given, and the control below the model that it repeats.
    fn in_order(&self) -> impl Iterator<Item = &Lane> {
        let twin = |lane: &Lane| self.control().filter(|control| control.model == lane.model);
        let lanes = self.lanes.iter().filter(|lane| !lane.control);
        lanes.flat_map(move |lane| std::iter::once(lane).chain(twin(lane)))
    }

    fn row(&self, lane: &Lane) -> ComparisonRow {
        let stats = self.lane_stats(lane);
        let is_baseline = self.baseline().is_some_and(|baseline| baseline.name == lane.name);
        ComparisonRow {
            look: Some(lane.model.look()),
            name: lane.name.clone(),
            null: lane.control,
            failed: lane.failure().map(str::to_owned),
            value: stats.as_ref().map_or(f64::NAN, |stats| stats.time),
            interval: stats
                .as_ref()
                .and_then(|stats| stats.typical)
                .map(|typical| (typical.low, typical.high)),
            ratio: stats.as_ref().filter(|_| !is_baseline).and_then(|stats| stats.speedup).map(ratio),
            dots: lane
                .samples
                .iter()
                .map(|sample| Dot {
                    value: sample.wall,
                    outlier: stats.as_ref().is_some_and(|stats| stats.outliers.contains(&sample.round)),
                    disturbed: sample.disturbed,
                })
                .collect(),
        }
    }

    fn against_baseline(&self, lane: &Lane) -> String {
        if let Some(reason) = lane.failure() {
            return format!("failed: {reason}");
        }
        let is_baseline = self.baseline().is_some_and(|baseline| baseline.name == lane.name);
        match self.lane_stats(lane).and_then(|stats| stats.speedup) {
            _ if is_baseline => "baseline".into(),
            Some(speedup) => {
                let (value, interval) = ratio(speedup);
                format::ratio(value, interval)
            }
            None => "not decided".into(),
        }
    }

    pub(super) fn subtitle(&self) -> String {
        let rounds = format::plural(self.settings.rounds as u64, "round");
        let full =
            self.lanes.iter().filter(|lane| lane.failure().is_none()).map(|lane| lane.samples.len()).min();
        let of_all = match full {
            Some(full) if full < self.settings.rounds => format!(", {full} of them of all models"),
            _ => String::new(),
        };
        let cores = match self.settings.cores.as_slice() {
            [] => format::plural(self.machine.cores.allowed as u64, "core"),
            [core] => format!("core {core} alone"),
            list => format!("{} of {} cores", list.len(), self.machine.cores.online),
        };
        format!("{} · {rounds}{of_all}, shuffled", self.machine.with_cores(&cores))
    }

    /// What models had to do otherwise, and what to know before believing a number.
    fn remarks(&self) -> Vec<String> {
        let notes = self.lanes.iter().filter(|lane| !lane.control);
        let notes = notes.flat_map(|lane| lane.notes.iter().map(|note| format!("{}: {note}", lane.name)));
        // What a warning repeats, with what to do about it, is said once.
        let repeated = |note: &String| self.warnings.iter().any(|warning| warning.what == *note);
        let notes = notes.filter(|note| !repeated(note)).map(|note| note + ".");
        let warnings = self.warnings.iter().map(|warning| format!("{warning}."));
        notes.chain(warnings).collect()
    }
}

impl Machine {
    /// What the machine is, as a table.
    pub fn table(&self) -> Figure {
        let mut table = Table::default().words(["this machine", ""]);
        for (name, value) in self.rows() {
            table.push([name.to_owned(), value]);
        }
        Figure::table("", table)
    }
}

fn ratio(Interval { estimate, low, high }: Interval) -> Estimate {
    (estimate, (low.is_finite() && high.is_finite()).then_some((low, high)))
}

/// A median of counts: whole, or halfway between two.
fn count(value: f64) -> String {
    if value.fract() == 0.0 { format::count(value as u64) } else { format::fixed(value, 1) }
}
