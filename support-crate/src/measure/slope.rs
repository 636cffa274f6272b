//! The slope of a quantity over a count: bytes for each task, thread or process.

use std::collections::BTreeSet;

use super::stats::Interval;
use super::typical::student;

/// Fewest points and fewest different counts for an interval.
const FEWEST: (usize, usize) = (4, 3);

/// The slope by least squares with its 95% interval by Student's t. A curve where a line was expected widens it. `None` below
/// four points.
pub(crate) fn fit(points: &[(f64, f64)]) -> Option<Interval> {
    // Counts are whole numbers: their bits tell them apart.
    let counts: BTreeSet<u64> = points.iter().map(|(x, _)| x.to_bits()).collect();
    if points.len() < FEWEST.0 || counts.len() < FEWEST.1 {
        return None;
    }
    let n = points.len() as f64;
    let mean = |part: fn(&(f64, f64)) -> f64| points.iter().map(part).sum::<f64>() / n;
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        points.iter().map(|(x, y)| of(x - mean_x, y - mean_y)).sum()
    };
    let square = sum(&|x, _| x * x);
    let estimate = sum(&|x, y| x * y) / square;
    let rest = sum(&|x, y| (y - estimate * x).powi(2));
    let reach = student(n - 2.0) * (rest / (n - 2.0) / square).sqrt();
    Some(Interval { estimate, low: estimate - reach, high: estimate + reach })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::testing::Rng;
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #[test]
        fn a_line_has_its_own_slope(rise in -1e4f64..1e4, base in -1e6f64..1e6, n in 4u32..20) {
            let points: Vec<(f64, f64)> = (0..n).map(f64::from).map(|x| (x, base + rise * x)).collect();
            let slope = fit(&points).unwrap();
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
            held += usize::from(fit(&points).unwrap().contains(600.0));
        }
        assert!((364..=394).contains(&held), "held {held} times of 400");
    }

    #[test]
    fn too_few_points_have_no_slope() {
        assert_eq!(fit(&[]), None);
        assert_eq!(fit(&[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]), None);
        assert_eq!(fit(&[(5.0, 1.0), (5.0, 2.0), (5.0, 3.0), (5.0, 4.0)]), None, "all of one count");
    }
}
