//! What the reader expects, written down before the run and put beside its result.

use std::time::Duration;

use crate::chart::Quantity;
use crate::format;
use crate::lesson::show;
use crate::lesson::tally::{self, Call};
use crate::model::Model;

/// Writes down what you expect, before you run anything.
///
/// Keep the value in a variable, and after the run ask [`Prediction::against`]. A guess can be a [`Model`], a number, a
/// `Duration`, `true` or `false`, or one of some orders; [`NoGuess`] keeps the place of one.
///
/// ```
/// use concurrency_lab::lesson::predict::predict;
/// let guess = predict("how many of 4 jobs are in flight at the peak?", 1.0);
/// assert_eq!(guess.against(&4.0).sentence, "You said 1; this machine says 4, which is 4 times your guess.");
/// ```
pub fn predict<G: Guess>(question: &str, guess: G) -> Prediction<G> {
    Prediction { question: question.to_owned(), guess }
}

/// A question and the reader's answer to it, from before the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction<G> {
    question: String,
    guess: G,
}

impl<G: Guess> Prediction<G> {
    /// Puts the guess beside what was measured.
    pub fn against<R: Answers<G> + ?Sized>(&self, result: &R) -> Answered {
        let (agrees, sentence) = result.answer(&self.guess);
        tally::called(&self.question, Call::of(self.guess.is_made(), agrees));
        Answered { question: self.question.clone(), agrees, sentence }
    }

    /// Shows the prediction under the cell.
    pub fn evcxr_display(&self) {
        let said = match self.guess.is_made() {
            true => format!("You say: {}", self.guess.words()),
            false => "No guess yet: put yours in the place of `NoGuess` and run this cell again".to_owned(),
        };
        show::answer(show::NOTED, &self.question, &said, &format!("{} {said}.", self.question));
    }
}

/// A prediction with the result beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    question: String,
    /// Whether the guess and the result agree; `None` where the run did not decide.
    pub agrees: Option<bool>,
    /// What the result says to the guess.
    pub sentence: String,
}

impl Answered {
    /// Shows guess and result under the cell.
    pub fn evcxr_display(&self) {
        let colour = match self.agrees {
            Some(true) => show::AGREES,
            Some(false) => show::DIFFERS,
            None => show::OPEN,
        };
        show::answer(colour, &self.question, &self.sentence, &format!("{} {}", self.question, self.sentence));
    }
}

/// Something a reader can guess.
pub trait Guess: Clone {
    /// The guess as it reads in a sentence.
    fn words(&self) -> String;

    /// Whether it is one at all.
    fn is_made(&self) -> bool {
        true
    }
}

/// Stands where the reader's guess will: whoever runs a page without a guess has called nothing, right or wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoGuess;

impl Guess for NoGuess {
    fn words(&self) -> String {
        "nothing yet".to_owned()
    }

    fn is_made(&self) -> bool {
        false
    }
}

/// Something a guess can be held against.
#[diagnostic::on_unimplemented(
    message = "a guess of `{G}` cannot be held against `{Self}`",
    label = "guess what the question asks for: a model, as `Threads(2)`, a number, as `3.0`, a time, as `ms(20)`, `true` or \
             `false`, or an order, as \"a 1, b 1\""
)]
pub trait Answers<G> {
    /// Whether it agrees (`None`: not decided) and the sentence that says so.
    fn answer(&self, guess: &G) -> (Option<bool>, String);
}

/// What a result says by itself, in a sentence.
pub trait Says {
    /// The sentence.
    fn says(&self) -> String;
}

/// What could have been guessed is told as a guess is.
impl<R: Guess> Says for R {
    fn says(&self) -> String {
        format!("This machine says {}.", self.words())
    }
}

impl<R: Says> Answers<NoGuess> for R {
    fn answer(&self, _: &NoGuess) -> (Option<bool>, String) {
        (None, format!("You made no guess. {}", self.says()))
    }
}

macro_rules! guess {
    ($kind:ty, $words:expr) => {
        impl Guess for $kind {
            fn words(&self) -> String {
                ($words)(self)
            }
        }
    };
}

guess!(Model, Model::to_string);
guess!(&str, ToString::to_string);
guess!(Duration, |span: &Duration| format::duration(span.as_secs_f64()));
guess!(bool, |yes: &bool| if *yes { "yes" } else { "no" }.to_owned());

impl Answers<bool> for bool {
    fn answer(&self, guess: &bool) -> (Option<bool>, String) {
        let (said, says) = (guess.words(), self.words());
        match guess == self {
            true => (Some(true), format!("You said {said}, and this machine says so too.")),
            false => (Some(false), format!("You said {said}; this machine says {says}.")),
        }
    }
}

