//! The map: which model wins, over the size of a task and the share of it that is waiting, on equal terms and on the usual
//! ones.

mod mix;
mod terms;

use std::time::Duration;

use crate::chart::{Caption, Figure, MapCell, MapKind, MapPanel, MapSeries};
use crate::error::Error;
use crate::format;
use crate::machine::{cores, machine};
use crate::measure::compare;
use crate::measure::status::Status;
use crate::model::Model;
use crate::stop::stop_asked;
use crate::units::{ms, secs, us};
use crate::workload::check;
use mix::{late, mix};
use terms::{Place, Terms};

/// Tasks in each place of the map, unless the reader says otherwise.
const TASKS: usize = 16;
/// Rounds in each place: the fewest that are worth an interval.
const ROUNDS: usize = 5;

/// Which model wins where.
#[derive(Clone, Debug, Default)]
struct ModelMap {
    /// Tasks in each place.
    tasks: usize,
    /// Sizes of a task, from left to right.
    sizes: Vec<Duration>,
    /// Shares of waiting, the lowest first.
    wait_shares: Vec<f64>,
    /// Who raced on which terms, and what came of it.
    terms: Vec<Terms>,
    /// Places that could not be measured, with the reason.
    failed: Vec<String>,
    /// What a short wait took in a thread and in async.
    late: Option<String>,
}

/// Measures which model wins over task sizes from 100 µs to 5 ms and shares of waiting from none to almost all, with 16
/// tasks a place: on equal terms, as many tasks open at once in each model, and with the workers each usually has. Takes
/// about 10 seconds, and says how far it is.
///
/// ```no_run
/// use concurrency_lab::prelude::*;
/// map()
/// # ;
/// ```
pub fn map() -> Figure {
    map_with(TASKS, [us(100), ms(1), ms(5)], [0.0, 0.5, 0.95])
}

/// Like [`map`], with so many tasks (2 to 2,000) in each place, over sizes (10 µs to 100 ms, up to 6) and shares of waiting (0 to
/// 1, up to 6) of the reader's own. Above 64 tasks only async and threads race: the others would take seconds.
///
/// ```
/// use concurrency_lab::prelude::*;
/// assert!(map_with(16, [us(100)], [1.0]).text().contains("of 1 place"));
/// assert!(map_with(16, [us(100)], [2.0]).text().starts_with("A share of 2"));
/// assert!(map_with(1, [us(100)], [1.0]).text().starts_with("Tasks: 1"));
/// ```
pub fn map_with(
    tasks: usize,
    sizes: impl IntoIterator<Item = Duration>,
    wait_shares: impl IntoIterator<Item = f64>,
) -> Figure {
    measure(tasks, sizes.into_iter().collect(), wait_shares.into_iter().collect())
        .map_or_else(Figure::problem, |map| map.figure())
}

fn measure(tasks: usize, sizes: Vec<Duration>, wait_shares: Vec<f64>) -> Result<ModelMap, Error> {
    check::number("tasks", tasks, 2..=2_000)?;
    check::number("sizes", sizes.len(), 1..=6)?;
    check::number("shares of waiting", wait_shares.len(), 1..=6)?;
    if let Some(size) = sizes.iter().find(|size| **size < us(10) || **size > ms(100)) {
        return Err(Error::bad_input(format!("a task of {size:?}: allowed are 10 µs to 100 ms")));
    }
    if let Some(share) = wait_shares.iter().find(|share| !(0.0..=1.0).contains(*share)) {
        return Err(Error::bad_input(format!("a share of {share}: allowed are 0 to 1")));
    }
    let (mut terms, mut failed) = (terms::both(tasks, cores().max(2)), Vec::new());
    let (status, all) = (Status::start("map".to_owned()), sizes.len() * wait_shares.len());
    let places = (0..sizes.len()).flat_map(|column| (0..wait_shares.len()).map(move |row| (column, row)));
    for (done, (column, row)) in places.enumerate() {
        if stop_asked() {
            failed.push(format!("the rest: stopped by you after {done} of {all} places"));
            break;
        }
        status.set(format!("{done} of {all} places measured"));
        // One race for both terms: what they have in common runs once.
        let result = compare(mix(tasks, sizes[column], wait_shares[row]))
            .models(terms::racing(tasks, &terms))
            .rounds(ROUNDS)
            .budget(secs(20))
            .run();
        if let Err(why) = terms.iter_mut().try_for_each(|terms| terms.judge((column, row), &result)) {
            let size = span(&sizes[column]);
            failed.push(format!("{size} with {} waiting: {why}", format::percent(wait_shares[row])));
        }
    }
    let late = wait_shares.iter().any(|share| *share > 0.0).then(late);
    Ok(ModelMap { tasks, sizes, wait_shares, terms, failed, late })
}

