//! Amdahl's law fitted to measured speed-ups.
//!
//! With a serial share s of the work, p workers at the same time take s + (1 − s) / p of one worker's time
//! (Amdahl, "Validity of the single processor approach to achieving large scale computing capabilities", 1967).
//! The time share 1/S is linear in s, so each round gives a least-squares s of its own, and the rounds give
//! the interval.

use super::stats::Interval;
use super::typical;

/// Fewest numbers of workers that a fit needs.
pub(crate) const FEWEST_POINTS: usize = 4;

/// Fewest different numbers of workers at the same time: a line through two of them fits whatever was measured.
pub(crate) const FEWEST_LEVELS: usize = 3;

/// What workers can do at the same time: `workers`, or the cores when that is fewer and the work computes.
pub(crate) fn parallel(workers: usize, cores: Option<f64>) -> f64 {
    cores.map_or(workers as f64, |cores| cores.min(workers as f64))
}

/// Speed-up by Amdahl's law with serial share `serial` and `parallel` workers at the same time.
///
/// ```
/// use concurrency_lab::measure::amdahl;
/// assert_eq!(amdahl(0.0, 8.0), 8.0);
/// assert_eq!(amdahl(1.0, 8.0), 1.0);
/// assert_eq!(amdahl(0.5, 2.0), 4.0 / 3.0);
/// ```
pub fn amdahl(serial: f64, parallel: f64) -> f64 {
    1.0 / (serial + (1.0 - serial) / parallel)
}

/// The serial share by which `points` (workers at the same time, measured speed-up) deviate least from the law;
/// `None` when no point has more than one worker at the same time.
pub(crate) fn serial_share(points: &[(f64, f64)]) -> Option<f64> {
    let (mut product, mut square) = (0.0, 0.0);
    for &(parallel, speedup) in points {
        let ideal = 1.0 / parallel;
        product += (1.0 / speedup - ideal) * (1.0 - ideal);
        square += (1.0 - ideal) * (1.0 - ideal);
    }
    (square > 0.0).then_some(product / square)
}

/// The serial share with its interval from one fit a round.
pub(crate) fn fit(rounds: &[Vec<(f64, f64)>]) -> Option<Interval> {
    let shares: Vec<f64> = rounds.iter().filter_map(|points| serial_share(points)).collect();
    typical::interval(&shares)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::testing::Rng;
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn workers_beyond_the_cores_add_nothing_to_computing() {
        assert_eq!(parallel(8, Some(2.0)), 2.0);
        assert_eq!(parallel(8, Some(1.5)), 1.5);
        assert_eq!(parallel(8, None), 8.0);
    }

    #[test]
    fn one_worker_tells_nothing_of_the_serial_share() {
        assert_eq!(serial_share(&[(1.0, 1.0), (1.0, 1.1)]), None);
        assert_eq!(fit(&[vec![(1.0, 1.0)], vec![(1.0, 1.0)], vec![(1.0, 1.0)]]), None);
    }

    #[test]
    fn the_interval_holds_the_share_of_noisy_rounds() {
        let mut held = 0;
        for trial in 0..200 {
            let mut rng = Rng::new(trial, 3);
            let round = |rng: &mut Rng| {
                let one = 1.0 + 0.01 * rng.normal();
                (1..=6)
                    .map(f64::from)
                    .map(|n| (n, amdahl(0.1, n) * one * (1.0 + 0.01 * rng.normal())))
                    .collect()
            };
            let rounds: Vec<Vec<(f64, f64)>> = (0..9).map(|_| round(&mut rng)).collect();
            held += usize::from(fit(&rounds).unwrap().contains(0.1));
        }
        assert!((182..=198).contains(&held), "held {held} times of 200");
    }

    proptest! {
        #[test]
        fn exact_points_give_the_exact_share(serial in 0.0f64..1.0, most in 2u32..64) {
            let points: Vec<(f64, f64)> = (1..=most).map(f64::from).map(|n| (n, amdahl(serial, n))).collect();
            prop_assert!((serial_share(&points).unwrap() - serial).abs() < 1e-9);
        }
    }
}
