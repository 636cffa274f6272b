//! Units for parameters, so that a cell reads `ms(25)` and `64 * KIB`.

use std::time::Duration;

/// Bytes in a kibibyte.
pub const KIB: usize = 1024;
/// Bytes in a mebibyte.
pub const MIB: usize = 1024 * KIB;

/// A span of `n` milliseconds.
///
/// ```
/// assert_eq!(concurrency_lab::units::ms(25).as_micros(), 25_000);
/// ```
pub const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// A span of `n` seconds.
///
/// ```
/// assert_eq!(concurrency_lab::units::secs(5).as_millis(), 5_000);
/// ```
pub const fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// A span of `n` microseconds.
///
/// ```
/// assert_eq!(concurrency_lab::units::us(7).as_nanos(), 7_000);
/// ```
pub const fn us(n: u64) -> Duration {
    Duration::from_micros(n)
}
