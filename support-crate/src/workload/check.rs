//! The reader's mistakes, found before any work starts.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::words;
use crate::error::Error;

/// More tasks than this and the list of their results alone fills the memory of a small machine.
const MAX_TASKS: usize = 10_000_000;
const MAX_SPAN: Duration = Duration::from_secs(3_600);

/// Refuses no tasks at all, and too many; `name` is the field the reader set.
pub(crate) fn tasks(name: &str, tasks: usize) -> Result<(), Error> {
    number(name, tasks, 1..=MAX_TASKS)
}

/// Refuses a number outside `allowed`.
pub(crate) fn number(name: &str, given: usize, allowed: RangeInclusive<usize>) -> Result<(), Error> {
    within(name, given, allowed, words::count)
}

/// Refuses a size in bytes outside `allowed`.
pub(crate) fn size(name: &str, given: usize, allowed: RangeInclusive<usize>) -> Result<(), Error> {
    within(name, given, allowed, words::size)
}

/// Refuses a span over an hour, and none at all where `zero` is not allowed.
pub(crate) fn span(name: &str, given: Duration, zero: bool) -> Result<(), Error> {
    if given.is_zero() && !zero {
        return Err(Error::bad_input(format!("{name}: 0 ms is no wait at all; set {name} to ms(1) or more")));
    }
    if given > MAX_SPAN {
        return Err(Error::bad_input(format!(
            "{name}: {} is longer than the hour allowed; set {name} lower",
            words::span(given)
        )));
    }
    Ok(())
}

fn within(
    name: &str,
    given: usize,
    allowed: RangeInclusive<usize>,
    show: fn(usize) -> String,
) -> Result<(), Error> {
    if allowed.contains(&given) {
        return Ok(());
    }
    let [given, least, most] = [given, *allowed.start(), *allowed.end()].map(show);
    Err(Error::bad_input(format!(
        "{name}: {given} is outside what is allowed; set {name} to a value from {least} to {most}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_sentence_names_the_value_and_what_is_allowed() {
        let none = tasks("tasks", 0).unwrap_err();
        assert_eq!(none.kind(), ErrorKind::BadInput);
        assert_eq!(
            none.to_string(),
            "tasks: 0 is outside what is allowed; set tasks to a value from 1 to 10,000,000"
        );
        let many = tasks("files", 1_000_000_000).unwrap_err().to_string();
        assert_eq!(
            many,
            "files: 1,000,000,000 is outside what is allowed; set files to a value from 1 to 10,000,000"
        );
        let big = size("size", 2 << 40, 1..=1 << 30).unwrap_err().to_string();
        assert_eq!(big, "size: 2 TiB is outside what is allowed; set size to a value from 1 B to 1 GiB");
        assert!(span("wait", Duration::ZERO, false).unwrap_err().to_string().starts_with("wait: 0 ms"));
        assert!(span("latency", Duration::ZERO, true).is_ok());
        assert!(span("wait", Duration::from_secs(3_601), true).is_err());
    }
}
