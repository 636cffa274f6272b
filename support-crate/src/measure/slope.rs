//! The slope of a quantity over a count: bytes for each task, thread or process.

use std::collections::BTreeSet;

use super::bootstrap::{RESAMPLES, symmetric};
use super::stats::Interval;
use crate::random::Rng;

/// Fewest points and fewest different counts for an interval.
const FEWEST: (usize, usize) = (4, 3);

/// A straight line through points by least squares.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    base: f64,
    rise: f64,
    /// Standard error of the rise.
    error: f64,
    /// Mean of the counts, and the sum of the squares of their distances from it.
    mean: f64,
    square: f64,
}

impl Line {
    /// `None` without two different counts.
    fn through(points: &[(f64, f64)]) -> Option<Self> {
        let n = points.len() as f64;
        let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / n;
        let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / n;
        let square: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
        let product: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        if square.is_nan() || square <= 0.0 {
            return None;
        }
        let rise = product / square;
        let base = mean_y - rise * mean_x;
        let rest: f64 = points.iter().map(|(x, y)| (y - base - rise * x).powi(2)).sum();
        let error = (rest / (n - 2.0).max(1.0) / square).sqrt();
        Some(Self { base, rise, error, mean: mean_x, square })
    }

    fn at(&self, x: f64) -> f64 {
        self.base + self.rise * x
    }
}

/// The slope with its 95% interval: the symmetric bootstrap-t of residuals, each made as large as it would be
/// without the pull its own point has on the line (Davison and Hinkley, "Bootstrap Methods and their
/// Application", chapter 6). A curve where a line was expected widens it. `None` below four points.
pub(crate) fn fit(points: &[(f64, f64)], seed: u64) -> Option<Interval> {
    let n = points.len();
    // Counts are whole numbers: their bits tell them apart.
    let counts: BTreeSet<u64> = points.iter().map(|(x, _)| x.to_bits()).collect();
    if n < FEWEST.0 || counts.len() < FEWEST.1 {
        return None;
    }
    let line = Line::through(points)?;
    let residuals = residuals(points, &line);
    let mut rng = Rng::new(seed, 99);
    let mut resample = points.to_vec();
    let distances = (0..RESAMPLES)
        .filter_map(|_| {
            for (new, (x, _)) in resample.iter_mut().zip(points) {
                new.1 = line.at(*x) + residuals[rng.below(n)];
            }
            let drawn = Line::through(&resample)?;
            (drawn.error > 0.0).then(|| (drawn.rise - line.rise).abs() / drawn.error)
        })
        .collect();
    Some(symmetric(line.rise, line.error, distances))
}

/// Distances from the line, freed of each point's own pull, and centred.
fn residuals(points: &[(f64, f64)], line: &Line) -> Vec<f64> {
    let n = points.len() as f64;
    let freed = |&(x, y): &(f64, f64)| {
        let pull = 1.0 / n + (x - line.mean).powi(2) / line.square;
        (y - line.at(x)) / (1.0 - pull).max(1e-3).sqrt()
    };
    let residuals: Vec<f64> = points.iter().map(freed).collect();
    let mean = residuals.iter().sum::<f64>() / n;
    residuals.into_iter().map(|residual| residual - mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #[test]
        fn a_line_has_its_own_slope(rise in -1e4f64..1e4, base in -1e6f64..1e6, n in 4u32..20) {
            let points: Vec<(f64, f64)> = (0..n).map(f64::from).map(|x| (x, base + rise * x)).collect();
            let slope = fit(&points, 1).unwrap();
            prop_assert!((slope.estimate - rise).abs() < 1e-6 * rise.abs().max(1.0));
            prop_assert!(slope.low <= slope.estimate && slope.estimate <= slope.high);
        }
    }

    #[test]
    fn the_interval_holds_the_slope_of_noisy_points() {
        let mut held = 0;
        for trial in 0..400 {
            let mut rng = Rng::new(trial, 8);
            let points: Vec<(f64, f64)> =
                [10.0, 100.0, 1_000.0, 10_000.0, 100_000.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0]
                    .map(|x| (x, 3e5 + 600.0 * x + 5e4 * rng.normal()))
                    .to_vec();
            held += usize::from(fit(&points, trial).unwrap().contains(600.0));
        }
        assert!((364..=394).contains(&held), "held {held} times of 400");
    }

    #[test]
    fn too_few_points_have_no_slope() {
        assert_eq!(fit(&[], 1), None);
        assert_eq!(fit(&[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)], 1), None);
        assert_eq!(fit(&[(5.0, 1.0), (5.0, 2.0), (5.0, 3.0), (5.0, 4.0)], 1), None, "all of one count");
    }
}
