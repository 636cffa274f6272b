//! Whether runs became longer or shorter from the first round to the last.
//!
//! Ratios are taken within rounds, so what slows every model alike cancels in them; the time of an average run is then a
//! mean over something that moves.

use std::collections::BTreeMap;

use super::result::Lane;
use super::stats::{median, ranks};

/// Standard normal value that two of 100 lie beyond: the level of the test.
const LEVEL: f64 = 2.326;
/// Ratio of late to early rounds that is worth a word.
const LEAST: f64 = 1.05;

/// How many times as long the last third of rounds took as the first, where that is no chance by Spearman's rank
/// correlation (Spearman, "The proof and measurement of association between two things", 1904), at the level of 2%.
/// `None` below five rounds.
pub(super) fn drift<'a>(lanes: impl Iterator<Item = &'a Lane>) -> Option<f64> {
    let rounds = by_round(lanes);
    let n = rounds.len();
    if n < 5 {
        return None;
    }
    let centre = (n - 1) as f64 / 2.0;
    let ranks = ranks(&rounds);
    let square = |rank: f64| (rank - centre) * (rank - centre);
    let (mine, time): (f64, f64) =
        (ranks.iter().copied().map(square).sum(), (0..n).map(|at| square(at as f64)).sum());
    let product: f64 =
        ranks.iter().enumerate().map(|(at, rank)| (rank - centre) * (at as f64 - centre)).sum();
    let rho = product / (mine * time).sqrt();
    let third = n.div_ceil(3);
    let by = (median(&rounds[n - third..])? - median(&rounds[..third])?).exp();
    (rho.abs() > critical(n) && by.max(1.0 / by) > LEAST).then_some(by)
}

/// What a rank correlation of `n` pairs is beyond in two of 100 cases: from Student's t, by its expansion in 1/df
/// (Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.5).
fn critical(n: usize) -> f64 {
    let (z, df) = (LEVEL, (n - 2) as f64);
    let t =
        z + (z.powi(3) + z) / (4.0 * df) + (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * df * df);
    t / (df + t * t).sqrt()
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
