//! The build profile in force: figures from an unoptimised or checked build say little about Rust.

use std::fmt;
use std::hint::black_box;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::process::panics;

/// How the support crate was built; cells are built the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Optimisation level as Cargo writes it: "0" to "3", "s", "z".
    pub opt_level: String,
    /// Whether arithmetic that overflows panics.
    pub overflow_checks: bool,
    /// Whether `debug_assert!` is compiled in.
    pub debug_assertions: bool,
}

impl Profile {
    /// The profile of this build.
    pub fn here() -> Self {
        Self {
            opt_level: env!("CONCURRENCY_LAB_OPT_LEVEL").to_owned(),
            overflow_checks: overflow_checks(),
            debug_assertions: cfg!(debug_assertions),
        }
    }

    /// Whether figures can be taken for what optimised Rust does.
    pub fn is_release(&self) -> bool {
        self.opt_level == "3" && !self.overflow_checks && !self.debug_assertions
    }

    /// "release build" where it is one, else all of it.
    pub(crate) fn in_short(&self) -> String {
        if self.is_release() { "release build".to_owned() } else { self.to_string() }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { opt_level, .. } = self;
        let [checks, assertions] =
            [self.overflow_checks, self.debug_assertions].map(|yes| if yes { "on" } else { "off" });
        write!(out, "opt-level {opt_level}, overflow checks {checks}, debug assertions {assertions}")
    }
}

/// The stable compiler does not tell whether overflow checks are on, so one overflow is tried, once.
fn overflow_checks() -> bool {
    // The panic is caught before any hook prints it.
    static CHECKED: LazyLock<bool> =
        LazyLock::new(|| panics::catch(|| black_box(black_box(u8::MAX) + black_box(1))).is_err());
    *CHECKED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_reads_as_one_line() {
        let profile = Profile { opt_level: "3".to_owned(), overflow_checks: false, debug_assertions: true };
        assert_eq!(profile.to_string(), "opt-level 3, overflow checks off, debug assertions on");
        assert!(!profile.is_release());
    }

    #[test]
    fn checks_follow_debug_assertions_unless_set_apart() {
        // This workspace's profiles never separate the two.
        assert_eq!(Profile::here().overflow_checks, cfg!(debug_assertions));
    }
}
