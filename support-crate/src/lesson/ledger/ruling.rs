//! What a measurement says to a claim, in one of four ways, and the thresholds by which it does.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::measure::Interval;

/// What a measurement says to a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ruling {
    /// The claim holds here.
    Holds,
    /// It does not.
    DoesNotHold,
    /// It depends; on what.
    Depends(String),
    /// This run cannot tell; why.
    NotDecided(String),
}

impl Ruling {
    /// Holds or not, by a fact.
    pub(crate) fn by(fact: bool) -> Self {
        if fact { Self::Holds } else { Self::DoesNotHold }
    }
}

impl fmt::Display for Ruling {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds => out.write_str("holds"),
            Self::DoesNotHold => out.write_str("does not hold"),
            Self::Depends(on) => write!(out, "depends: {on}"),
            Self::NotDecided(why) => write!(out, "not decided by this run: {why}"),
        }
    }
}

/// A ruling with its evidence, for one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was found.
    pub ruling: Ruling,
    /// What was measured, in a sentence or two.
    pub evidence: String,
}

impl Finding {
    pub(crate) fn new(ruling: Ruling, evidence: impl Into<String>) -> Self {
        Self { ruling, evidence: evidence.into() }
    }

    /// Nothing could be measured.
    pub(crate) fn none(why: impl fmt::Display) -> Self {
        Self { ruling: Ruling::NotDecided(why.to_string()), evidence: String::new() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.evidence.is_empty() {
            true => self.ruling.fmt(out),
            false => write!(out, "{}. {}", self.ruling, self.evidence),
        }
    }
}

/// Whether work ran on more than one core at a time, by how much faster it became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parallel {
    Yes,
    No,
    Unclear,
    /// Other programs had the cores.
    Busy,
    /// With one core there is nothing to see.
    OneCore,
}

/// One core does not gain so much: an interval above it is the work of several.
const SOME_GAIN: f64 = 1.1;
/// Several cores gain at least so much: an interval below it is the work of one.
const LITTLE_GAIN: f64 = 1.2;

/// Judges a speed-up by `workers` workers on `cores` cores by its whole interval, whatever the number of cores. Where fewer than 80% of the cores were `free`, a gain that did not come says nothing.
pub(crate) fn parallel(speedup: Option<Interval>, workers: usize, cores: usize, free: f64) -> Parallel {
    let ideal = workers.min(cores);
    let Some(speedup) = speedup.filter(|_| ideal > 1) else {
        return if cores < 2 { Parallel::OneCore } else { Parallel::Unclear };
    };
    if speedup.low > SOME_GAIN {
        Parallel::Yes
    } else if free < 0.8 * ideal as f64 {
        Parallel::Busy
    } else if speedup.high < LITTLE_GAIN {
        Parallel::No
    } else {
        Parallel::Unclear
    }
}

const ONE_CORE: &str = "with one core nothing can run at the same time";
const BUSY: &str = "other programs had the cores; close them and run it again";
pub(crate) const UNCLEAR: &str = "the interval is too wide to tell; close other programs and run it again";

impl Parallel {
    /// The ruling of a claim that something uses one core only.
    pub(crate) fn uses_one(self) -> Ruling {
        match self {
            Self::Yes => Ruling::DoesNotHold,
            Self::No => Ruling::Holds,
            Self::Unclear => Ruling::NotDecided(UNCLEAR.into()),
            Self::Busy => Ruling::NotDecided(BUSY.into()),
            Self::OneCore => Ruling::NotDecided(ONE_CORE.into()),
        }
    }

    /// The ruling of a claim that something uses many cores.
    pub(crate) fn uses_many(self) -> Ruling {
        match self.uses_one() {
            Ruling::Holds => Ruling::DoesNotHold,
            Ruling::DoesNotHold => Ruling::Holds,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(estimate: f64, reach: f64) -> Option<Interval> {
        Some(Interval { estimate, low: estimate - reach, high: estimate + reach })
    }

    #[test]
    fn the_whole_interval_decides() {
        assert_eq!(parallel(around(1.9, 0.1), 2, 2, f64::INFINITY), Parallel::Yes);
        assert_eq!(parallel(around(1.0, 0.1), 2, 2, f64::INFINITY), Parallel::No);
        assert_eq!(parallel(around(1.2, 0.2), 2, 2, f64::INFINITY), Parallel::Unclear);
        assert_eq!(parallel(None, 2, 2, f64::INFINITY), Parallel::Unclear);
        assert_eq!(parallel(around(1.9, 0.1), 8, 8, f64::INFINITY), Parallel::Yes);
        assert_eq!(parallel(around(1.0, 0.05), 8, 8, f64::INFINITY), Parallel::No);
    }

    #[test]
    fn a_gain_that_did_not_come_says_nothing_on_a_busy_machine() {
        assert_eq!(parallel(around(1.0, 0.1), 2, 2, 1.1), Parallel::Busy);
        assert_eq!(parallel(around(1.9, 0.1), 2, 2, 1.1), Parallel::Yes);
    }

    #[test]
    fn one_core_decides_nothing() {
        for speedup in [around(1.0, 0.0), around(2.0, 0.1), None] {
            let parallel = parallel(speedup, 2, 1, 1.0);
            assert_eq!(parallel, Parallel::OneCore);
            assert!(matches!(parallel.uses_one(), Ruling::NotDecided(why) if why == ONE_CORE));
            assert!(matches!(parallel.uses_many(), Ruling::NotDecided(why) if why == ONE_CORE));
        }
    }
}
