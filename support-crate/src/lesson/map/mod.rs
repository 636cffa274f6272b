//! The map: which model wins, over the size of a task and the share of it that is waiting.

mod mix;

use std::time::Duration;

use crate::chart::{Caption, Figure, MapCell, MapKind, MapSeries};
use crate::error::Error;
use crate::format;
use crate::lesson::show::told;
use crate::machine::{cores, machine};
use crate::measure::status::Status;
use crate::measure::{Comparison, compare};
use crate::model::Model::{self, Async, Pool, Processes, Sequential, Threads};
use crate::stop::stop_asked;
use crate::units::{ms, secs, us};
use crate::workload::check;
use mix::mix;

/// Tasks in each place of the map.
const TASKS: usize = 16;
/// Rounds in each place.
const ROUNDS: usize = 5;

/// Which model wins where; see [`map`].
#[derive(Clone, Debug, Default)]
pub struct ModelMap {
    /// Sizes of a task in seconds, from left to right.
    pub sizes: Vec<f64>,
    /// Shares of waiting, the lowest first.
    pub wait_shares: Vec<f64>,
    /// The models that appear, in the order of their first place.
    pub models: Vec<Model>,
    /// Which of them won in each place.
    pub cells: Vec<MapCell>,
    /// Places that could not be measured, with the reason.
    pub failed: Vec<String>,
    problem: Option<String>,
}

/// Measures which model wins over task sizes from 100 µs to 5 ms and shares of waiting from none to almost all, with 16
/// tasks a place. Takes about 20 seconds, and says how far it is.
///
/// ```no_run
/// use concurrency_lab::prelude::*;
/// map()
/// # ;
/// ```
pub fn map() -> ModelMap {
    map_of([us(100), us(500), ms(2), ms(5)], [0.0, 0.25, 0.5, 0.75, 0.95])
}

/// Like [`map`], over sizes (10 µs to 100 ms, up to 6) and shares of waiting (0 to 1, up to 6) of the reader's own.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let map = map_of([us(100)], [1.0]);
/// assert_eq!(map.cells.len(), 1);
/// assert!(map_of([us(100)], [2.0]).verdict().starts_with("a share of 2"));
/// ```
pub fn map_of(
    sizes: impl IntoIterator<Item = Duration>,
    wait_shares: impl IntoIterator<Item = f64>,
) -> ModelMap {
    measure(sizes.into_iter().collect(), wait_shares.into_iter().collect())
        .unwrap_or_else(|error| ModelMap { problem: Some(error.to_string()), ..ModelMap::default() })
}

fn measure(sizes: Vec<Duration>, wait_shares: Vec<f64>) -> Result<ModelMap, Error> {
    check::number("sizes", sizes.len(), 1..=6)?;
    check::number("shares of waiting", wait_shares.len(), 1..=6)?;
    if let Some(size) = sizes.iter().find(|size| **size < us(10) || **size > ms(100)) {
        return Err(Error::bad_input(format!("a task of {size:?}: allowed are 10 µs to 100 ms")));
    }
    if let Some(share) = wait_shares.iter().find(|share| !(0.0..=1.0).contains(*share)) {
        return Err(Error::bad_input(format!("a share of {share}: allowed are 0 to 1")));
    }
    let n = cores();
    let (mut models, mut cells, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    let (status, all) = (Status::start("map".to_owned()), sizes.len() * wait_shares.len());
    'places: for (column, &size) in sizes.iter().enumerate() {
        for (row, &share) in wait_shares.iter().enumerate() {
            let done = cells.len() + failed.len();
            if stop_asked() {
                failed.push(format!("the rest: stopped by you after {done} of {all} places"));
                break 'places;
            }
            status.set(format!("{done} of {all} places measured"));
            let result = compare(mix(TASKS, size, share))
                .models([Sequential, Async, Threads(TASKS), Pool(n), Processes(n)])
                .rounds(ROUNDS)
                .budget(secs(20))
                .run();
            match cell(column, row, &result, &mut models) {
                Ok(cell) => cells.push(cell),
                Err(why) => {
                    let (size, waiting) = (format::duration(size.as_secs_f64()), format::percent(share));
                    failed.push(format!("{size} with {waiting} waiting: {why}"));
                }
            }
        }
    }
    let sizes = sizes.iter().map(Duration::as_secs_f64).collect();
    Ok(ModelMap { sizes, wait_shares, models, cells, failed, problem: None })
}

