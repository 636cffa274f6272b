//! The map: which model wins, over the size of a task and the share of it that is waiting.

mod mix;
mod place;

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::chart::{Caption, Figure, MapSeries};
use crate::error::Error;
use crate::format;
use crate::lesson::show::told;
use crate::machine::{Machine, cores, machine};
use crate::measure::{Comparison, compare};
use crate::model::Model::{Async, Pool, Processes, Sequential, Threads};
use crate::units::{ms, secs, us};
use mix::mix;
pub use place::MapCell;

/// Tasks in each place of the map.
const TASKS: usize = 16;
/// Rounds in each place.
const ROUNDS: usize = 5;

/// Which model wins where; see [`map`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ModelMap {
    /// Where it was measured.
    pub machine: Machine,
    /// Sizes of a task in seconds, from left to right.
    pub sizes: Vec<f64>,
    /// Shares of waiting, the lowest first.
    pub wait_shares: Vec<f64>,
    /// What won in each place.
    pub cells: Vec<MapCell>,
    /// Places that could not be measured, with the reason.
    pub failed: Vec<String>,
    /// Seconds it took.
    pub seconds: f64,
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
    let (sizes, shares): (Vec<_>, Vec<_>) = (sizes.into_iter().collect(), wait_shares.into_iter().collect());
    match validate(&sizes, &shares) {
        Ok(()) => measure(&sizes, &shares),
        Err(error) => ModelMap { problem: Some(error.to_string()), ..ModelMap::default() },
    }
}

fn validate(sizes: &[Duration], shares: &[f64]) -> Result<(), Error> {
    for (what, count) in [("sizes", sizes.len()), ("shares of waiting", shares.len())] {
        if !(1..=6).contains(&count) {
            return Err(Error::bad_input(format!("{count} {what}: give 1 to 6")));
        }
    }
    if let Some(size) = sizes.iter().find(|size| **size < us(10) || **size > ms(100)) {
        return Err(Error::bad_input(format!("a task of {size:?}: allowed are 10 µs to 100 ms")));
    }
    if let Some(share) = shares.iter().find(|share| !(0.0..=1.0).contains(*share)) {
        return Err(Error::bad_input(format!("a share of {share}: allowed are 0 to 1")));
    }
    Ok(())
}

fn measure(sizes: &[Duration], shares: &[f64]) -> ModelMap {
    let (start, n) = (Instant::now(), cores());
    let (mut cells, mut failed) = (Vec::new(), Vec::new());
    let mut said = Instant::now();
    for (column, &size) in sizes.iter().enumerate() {
        for (row, &share) in shares.iter().enumerate() {
            if said.elapsed() > secs(5) {
                println!("{} of {} places measured", cells.len() + failed.len(), sizes.len() * shares.len());
                said = Instant::now();
            }
            let result = compare(mix(TASKS, size, share))
                .models([Sequential, Async, Threads(TASKS), Pool(n), Processes(n)])
                .rounds(ROUNDS)
                .budget(secs(20))
                .run();
            match cell(column, row, &result) {
                Ok(cell) => cells.push(cell),
                Err(why) => {
                    failed.push(format!("{} with {} waiting: {why}", span(size), format::percent(share)))
                }
            }
        }
    }
    ModelMap {
        machine: machine(),
        sizes: sizes.iter().map(Duration::as_secs_f64).collect(),
        wait_shares: shares.to_vec(),
        cells,
        failed,
        seconds: start.elapsed().as_secs_f64(),
        problem: None,
    }
}

fn span(size: Duration) -> String {
    format::duration(size.as_secs_f64())
}

/// The winner of one place; close where it is not clearly faster than every other model.
fn cell(column: usize, row: usize, result: &Comparison) -> Result<MapCell, String> {
    if let Some(problem) = &result.problem {
        return Err(problem.clone());
    }
    let ranking = result.ranking();
    let first = ranking.first().ok_or("no model finished")?;
    let gain = |speedup: crate::measure::Interval| speedup.estimate;
    // The baseline is as fast as itself.
    let speedup = result.lane_stats(first).and_then(|stats| stats.speedup).map_or(1.0, gain);
    Ok(MapCell {
        column,
        row,
        winner: first.model,
        runner_up: ranking.get(1).map(|lane| lane.model),
        speedup: if first.model == Sequential { 1.0 } else { speedup },
        close: result.winner().is_none(),
    })
}

told!(ModelMap, problem);

impl ModelMap {
    fn words(&self) -> String {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for cell in self.cells.iter().filter(|cell| !cell.close) {
            let name = cell.winner.to_string();
            match counts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => counts.push((name, 1)),
            }
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let close = self.cells.iter().filter(|cell| cell.close).count();
        let wins: Vec<_> = counts.iter().map(|(name, count)| format!("{name} won {count}")).collect();
        let wins = if wins.is_empty() { "no model won anywhere".to_owned() } else { wins.join(", ") };
        let mut text = format!("Of {} places, {wins} clearly; {close} too close to tell.", self.cells.len());
        for failed in &self.failed {
            text += &format!("\nNot measured: {failed}.");
        }
        text
    }

    fn picture(&self) -> Figure {
        let title = format!("Which model wins, for {TASKS} tasks");
        let (kinds, cells) = place::drawn(&self.cells);
        Figure::new(MapSeries {
            caption: Caption::new(title, self.machine.in_short()),
            across: "size of a task".into(),
            columns: self.sizes.iter().map(|size| format::duration(*size)).collect(),
            up: "share of a task that is waiting".into(),
            rows: self.wait_shares.iter().map(|share| format::percent(*share)).collect(),
            kinds,
            cells,
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
            cells: vec![cell(0, Async, false), cell(1, Async, false), cell(2, Pool(2), true)],
            ..ModelMap::default()
        };
        assert_eq!(map.verdict(), "Of 3 places, async won 2 clearly; 1 too close to tell.");
        assert!(map.figure().text().contains("Which model wins"));
    }

    #[test]
    fn mistakes_are_one_sentence() {
        assert!(map_of([], [0.5]).verdict().starts_with("0 sizes"));
        assert!(map_of([secs(1)], [0.5]).verdict().starts_with("a task of 1s"));
        assert!(map_of([ms(1)], [f64::NAN]).verdict().starts_with("a share of NaN"));
    }
}
