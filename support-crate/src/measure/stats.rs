//! Robust summaries of a few numbers: median, median absolute deviation, trimmed mean, outliers.

use serde::{Deserialize, Serialize};

/// An estimate with its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The best single figure.
    pub estimate: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Interval {
    /// Whether the interval has `value` in it, its ends included.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Applies a rising function to the estimate and both ends.
    #[must_use]
    pub fn map(self, rising: impl Fn(f64) -> f64) -> Self {
        Self { estimate: rising(self.estimate), low: rising(self.low), high: rising(self.high) }
    }
}

/// The middle value; the mean of the two middle ones for an even count. `None` without values.
///
/// ```
/// use concurrency_lab::measure::median;
/// assert_eq!(median(&[3.0, 1.0, 10.0]), Some(3.0));
/// assert_eq!(median(&[4.0, 2.0]), Some(3.0));
/// assert_eq!(median(&[]), None);
/// ```
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile_sorted(&sorted, 0.5)
}

/// Median absolute deviation from the median, unscaled. `None` without values.
///
/// ```
/// use concurrency_lab::measure::mad;
/// assert_eq!(mad(&[1.0, 2.0, 3.0, 4.0, 100.0]), Some(1.0));
/// ```
pub fn mad(values: &[f64]) -> Option<f64> {
    let middle = median(values)?;
    median(&values.iter().map(|value| (value - middle).abs()).collect::<Vec<_>>())
}

/// The value below which a `share` (0 to 1) of the values lies, by linear interpolation between neighbours
/// (Hyndman and Fan's type 7). `None` without values.
pub(crate) fn quantile_sorted(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    Some(sorted[below] + (place - below as f64) * (sorted[above] - sorted[below]))
}

/// The rank of each value among all, from 0; equal ones share the mean of theirs.
pub(crate) fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count();
        let equal = values.iter().filter(|other| *other == value).count();
        below as f64 + (equal as f64 - 1.0) / 2.0
    };
    values.iter().map(rank).collect()
}

/// Which values lie far from the rest: modified z-score above 3.5 (Iglewicz and Hoaglin, "How to Detect and
/// Handle Outliers", 1993). They are marked, never dropped. None among fewer than five values.
///
/// ```
/// use concurrency_lab::measure::outliers;
/// assert_eq!(outliers(&[1.0, 1.1, 0.9, 1.05, 0.95, 3.0]), [5]);
/// ```
pub fn outliers(values: &[f64]) -> Vec<usize> {
    let (Some(middle), Some(mad)) = (median(values), mad(values)) else { return Vec::new() };
    if values.len() < 5 || mad == 0.0 {
        return Vec::new();
    }
    let far = |value: f64| 0.6745 * (value - middle).abs() / mad > 3.5;
    (0..values.len()).filter(|&index| far(values[index])).collect()
}

/// A 20% trimmed mean and its standard error (Yuen, "The two-sample trimmed t for unequal population
/// variances", Biometrika 1974).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trimmed {
    pub(crate) mean: f64,
    pub(crate) error: f64,
    /// Standard deviation of the values with each tail pulled in to the first value kept.
    pub(crate) winsorized: f64,
}

impl Trimmed {
    /// Sorts `values` in place; there have to be two at least.
    pub(crate) fn of(values: &mut [f64]) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let n = values.len();
        let cut = n / 5;
        let kept = n - 2 * cut;
        let (low, high) = (values[cut], values[n - 1 - cut]);
        let inner = &values[cut..n - cut];
        let mean = inner.iter().sum::<f64>() / kept as f64;
        let pulled = (inner.iter().sum::<f64>() + cut as f64 * (low + high)) / n as f64;
        let square = |value: f64| (value - pulled) * (value - pulled);
        let sum =
            inner.iter().map(|&value| square(value)).sum::<f64>() + cut as f64 * (square(low) + square(high));
        let winsorized = (sum / (n - 1) as f64).sqrt();
        let error = winsorized * ((n - 1) as f64 / (kept * (kept - 1)) as f64).sqrt();
        Self { mean, error, winsorized }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn trimming_nothing_gives_the_mean_and_its_usual_error() {
        let trimmed = Trimmed::of(&mut [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(trimmed.mean, 2.5);
        assert!((trimmed.error - (5.0f64 / 3.0).sqrt() / 2.0).abs() < 1e-12);
    }

    #[test]
    fn one_wild_value_in_five_changes_nothing() {
        let tame = Trimmed::of(&mut [1.0, 2.0, 3.0, 4.0, 5.0]);
        let wild = Trimmed::of(&mut [1.0, 2.0, 3.0, 4.0, 5e9]);
        assert_eq!((tame.mean, tame.error), (wild.mean, wild.error));
    }

    #[test]
    fn equal_values_have_no_outliers() {
        assert!(outliers(&[2.0; 9]).is_empty());
        assert!(outliers(&[1.0, 1.0, 50.0]).is_empty(), "too few to tell");
    }

    proptest! {
        #[test]
        fn the_median_is_between_the_ends_and_keeps_its_place(values in prop::collection::vec(-1e6f64..1e6, 1..40), shift in -1e3f64..1e3) {
            let middle = median(&values).unwrap();
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(low <= middle && middle <= high);
            let moved: Vec<f64> = values.iter().map(|value| value + shift).collect();
            prop_assert!((median(&moved).unwrap() - middle - shift).abs() < 1e-6);
            prop_assert!((mad(&moved).unwrap() - mad(&values).unwrap()).abs() < 1e-6);
        }

        #[test]
        fn the_trimmed_mean_does_not_care_for_order(mut values in prop::collection::vec(-1e3f64..1e3, 3..40), seed in 0u64..99) {
            let sorted = Trimmed::of(&mut values);
            crate::random::Rng::new(seed, 0).shuffle(&mut values);
            prop_assert_eq!(Trimmed::of(&mut values), sorted);
            prop_assert!(sorted.error >= 0.0);
        }
    }
}
