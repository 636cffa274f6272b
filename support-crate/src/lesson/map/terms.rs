//! Who races on which terms, and who won: a winner alone, or everybody that the quickest is not clearly faster than.

use std::collections::HashSet;

use crate::format;
use crate::measure::{Comparison, Lane, Standing, default_models};
use crate::model::Model::{self, Async, AsyncOn, Pool, Processes, Sequential, Threads};
use crate::workload::Nature;

/// Up to so many tasks everything races. More take seconds with few workers, and as many processes seconds to start.
pub(super) const FEW: usize = 64;

/// Models that raced on the same terms, and what came of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    /// What the terms are, above the picture.
    pub(super) title: String,
    /// Who raced.
    pub(super) models: Vec<Model>,
    /// Who won where.
    pub(super) places: Vec<Place>,
    /// How many tasks each model was seen to have open at once, one number a place.
    pub(super) open: Vec<(Model, usize)>,
}

/// Who won at one place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    /// Column, from 0 on the left.
    pub(super) column: usize,
    /// Row, from 0 at the bottom.
    pub(super) row: usize,
    /// The winner alone, or the whole of a tie, in the order of all models.
    pub(super) winners: Vec<Model>,
    /// How many times as fast as the next one the winner was; `None` in a tie.
    pub(super) lead: Option<f64>,
}

/// The equal terms and the usual ones, for so many tasks and workers.
pub(super) fn both(tasks: usize, workers: usize) -> Vec<Terms> {
    let count = format::count(tasks as u64);
    let mut equal = vec![Async, AsyncOn(workers), Threads(tasks)];
    let mut usual = default_models(workers, tasks, Nature::Waits);
    usual.push(AsyncOn(workers));
    if tasks <= FEW {
        equal.extend([Pool(tasks), Processes(tasks)]);
    } else {
        usual.retain(|model| !matches!(model, Sequential | Pool(_) | Processes(_)));
    }
    let terms = |title, models| Terms { title, models, ..Terms::default() };
    vec![
        terms(format!("On equal terms, room for {count} tasks at once"), equal),
        terms("With the usual workers".to_owned(), usual),
    ]
}

/// All that race, each once, the yardstick among them.
pub(super) fn racing(tasks: usize, all: &[Terms]) -> Vec<Model> {
    let raced = all.iter().flat_map(|terms| &terms.models).copied();
    let mut models: Vec<Model> = (tasks <= FEW).then_some(Sequential).into_iter().chain(raced).collect();
    let mut known = HashSet::new();
    models.retain(|model| known.insert(*model));
    models
}

/// The name of a model on all terms: without its number of workers where that differs.
pub(super) fn name(model: Model) -> String {
    match model {
        AsyncOn(_) => model.to_string(),
        _ => model.kind().name.to_owned(),
    }
}

impl Terms {
    /// Judges one place. Every model of these terms that the quickest of them is not clearly faster than shares the win.
    ///
    /// # Errors
    /// Why no model of these terms has a time.
    pub(super) fn judge(&mut self, (column, row): (usize, usize), result: &Comparison) -> Result<(), String> {
        let lanes = result.lanes.iter().filter(|lane| !lane.control && self.models.contains(&lane.model));
        self.open.extend(lanes.filter_map(|lane| Some((lane.model, lane.open?))));
        let ranking = result.ranking();
        let mut racers = ranking.into_iter().filter(|lane| self.models.contains(&lane.model));
        let Some(first) = racers.next() else {
            return Err(result.problem.clone().unwrap_or_else(|| "no model finished".into()));
        };
        let others: Vec<(&Lane, Standing)> = racers.map(|lane| (lane, result.against(first, lane))).collect();
        let ties = others.iter().filter(|(_, standing)| !matches!(standing, Standing::Faster(_)));
        let mut winners: Vec<Model> = ties.map(|(lane, _)| lane.model).chain([first.model]).collect();
        winners.sort_unstable();
        let lead = match others.first() {
            Some((_, Standing::Faster(lead))) if winners.len() == 1 => Some(lead.estimate),
            _ => None,
        };
        self.places.push(Place { column, row, winners, lead });
        Ok(())
    }
}

/// What was seen open at once, each model once.
pub(super) fn opened(tasks: usize, all: &[Terms]) -> Option<String> {
    let told = racing(tasks, all).into_iter().filter_map(|model| {
        let seen = all.iter().flat_map(|terms| &terms.open).filter(|(seen, _)| *seen == model);
        let (fewest, most) = (seen.clone().min_by_key(|seen| seen.1)?.1, seen.max_by_key(|seen| seen.1)?.1);
        let [fewest, most] = [fewest, most].map(|number| format::count(number as u64));
        Some(if fewest == most { format!("{model}: {most}") } else { format!("{model}: {fewest} to {most}") })
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("Tasks open at once, as counted in all places: {}.", told.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::testing::comparison;

    #[test]
    fn on_equal_terms_each_has_a_worker_or_a_place_for_every_task() {
        let few = both(16, 2);
        assert_eq!(few[0].models, [Async, AsyncOn(2), Threads(16), Pool(16), Processes(16)]);
        assert_eq!(few[1].models, [Sequential, Async, Threads(16), Pool(2), Processes(2), AsyncOn(2)]);
        let raced = racing(16, &few);
        assert_eq!((raced.len(), raced[0]), (8, Sequential), "{raced:?}");
        let many = both(1_000, 2);
        assert_eq!(many[0].models, [Async, AsyncOn(2), Threads(1_000)]);
        assert_eq!(racing(1_000, &many), [Async, AsyncOn(2), Threads(1_000), Threads(64)]);
    }

    #[test]
    fn a_tie_is_whole_and_a_winner_stands_against_the_next() {
        let times = [
            (Sequential, 1.6),
            (Async, 0.2),
            (AsyncOn(2), 0.1),
            (Threads(16), 0.1),
            (Pool(16), 0.1),
            (Processes(16), 0.3),
            (Pool(2), 0.8),
        ];
        let mut result = comparison(&times, 9, 0.01, 1);
        result.lanes[3].open = Some(16);
        let [mut equal, mut usual] = <[Terms; 2]>::try_from(both(16, 2)).unwrap();
        equal.judge((0, 0), &result).unwrap();
        assert_eq!(equal.places[0].winners, [AsyncOn(2), Threads(16), Pool(16)]);
        assert_eq!(equal.places[0].lead, None);
        usual.models.retain(|model| matches!(model, Sequential | Async | Pool(2)));
        usual.judge((1, 0), &result).unwrap();
        assert_eq!(usual.places[0].winners, [Async]);
        assert!((usual.places[0].lead.unwrap() - 4.0).abs() < 0.2, "{:?}", usual.places[0].lead);
        let seen = opened(16, &[equal, usual]).unwrap();
        assert_eq!(seen, "Tasks open at once, as counted in all places: threads (16): 16.");
    }
}