/// The winner of one place, by its number in `models`; close where it is not clearly faster than every other model.
fn cell(column: usize, row: usize, result: &Comparison, models: &mut Vec<Model>) -> Result<MapCell, String> {
    let ranking = result.ranking();
    let Some(first) = ranking.first() else {
        return Err(result.problem.clone().unwrap_or_else(|| "no model finished".into()));
    };
    let mut number = |model: Model| {
        let known = models.iter().position(|known| *known == model);
        known.unwrap_or_else(|| {
            models.push(model);
            models.len() - 1
        })
    };
    let close = result.winner().is_none();
    let speedup = result.lane_stats(first).and_then(|stats| stats.speedup);
    Ok(MapCell {
        column,
        row,
        winner: number(first.model),
        runner_up: ranking.get(1).filter(|_| close).map(|lane| number(lane.model)),
        // The baseline is as fast as itself.
        speedup: speedup.filter(|_| first.model != Sequential).map_or(1.0, |speedup| speedup.estimate),
        close,
    })
}

told!(ModelMap, problem);

impl ModelMap {
    fn words(&self) -> String {
        let clear = |at: usize| self.cells.iter().filter(|cell| !cell.close && cell.winner == at).count();
        let mut counts: Vec<_> =
            self.models.iter().enumerate().map(|(at, model)| (clear(at), model)).collect();
        counts.sort_by_key(|(won, _)| std::cmp::Reverse(*won));
        let close = self.cells.iter().filter(|cell| cell.close).count();
        let wins = counts.iter().filter(|(won, _)| *won > 0);
        let wins: Vec<_> = wins.map(|(won, model)| format!("{model} won {won}")).collect();
        let wins = if wins.is_empty() { "no model won anywhere".to_owned() } else { wins.join(", ") };
        let failed: String = self.failed.iter().map(|failed| format!("\nNot measured: {failed}.")).collect();
        format!("Of {} places, {wins} clearly; {close} too close to tell.{failed}", self.cells.len())
    }

    fn picture(&self) -> Figure {
        let title = format!("Which model wins, for {TASKS} tasks");
        let kind = |model: &Model| MapKind {
            name: model.to_string(),
            letter: model.kind().letters.to_owned(),
            colour: model.look().colour,
        };
        Figure::new(MapSeries {
            caption: Caption::new(title, machine().in_short()),
            across: "size of a task".into(),
            columns: self.sizes.iter().map(|size| format::duration(*size)).collect(),
            up: "share of a task that is waiting".into(),
            rows: self.wait_shares.iter().map(|share| format::percent(*share)).collect(),
            kinds: self.models.iter().map(kind).collect(),
            cells: self.cells.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_count_what_the_cells_say() {
        let cell =
            |column, winner, close| MapCell { column, row: 0, winner, runner_up: None, speedup: 2.0, close };
        let map = ModelMap {
            sizes: vec![0.001; 3],
            wait_shares: vec![0.5],
            models: vec![Async, Pool(2)],
            cells: vec![cell(0, 0, false), cell(1, 0, false), cell(2, 1, true)],
            ..ModelMap::default()
        };
        assert_eq!(map.verdict(), "Of 3 places, async won 2 clearly; 1 too close to tell.");
        assert!(map.figure().text().contains("Which model wins"));
    }

    #[test]
    fn mistakes_are_one_sentence() {
        assert!(map_of([], [0.5]).verdict().starts_with("sizes: 0"));
        assert!(map_of([secs(1)], [0.5]).verdict().starts_with("a task of 1s"));
        assert!(map_of([ms(1)], [f64::NAN]).verdict().starts_with("a share of NaN"));
    }
}
