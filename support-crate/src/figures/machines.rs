//! From the results of several machines to what their figure is drawn from.

use std::path::Path;

use figure::{Caption, ComparisonRow, ComparisonSeries, Figure, format};

use crate::measure::{Comparison, Lane, Machines};

/// Of more rows than this only the quickest model of each machine is drawn.
const MOST_ROWS: usize = 40;

/// Puts the comparisons that a class saved in `folder` (each a file `name.json`, by `.save("name.json")`) into one figure, and says in
/// a sentence what their machines differ in. A file that cannot be compared with the others is left out, and named with the reason:
/// other work or other parameters than most files have, another format, no saved comparison.
///
/// ```
/// use concurrency_lab::prelude::*;
/// # let folder = std::env::temp_dir().join(format!("class-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// let waits = compare(Waits { tasks: 4, wait: ms(1) }).models([Sequential, Async]).rounds(5).run();
/// for name in ["ada.json", "bea.json"] {
///     waits.save(folder.join(name));
/// }
/// assert!(compare_machines(&folder).text().starts_with("2 saved results of 4 waits"));
/// # std::fs::remove_dir_all(folder).unwrap();
/// ```
pub fn compare_machines(folder: impl AsRef<Path>) -> Figure {
    Machines::read(folder.as_ref()).map_or_else(Figure::problem, |machines| machines.figure())
}

impl Machines {
    fn figure(&self) -> Figure {
        Figure::new(self.series()).with_prose(self.sentence())
    }

    /// A row a model and result, those of one model together, each held against the baseline of its own result.
    fn series(&self) -> ComparisonSeries {
        let results = format::plural(self.results.len() as u64, "saved result");
        let work = format::sentence(&self.results[0].1.workload.title);
        let mut caption = Caption::new(format!("The same work in {results}"), work);
        let mut lanes = self.lanes();
        if lanes.len() > MOST_ROWS {
            lanes.retain(|(_, result, lane)| {
                result.ranking().first().is_some_and(|first| first.name == lane.name)
            });
            caption.notes.push("Of so many results only the quickest model of each.".into());
        }
        let across = "Times of two results come from different rounds; a ratio compares runs of one result.";
        caption.notes.push(across.into());
        caption.notes.extend(self.refused.iter().map(|sentence| format!("Left out: {sentence}.")));
        ComparisonSeries {
            caption,
            measure: "time of one run".into(),
            statistic: "average run".into(),
            interval: "95% interval, the quickest and the slowest fifth left out".into(),
            baseline: "its own baseline".into(),
            rows: lanes.into_iter().map(row).collect(),
            ..ComparisonSeries::default()
        }
    }

    /// The models of all machines but their controls, those of one kind together.
    fn lanes(&self) -> Vec<(&str, &Comparison, &Lane)> {
        let own = |lane: &&Lane| !lane.control;
        let all = self.results.iter().flat_map(|(name, result)| {
            result.lanes.iter().filter(own).map(move |lane| (name.as_str(), result, lane))
        });
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|(_, _, lane)| lane.model.with_workers(1));
        all
    }
}

/// As in a machine's own chart, without its single runs.
fn row((name, result, lane): (&str, &Comparison, &Lane)) -> ComparisonRow {
    let row = result.row(lane);
    ComparisonRow { name: format!("{} · {name}", lane.name), dots: Vec::new(), also: String::new(), ..row }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::measure::testing::{comparison, machine_with};
    use crate::model::Model::{Async, Pool, Sequential, Threads};

    /// What somebody measured with so many cores.
    fn on(cores: usize) -> Comparison {
        let alone = 1.0 / cores as f64;
        let times =
            [(Sequential, 1.0), (Async, 1.02), (Threads(64), alone), (Pool(cores.max(2)), 0.97 * alone)];
        Comparison { machine: machine_with(cores), ..comparison(&times, 7, 0.02, cores as u64) }
    }

    /// A folder with what a class saved: one core, two, a quota, other work, another format, a broken file.
    fn saved() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let mut quota = on(2);
        quota.machine.cores.quota = Some(1.5);
        let mut other = on(2);
        other.workload.title = "16 tasks of a function".to_owned();
        for (name, result) in [("ada", on(1)), ("bea", on(2)), ("carl", quota), ("dora", other)] {
            result.save(path(name).with_extension("json"));
        }
        let text = fs::read_to_string(path("bea.json")).unwrap();
        fs::write(path("emil.json"), text.replace("\"format\": 1", "\"format\": 7")).unwrap();
        fs::write(path("fritz.json"), &text[..text.len() / 2]).unwrap();
        fs::write(path("notes.txt"), "not a result").unwrap();
        folder
    }

    #[test]
    fn a_class_is_compared_and_who_cannot_be_is_named_with_the_reason() {
        let folder = saved();
        let text = compare_machines(folder.path()).text();
        let said = "3 saved results of 64 tasks of a function; they differ in cores this process may use \
                    (ada: 1; bea and carl: 2), quota of the control group (carl: 1.50 cores' worth of time; ada and bea: none) \
                    and physical cores among them (ada: 1; bea and carl: 2).";
        for due in [
            said,
            "Left out: dora.json holds 16 tasks of a function, the others 64 tasks of a function: run the same cell with the same values, and save that.",
            "Left out: emil.json has format 7, this version of the course reads format 1: save it again with this version.",
            "Left out: fritz.json is not a saved comparison: no valid JSON in line ",
        ] {
            assert!(text.contains(due), "{due}\n{text}");
        }
        let rows: Vec<usize> = ["threads (64) · ada", "threads (64) · carl", "pool (2) · ada"]
            .map(|row| text.find(row).unwrap())
            .into();
        assert!(rows.is_sorted(), "rows of one model stand together:\n{text}");
    }

    #[test]
    fn alike_machines_alone_and_none_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = compare_machines(folder.path()).text();
        assert!(nothing.contains("no file ends in .json; save comparisons there"), "{nothing}");
        on(2).save(folder.path().join("ada.json"));
        assert!(compare_machines(folder.path()).text().starts_with("Only ada holds 64 tasks"));
        on(2).save(folder.path().join("bea.json"));
        let alike = compare_machines(folder.path()).text();
        assert!(
            alike.starts_with(
                "2 saved results of 64 tasks of a function; they do not differ in processor, cores"
            ),
            "{alike}"
        );
        let mut noisy = on(2);
        noisy.conditions.disturbed = (0..noisy.settings.rounds).collect();
        noisy.save(folder.path().join("cleo.json"));
        let disturbed = compare_machines(folder.path()).text();
        assert!(disturbed.contains("Mind: other work disturbed most rounds of cleo."), "{disturbed}");
        let missing = compare_machines("no/such/folder").text();
        assert_eq!(missing, "Cannot read the folder no/such/folder: entity not found\n");
    }

    #[test]
    fn of_many_results_only_the_quickest_model_is_drawn() {
        let result = |number: usize| (format!("student {number}"), on(2));
        let machines = Machines { results: (0..12).map(result).collect(), ..Machines::default() };
        assert_eq!(machines.series().rows.len(), 12);
        assert!(machines.sentence().starts_with("12 saved results of"));
    }
}
