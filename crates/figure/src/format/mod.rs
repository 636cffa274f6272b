//! One place that turns numbers into text: durations, bytes, ratios with intervals, counts, percentages, axis ticks.
//!
//! Every function takes whatever a measurement may hand it: what is not a number is shown as "–", what is
//! infinite as "∞"; none of them panics.

use std::fmt::Display;

mod ticks;

pub use ticks::{log_ticks, ticks};

/// Shown where there is no value.
pub const NONE: &str = "–";

/// A span of `seconds` with three significant digits and the unit that suits it.
///
/// ```
/// use figure::format::duration;
/// assert_eq!(duration(1.9612), "1.96 s");
/// assert_eq!(duration(0.0253), "25.3 ms");
/// assert_eq!(duration(125.0), "2 min 5 s");
/// ```
pub fn duration(seconds: f64) -> String {
    if let Some(text) = special(seconds) {
        return text;
    }
    let size = seconds.abs();
    let minus = if seconds < 0.0 { "−" } else { "" };
    if size >= 119.5 {
        let whole = size.round() as u64;
        return match (whole / 3600, whole % 3600 / 60, whole % 60) {
            (0, min, s) => format!("{minus}{min} min {s} s"),
            (h, min, _) => format!("{minus}{} h {min} min", count(h)),
        };
    }
    // The unit is chosen after rounding: 0.9996 s is "1.00 s", never "1000 ms".
    let (name, unit) = time_unit(rounded(size, 3));
    format!("{minus}{} {name}", significant(size / unit, 3))
}

/// `bytes` in binary units with three significant digits: "64 KiB", "1.52 GiB".
///
/// ```
/// use figure::format::bytes;
/// assert_eq!(bytes(65_536.0), "64 KiB");
/// assert_eq!(bytes(900.0), "900 B");
/// ```
pub fn bytes(bytes: f64) -> String {
    in_bytes(bytes, |size| trimmed(&significant(size, 3)))
}

/// [`bytes`] that were measured: with the zeros that say how exactly.
///
/// ```
/// assert_eq!(figure::format::measured_bytes(10_240.0), "10.0 KiB");
/// assert_eq!(figure::format::measured_bytes(606.0), "606 B");
/// ```
pub fn measured_bytes(bytes: f64) -> String {
    in_bytes(bytes, |size| if size == 0.0 { "0".to_owned() } else { significant(size, 3) })
}

fn in_bytes(bytes: f64, digits: impl Fn(f64) -> String) -> String {
    if let Some(text) = special(bytes) {
        return text;
    }
    let minus = if bytes < 0.0 { "−" } else { "" };
    let mut size = bytes.abs();
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut unit = 0;
    while unit + 1 < units.len() && size.round() >= 1024.0 {
        size /= 1024.0;
        unit += 1;
    }
    let digits = if size >= 1000.0 { format!("{size:.0}") } else { digits(size) };
    format!("{minus}{digits} {}", units[unit])
}

/// How many times as fast, slow or large: "1.96x"; less than a half as a part: "1/377".
///
/// ```
/// assert_eq!(figure::format::times(1.9634), "1.96x");
/// assert_eq!(figure::format::times(0.002_65), "1/377");
/// ```
pub fn times(ratio: f64) -> String {
    if is_part(ratio) {
        return part(ratio, ratio_decimals(1.0 / ratio));
    }
    special(ratio).unwrap_or_else(|| format!("{}x", fixed(ratio, ratio_decimals(ratio))))
}

/// Less than a half: decimals after zeros are hard to read.
fn is_part(ratio: f64) -> bool {
    ratio > 0.0 && ratio < 0.495
}

/// "1/4.17", with so many decimals in the denominator.
fn part(ratio: f64, decimals: usize) -> String {
    if ratio > 0.0 { format!("1/{}", fixed(1.0 / ratio, decimals)) } else { fixed(ratio, 0) }
}

/// A ratio with its interval, all three with the same number of decimals; one without an interval that is known has two digits.
///
/// ```
/// assert_eq!(figure::format::ratio(1.963, Some((1.93, 1.994))), "1.96x [1.93, 1.99]");
/// assert_eq!(figure::format::ratio(17.03, None), "17x");
/// ```
pub fn ratio(ratio: f64, interval: Option<(f64, f64)>) -> String {
    let known = |(low, high): &(f64, f64)| !low.is_nan() && !high.is_nan();
    let Some(interval) = interval.filter(known) else {
        return special(ratio).unwrap_or_else(|| format!("{}x", significant(ratio, 2)));
    };
    let show = |value: f64| match is_part(ratio) {
        true => special(value).unwrap_or_else(|| part(value, ratio_decimals(1.0 / ratio))),
        false => special(value).unwrap_or_else(|| fixed(value, ratio_decimals(ratio))),
    };
    format!("{} [{}, {}]", times(ratio), show(interval.0), show(interval.1))
}

