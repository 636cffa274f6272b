//! What a measurement says to a claim, in one of four ways, and the thresholds by which it does.

use std::fmt;

use crate::measure::Interval;

/// What a measurement says to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// It depends on something.
    pub(crate) fn depends(on: &str) -> Self {
        Self::Depends(on.into())
    }

    /// Not decided, for a reason.
    pub(crate) fn open(why: &str) -> Self {
        Self::NotDecided(why.into())
    }

    /// Holds where all facts do, does not where none does, and depends where only some do; on what.
    pub(crate) fn all(facts: &[bool], on: &str) -> Self {
        match facts.iter().filter(|fact| **fact).count() {
            0 => Self::DoesNotHold,
            some if some < facts.len() => Self::depends(on),
            _ => Self::Holds,
        }
    }

    /// Holds or not where an interval lies clear of a threshold, on one side or the other.
    pub(crate) fn clear(above: bool, below: bool) -> Self {
        Self::by(above).unless(!above && !below, UNCLEAR)
    }

    /// The same, but not decided where there is reason to doubt.
    pub(crate) fn unless(self, doubtful: bool, why: &str) -> Self {
        if doubtful { Self::open(why) } else { self }
    }

    /// The ruling with what was measured for it.
    pub(crate) fn because(self, evidence: String) -> Finding {
        Finding { ruling: self, evidence }
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub ruling: Ruling,
    /// What was measured, in a sentence or two.
    pub evidence: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.evidence.is_empty() {
            true => self.ruling.fmt(out),
            false => write!(out, "{}. {}", self.ruling, self.evidence),
        }
    }
}

/// One core does not gain so much: an interval above it is the work of several.
const SOME_GAIN: f64 = 1.1;
/// Several cores gain at least so much: an interval below it is the work of one.
const LITTLE_GAIN: f64 = 1.2;

const ONE_CORE: &str = "with one core nothing can run at the same time";
const BUSY: &str = "other programs had the cores; close them and run it again";
pub(crate) const UNCLEAR: &str = "the interval is too wide to tell; close other programs and run it again";

/// Whether work ran on more than one core at a time, or why that cannot be told: by the whole interval of how much
/// faster it became by `workers` workers on `cores` cores. Where fewer than 80% of the cores were `free`, a gain that did
/// not come says nothing.
pub(crate) fn parallel(
    speedup: Option<Interval>,
    workers: usize,
    cores: usize,
    free: f64,
) -> Result<bool, &'static str> {
    if cores < 2 {
        return Err(ONE_CORE);
    }
    match speedup {
        Some(speedup) if speedup.low > SOME_GAIN => Ok(true),
        Some(_) if free < 0.8 * workers.min(cores) as f64 => Err(BUSY),
        Some(speedup) if speedup.high < LITTLE_GAIN => Ok(false),
        _ => Err(UNCLEAR),
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
        assert_eq!(parallel(around(1.9, 0.1), 2, 2, f64::INFINITY), Ok(true));
        assert_eq!(parallel(around(1.0, 0.1), 2, 2, f64::INFINITY), Ok(false));
        assert_eq!(parallel(around(1.2, 0.2), 2, 2, f64::INFINITY), Err(UNCLEAR));
        assert_eq!(parallel(None, 2, 2, f64::INFINITY), Err(UNCLEAR));
        assert_eq!(parallel(around(1.9, 0.1), 8, 8, f64::INFINITY), Ok(true));
        assert_eq!(parallel(around(1.0, 0.05), 8, 8, f64::INFINITY), Ok(false));
    }

    #[test]
    fn a_gain_that_did_not_come_says_nothing_on_a_busy_machine() {
        assert_eq!(parallel(around(1.0, 0.1), 2, 2, 1.1), Err(BUSY));
        assert_eq!(parallel(around(1.9, 0.1), 2, 2, 1.1), Ok(true));
    }

    #[test]
    fn one_core_decides_nothing() {
        for speedup in [around(1.0, 0.0), around(2.0, 0.1), None] {
            assert_eq!(parallel(speedup, 2, 1, 1.0), Err(ONE_CORE));
        }
    }
}
