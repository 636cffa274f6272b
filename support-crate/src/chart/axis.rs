//! Axes: from values to pixels, with round ticks in units that suit them.

use super::canvas::{Align, Canvas};
use super::geometry::Rect;
use super::text::TextStyle;
use super::theme::{AXIS, GRID, QUIET};
use crate::format::{self, TimeUnit};

/// Steps between ticks at powers of two, of which every range has many.
const BINARY_STEPS: usize = 6;

/// What an axis or a bar measures.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Quantity {
    /// A span of time, in seconds.
    Seconds,
    /// An amount of memory, in bytes.
    Bytes,
    /// How many times as fast or as large.
    Times,
    /// A number of things, with their name ("tasks").
    Number(String),
}

impl Quantity {
    /// A single value with its unit.
    pub fn show(&self, value: f64) -> String {
        match self {
            Self::Seconds => format::duration(value),
            Self::Bytes => format::measured_bytes(value),
            Self::Times => format::times(value),
            Self::Number(_) if value.fract() == 0.0 && value.abs() < 1e15 => format::fixed(value, 0),
            Self::Number(_) => format::significant(value, 3),
        }
    }

    /// The unit of the raw numbers, for CSV and JSON.
    pub fn unit(&self) -> &str {
        match self {
            Self::Seconds => "s",
            Self::Bytes => "bytes",
            Self::Times => "x",
            Self::Number(_) => "",
        }
    }
}

/// Equal steps for equal differences, or for equal ratios.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps for equal differences.
    Linear,
    /// Equal steps for equal ratios.
    Log,
}

