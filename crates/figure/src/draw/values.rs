//! Axes as plotters' coordinate ranges: linear, logarithmic or one place a name, with round ticks in units that suit them.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::quantity::Quantity;
use crate::format;
use crate::text::TextStyle;

/// Steps between ticks at powers of two, of which every range has many.
const BINARY_STEPS: usize = 6;
/// Room that a label of an upright axis takes.
const LINE: f64 = 26.0;
/// Between the labels of a level axis.
const APART: f64 = 14.0;

/// How values are spread over an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spacing {
    /// Equal steps for equal differences.
    Linear,
    /// Equal steps for equal ratios.
    Log,
    /// One place a name.
    Places,
}

/// A range of values: one axis of a chart, for plotters' `build_cartesian_2d`. Values beyond its ends stand at its ends.
#[derive(Clone, Debug)]
pub struct Values {
    quantity: Quantity,
    spacing: Spacing,
    /// The value at the lower end.
    pub(crate) low: f64,
    /// The value at the upper end.
    pub(crate) high: f64,
    ticks: Vec<(f64, String)>,
}

impl Values {
    /// A logarithmic axis for `values`, those left out that are not finite and positive, with a little room at the ends.
    /// Without any usable value it covers 1 to 10.
    pub fn log(quantity: Quantity, values: impl IntoIterator<Item = f64>) -> Self {
        let usable = values.into_iter().filter(|value| value.is_finite() && *value > 0.0);
        let (low, high) = usable.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
        let (low, high) = if low > high {
            (1.0, 10.0)
        } else if high < low * 1.5 {
            // Ends pushed apart so that equal values stand in the middle of something.
            (low / 1.5, high * 1.5)
        } else {
            let room = (high / low).powf(0.025);
            (low / room, (high * room).min(f64::MAX))
        };
        Self { quantity, spacing: Spacing::Log, low, high, ticks: Vec::new() }
    }

    /// A linear axis from zero to a little beyond the largest of `values`.
    pub fn from_zero(quantity: Quantity, values: impl IntoIterator<Item = f64>) -> Self {
        let high = values.into_iter().filter(|value| value.is_finite()).fold(0.0, f64::max);
        let high = if high > 0.0 { (high * 1.04).min(f64::MAX) } else { 1.0 };
        Self::exactly(quantity, (0.0, high))
    }

    /// Exactly `low` to `high`, linear.
    pub fn exactly(quantity: Quantity, (low, high): (f64, f64)) -> Self {
        Self { quantity, spacing: Spacing::Linear, low, high, ticks: Vec::new() }
    }

    /// One place a name, from 0: the first is the stretch from 0 to 1, its name in the middle.
    pub fn places(names: impl IntoIterator<Item = String>) -> Self {
        let ticks: Vec<(f64, String)> =
            names.into_iter().enumerate().map(|(index, name)| (index as f64 + 0.5, name)).collect();
        let high = ticks.len().max(1) as f64;
        Self { quantity: Quantity::Number, spacing: Spacing::Places, low: 0.0, high, ticks }
    }

    /// So many rows, the first one on top, without names.
    pub fn rows(number: usize) -> Self {
        Self::exactly(Quantity::Number, (number.max(1) as f64, 0.0))
    }

    /// Whether these are places with names, and not values.
    pub(super) fn are_places(&self) -> bool {
        self.spacing == Spacing::Places
    }

    /// With ticks as many as stand side by side on `length` pixels.
    #[must_use]
    pub fn level(self, length: f64, style: &TextStyle) -> Self {
        Self { ticks: self.round_ticks(length, |label| style.width(label) + APART), ..self }
    }

    /// With ticks as many as stand one above the other on `length` pixels.
    #[must_use]
    pub fn upright(self, length: f64) -> Self {
        Self { ticks: self.round_ticks(length, |_| LINE), ..self }
    }

    /// A single value as it is written beside a name.
    pub fn show(&self, value: f64) -> String {
        self.quantity.show(value)
    }

    /// Width of the widest label.
    pub fn label_width(&self, style: &TextStyle) -> f64 {
        style.widest(self.ticks.iter().map(|(_, label)| label))
    }

    /// What stands beside the axis: the name, and the unit where ticks do not carry it.
    pub fn title(&self, name: &str) -> String {
        match (&self.quantity, self.spacing) {
            (Quantity::Seconds, Spacing::Linear) => format!("{name} ({})", self.time_unit().0),
            (_, Spacing::Log) => format!("{name} (logarithmic)"),
            _ => name.to_string(),
        }
    }

