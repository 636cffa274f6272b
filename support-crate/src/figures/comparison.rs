//! From a comparison to what its figures are drawn from.

use std::path::Path;

use figure::{Caption, ComparisonRow, ComparisonSeries, Dot, Estimate, Figure, Table, format};

use super::figure;
use crate::machine::Machine;
use crate::measure::{Comparison, Interval, Lane, store};
use crate::model::Family;
use crate::workload::Nature;

/// Heading of the column that says how many tasks were begun and had not ended at the same time, at most.
const OPEN: &str = "open at once";

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
        let title = self.verdict().headline;
        ComparisonSeries {
            caption: Caption { title, subtitle: self.subtitle(), notes: self.remarks() },
            measure: "time of one run".into(),
            statistic: "average run".into(),
            interval: "95% interval, the quickest and the slowest fifth left out (after a restart times may lie a percent off, ratios hardly)".into(),
            baseline,
            rows,
            band,
            also: if self.lanes.iter().any(|lane| lane.open.is_some()) { OPEN } else { "" }.into(),
            told: self.open_at_once(),
            ..ComparisonSeries::default()
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
        let mut table = table.numbers([OPEN]).words(["against the baseline"]);
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
                open(lane),
                self.against_baseline(lane),
            ]);
        }
        Figure::table(self.subtitle(), table)
    }

    /// Writes the result with every sample to a JSON file; an existing file is replaced as a whole. Shown, it says so, or why not.
    pub fn save(&self, path: impl AsRef<Path>) -> Figure {
        self.save_at(path.as_ref())
    }

    // Not generic: a cell would have to compile all of serde's code for the type.
    fn save_at(&self, path: &Path) -> Figure {
        let saved = store::write(self, self.problem.as_deref(), store::COMPARISON, path);
        saved.map_or_else(Figure::problem, Figure::note)
    }

    /// The baseline, then the others as they were given, and the control below the model that it repeats.
    fn in_order(&self) -> impl Iterator<Item = &Lane> {
        let twin = |lane: &Lane| self.control().filter(|control| control.model == lane.model);
        let lanes = self.lanes.iter().filter(|lane| !lane.control);
        lanes.flat_map(move |lane| std::iter::once(lane).chain(twin(lane)))
    }

    pub(super) fn row(&self, lane: &Lane) -> ComparisonRow {
        let row = ComparisonRow {
            look: Some(lane.model.look()),
            null: lane.control,
            failed: lane.failure().map(str::to_owned),
            also: open(lane),
            ..ComparisonRow::new(&lane.name, f64::NAN)
        };
        let Some(stats) = self.lane_stats(lane) else { return row };
        let is_baseline = self.baseline().is_some_and(|baseline| baseline.name == lane.name);
        let dots = lane.samples.iter().map(|sample| Dot {
            value: sample.wall,
            outlier: stats.outliers.contains(&sample.round),
            disturbed: sample.disturbed,
        });
        ComparisonRow {
            value: stats.time,
            interval: stats.typical.map(|typical| (typical.low, typical.high)),
            ratio: (!is_baseline).then(|| stats.speedup.map_or((f64::NAN, None), ratio)),
            dots: dots.collect(),
            ..row
        }
    }

    /// The models that finished, those with the fewest tasks open at once first; those left out for which nobody counted.
    fn by_open(&self) -> Vec<&Lane> {
        let counted = |lane: &&Lane| !lane.control && lane.failure().is_none() && lane.open.is_some();
        let mut lanes: Vec<&Lane> = self.lanes.iter().filter(counted).collect();
        lanes.sort_by_key(|lane| lane.open);
        lanes
    }

    /// What explains most of a race of work that waits, in words; empty for work that computes.
    fn open_at_once(&self) -> String {
        let lanes = self.by_open();
        let all = lanes.chunk_by(|one, other| one.open == other.open);
        let all: Vec<String> = all.map(|lanes| format!("{} in {}", open(lanes[0]), names(lanes))).collect();
        if all.is_empty() || self.workload.nature == Nature::Computes {
            return String::new();
        }
        format!("Tasks open at once: {}.", all.join("; "))
    }

    /// Which models had fewer tasks open at once than others, though each could have had more.
    fn unequal(&self) -> Option<String> {
        let fixed = |lane: &Lane| match self.workload.nature {
            // Without a wait a thread has one task open, and of small tasks the first thread may have done most.
            Nature::Computes => {
                lane.open < Some(lane.model.workers().min(self.workload.tasks))
                    || lane.model.kind().worker.is_none()
            }
            _ => lane.model.kind().family == Family::Sequential,
        };
        let mut lanes = self.by_open();
        lanes.retain(|lane| !fixed(lane));
        let most = lanes.last()?.open;
        let (fewer, most) = lanes.split_at(lanes.partition_point(|lane| lane.open < most));
        let (fewer, most) = (Some(fewer).filter(|fewer| !fewer.is_empty()).map(names)?, names(most));
        Some(format!("Not on equal terms: {fewer} had fewer tasks open at once than {most}."))
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
        let machine = self.machine.with_cores(&cores);
        format!("{} · {machine} · {rounds}{of_all}, shuffled", format::sentence(&self.workload.title))
    }

    /// What models had to do otherwise, and what to know before believing a number.
    fn remarks(&self) -> Vec<String> {
        let notes = self.lanes.iter().filter(|lane| !lane.control);
        let notes = notes.flat_map(|lane| lane.notes.iter().map(|note| format!("{}: {note}", lane.name)));
        // What a warning repeats, with what to do about it, is said once.
        let repeated = |note: &String| self.warnings.iter().any(|warning| warning.what == *note);
        let notes = notes.filter(|note| !repeated(note)).map(|note| note + ".");
        let warnings = self.warnings.iter().map(|warning| format!("{warning}."));
        self.unequal().into_iter().chain(notes).chain(warnings).collect()
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

fn open(lane: &Lane) -> String {
    lane.open.map_or(format::NONE.into(), |open| format::count(open as u64))
}

fn names(lanes: &[&Lane]) -> String {
    format::list(&lanes.iter().map(|lane| lane.name.as_str()).collect::<Vec<_>>())
}

/// A median of counts: whole, or halfway between two.
fn count(value: f64) -> String {
    if value.fract() == 0.0 { format::count(value as u64) } else { format::fixed(value, 1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::testing::comparison;
    use crate::model::Model::{Async, Pool, Processes, Sequential, Threads};

    fn opened(nature: Nature, open: [usize; 5]) -> Comparison {
        let times =
            [(Sequential, 1.0), (Async, 0.1), (Threads(12), 0.1), (Pool(2), 0.5), (Processes(2), 0.5)];
        let mut result = comparison(&times, 5, 0.01, 1);
        result.workload.nature = nature;
        for (lane, open) in result.lanes.iter_mut().zip(open) {
            lane.open = Some(open);
        }
        result
    }

    #[test]
    fn how_many_tasks_were_open_at_once_stands_in_column_alt_and_note() {
        let waits = opened(Nature::Waits, [1, 12, 12, 2, 2]);
        let note = "Not on equal terms: pool (2) and processes (2) had fewer tasks open at once than async and threads (12).";
        let chart = waits.chart();
        assert!(chart.text().contains(note), "{}", chart.text());
        let alt = "Tasks open at once: 1 in sequential; 2 in pool (2) and processes (2); 12 in async and threads (12).";
        assert!(chart.alt().ends_with(alt), "{}", chart.alt());
        for table in [chart.text(), waits.table().text()] {
            assert!(table.contains(OPEN), "{table}");
        }
    }

    #[test]
    fn only_the_baseline_is_called_so_where_too_few_rounds_decide_nothing() {
        let few = comparison(&[(Sequential, 1.0), (Async, 0.5)], 2, 0.01, 1).chart().text();
        assert_eq!(few.matches("baseline").count(), 1, "{few}");
        assert!(few.contains("not decided") && few.starts_with("Not decided: 2 rounds are too few"), "{few}");
    }

    #[test]
    fn equal_terms_need_no_note() {
        let waits = opened(Nature::Waits, [1, 12, 12, 12, 12]);
        assert!(!waits.chart().text().contains("equal terms"));
        let computes = opened(Nature::Computes, [1, 1, 1, 2, 2]);
        assert!(
            !computes.chart().text().contains("equal terms"),
            "12 threads may not all have come to a task"
        );
        assert!(!computes.chart().alt().contains(OPEN));
        let computes = opened(Nature::Computes, [1, 1, 12, 2, 2]);
        assert!(computes.chart().text().contains("equal terms"));
    }
}