/// How near a guessed number has to be to count as right, as a ratio: no two runs agree to the last digit.
const NEAR: (f64, &str) = (1.1, "within a tenth of it");
/// The same of a time: whoever knows about how long something takes knows it.
const NEAR_IN_TIME: (f64, &str) = (2.0, "within a factor of two");
/// Whole numbers below this are taken for counts that a reader can hit.
const COUNTED: f64 = 100.0;

/// Compares two numbers by their ratio, told with the words of each.
fn by_ratio(
    guess: f64,
    result: f64,
    (near, nearly): (f64, &str),
    [said, says]: [&str; 2],
) -> (Option<bool>, String) {
    // A count is hit or missed; what is measured is never hit exactly.
    let counts = guess.fract() == 0.0 && result.fract() == 0.0 && result.abs() < COUNTED;
    let distance = (guess - result).abs();
    let (agrees, how) = match result / guess {
        _ if !distance.is_finite() => (None, String::new()),
        _ if guess == result => {
            return (Some(true), format!("You said {said}, and this machine says exactly that."));
        }
        ratio if !counts && ratio > 0.0 && ratio.max(1.0 / ratio) <= near => {
            (Some(true), format!(": {nearly}"))
        }
        _ if counts && distance == 1.0 && result < guess => (Some(false), ", one fewer".into()),
        _ if counts && distance == 1.0 => (Some(false), ", one more".into()),
        ratio if !ratio.is_finite() || ratio <= 0.0 => (Some(false), String::new()),
        ratio if ratio > 1.0 => {
            (Some(false), format!(", which is {} times your guess", Quantity::Number.show(ratio)))
        }
        ratio => {
            (Some(false), format!(": your guess was {} times as much", Quantity::Number.show(1.0 / ratio)))
        }
    };
    (agrees, format!("You said {said}; this machine says {says}{how}."))
}

/// A number that can be guessed and held against any other.
pub trait Number: Guess + Copy {
    /// The number itself.
    fn value(self) -> f64;
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        guess!($kind, |number: &$kind| Quantity::Number.show(*number as f64));

        impl Number for $kind {
            fn value(self) -> f64 {
                self as f64
            }
        }
    )*};
}
numbers!(f64, i32, i64, u32, u64, usize);

#[diagnostic::do_not_recommend]
impl<G: Number, R: Number> Answers<G> for R {
    fn answer(&self, guess: &G) -> (Option<bool>, String) {
        by_ratio(guess.value(), self.value(), NEAR, [&guess.words(), &self.words()])
    }
}

impl Answers<Duration> for Duration {
    fn answer(&self, guess: &Duration) -> (Option<bool>, String) {
        let seconds = [guess, self].map(Duration::as_secs_f64);
        by_ratio(seconds[0], seconds[1], NEAR_IN_TIME, [&guess.words(), &self.words()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ms;

    fn said<G: Guess, R: Answers<G>>(guess: G, result: R) -> (Option<bool>, String) {
        let answered = predict("?", guess).against(&result);
        (answered.agrees, answered.sentence)
    }

    #[test]
    fn a_guess_that_holds_is_told_so() {
        assert_eq!(said(true, true), (Some(true), "You said yes, and this machine says so too.".into()));
        assert_eq!(said(4, 4usize), (Some(true), "You said 4, and this machine says exactly that.".into()));
        assert_eq!(said(2.0, 1.93).1, "You said 2; this machine says 1.93: within a tenth of it.");
        assert_eq!(
            said(ms(3), ms(4)).1,
            "You said 3.00 ms; this machine says 4.00 ms: within a factor of two."
        );
    }

    #[test]
    fn a_guess_that_fails_is_told_by_how_much() {
        assert_eq!(said(12, 11).1, "You said 12; this machine says 11, one fewer.");
        assert_eq!(
            said(100, 250u64).1,
            "You said 100; this machine says 250, which is 2.50 times your guess."
        );
        assert_eq!(said(4.0, 1.0).1, "You said 4; this machine says 1: your guess was 4 times as much.");
        let slow = said(ms(1000), ms(25));
        assert_eq!(
            slow,
            (
                Some(false),
                "You said 1.00 s; this machine says 25.0 ms: your guess was 40 times as much.".into()
            )
        );
        assert_eq!(said(true, false).1, "You said yes; this machine says no.");
    }

    #[test]
    fn no_guess_is_neither_right_nor_wrong() {
        assert_eq!(said(NoGuess, 4), (None, "You made no guess. This machine says 4.".into()));
        assert_eq!(said(NoGuess, ms(4)).1, "You made no guess. This machine says 4.00 ms.");
        assert_eq!(said(NoGuess, false).1, "You made no guess. This machine says no.");
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert_eq!(said(0, 0u64).0, Some(true));
        assert_eq!(said(0, 5u64).1, "You said 0; this machine says 5.");
        assert_eq!(said(f64::NAN, 5u64).0, None);
        assert_eq!(said(-2.0, 5u64).1, "You said −2; this machine says 5.");
    }
}
