//! The answer of a check, and the one way all checks come to it.

use std::fmt;
use std::time::Duration;

use crate::lesson::lock::Waiter;
use crate::lesson::show;
use crate::lesson::watch::{Fault, watch};
use crate::units::secs;

/// How an exercise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grade {
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
    function: &'static str,
    /// How the exercise stands.
    pub grade: Grade,
    /// Why, in a sentence or two.
    pub sentence: String,
}

impl Reply {
    /// How the exercise stands, in words and as a colour.
    fn standing(&self) -> (&'static str, &'static str) {
        match self.grade {
            Grade::NotDone => ("Not done yet", show::OPEN),
            Grade::Wrong => ("Not right yet", show::DIFFERS),
            Grade::Right => ("Right", show::AGREES),
        }
    }

    /// Shows the reply under the cell.
    pub fn evcxr_display(&self) {
        let (words, colour) = self.standing();
        let context = format!("{words} ({})", self.function);
        show::answer(colour, &context, &self.sentence, &self.to_string());
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({}): {}", self.standing().0, self.function, self.sentence)
    }
}

/// How long a check takes at the most; one of a function that does its work takes a small part of it.
const LIMIT: Duration = secs(6);

/// Judges the reader's function under watch: `Ok` says what was right, `Err` what was wrong and why. `endless` says
/// what a function that never ends usually did.
pub(super) fn judged<F>(_theirs: &F, endless: &str, judge: impl FnOnce() -> Result<String, String>) -> Reply {
    let name = name_of(std::any::type_name::<F>());
    let (grade, sentence) = match watch(LIMIT, judge) {
        Ok(Ok(right)) => (Grade::Right, right),
        Ok(Err(wrong)) => (Grade::Wrong, wrong),
        Err(Fault::NotDone) => {
            let place = name.map_or(YOURS.to_owned(), |name| format!("`{name}`"));
            let again = "run its cell and then this one again";
            (Grade::NotDone, format!("put your code where {place} says todo!(), {again}"))
        }
        Err(Fault::Deadlock(circle)) => (Grade::Wrong, deadlock(circle, endless)),
        Err(Fault::Endless(seen)) => (Grade::Wrong, format!("{seen}; {endless}")),
        Err(Fault::Ended(how)) => (Grade::Wrong, how),
    };
    Reply { function: name.unwrap_or(YOURS), grade, sentence }
}

/// A circle of waits in a sentence that is the same whichever thread came first.
fn deadlock(mut circle: Vec<Waiter>, advice: &str) -> String {
    circle.sort_unstable_by(|one, other| one.holds.cmp(&other.holds));
    if let [Waiter { holds, .. }] = &circle[..] {
        return format!("it asks for the lock of {holds} that it already holds, and waits for itself");
    }
    let told = circle.iter().zip(["one thread", "the other", "a third"]);
    let told =
        told.map(|(waiter, who)| format!("{who} holds {} and waits for {}", waiter.holds, waiter.waits_for));
    format!("a deadlock: {}; {advice}", told.collect::<Vec<_>>().join(", "))
}

/// What a function without a name is called in a reply.
const YOURS: &str = "your function";

/// A function's name as the reader gave it, of the name of its type; a closure has none.
fn name_of(function: &'static str) -> Option<&'static str> {
    let nameless = function.contains("{{closure}}") || function.contains('(');
    function.rsplit("::").next().filter(|_| !nameless)
}

/// Ends a judgement with a reason unless something holds.
macro_rules! require {
    ($holds:expr, $($reason:tt)+) => {
        let holds: bool = $holds;
        if !holds {
            return Err(format!($($reason)+));
        }
    };
}
pub(super) use require;

/// What the tests of every check ask: that a reply stands so, and for this reason.
#[cfg(test)]
#[track_caller]
pub(super) fn assert_reply(reply: &Reply, grade: Grade, reason: &str) {
    // Shown by `cargo test lesson::check -- --nocapture`: what a learner would read.
    println!("{reply}");
    assert_eq!(reply.grade, grade, "{reply}");
    assert!(reply.sentence.contains(reason), "expected \"{reason}\" in: {reply}");
}
