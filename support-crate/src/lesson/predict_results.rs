//! Predictions held against comparisons, films and orders.

use super::predict::{Answers, Guess, Number, Says};
use crate::format;
use crate::measure::{Comparison, Lane};
use crate::model::Model;
use crate::timeline::{self, Film, Orders, Timeline};

impl Says for Comparison {
    fn says(&self) -> String {
        format!("{}.", self.verdict().headline)
    }
}

impl Answers<Model> for Comparison {
    fn answer(&self, guess: &Model) -> (Option<bool>, String) {
        let (said, says) = (guess.words(), self.says());
        // The kind of model is what was guessed; the number of workers is a detail.
        let guessed = |lane: &&Lane| std::mem::discriminant(&lane.model) == std::mem::discriminant(guess);
        let ranking = self.ranking();
        // One lane alone, or without a measure of chance, beats nobody.
        let (Some(first), Some(_)) = (ranking.first().filter(|_| ranking.len() > 1), self.floor()) else {
            return (None, format!("You said {said}. {says}"));
        };
        let close = self.close_to_first();
        match ranking.iter().any(guessed) {
            true if guessed(first) && close.is_empty() => {
                (Some(true), format!("You said {said}, and this machine agrees. {says}"))
            }
            true if guessed(first)
                || close.iter().any(|lane| guessed(lane) && !self.is_clear(first, lane)) =>
            {
                (Some(true), format!("You said {said}, which shares the first place. {says}"))
            }
            true if close.iter().any(guessed) => {
                let between = "though it comes before one that may have been as fast";
                (
                    Some(false),
                    format!("You said {said}, clearly slower than {}, {between}. {says}", first.name),
                )
            }
            true => (Some(false), format!("You said {said}, clearly slower than {}. {says}", first.name)),
            false => (None, format!("You said {said}, which was not measured here. {says}")),
        }
    }
}

/// Which models used more than one core at a time.
fn parallel(timeline: &Timeline) -> Vec<&str> {
    timeline.lanes().iter().filter(|lane| lane.is_parallel()).map(|lane| lane.name.as_str()).collect()
}

impl Says for Timeline {
    fn says(&self) -> String {
        match parallel(self).as_slice() {
            [] => {
                format!("More than one core at a time was used by {}.", timeline::Lane::nobody(self.lanes()))
            }
            names => format!("More than one core at a time was used by {}.", format::list(names)),
        }
    }
}

/// A guessed number is how many models used more than one core at a time.
impl<G: Number> Answers<G> for Timeline {
    fn answer(&self, guess: &G) -> (Option<bool>, String) {
        let (agrees, sentence) = parallel(self).len().answer(guess);
        // Where others had the cores, a model that used one may use several.
        let crowded = self.crowded();
        let agrees = agrees.filter(|right| *right || crowded.is_empty());
        (agrees, format!("{sentence} {} {crowded}", self.says()).trim_end().to_owned())
    }
}

impl<T> Says for Film<T> {
    fn says(&self) -> String {
        let shown = match (self.facts().pids.len(), self.steps().as_slice()) {
            (several @ 2.., _) => format!("{several} processes at work"),
            (_, []) => self.tell(),
            (_, steps) => steps.join(", "),
        };
        format!("The film shows: {shown}.")
    }
}

/// A guessed number is the number of processes that did something.
impl<T, G: Number> Answers<G> for Film<T> {
    fn answer(&self, guess: &G) -> (Option<bool>, String) {
        self.facts().pids.len().answer(guess)
    }
}

const ONE_SEQUENCE: &str = "one sequence of instructions, and its order is the same in every run";

/// What was guessed is the order of all steps, "a 1, b 1, a 2", or that one of two is bound to come first, "a 1 before a 2".
impl<'a, T> Answers<&'a str> for Film<T> {
    fn answer(&self, guess: &&'a str) -> (Option<bool>, String) {
        if let Some((one, other)) = guess.split_once(" before ") {
            return self.bound(one, other);
        }
        let agrees = self.steps().iter().map(String::as_str).eq(guess.split(", "));
        let steps = &self.lanes()[0].trace.steps;
        let so = match agrees {
            true => "And so it was.".to_owned(),
            false if steps.windows(2).all(|pair| pair[0].actor == pair[1].actor) => {
                format!("{} All are in {ONE_SEQUENCE}.", self.says())
            }
            false => self.says(),
        };
        (Some(agrees), format!("You said: {guess}. {so}"))
    }
}

