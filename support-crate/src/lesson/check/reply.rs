//! The answer of a check, and the one way all checks come to it.

use std::fmt;
use std::time::Duration;

use crate::lesson::lock::Waiter;
use crate::lesson::watch::{Fault, watch};
use crate::lesson::{show, tally};
use crate::units::secs;
use crate::workload::words;

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
    let exercise = exercise(&judge);
    let name = words::function(std::any::type_name::<F>());
    let (grade, sentence) = match watch(LIMIT, judge) {
        Ok(Ok(right)) => (Grade::Right, right),
        Ok(Err(wrong)) => (Grade::Wrong, wrong),
        Err(Fault::NotDone) => {
            let place = name.map_or(YOURS.to_owned(), |name| format!("`{name}`"));
            let again = "run its cell and then this one again";
            (Grade::NotDone, format!("put your code where {place} says todo!(), {again}"))
        }
        Err(Fault::Deadlock(circle)) => (Grade::Wrong, deadlock(&circle, endless)),
        Err(Fault::Endless(seen)) => (Grade::Wrong, format!("{seen}; {endless}")),
        Err(Fault::Ended(how)) => (Grade::Wrong, of_channels(how)),
    };
    tally::tried(exercise, name.unwrap_or(YOURS), grade == Grade::Right);
    Reply { function: name.unwrap_or(YOURS), grade, sentence }
}

/// How it ended; and where it unwrapped what a channel returned, what that means.
fn of_channels(how: String) -> String {
    match ["SendError", "RecvError"].map(|error| how.contains(error)) {
        [true, _] => how + ": nobody is left to receive it",
        [_, true] => how + ": nobody is left to send it",
        _ => how,
    }
}

/// The check that a closure belongs to: its type is named after the function around it.
fn exercise<F>(_: &F) -> &'static str {
    let path = std::any::type_name::<F>().split(['<', '{']).next().unwrap_or_default();
    path.trim_end_matches(':').rsplit(':').next().unwrap_or_default()
}

/// A circle of waits for two locks at the most, in a sentence that is the same whichever thread came first.
fn deadlock(circle: &[Waiter], advice: &str) -> String {
    let mut locks: Vec<&str> = circle.iter().map(|waiter| waiter.holds.as_str()).collect();
    locks.sort_unstable();
    let [one, other] = locks[..] else {
        return format!(
            "it asks for the lock of {} that it already holds, and waits for itself",
            locks.concat()
        );
    };
    format!(
        "a deadlock: one thread holds {one} and waits for {other}, the other holds {other} and waits for {one}; {advice}"
    )
}

/// A reply on something that is not run under watch.
pub(super) fn reply(exercise: &str, function: &'static str, judged: Result<String, String>) -> Reply {
    let (grade, sentence) = match judged {
        Ok(right) => (Grade::Right, right),
        Err(wrong) => (Grade::Wrong, wrong),
    };
    tally::tried(exercise, function, grade == Grade::Right);
    Reply { function, grade, sentence }
}

/// What a function without a name is called in a reply.
const YOURS: &str = "your function";

/// What came of work: fixed, and not to be guessed from its number by a glance.
pub(super) fn answer(number: usize) -> u64 {
    137 + 61 * number as u64 + (number as u64 * number as u64) % 7
}

/// Each of `count` things has to have been done exactly once, by the numbers of what was done.
pub(super) fn each_once(what: &str, done: &str, count: usize, numbers: &[usize]) -> Result<(), String> {
    for number in 0..count {
        let times = numbers.iter().filter(|&&other| other == number).count();
        require!(times > 0, "{what} {number} was never {done}");
        require!(times == 1, "{what} {number} was {done} {times} times; once is enough");
    }
    Ok(())
}

/// The answers of all `count` things have to be there, in their order.
pub(super) fn all_in_order(what: &str, answers: &[u64], count: usize) -> Result<(), String> {
    require!(answers.len() == count, "{} answers came back for {count} {what}s", answers.len());
    let shuffled = (0..count).all(|number| answers.contains(&answer(number)));
    let advice = if shuffled { format!("; keep the order of the {what}s") } else { String::new() };
    for (place, came) in answers.iter().enumerate() {
        let expected = answer(place);
        require!(
            *came == expected,
            "in place {place} stands {came}, but {what} {place} gives {expected}{advice}"
        );
    }
    Ok(())
}

/// What the tests of every check ask: that a reply stands so, and for this reason.
#[cfg(test)]
#[track_caller]
pub(super) fn assert_reply(reply: &Reply, grade: Grade, reason: &str) {
    // Shown by `cargo test lesson::check -- --nocapture`: what a learner would read.
    println!("{reply}");
    assert_eq!(reply.grade, grade, "{reply}");
    assert!(reply.sentence.contains(reason), "expected \"{reason}\" in: {reply}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exercise_is_known_by_its_check() {
        fn plain() -> &'static str {
            exercise(&|| 1)
        }
        fn generic<F: Fn() -> u8>(theirs: F) -> &'static str {
            exercise(&|| theirs())
        }
        assert_eq!([plain(), generic(|| 1)], ["plain", "generic"]);
    }
}