    /// Where a value stands: 0 at one end, 1 at the other; NaN if it is not finite or has no place.
    pub fn share(&self, value: f64) -> f64 {
        let share = match self.spacing {
            _ if !value.is_finite() => f64::NAN,
            Spacing::Log if value <= 0.0 => f64::NAN,
            Spacing::Log => (value / self.low).ln() / (self.high / self.low).ln(),
            _ => (value - self.low) / (self.high - self.low),
        };
        share.clamp(0.0, 1.0)
    }

    /// The one unit of a linear axis of times.
    fn time_unit(&self) -> (&'static str, f64) {
        format::time_unit(self.high.abs().max(self.low.abs()))
    }

    /// Round values with their labels, as many as stand clear of one another on `length` pixels when each takes
    /// `room(label)` of them.
    fn round_ticks(&self, length: f64, room: impl Fn(&str) -> f64) -> Vec<(f64, String)> {
        let mut chosen: Vec<(f64, String)> = Vec::new();
        for most in (2..=9).rev() {
            chosen = self.labelled(self.round_values(most));
            let places: Vec<f64> = chosen.iter().map(|(value, _)| length * self.share(*value)).collect();
            let clear = chosen.windows(2).zip(places.windows(2)).all(|(labels, places)| {
                (places[1] - places[0]).abs() >= (room(&labels[0].1) + room(&labels[1].1)) / 2.0
            });
            let all: f64 = chosen.iter().map(|(_, label)| room(label)).sum();
            if clear && (chosen.len() < 2 || all <= length * 1.5) {
                return chosen;
            }
        }
        chosen.truncate(1);
        chosen
    }

    /// About so many round values.
    fn round_values(&self, most: usize) -> Vec<f64> {
        let linear = || format::ticks(self.low, self.high, most);
        match (&self.quantity, self.spacing) {
            // Memory is counted in powers of two: ticks at powers of ten would read "976.6 KiB".
            (Quantity::Bytes, Spacing::Log) => self.binary_decades(most.min(BINARY_STEPS)),
            (Quantity::Bytes, _) => self.binary_steps(linear().len().max(2)),
            (_, Spacing::Log) => format::log_ticks(self.low, self.high, most),
            // A range of whole numbers has no ticks between them.
            (Quantity::Number, _) if self.high - self.low > 1.0 => {
                linear().into_iter().filter(|value| value.fract() == 0.0).collect()
            }
            _ => linear(),
        }
    }

    fn labelled(&self, values: Vec<f64>) -> Vec<(f64, String)> {
        let step = values.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::MAX, f64::min);
        let label = |value: f64| -> String {
            match (&self.quantity, self.spacing) {
                _ if value == 0.0 => "0".into(),
                (Quantity::Seconds, Spacing::Linear) => {
                    let (_, unit) = self.time_unit();
                    decimals(value / unit, step / unit)
                }
                (Quantity::Seconds, _) => round_duration(value),
                (Quantity::Bytes, _) => format::bytes(value),
                (Quantity::Times, _) => format!("{}x", decimals(value, step)),
                (Quantity::Number, Spacing::Log) => self.quantity.show(value),
                (Quantity::Number, _) => decimals(value, step),
            }
        };
        let mut labelled: Vec<(f64, String)> =
            values.into_iter().map(|value| (value, label(value))).collect();
        // Over a range finer than the digits of a label, several would read the same.
        labelled.dedup_by(|next, before| next.1 == before.1);
        labelled
    }

    fn binary_decades(&self, most: usize) -> Vec<f64> {
        let (first, last) = (self.low.log2().ceil() as i32, self.high.log2().floor() as i32);
        let step =
            [1, 2, 5, 10, 20, 40].into_iter().find(|step| (last - first) / step <= most as i32).unwrap_or(80);
        (first..=last).filter(|power| power % step == 0).map(|power| 2f64.powi(power)).collect()
    }

    fn binary_steps(&self, most: usize) -> Vec<f64> {
        let unit = (0..6).map(|power| 1024f64.powi(power)).rfind(|unit| *unit <= self.high).unwrap_or(1.0);
        format::ticks(self.low / unit, self.high / unit, most).into_iter().map(|tick| tick * unit).collect()
    }
}

/// The parts of a line between the points that have no place on its axes.
pub fn unbroken(points: impl Iterator<Item = (f64, f64)>, x: &Values, y: &Values) -> Vec<Vec<(f64, f64)>> {
    let points: Vec<(f64, f64)> = points.collect();
    let lost = |point: &(f64, f64)| x.share(point.0).is_nan() || y.share(point.1).is_nan();
    points.split(lost).filter(|part| !part.is_empty()).map(<[_]>::to_vec).collect()
}