/// A range of values laid along a range of pixels.
#[derive(Clone, Debug)]
pub struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    /// An axis for `values`, those left out that are not finite (or not positive, on a logarithmic one), with a
    /// little room at the ends. Without any usable value it covers 0 to 1 (1 to 10).
    pub fn over(values: impl IntoIterator<Item = f64>, scale: Scale, (from, to): (f64, f64)) -> Self {
        let usable = |value: &f64| value.is_finite() && (scale == Scale::Linear || *value > 0.0);
        let (low, high) = values
            .into_iter()
            .filter(usable)
            .fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
        let (low, high) = match (scale, low > high) {
            (Scale::Linear, true) => (0.0, 1.0),
            (Scale::Log, true) => (1.0, 10.0),
            // Ends pushed apart so that equal values stand in the middle of something.
            (Scale::Linear, false) if high == low => {
                (low - low.abs().max(1e-9) * 0.5, high + high.abs().max(1e-9) * 0.5)
            }
            (Scale::Log, false) if high < low * 1.5 => (low / 1.5, high * 1.5),
            (Scale::Linear, false) => (low, high),
            (Scale::Log, false) => {
                let room = (high / low).powf(0.025);
                (low / room, (high * room).min(f64::MAX))
            }
        };
        Self { scale, low, high, from, to }
    }

    /// A linear axis from zero to a little beyond the largest of `values`.
    pub fn from_zero(values: impl IntoIterator<Item = f64>, pixels: (f64, f64)) -> Self {
        let high = values.into_iter().filter(|value| value.is_finite()).fold(0.0, f64::max);
        let high = if high > 0.0 { (high * 1.04).min(f64::MAX) } else { 1.0 };
        Self { scale: Scale::Linear, low: 0.0, high, from: pixels.0, to: pixels.1 }
    }

    /// Exactly `low` to `high`.
    pub fn exactly((low, high): (f64, f64), scale: Scale, (from, to): (f64, f64)) -> Self {
        Self { scale, low, high, from, to }
    }

    /// The values at both ends.
    pub fn range(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The pixels at both ends.
    pub fn pixels(&self) -> (f64, f64) {
        (self.from, self.to)
    }

    /// Where a value stands; NaN if it is not finite or has no place. Values beyond the ends stand at the ends.
    pub fn at(&self, value: f64) -> f64 {
        let share = match self.scale {
            _ if !value.is_finite() => f64::NAN,
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log if value <= 0.0 => f64::NAN,
            Scale::Log => (value / self.low).ln() / (self.high / self.low).ln(),
        };
        self.from + share.clamp(0.0, 1.0) * (self.to - self.from)
    }

    /// Whether a value has its place on the axis, and not beyond its end.
    pub fn reaches(&self, value: f64) -> bool {
        value <= self.high
    }

    /// Round values with their labels, as many as stand clear of one another when each takes `room(label)` pixels.
    pub fn ticks(&self, quantity: &Quantity, room: impl Fn(&str) -> f64) -> Vec<(f64, String)> {
        let length = (self.to - self.from).abs();
        let mut chosen = Vec::new();
        for most in (2..=9).rev() {
            let values = match self.scale {
                Scale::Linear => format::ticks(self.low, self.high, most),
                Scale::Log => format::log_ticks(self.low, self.high, most),
            };
            let values: Vec<f64> = match quantity {
                Quantity::Number(_) if self.high - self.low > 1.0 => values
                    .into_iter()
                    .filter(|value| value.fract() == 0.0 || self.scale == Scale::Log)
                    .collect(),
                _ => values,
            };
            chosen = self.labelled(values, quantity, most);
            let places: Vec<f64> = chosen.iter().map(|(value, _)| self.at(*value)).collect();
            let clear = chosen.windows(2).zip(places.windows(2)).all(|(labels, places)| {
                (places[1] - places[0]).abs() >= (room(&labels[0].1) + room(&labels[1].1)) / 2.0
            });
            if clear
                && (chosen.len() < 2
                    || chosen.iter().map(|(_, label)| room(label)).sum::<f64>() <= length * 1.5)
            {
                return chosen;
            }
        }
        chosen.truncate(1);
        chosen
    }

    fn labelled(&self, values: Vec<f64>, quantity: &Quantity, most: usize) -> Vec<(f64, String)> {
        let step = values.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::MAX, f64::min);
        let label = |value: f64| -> String {
            match (quantity, self.scale) {
                _ if value == 0.0 => "0".into(),
                (Quantity::Seconds, Scale::Linear) => {
                    let unit = self.time_unit();
                    decimals(value / unit.seconds(), step / unit.seconds())
                }
                (Quantity::Seconds, Scale::Log) => round_duration(value),
                (Quantity::Bytes, _) => format::bytes(value),
                (Quantity::Times, _) => format!("{}x", decimals(value, step)),
                (Quantity::Number(_), Scale::Linear) => decimals(value, step),
                (Quantity::Number(_), Scale::Log) => quantity.show(value),
            }
        };
        // Memory is counted in powers of two: ticks at powers of ten would read "976.6 KiB".
        let values = match (quantity, self.scale) {
            (Quantity::Bytes, Scale::Log) => self.binary_decades(most.min(BINARY_STEPS)),
            (Quantity::Bytes, Scale::Linear) => self.binary_steps(values.len().max(2)),
            _ => values,
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

    /// The one unit of a linear axis of times.
    pub fn time_unit(&self) -> TimeUnit {
        TimeUnit::of(self.high.abs().max(self.low.abs()))
    }

    /// What stands beside the axis: the name, and the unit where ticks do not carry it.
    pub fn title(&self, name: &str, quantity: &Quantity) -> String {
        match (quantity, self.scale) {
            (Quantity::Seconds, Scale::Linear) => format!("{name} ({})", self.time_unit().name()),
            (_, Scale::Log) => format!("{name} (logarithmic)"),
            _ => name.to_string(),
        }
    }

    /// Draws grid lines and tick labels of a level axis below `area`, and its title under them, right-aligned.
    pub fn draw_below(&self, canvas: &mut Canvas<'_>, area: Rect, quantity: &Quantity, name: &str) {
        let style = tick_style();
        for (value, label) in self.ticks(quantity, |label| style.width(label) + 14.0) {
            let x = self.at(value);
            canvas.hairline((x, area.y), (x, area.bottom()), GRID);
            let half = style.width(&label) / 2.0;
            let middle = x.clamp(area.x - 10.0 + half, (area.right() + 10.0 - half).max(area.x));
            canvas.text((middle, area.bottom() + 16.0), &label, &style, Align::Centre);
        }
        canvas.hairline((area.x, area.bottom()), (area.right(), area.bottom()), AXIS);
        let title = self.title(name, quantity);
        let title = style.first_that_fits(&[&title, &title.replace("(logarithmic)", "(log)")], area.w);
        canvas.text((area.right(), area.bottom() + 32.0), &title, &style, Align::Right);
    }

    /// Draws grid lines and tick labels of an upright axis left of `area`, and its title above it.
    pub fn draw_beside(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        left: f64,
        quantity: &Quantity,
        name: &str,
    ) {
        let style = tick_style();
        for (value, label) in self.ticks(quantity, |_| 26.0) {
            let y = self.at(value);
            canvas.hairline((area.x, y), (area.right(), y), GRID);
            canvas.text_at_middle((area.x - 8.0, y), &label, &style, Align::Right);
        }
        let title = style.ellipsize(&self.title(name, quantity), area.right() - left);
        canvas.text((left, area.y - 12.0), &title, &style, Align::Left);
    }

    /// Width of the widest tick label of an upright axis.
    pub fn label_width(&self, quantity: &Quantity) -> f64 {
        let style = tick_style();
        self.ticks(quantity, |_| 26.0).iter().map(|(_, label)| style.width(label)).fold(0.0, f64::max)
    }
}

/// Room that [`Axis::draw_below`] takes under its area.
pub const BELOW: f64 = 38.0;

/// How axis labels are set.
pub fn tick_style() -> TextStyle {
    TextStyle::new(11.5).colour(QUIET)
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
    let unit = TimeUnit::of(seconds * 1.0001);
    let value = seconds / unit.seconds();
    let text = format::significant(value, 3);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} {}", unit.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(axis: &Axis, quantity: &Quantity) -> Vec<String> {
        axis.ticks(quantity, |label| 8.0 * label.len() as f64).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn times_share_one_unit() {
        let axis = Axis::from_zero([0.095], (0.0, 400.0));
        assert_eq!(labels(&axis, &Quantity::Seconds), ["0", "20", "40", "60", "80"]);
        assert_eq!(axis.title("time of one run", &Quantity::Seconds), "time of one run (ms)");
    }

    #[test]
    fn a_logarithmic_axis_of_times_changes_units() {
        let axis = Axis::over([1e-6, 10.0], Scale::Log, (0.0, 600.0));
        let labels = labels(&axis, &Quantity::Seconds);
        assert_eq!(labels[0], "1 µs");
        assert_eq!(labels[labels.len() - 1], "10 s");
    }

    #[test]
    fn memory_ticks_are_binary() {
        let axis = Axis::over([300.0, 3e6], Scale::Log, (0.0, 500.0));
        assert_eq!(
            labels(&axis, &Quantity::Bytes),
            ["256 B", "1 KiB", "4 KiB", "16 KiB", "64 KiB", "256 KiB", "1 MiB"]
        );
        let short = Axis::over([7e5, 1.6e8], Scale::Log, (0.0, 200.0));
        assert_eq!(labels(&short, &Quantity::Bytes), ["1 MiB", "4 MiB", "16 MiB", "64 MiB"]);
        let axis = Axis::from_zero([3.2 * 1024.0 * 1024.0], (0.0, 300.0));
        assert_eq!(labels(&axis, &Quantity::Bytes), ["0", "1 MiB", "2 MiB", "3 MiB"]);
    }

    #[test]
    fn a_range_finer_than_the_digits_of_a_label_has_each_label_once() {
        let axis = Axis::over([1e-9, 1.0057e-9], Scale::Linear, (0.0, 408.85));
        assert_eq!(labels(&axis, &Quantity::Bytes), ["0.000000001 B"]);
    }

    #[test]
    fn nothing_usable_still_gives_an_axis() {
        for scale in [Scale::Linear, Scale::Log] {
            let axis = Axis::over([f64::NAN, f64::INFINITY], scale, (0.0, 100.0));
            assert!(!axis.ticks(&Quantity::Seconds, |_| 30.0).is_empty());
            assert!(axis.at(f64::NAN).is_nan());
        }
    }

    proptest! {
        #[test]
        fn tick_labels_stand_clear_and_differ(low in 1e-9f64..1e9, power in 0.0f64..9.0, length in 60.0f64..900.0, log in any::<bool>()) {
            let scale = if log { Scale::Log } else { Scale::Linear };
            let axis = Axis::over([low, low * 10f64.powf(power)], scale, (0.0, length));
            for quantity in [Quantity::Seconds, Quantity::Bytes, Quantity::Times, Quantity::Number("tasks".into())] {
                let room = |label: &str| 7.0 * label.chars().count() as f64;
                let ticks = axis.ticks(&quantity, room);
                for pair in ticks.windows(2) {
                    prop_assert_ne!(&pair[0].1, &pair[1].1, "{:?}", &ticks);
                    let apart = axis.at(pair[1].0) - axis.at(pair[0].0);
                    prop_assert!(apart + 1e-6 >= (room(&pair[0].1) + room(&pair[1].1)) / 2.0);
                }
            }
        }
    }
}