impl<T> Film<T> {
    /// Whether it is certain that one step comes before the other: one run shows an order, and who made them whether it holds
    /// in every run.
    fn bound(&self, one: &str, other: &str) -> (Option<bool>, String) {
        let trace = &self.lanes()[0].trace;
        let step = |label: &str| trace.steps.iter().position(|step| *step.label == *label);
        let (Some(first), Some(second)) = (step(one), step(other)) else {
            return (None, format!("You said: {one} before {other}. The film does not show both of them."));
        };
        let by_one = trace.steps[first].actor == trace.steps[second].actor;
        let came = if first < second { "it did" } else { "it came the other way round" };
        let why = match by_one {
            true => format!("both are in {ONE_SEQUENCE}"),
            false => "the two are in different sequences of instructions, and nothing puts these in order"
                .to_owned(),
        };
        (Some(by_one && first < second), format!("You said: {one} before {other}. Here {came}; {why}."))
    }
}

impl Says for Orders {
    fn says(&self) -> String {
        self.different().says()
    }
}

impl<G: Number> Answers<G> for Orders {
    fn answer(&self, guess: &G) -> (Option<bool>, String) {
        self.different().answer(guess)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::predict::{Answered, NoGuess, predict};
    use crate::measure::testing::comparison;
    use crate::timeline::film;

    #[test]
    fn a_guess_can_win_share_the_first_place_or_be_beaten() {
        let lanes = [(Model::Sequential, 1.0), (Model::Threads(2), 0.5), (Model::Pool(2), 0.5)];
        let close = comparison(&lanes, 9, 0.01, 3);
        assert!(close.winner().is_none());
        let said = |guess| predict("?", guess).against(&close);
        let told = |answered: &Answered, agrees, words| {
            assert_eq!(answered.agrees, agrees, "{answered:?}");
            assert!(answered.sentence.contains(words), "{answered:?}");
        };
        told(&said(Model::Sequential), Some(false), "You said sequential, clearly slower than");
        told(&said(Model::Pool(16)), Some(true), "You said pool (16), which shares the first place. A tie");
        told(&said(Model::Async), None, "not measured here");
        let clear = comparison(&lanes[..2], 9, 0.01, 3);
        told(
            &predict("?", Model::Threads(9)).against(&clear),
            Some(true),
            "and this machine agrees. Fastest",
        );
        let none = predict("?", NoGuess).against(&clear);
        told(&none, None, "You made no guess. Fastest: threads (2)");
        told(&predict("?", Model::Threads(9)).against(&comparison(&lanes, 2, 0.01, 3)), None, "Not decided");
    }

    #[test]
    fn an_order_of_steps_is_held_against_the_film() {
        // In a process of its own: another film may be going on in this one.
        let told = crate::process::fork(|| {
            let shown = film(|| {
                crate::step!("a 1");
                crate::step!("a 2");
                std::thread::spawn(|| crate::step!("b 1")).join().unwrap();
            });
            let alone = film(|| ["a 1", "a 2"].map(|label| crate::step!("{label}")));
            let either = predict("?", "either may be first").against(&alone);
            assert_eq!(either.agrees, Some(false));
            assert!(either.sentence.ends_with("order is the same in every run."), "{either:?}");
            let said = |guess: &'static str| {
                let Answered { agrees, sentence, .. } = predict("?", guess).against(&shown);
                (agrees, sentence)
            };
            [
                "a 1, a 2, b 1",
                "b 1, a 1, a 2",
                "a 1 before a 2",
                "a 1 before b 1",
                "a 2 before a 1",
                "c before a 1",
            ]
            .map(said)
        });
        let told = told.join().unwrap();
        let agrees = told.each_ref().map(|it| it.0);
        assert_eq!(agrees, [Some(true), Some(false), Some(true), Some(false), Some(false), None], "{told:?}");
        assert_eq!(told[1].1, "You said: b 1, a 1, a 2. The film shows: a 1, a 2, b 1.");
        assert!(told[3].1.contains("Here it did; the two are in different sequences"), "{told:?}");
        assert!(told[4].1.contains("the other way round; both are in one sequence"), "{told:?}");
    }
}
