//! Predictions held against a comparison.

use super::predict::{Answers, Guess};
use crate::measure::Comparison;
use crate::model::Model;

impl Answers<Model> for Comparison {
    fn answer(&self, guess: &Model) -> (Option<bool>, String) {
        let said = guess.words();
        let headline = self.verdict().headline;
        let Some(winner) = self.winner() else { return (None, format!("You said {said}. {headline}")) };
        // The kind of model is what was guessed; the number of workers is a detail.
        let agrees = std::mem::discriminant(&winner.model) == std::mem::discriminant(guess);
        match agrees {
            true => (Some(true), format!("You said {said}, and this machine agrees. {headline}")),
            false => (Some(false), format!("You said {said}. {headline}")),
        }
    }
}

impl<'a> Answers<&'a str> for Comparison {
    fn answer(&self, guess: &&'a str) -> (Option<bool>, String) {
        (None, format!("You said: {guess}. {}", self.verdict().headline))
    }
}
