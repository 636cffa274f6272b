//! The 95% interval of a ratio from paired rounds.
//!
//! Times of one round share what the machine was up to, so the unit is the pair: d = ln(baseline / lane), one for each
//! round that ran both. Of the usual ways to an interval for the centre of d, most do not hold what they promise with the
//! five to thirty rounds that a reader waits for: the percentile bootstrap of the mean or the median covers
//! 75 to 90% below ten rounds, and one disturbed round ruins any interval for the plain mean. Used here:
//!
//! - the centre is the 20% trimmed mean with Yuen's standard error (Yuen, Biometrika 1974);
//! - the interval is the symmetric bootstrap-t (Hall, "On symmetric bootstrap confidence intervals", JRSS B 1988),
//!   which for trimmed means keeps its promise also for skewed data with outliers (Wilcox, "Introduction to
//!   Robust Estimation and Hypothesis Testing", chapter 4);
//! - resamples are smoothed, since those of few values often repeat one value and then have no spread to divide
//!   by (Polansky and Schucany, "Kernel smoothing to improve bootstrap confidence intervals", JRSS B 1997).
//!
//! The tests hold it to 93 to 97% for normal, skewed and contaminated rounds; those of `rounds` do so under the rule that
//! stops the rounds. The interval is of this process: what another process would have had otherwise from its start, such as
//! where its memory lies, is the same in all rounds and cannot be seen in them.

use super::stats::{Interval, Trimmed, median, quantile_sorted};
use crate::random::Rng;

/// Resamples drawn for one interval.
pub(super) const RESAMPLES: usize = 599;

/// Fewest values for an interval: below five nothing can be trimmed, and one odd round is the interval.
pub(crate) const FEWEST: usize = 5;

/// An interval whose ends are further apart than this ratio says only that there were too few rounds.
const WIDEST: f64 = 100.0;

/// Width of the smoothing, in winsorized standard deviations, before it shrinks with the fifth root of the count.
const SMOOTHING: f64 = 0.4;

/// The winsorized deviation of normal values falls short of their standard deviation by this factor when a fifth
/// is cut from each end.
const WINSORIZED_NORMAL: f64 = 0.642;

/// The centre of `values` and its 95% interval; `None` for fewer than five values or any that is not finite.
pub(crate) fn interval(values: &[f64], mut rng: Rng) -> Option<Interval> {
    let n = values.len();
    if n < FEWEST || !values.iter().all(|value| value.is_finite()) {
        return None;
    }
    let mut sorted = values.to_vec();
    let seen = Trimmed::of(&mut sorted);
    let smoothing = SMOOTHING * seen.winsorized / WINSORIZED_NORMAL * (n as f64).powf(-0.2);
    let mut resample = vec![0.0; n];
    let distances = (0..RESAMPLES)
        .map(|_| {
            for value in &mut resample {
                *value = sorted[rng.below(n)] + smoothing * rng.triangular();
            }
            let drawn = Trimmed::of(&mut resample);
            if drawn.error > 0.0 { (drawn.mean - seen.mean).abs() / drawn.error } else { 0.0 }
        })
        .collect();
    Some(symmetric(seen.mean, seen.error, distances))
}

/// The interval around `estimate` with standard error `error`, from how many errors resamples lay away from theirs.
pub(super) fn symmetric(estimate: f64, error: f64, mut distances: Vec<f64>) -> Interval {
    distances.sort_unstable_by(f64::total_cmp);
    let reach = quantile_sorted(&distances, 0.95).unwrap_or(0.0) * error;
    Interval { estimate, low: estimate - reach, high: estimate + reach }
}

/// The typical one of some times or ratios, which are skewed: the centre of their logarithms, and its interval. `None`
/// where that would be wider than two orders of magnitude.
pub(crate) fn typical(values: impl IntoIterator<Item = f64>, rng: Rng) -> Option<Interval> {
    let logs: Vec<f64> = values.into_iter().map(f64::ln).collect();
    interval(&logs, rng).map(|logs| logs.map(f64::exp)).filter(|typical| typical.high <= WIDEST * typical.low)
}

/// The same centre, of any number of times: what [`typical`] puts its interval around. `None` without values.
pub(crate) fn centre(values: &[f64]) -> Option<f64> {
    let mut logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let centre = (!logs.is_empty()).then(|| Trimmed::of(&mut logs).mean.exp())?;
    // A time of nothing, too short for the clock, has no logarithm.
    if centre > 0.0 { Some(centre) } else { median(values) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    /// Share of `trials` in which the interval of `n` values held the true centre, 0.
    fn coverage(n: usize, trials: usize, draw: impl Fn(&mut Rng) -> f64 + Sync) -> f64 {
        let held = (0..trials).into_par_iter().filter(|&trial| {
            let mut rng = Rng::new(2_000 + n as u64, trial as u64);
            let values: Vec<f64> = (0..n).map(|_| draw(&mut rng)).collect();
            interval(&values, rng).unwrap().contains(0.0)
        });
        held.count() as f64 / trials as f64
    }

    fn assert_covers(n: usize, draw: impl Fn(&mut Rng) -> f64 + Sync) {
        let share = coverage(n, 2_000, draw);
        assert!(
            (0.93..=0.97).contains(&share),
            "{n} values: the interval held the truth in {share} of trials"
        );
    }

    #[test]
    fn normal_noise_is_covered_as_promised() {
        for n in [5, 9] {
            assert_covers(n, |rng| 0.02 * rng.normal());
        }
    }

    #[test]
    fn skewed_noise_is_covered_as_promised() {
        // Both lanes of a pair are late now and then, never early: exponential delays.
        assert_covers(7, |rng| 0.02 * (rng.unit().ln() - rng.unit().ln()));
    }

    #[test]
    fn disturbed_rounds_do_not_break_the_promise() {
        assert_covers(12, |rng| {
            let disturbed = if rng.unit() < 0.1 { rng.normal() * 0.2 } else { 0.0 };
            0.01 * rng.normal() + disturbed
        });
    }

    #[test]
    fn equal_values_leave_no_doubt() {
        let interval = interval(&[0.5; 6], Rng::new(1, 1)).unwrap();
        assert_eq!((interval.low, interval.estimate, interval.high), (0.5, 0.5, 0.5));
    }

    #[test]
    fn too_few_values_or_wild_ones_have_no_interval() {
        assert_eq!(interval(&[1.0, 2.0, 3.0, 4.0], Rng::new(1, 1)), None);
        assert_eq!(interval(&[1.0, 2.0, f64::NAN, 3.0, 4.0], Rng::new(1, 1)), None);
        assert_eq!(interval(&[1.0, 2.0, f64::INFINITY, 3.0, 4.0], Rng::new(1, 1)), None);
    }

    #[test]
    fn an_interval_over_two_orders_of_magnitude_is_none() {
        assert_eq!(typical([1e-3, 1.0, 1e3, 1e-4, 1e4], Rng::new(1, 1)), None);
        assert!(
            typical([1.0, 1.1, 0.9, 1.05, 100.0], Rng::new(1, 1)).is_some(),
            "one run of five took 100 times as long"
        );
    }

    #[test]
    fn the_centre_is_what_the_interval_lies_around() {
        let times = [0.2, 0.21, 0.19, 0.25, 0.2, 0.5];
        assert_eq!(centre(&times), typical(times, Rng::new(1, 1)).map(|typical| typical.estimate));
        assert_eq!((centre(&[0.3]), centre(&[]), centre(&[0.0, 0.0, 1e-9])), (Some(0.3), None, Some(0.0)));
    }
}
