//! Robust summaries of a few numbers: median, median absolute deviation, outliers.

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
    let last = sorted.len().checked_sub(1)?;
    Some((sorted[last / 2] + sorted[last.div_ceil(2)]) / 2.0)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    }
}