/// A whole number with thousands separators.
///
/// ```
/// assert_eq!(figure::format::count(1_234_567), "1,234,567");
/// ```
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of things: "1 task", "40 tasks".
///
/// ```
/// assert_eq!(figure::format::plural(1, "task"), "1 task");
/// assert_eq!(figure::format::plural(1_000, "process"), "1,000 processes");
/// ```
pub fn plural(number: u64, thing: &str) -> String {
    let ending = match () {
        _ if number == 1 => "",
        _ if thing.ends_with('s') || thing.ends_with("ch") || thing.ends_with('x') => "es",
        _ => "s",
    };
    format!("{} {thing}{ending}", count(number))
}

/// A text that begins with a capital letter, as a sentence does; names from code keep theirs.
///
/// ```
/// use figure::format::sentence;
/// assert_eq!(sentence("threads (2) kept busy"), "Threads (2) kept busy");
/// assert_eq!(sentence("spawn_blocking: no beat missed"), "spawn_blocking: no beat missed");
/// ```
pub fn sentence(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    if first.contains(['_', '`']) || first.contains("::") {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Several things in a sentence.
///
/// ```
/// use figure::format::list;
/// assert_eq!(list(&[1, 2, 3]), "1, 2 and 3");
/// assert_eq!(list(&["async", "threads"]), "async and threads");
/// ```
pub fn list<T: Display>(things: &[T]) -> String {
    match things {
        [] => String::new(),
        [one] => one.to_string(),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(T::to_string).collect();
            format!("{} and {last}", most.join(", "))
        }
    }
}

/// A share of one as a percentage: 0.123 is "12.3%".
///
/// ```
/// assert_eq!(figure::format::percent(0.123), "12.3%");
/// assert_eq!(figure::format::percent(1.0), "100%");
/// ```
pub fn percent(share: f64) -> String {
    special(share).unwrap_or_else(|| format!("{}%", trimmed(&significant(share * 100.0, 3))))
}

/// `value` rounded to so many significant digits, in plain notation (no exponent up to 10^15).
///
/// ```
/// use figure::format::significant;
/// assert_eq!(significant(0.012345, 3), "0.0123");
/// assert_eq!(significant(9.999, 3), "10.0");
/// assert_eq!(significant(12345.6, 3), "12,300");
/// ```
pub fn significant(value: f64, digits: usize) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    if value == 0.0 {
        return "0".into();
    }
    let value = rounded(value, digits.max(1)).clamp(f64::MIN, f64::MAX);
    let before = value.abs().log10().floor() as i32 + 1;
    if value.abs() >= 1e15 || value.abs() < 1e-9 {
        return format!("{value:.*e}", digits.max(1) - 1).replace('-', "−");
    }
    fixed(value, (digits as i32 - before).max(0) as usize)
}

/// `value` with exactly so many decimals, a true minus sign and thousands separators.
///
/// ```
/// assert_eq!(figure::format::fixed(-1234.5, 1), "−1,234.5");
/// ```
pub fn fixed(value: f64, decimals: usize) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
    let whole = whole.parse::<u64>().map_or_else(|_| whole.to_string(), count);
    let zero = text.chars().all(|c| matches!(c, '0' | '.'));
    let minus = if value < 0.0 && !zero { "−" } else { "" };
    match rest {
        Some(rest) => format!("{minus}{whole}.{rest}"),
        None => format!("{minus}{whole}"),
    }
}

/// The unit in which a span of `seconds` has one to three digits before the point, nanoseconds at least: its symbol and
/// how many seconds it is.
pub(crate) fn time_unit(seconds: f64) -> (&'static str, f64) {
    let units = [("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)];
    let size = if seconds == 0.0 { 1.0 } else { seconds.abs() };
    units.into_iter().find(|unit| size >= unit.1).unwrap_or(units[3])
}

fn special(value: f64) -> Option<String> {
    match value {
        v if v.is_nan() => Some(NONE.into()),
        v if v == f64::INFINITY => Some("∞".into()),
        v if v == f64::NEG_INFINITY => Some("−∞".into()),
        _ => None,
    }
}

/// Two decimals, and fewer for large ratios.
fn ratio_decimals(ratio: f64) -> usize {
    match ratio.abs() {
        r if r >= 99.95 => 0,
        r if r >= 9.995 => 1,
        _ => 2,
    }
}

fn rounded(value: f64, digits: usize) -> f64 {
    // Through text: the shortest decimal that prints so is what the reader sees.
    format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value)
}

/// Without the zeros (and the point) that end a decimal fraction.
pub(crate) fn trimmed(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text.into() }
}

#[cfg(test)]
mod tests;
