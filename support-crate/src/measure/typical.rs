//! The typical one of some values, and its 95% interval.
//!
//! Times of one round share what the machine was up to, so ratios are taken within rounds: d = ln(baseline / lane), one for
//! each round that ran both. The centre of d is the mean of the middle three fifths, its interval by Student's t with Yuen's
//! standard error (Tukey and McLaughlin, "Less vulnerable confidence and significance procedures for location", Sankhya A 1963;
//! Yuen, "The two-sample trimmed t for unequal population variances", Biometrika 1974): one disturbed round, which ruins any
//! interval for the plain mean, does little to it.
//!
//! The tests hold it to 93 to 97% for normal, skewed and contaminated rounds; those of `rounds` do so under the rule that
//! stops the rounds. The interval is of this process: what another process would have had otherwise from its start, such as
//! where its memory lies, is the same in all rounds and cannot be seen in them.

use super::stats::{Interval, median};

/// Fewest values for an interval: below five nothing can be trimmed, and one odd round is the interval.
pub(crate) const FEWEST: usize = 5;

/// An interval whose ends are further apart than this ratio says only that there were too few rounds.
const WIDEST: f64 = 100.0;

/// The centre of `values` and its 95% interval; `None` for fewer than five values or any that is not finite.
pub(crate) fn interval(values: &[f64]) -> Option<Interval> {
    let enough = values.len() >= FEWEST && values.iter().all(|value| value.is_finite());
    enough.then(|| trimmed(values))
}

/// The mean of the values without a fifth at each end, and its interval, which takes two values at least.
fn trimmed(values: &[f64]) -> Interval {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let cut = sorted.len() / 5;
    let inner = &sorted[cut..sorted.len() - cut];
    let kept = inner.len() as f64;
    let estimate = inner.iter().sum::<f64>() / kept;
    // The tails count for how far the values spread, each pulled in to the first value kept.
    let pulled = || sorted.iter().map(|value| value.max(inner[0]).min(inner[inner.len() - 1]));
    let mean = pulled().sum::<f64>() / sorted.len() as f64;
    let square: f64 = pulled().map(|value| (value - mean).powi(2)).sum();
    let reach = student(kept - 1.0) * (square / (kept * (kept - 1.0))).sqrt();
    Interval { estimate, low: estimate - reach, high: estimate + reach }
}

/// What Student's t with so many degrees of freedom lies within in 95 of 100 cases: from the normal value by the expansion in
/// 1/df (Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.5), its last term such that it holds for two.
pub(super) fn student(df: f64) -> f64 {
    1.96 + (2.372 + (2.823 + (2.556 + 2.1 / df) / df) / df) / df
}

/// The typical one of some times or ratios, which are skewed: the centre of their logarithms, and its interval. `None`
/// where that would be wider than two orders of magnitude.
pub(crate) fn typical(values: impl IntoIterator<Item = f64>) -> Option<Interval> {
    let logs: Vec<f64> = values.into_iter().map(f64::ln).collect();
    interval(&logs).map(|logs| logs.map(f64::exp)).filter(|typical| typical.high <= WIDEST * typical.low)
}

/// The same centre, of any number of times: what [`typical`] puts its interval around. `None` without values.
pub(crate) fn centre(values: &[f64]) -> Option<f64> {
    let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let centre = (!logs.is_empty()).then(|| trimmed(&logs).estimate.exp())?;
    // A time of nothing, too short for the clock, has no logarithm.
    if centre > 0.0 { Some(centre) } else { median(values) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::testing::Rng;
    use proptest::prelude::*;
    use rayon::prelude::*;

    /// Share of `trials` in which the interval of `n` values held the true centre, 0.
    fn coverage(n: usize, trials: usize, draw: impl Fn(&mut Rng) -> f64 + Sync) -> f64 {
        let held = (0..trials).into_par_iter().filter(|&trial| {
            let mut rng = Rng::new(2_000 + n as u64, trial as u64);
            let values: Vec<f64> = (0..n).map(|_| draw(&mut rng)).collect();
            interval(&values).unwrap().contains(0.0)
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
    fn students_t_is_what_tables_say() {
        for (df, table) in [(2.0, 4.303), (3.0, 3.182), (5.0, 2.571), (10.0, 2.228), (60.0, 2.000)] {
            assert!((student(df) - table).abs() < 0.005, "{df}: {}", student(df));
        }
    }

    #[test]
    fn equal_values_leave_no_doubt() {
        let interval = interval(&[0.5; 6]).unwrap();
        assert_eq!((interval.low, interval.estimate, interval.high), (0.5, 0.5, 0.5));
    }

    #[test]
    fn too_few_values_or_wild_ones_have_no_interval() {
        assert_eq!(interval(&[1.0, 2.0, 3.0, 4.0]), None);
        assert_eq!(interval(&[1.0, 2.0, f64::NAN, 3.0, 4.0]), None);
        assert_eq!(interval(&[1.0, 2.0, f64::INFINITY, 3.0, 4.0]), None);
    }

    #[test]
    fn an_interval_over_two_orders_of_magnitude_is_none() {
        assert_eq!(typical([1e-3, 1.0, 1e3, 1e-4, 1e4]), None);
        assert!(typical([1.0, 1.1, 0.9, 1.05, 100.0]).is_some(), "one run of five took 100 times as long");
    }

    #[test]
    fn the_centre_is_what_the_interval_lies_around() {
        let times = [0.2, 0.21, 0.19, 0.25, 0.2, 0.5];
        assert_eq!(centre(&times), typical(times).map(|typical| typical.estimate));
        assert_eq!((centre(&[0.3]), centre(&[]), centre(&[0.0, 0.0, 1e-9])), (Some(0.3), None, Some(0.0)));
    }

    #[test]
    fn trimming_nothing_gives_the_mean_and_its_usual_error() {
        let Interval { estimate, low, .. } = trimmed(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(estimate, 2.5);
        assert!((estimate - low - student(3.0) * (5.0f64 / 3.0).sqrt() / 2.0).abs() < 1e-12);
    }

    #[test]
    fn one_wild_value_in_five_changes_nothing() {
        assert_eq!(trimmed(&[1.0, 2.0, 3.0, 4.0, 5.0]), trimmed(&[1.0, 2.0, 3.0, 4.0, 5e9]));
    }

    proptest! {
        #[test]
        fn the_interval_does_not_care_for_order(mut values in prop::collection::vec(-1e3f64..1e3, 5..40), seed in 0u64..99) {
            let sorted = interval(&values);
            Rng::new(seed, 0).shuffle(&mut values);
            prop_assert_eq!(interval(&values), sorted);
            prop_assert!(sorted.is_some_and(|sorted| sorted.low <= sorted.high));
        }
    }
}