fn span(size: &Duration) -> String {
    format::duration(size.as_secs_f64())
}

impl ModelMap {
    fn title(&self) -> String {
        let ties = |terms: &Terms| terms.places.iter().filter(|place| place.winners.len() > 1).count();
        let [equal, usual] = [0, 1].map(|at: usize| ties(&self.terms[at]));
        let all = format::plural(self.terms[0].places.len() as u64, "place");
        format!("A tie in {equal} of {all} on equal terms, in {usual} with the usual workers")
    }

    fn notes(&self) -> Vec<String> {
        let mut notes =
            vec!["A field that is shared is a tie; a number is the winner's lead over the next.".to_owned()];
        notes.extend(terms::opened(self.tasks, &self.terms));
        if self.tasks > terms::FEW {
            notes.push("Above 64 tasks only async and threads race.".to_owned());
        }
        notes.extend(self.late.clone());
        notes.extend(self.failed.iter().map(|failed| format!("Not measured: {failed}.")));
        notes
    }

    fn figure(&self) -> Figure {
        let mut models = terms::racing(self.tasks, &self.terms);
        models.sort_unstable();
        models.dedup_by_key(|model| model.kind().letters);
        let kind = |model: &Model| MapKind {
            name: terms::name(*model),
            letter: model.kind().letters.to_owned(),
            colour: model.look().colour,
        };
        let number =
            |model: &Model| models.iter().position(|known| known.kind().letters == model.kind().letters);
        let cell = |place: &Place| MapCell {
            column: place.column,
            row: place.row,
            winners: place.winners.iter().filter_map(number).collect(),
            lead: place.lead.unwrap_or(f64::NAN),
        };
        let panel = |terms: &Terms| MapPanel {
            title: terms.title.clone(),
            racing: terms.models.len(),
            cells: terms.places.iter().map(cell).collect(),
        };
        let tasks = format::plural(self.tasks as u64, "task");
        let subtitle = format!("{tasks} in each place · {}", machine().in_short());
        let caption = Caption { title: self.title(), subtitle, notes: self.notes() };
        Figure::new(MapSeries {
            caption,
            across: "size of a task".into(),
            columns: self.sizes.iter().map(span).collect(),
            up: "share of a task that is waiting".into(),
            rows: self.wait_shares.iter().map(|share| format::percent(*share)).collect(),
            kinds: models.iter().map(kind).collect(),
            panels: self.terms.iter().map(panel).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_is_named_whole_in_picture_table_and_alt() {
        let mut map =
            ModelMap { tasks: 16, sizes: vec![ms(1); 3], wait_shares: vec![0.5], ..ModelMap::default() };
        map.terms = terms::both(16, 2);
        let tie = vec![Model::AsyncOn(2), Model::Threads(16), Model::Pool(16)];
        map.terms[0].places = vec![
            Place { column: 0, row: 0, winners: tie.clone(), lead: None },
            Place { column: 1, row: 0, winners: tie, lead: None },
            Place { column: 2, row: 0, winners: vec![Model::Async], lead: Some(1.3) },
        ];
        let whole = "async on 2, threads and pool";
        let figure = map.figure();
        assert!(figure.text().contains(&format!("a tie of {whole}")), "{}", figure.text());
        assert!(
            figure.alt().contains(&format!("a tie of {whole} (1.00 ms at 50%; 1.00 ms at 50%)")),
            "{}",
            figure.alt()
        );
        let svg = figure.svg().unwrap();
        let written = |letters: &str| svg.lines().filter(|line| *line == letters).count();
        assert_eq!(["An", "T", "Po", "A", "1.30x"].map(written), [2, 2, 2, 1, 1]);
    }

    #[test]
    fn mistakes_are_one_sentence() {
        assert!(map_with(TASKS, [], [0.5]).text().starts_with("Sizes: 0"));
        assert!(map_with(TASKS, [secs(1)], [0.5]).text().starts_with("A task of 1s"));
        assert!(map_with(TASKS, [ms(1)], [f64::NAN]).text().starts_with("A share of NaN"));
        assert!(map_with(5_000, [ms(1)], [0.5]).text().starts_with("Tasks: 5,000"));
    }
}
