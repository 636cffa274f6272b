//! Where the ticks of an axis stand.

use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;

/// At most `most` round values (steps of 1, 2 or 5 times a power of ten) within `low..=high`; at least one.
///
/// ```
/// assert_eq!(figure::format::ticks(0.0, 10.0, 6), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
/// ```
pub fn ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let span = high - low;
    if !low.is_finite() || !span.is_finite() || span <= 0.0 {
        return vec![if low.is_finite() { low } else { 0.0 }];
    }
    RangedCoordf64::from(low..high).key_points(most.max(2))
}

/// Round values for a logarithmic axis over `low..=high`: decades, thinned to at most `most`; 1-2-5 within a short range.
///
/// ```
/// assert_eq!(figure::format::log_ticks(1.0, 1000.0, 8), [1.0, 10.0, 100.0, 1000.0]);
/// ```
pub fn log_ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let usable = low.is_finite() && high.is_finite() && low > 0.0 && high > low;
    if !usable {
        return vec![if low.is_finite() && low > 0.0 { low } else { 1.0 }];
    }
    let most = most.max(2);
    let (first, last) = ((low.log10() - 1e-9).ceil() as i32, (high.log10() + 1e-9).floor() as i32);
    let decades = (last - first + 1).max(0) as usize;
    if decades >= 3 || (decades == 2 && most < 4) {
        let step = decades.div_ceil(most).max(1);
        return (first..=last).step_by(step).map(|e| 10f64.powi(e)).collect();
    }
    let fine: Vec<f64> = (first - 1..=last)
        .flat_map(|e| [1.0, 2.0, 5.0].map(|f| neat(f * 10f64.powi(e), e)))
        .filter(|t| *t >= low * (1.0 - 1e-9) && *t <= high * (1.0 + 1e-9))
        .collect();
    let chosen: Vec<f64> = match fine.len() {
        0 | 1 => ticks(low, high, most).into_iter().filter(|t| *t > 0.0).collect(),
        n if n > most => (first..=last).map(|e| 10f64.powi(e)).collect(),
        _ => fine,
    };
    if chosen.is_empty() { vec![low] } else { chosen }
}

/// Rounds off what multiplying by a step left behind (0.30000000000000004).
fn neat(value: f64, exponent: i32) -> f64 {
    format!("{value:.*}", (1 - exponent).clamp(0, 300) as usize).parse().unwrap_or(value)
}
