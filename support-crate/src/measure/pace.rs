//! How often each lane runs: what takes long not in every round, so that it does not use up the time of what is quick.
//!
//! Ratios are only ever taken between two runs of the same round. A lane that takes long runs in every second, third or
//! fourth round; its ratios are those of the rounds it ran in, and as many as it has runs. The quick lanes meet in every
//! round, so that which of them is quicker rests on more pairs, for little more time.

use super::result::Lane;
use super::typical::FEWEST;
use crate::model::Model;

/// A lane takes long when its first run took this many times as long as the quickest.
const LONG: f64 = 3.0;
/// Long lanes run in one round of so many at least.
const MOST_APART: usize = 4;
/// Share of the time of a round of all lanes that the rounds without the long ones may take until the next.
const EXTRA: f64 = 0.3;

/// Which rounds have every lane, and which lanes the others have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pace {
    long: Vec<bool>,
    /// One round of so many has every lane.
    every: usize,
}

impl Pace {
    /// Every lane in every round.
    pub(super) fn even(lanes: usize) -> Self {
        Self { long: vec![false; lanes], every: 1 }
    }

    /// By the seconds of each lane's first run; five rounds of all lanes are to fit into `budget` seconds where they could.
    pub(super) fn of(lanes: &[Lane], first: &[Option<f64>], budget: f64) -> Self {
        let Some(quickest) = quickest(lanes, first).and_then(|place| first[place]) else {
            return Self::even(lanes.len());
        };
        let long: Vec<bool> =
            first.iter().map(|first| first.is_some_and(|first| first > LONG * quickest)).collect();
        let rivals = lanes
            .iter()
            .zip(&long)
            .filter(|(lane, long)| !lane.control && lane.failure().is_none() && !**long);
        if rivals.count() < 2 {
            return Self::even(lanes.len());
        }
        let full: f64 = first.iter().flatten().sum();
        let quick: f64 =
            first.iter().zip(&long).filter(|(_, long)| !**long).filter_map(|(first, _)| *first).sum();
        let spare = EXTRA.min(budget / (FEWEST as f64 * full) - 1.0).max(0.0);
        Self { long, every: (1 + (spare * full / quick) as usize).min(MOST_APART) }
    }

    /// Whether a round has this lane.
    pub(super) fn has(&self, round: usize, lane: usize) -> bool {
        self.is_full(round) || !self.long[lane]
    }

    /// Whether a round has every lane.
    pub(super) fn is_full(&self, round: usize) -> bool {
        round.is_multiple_of(self.every)
    }

    /// How many of the first `rounds` have every lane.
    pub(super) fn full(&self, rounds: usize) -> usize {
        rounds.div_ceil(self.every)
    }

    /// Seconds that a round takes on average, from those of one with every lane and of one without the long ones.
    pub(super) fn average(&self, full: f64, quick: f64) -> f64 {
        (full + (self.every - 1) as f64 * quick) / self.every as f64
    }
}

/// The model that enters a second time as the control, by first runs: the baseline, or the quickest where the baseline takes
/// long. How far two runs of something slow lie apart would say little of the quick ones, and cost the most.
pub(super) fn twin(lanes: &[Lane], first: &[Option<f64>]) -> Model {
    let quickest = quickest(lanes, first).filter(|&place| first[0] > first[place].map(|first| LONG * first));
    lanes[quickest.unwrap_or(0)].model
}

fn quickest(lanes: &[Lane], first: &[Option<f64>]) -> Option<usize> {
    let ran = (0..lanes.len()).filter(|&place| !lanes[place].control && lanes[place].failure().is_none());
    let timed = ran.filter_map(|place| Some((place, first[place].filter(|first| *first > 0.0)?)));
    timed.min_by(|one, other| one.1.total_cmp(&other.1)).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(seconds: &[f64]) -> (Vec<Lane>, Vec<Option<f64>>) {
        let lanes = (1..=seconds.len()).map(|n| Lane::new(Model::Threads(n))).collect();
        (lanes, seconds.iter().copied().map(Some).collect())
    }

    #[test]
    fn a_long_lane_runs_in_every_fourth_round_beside_two_quick_ones() {
        let (lanes, first) = lanes(&[1.0, 0.01, 0.012]);
        let pace = Pace::of(&lanes, &first, 100.0);
        assert_eq!((pace.every, pace.long.clone()), (4, vec![true, false, false]));
        let ran = |lane| (0..9).filter(|&round| pace.has(round, lane)).collect::<Vec<_>>();
        assert_eq!((ran(0), ran(1).len(), pace.full(9)), (vec![0, 4, 8], 9, 3));
        assert_eq!(twin(&lanes, &first), Model::Threads(2));
    }

    #[test]
    fn lanes_of_like_length_run_in_every_round() {
        let (lanes, first) = lanes(&[0.2, 0.1, 0.1]);
        assert_eq!(Pace::of(&lanes, &first, 100.0).every, 1);
        assert_eq!(twin(&lanes, &first), Model::Threads(1));
    }

    #[test]
    fn nothing_is_added_where_five_rounds_of_all_use_the_budget_up() {
        let (lanes, first) = lanes(&[1.0, 0.01, 0.012]);
        assert_eq!(Pace::of(&lanes, &first, 5.0).every, 1);
    }

    #[test]
    fn one_quick_lane_has_nothing_to_be_told_apart_from() {
        let (lanes, first) = lanes(&[1.0, 0.01]);
        assert_eq!(Pace::of(&lanes, &first, 100.0).every, 1);
    }
}
