//! The answer of a check, and the one way all checks come to it.

use std::fmt;
use std::time::Duration;

use crate::lesson::show;
use crate::lesson::watch::{Ending, watch};

/// How an exercise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The function still holds its `todo!()`.
    NotDone,
    /// It ran, and did not do what was asked.
    Wrong,
    /// It did what was asked.
    Right,
}

/// A check's answer: how the exercise stands, and why, in a sentence or two.
///
/// A cell that ends in one shows it. Nothing in it depends on how fast the machine was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    exercise: &'static str,
    standing: Standing,
    sentence: String,
}

impl Reply {
    /// How the exercise stands.
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// Why, in a sentence or two.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    fn word(&self) -> &'static str {
        match self.standing {
            Standing::NotDone => "Not done yet",
            Standing::Wrong => "Not right yet",
            Standing::Right => "Right",
        }
    }

    /// Shows the reply under the cell.
    pub fn evcxr_display(&self) {
        let colour = match self.standing {
            Standing::NotDone => show::OPEN,
            Standing::Wrong => show::DIFFERS,
            Standing::Right => show::AGREES,
        };
        show::answer(
            colour,
            &format!("{} ({})", self.word(), self.exercise),
            &self.sentence,
            &self.to_string(),
        );
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({}): {}", self.word(), self.exercise, self.sentence)
    }
}

/// An exercise: its name, how long its function may take, and what a function that never ends usually did.
pub(super) struct Exercise {
    pub(super) name: &'static str,
    pub(super) limit: Duration,
    pub(super) endless: &'static str,
}

impl Exercise {
    /// Runs `judge` under watch. `Ok` says what was right, `Err` what was wrong and why.
    pub(super) fn judge(&self, judge: impl FnOnce() -> Verdict) -> Reply {
        let (standing, sentence) = match watch(self.limit, judge) {
            Ending::Value(Ok(right)) => (Standing::Right, right),
            Ending::Value(Err(wrong)) => (Standing::Wrong, wrong),
            Ending::NotDone => (
                Standing::NotDone,
                format!(
                    "put your code where `{}` says todo!(), run its cell and then this one again",
                    self.name
                ),
            ),
            Ending::Panicked(message) => (Standing::Wrong, format!("it panicked: {message}")),
            Ending::Ended(crash) => (Standing::Wrong, crash.to_string()),
            Ending::Stuck => {
                (Standing::Wrong, format!("it waited for something that never came; {}", self.endless))
            }
            Ending::TimedOut => {
                let seconds = self.limit.as_secs();
                (Standing::Wrong, format!("it had not come back after {seconds} s; {}", self.endless))
            }
        };
        Reply { exercise: self.name, standing, sentence }
    }
}

/// What a judge concludes: what was right, or what was wrong and why.
pub(super) type Verdict = Result<String, String>;

/// Ends a judgement with a reason unless `holds`.
pub(super) fn require(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// What the tests of every check ask: that a reply stands so, and for this reason.
#[cfg(test)]
#[track_caller]
pub(super) fn assert_reply(reply: &Reply, standing: Standing, reason: &str) {
    // Shown by `cargo test lesson::check -- --nocapture`: what a learner would read.
    println!("{reply}");
    assert_eq!(reply.standing(), standing, "{reply}");
    assert!(reply.sentence().contains(reason), "expected \"{reason}\" in: {reply}");
}
