//! Whether runs became longer or shorter from the first round to the last.
//!
//! Ratios are taken within rounds, so what slows every model alike cancels in them; the time of an average run is then a
//! mean over something that moves.

use std::collections::BTreeMap;

use super::result::Lane;
use super::stats::median;

/// Standard normal value that two of 100 lie beyond: the level of the test.
const LEVEL: f64 = 2.326;
/// Ratio of late to early rounds that is worth a word.
const LEAST: f64 = 1.05;

/// How many times as long the last third of rounds took as the first, where that is no chance at the level of 2% by the test of
/// Mann and Kendall ("Nonparametric tests against trend", Econometrica 1945): of all pairs of rounds, in how many more the later
/// one took longer than in how many the earlier one did. `None` below five rounds.
pub(super) fn drift<'a>(lanes: impl Iterator<Item = &'a Lane>) -> Option<f64> {
    let rounds = by_round(lanes);
    let n = rounds.len();
    if n < 5 {
        return None;
    }
    let later = |at: usize| rounds[at + 1..].iter().map(move |later| (at, later));
    let longer = (0..n).flat_map(later).map(|(at, later)| later.total_cmp(&rounds[at]) as i32).sum::<i32>();
    let by_chance = ((n * (n - 1) * (2 * n + 5)) as f64 / 18.0).sqrt();
    let third = n.div_ceil(3);
    let by = (median(&rounds[n - third..])? - median(&rounds[..third])?).exp();
    (f64::from(longer.abs()) > LEVEL * by_chance && by.max(1.0 / by) > LEAST).then_some(by)
}

/// The logarithm of how long each round took, by the lanes that ran in it, each held against its own median.
fn by_round<'a>(lanes: impl Iterator<Item = &'a Lane>) -> Vec<f64> {
    let mut rounds: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for lane in lanes {
        let walls: Vec<f64> = lane.samples.iter().map(|sample| sample.wall).collect();
        let Some(middle) = median(&walls).filter(|middle| *middle > 0.0) else { continue };
        for sample in lane.samples.iter().filter(|sample| sample.wall > 0.0) {
            rounds.entry(sample.round).or_default().push((sample.wall / middle).ln());
        }
    }
    rounds.values().filter_map(|logs| median(logs)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::testing::comparison;
    use crate::model::Model;

    /// Three lanes whose rounds take `factor(round)` times as long as usual.
    fn lanes(rounds: usize, noise: f64, seed: u64, factor: impl Fn(usize) -> f64) -> Vec<Lane> {
        let mut result =
            comparison(&[(Model::Sequential, 0.2), (Model::Threads(2), 0.1)], rounds, noise, seed);
        let samples = result.lanes.iter_mut().flat_map(|lane| &mut lane.samples);
        samples.for_each(|sample| sample.wall *= factor(sample.round));
        result.lanes
    }

    #[test]
    fn rounds_that_become_longer_or_shorter_are_found() {
        for rounds in [5, 9, 30] {
            let longer = drift(lanes(rounds, 0.005, 1, |round| 1.0 + 0.05 * round as f64).iter()).unwrap();
            assert!(longer > 1.1, "{longer}");
            let shorter = drift(lanes(rounds, 0.005, 1, |round| 1.0 / (1.0 + 0.05 * round as f64)).iter());
            assert!(shorter.unwrap() < 0.9);
        }
        let step = drift(lanes(20, 0.005, 2, |round| if round < 10 { 1.0 } else { 1.4 }).iter());
        assert!((1.3..1.5).contains(&step.unwrap()), "heavier in later rounds");
    }

    #[test]
    fn chance_and_single_long_runs_are_taken_for_drift_in_at_most_three_of_100() {
        for rounds in [5, 9, 30] {
            let found = |seed: &u64| drift(lanes(rounds, 0.1, *seed, |_| 1.0).iter()).is_some();
            let found = (0..1_000).filter(found).count();
            assert!(found <= 30, "{found} of 1,000 with {rounds} rounds");
        }
        assert_eq!(drift(lanes(9, 0.01, 1, |round| if round == 8 { 100.0 } else { 1.0 }).iter()), None);
    }

    #[test]
    fn equal_times_and_few_rounds_have_none() {
        assert_eq!(drift(lanes(9, 0.0, 1, |_| 1.0).iter()), None);
        assert_eq!(drift(lanes(4, 0.0, 1, |round| 1.0 + round as f64).iter()), None);
    }
}