impl Ranged for Values {
    type ValueType = f64;
    type FormatOption = NoDefaultFormatting;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        from + (self.share(*value) * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // Plotters asks a second time for the finer lines between these, which only clutter.
        match hint.weight().allow_light_points() {
            true => Vec::new(),
            false => self.ticks.iter().map(|(value, _)| *value).collect(),
        }
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Values {
    fn format_ext(&self, value: &f64) -> String {
        self.ticks.iter().find(|(tick, _)| tick == value).map_or_else(String::new, |(_, label)| label.clone())
    }
}

/// As many decimals as tell one step from the next.
fn decimals(value: f64, step: f64) -> String {
    let step =
        if step.is_finite() && step > 0.0 && step < f64::MAX { step } else { value.abs().max(1e-12) / 100.0 };
    if value.abs() >= 1e9 || (value.abs() < 1e-6 && value != 0.0) {
        return format::significant(value, 2);
    }
    format::fixed(value, (-(step * 1.0001).log10().floor()).clamp(0.0, 9.0) as usize)
}

/// A round tick without the zeros of a measured value: "10 ms", not "10.0 ms".
fn round_duration(seconds: f64) -> String {
    let (name, unit) = format::time_unit(seconds * 1.0001);
    format!("{} {name}", format::trimmed(&format::significant(seconds / unit, 3)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(axis: &Values, length: f64) -> Vec<String> {
        let room = |label: &str| 8.0 * label.len() as f64;
        axis.round_ticks(length, room).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn times_share_one_unit() {
        let axis = Values::from_zero(Quantity::Seconds, [0.095]);
        assert_eq!(labels(&axis, 400.0), ["0", "20", "40", "60", "80"]);
        assert_eq!(axis.title("time of one run"), "time of one run (ms)");
    }

    #[test]
    fn a_logarithmic_axis_of_times_changes_units() {
        let labels = labels(&Values::log(Quantity::Seconds, [1e-6, 10.0]), 600.0);
        assert_eq!(labels[0], "1 µs");
        assert_eq!(labels[labels.len() - 1], "10 s");
    }

    #[test]
    fn memory_ticks_are_binary() {
        let axis = Values::log(Quantity::Bytes, [300.0, 3e6]);
        assert_eq!(labels(&axis, 500.0), ["256 B", "1 KiB", "4 KiB", "16 KiB", "64 KiB", "256 KiB", "1 MiB"]);
        let short = Values::log(Quantity::Bytes, [7e5, 1.6e8]);
        assert_eq!(labels(&short, 200.0), ["1 MiB", "4 MiB", "16 MiB", "64 MiB"]);
        let axis = Values::from_zero(Quantity::Bytes, [3.2 * 1024.0 * 1024.0]);
        assert_eq!(labels(&axis, 300.0), ["0", "1 MiB", "2 MiB", "3 MiB"]);
    }

    #[test]
    fn a_range_finer_than_the_digits_of_a_label_has_each_label_once() {
        let mut labels = labels(&Values::exactly(Quantity::Bytes, (1e-9, 1.0057e-9)), 408.85);
        let all = labels.len();
        labels.dedup();
        assert_eq!(labels.len(), all, "{labels:?}");
    }

    #[test]
    fn nothing_usable_still_gives_an_axis() {
        for axis in [Values::from_zero, Values::log] {
            let axis = axis(Quantity::Seconds, [f64::NAN, f64::INFINITY]);
            assert!(!axis.round_ticks(100.0, |_| 30.0).is_empty());
            assert!(axis.share(f64::NAN).is_nan());
        }
    }

    #[test]
    fn rows_run_down_and_places_have_their_names_in_the_middle() {
        assert_eq!(Values::rows(4).map(&1.0, (400, 0)), 100);
        let places = Values::places(["a".to_owned(), "b".to_owned()]);
        assert_eq!((places.share(1.5), places.format_ext(&1.5)), (0.75, "b".to_owned()));
    }

    proptest! {
        #[test]
        fn tick_labels_stand_clear_and_differ(low in 1e-9f64..1e9, power in 0.0f64..9.0, length in 60.0f64..900.0, log in any::<bool>()) {
            let high = low * 10f64.powf(power);
            for quantity in [Quantity::Seconds, Quantity::Bytes, Quantity::Times, Quantity::Number] {
                let axis = if log { Values::log(quantity, [low, high]) } else { Values::exactly(quantity, (low, high)) };
                let room = |label: &str| 7.0 * label.chars().count() as f64;
                let ticks = axis.round_ticks(length, room);
                for pair in ticks.windows(2) {
                    prop_assert_ne!(&pair[0].1, &pair[1].1, "{:?}", &ticks);
                    let apart = length * (axis.share(pair[1].0) - axis.share(pair[0].0));
                    prop_assert!(apart + 1e-6 >= (room(&pair[0].1) + room(&pair[1].1)) / 2.0);
                }
            }
        }
    }
}
