//! What a measurement says to a claim, in one of four ways, and the thresholds by which it does.

use std::fmt;

use crate::chart::Mark;

pub(crate) const UNCLEAR: &str = "the interval is too wide to tell; close other programs and run it again";

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

    /// The ruling as it is drawn.
    pub(crate) fn mark(&self) -> Mark {
        match self {
            Self::Holds => Mark::Holds,
            Self::DoesNotHold => Mark::DoesNotHold,
            Self::Depends(_) => Mark::Depends,
            Self::NotDecided(_) => Mark::NotDecided,
        }
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
