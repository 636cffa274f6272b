//! Predictions held against comparisons, films and orders.

use super::predict::{Answers, Guess, Number};
use crate::format;
use crate::measure::{Comparison, Lane, Standing};
use crate::model::Model;
use crate::timeline::{Film, Orders, Timeline};

impl Answers<Model> for Comparison {
    fn answer(&self, guess: &Model) -> (Option<bool>, String) {
        let (said, headline) = (guess.words(), self.verdict().headline);
        // The kind of model is what was guessed; the number of workers is a detail.
        let guessed = |lane: &&Lane| std::mem::discriminant(&lane.model) == std::mem::discriminant(guess);
        if let Some(winner) = self.winner() {
            let agrees = guessed(&winner);
            let so = if agrees { ", and this machine agrees" } else { "" };
            return (Some(agrees), format!("You said {said}{so}. {headline}."));
        }
        // Without a winner a guess can still be wrong.
        let ranking = self.ranking();
        let faster = |lane: &Lane| {
            ranking.iter().find(|other| matches!(self.against(other, lane), Standing::Faster(_)))
        };
        let beaten: Option<Vec<_>> = ranking.iter().copied().filter(guessed).map(faster).collect();
        match beaten.as_deref() {
            // A model that was not measured has no lane.
            Some([by, ..]) => (Some(false), format!("You said {said}, clearly slower than {}.", by.name)),
            _ => (None, format!("You said {said}. {headline}.")),
        }
    }
}

/// What was guessed is which models used more than one core.
impl<'a> Answers<&'a str> for Timeline {
    fn answer(&self, guess: &&'a str) -> (Option<bool>, String) {
        let parallel = self.lanes().iter().filter(|lane| lane.is_parallel());
        let several: Vec<&str> = parallel.map(|lane| lane.name.as_str()).collect();
        let said = match several.as_slice() {
            [] => "In this run no model used more than one core at a time".to_owned(),
            names => format!("More than one core at a time was used by {}", format::list(names)),
        };
        (None, format!("You said: {guess}. {said}."))
    }
}

impl<'a, T> Answers<&'a str> for Film<T> {
    fn answer(&self, guess: &&'a str) -> (Option<bool>, String) {
        let seen = match self.steps().as_slice() {
            [] => self.tell(),
            steps => steps.join(", "),
        };
        (None, format!("You said: {guess}. The film says: {seen}."))
    }
}

/// A guessed number is the number of processes that did something.
impl<T, G: Number> Answers<G> for Film<T> {
    fn answer(&self, guess: &G) -> (Option<bool>, String) {
        self.facts().pids.len().answer(guess)
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
    use crate::lesson::predict::predict;
    use crate::measure::testing::comparison;

    #[test]
    fn without_a_winner_a_guess_can_still_be_wrong() {
        let lanes = [(Model::Sequential, 1.0), (Model::Threads(2), 0.5), (Model::Pool(2), 0.5)];
        let close = comparison(&lanes, 9, 0.01, 3);
        assert!(close.winner().is_none());
        let beaten = predict("?", Model::Sequential).against(&close);
        assert_eq!(beaten.agrees, Some(false));
        assert!(beaten.sentence.contains("You said sequential, clearly slower than"), "{beaten:?}");
        assert_eq!(predict("?", Model::Pool(2)).against(&close).agrees, None);
        assert_eq!(predict("?", Model::Async).against(&close).agrees, None, "it was not measured");
    }
}
