//! The slope of a quantity over a count: bytes for each task, thread or process.

use super::bootstrap;
use super::rng::Rng;
use super::stats::Interval;

/// The least-squares slope of `y` over `x` with an intercept; `None` without two different `x`.
pub(crate) fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let n = points.len() as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / n;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / n;
    let square: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    let product: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    (square > 0.0).then_some(product / square)
}

/// The slope with an interval from independent series, one slope each; below three series the interval is as
/// wide as the slopes differ, so that it never looks surer than it is. `None` without a slope.
pub(crate) fn over_series(series: &[Vec<(f64, f64)>], seed: u64) -> Option<Interval> {
    let slopes: Vec<f64> = series.iter().filter_map(|points| slope(points)).collect();
    bootstrap::interval(&slopes, Rng::new(seed, 99)).or_else(|| {
        let low = slopes.iter().copied().reduce(f64::min)?;
        let high = slopes.iter().copied().reduce(f64::max)?;
        let estimate = slopes.iter().sum::<f64>() / slopes.len() as f64;
        (slopes.len() == 2).then_some(Interval { estimate, low, high })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_has_its_own_slope(rise in -1e4f64..1e4, base in -1e6f64..1e6, n in 2u32..20) {
            let points: Vec<(f64, f64)> = (0..n).map(f64::from).map(|x| (x, base + rise * x)).collect();
            prop_assert!((slope(&points).unwrap() - rise).abs() < 1e-6 * rise.abs().max(1.0));
        }
    }

    #[test]
    fn one_count_has_no_slope() {
        assert_eq!(slope(&[(5.0, 1.0), (5.0, 2.0)]), None);
        assert_eq!(slope(&[]), None);
        assert_eq!(over_series(&[vec![(0.0, 0.0), (1.0, 2.0)]], 1), None, "one series has no interval");
    }
}
