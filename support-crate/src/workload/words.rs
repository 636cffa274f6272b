//! Parameters as text with units, for titles and subtitles.

use std::time::Duration;

use crate::format;

/// `40_000` as "40,000".
pub(crate) fn count(n: usize) -> String {
    format::count(n as u64)
}

/// "40 waits", "1 wait".
pub(crate) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A parameter as the reader wrote it: "25 ms", "1.5 s".
pub(crate) fn span(span: Duration) -> String {
    let (value, unit) = match span.as_nanos() {
        0 => return "0 ms".into(),
        n if n < 1_000 => (n as f64, "ns"),
        n if n < 1_000_000 => (n as f64 / 1e3, "µs"),
        n if n < 1_000_000_000 => (n as f64 / 1e6, "ms"),
        n => (n as f64 / 1e9, "s"),
    };
    format!("{} {unit}", (value * 1e3).round() / 1e3)
}

/// A size as the reader wrote it: "64 KiB", "1.5 MiB", "100 B".
pub(crate) fn size(bytes: usize) -> String {
    format::bytes(bytes as f64)
}

/// A function's name as the reader wrote it, of the name of its type; `None` for a closure and for a pointer, which have none.
pub(crate) fn function(name: &str) -> Option<&str> {
    let plain = name.split('<').next().filter(|_| !name.contains("{{closure}}") && !name.contains('('))?;
    plain.rsplit("::").next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_read_as_they_were_written() {
        assert_eq!(count(7), "7");
        assert_eq!(count(100_000), "100,000");
        assert_eq!(count(1_000_000_000), "1,000,000,000");
        assert_eq!(counted(1, "wait", "waits"), "1 wait");
        assert_eq!(span(Duration::from_millis(25)), "25 ms");
        assert_eq!(span(Duration::from_millis(1_500)), "1.5 s");
        assert_eq!(span(Duration::from_micros(250)), "250 µs");
        assert_eq!(size(64 * 1024), "64 KiB");
        assert_eq!(size(3 * 512 * 1024), "1.5 MiB");
        assert_eq!(size(100), "100 B");
    }
}
