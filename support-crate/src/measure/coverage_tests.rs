//! How often the interval of a ratio holds the truth when the rounds end by the rule that really ends them.
//!
//! `cargo test -p concurrency-lab --lib -- --ignored --nocapture rounds_end`; some ten seconds.

use rayon::prelude::*;

use super::tests::{AGREED, play};
use super::*;
use crate::measure::plan::Options;
use crate::measure::testing::Rng;

/// What lies on one run: of a lane (0, or 1 and 2 for the others), in a round.
type Noise = fn(&mut Rng, usize, usize) -> f64;

fn normal(rng: &mut Rng, _: usize, _: usize) -> f64 {
    (0.03 * rng.normal()).exp()
}

/// Late, never early, and one lane more than the other.
fn skewed(rng: &mut Rng, lane: usize, _: usize) -> f64 {
    1.0 - rng.unit().ln() * if lane == 1 { 0.05 } else { 0.02 }
}

/// One run in ten is held up, now and then for as long as it takes.
fn disturbed(rng: &mut Rng, _: usize, _: usize) -> f64 {
    let late = if rng.unit() < 0.1 { -0.4 * rng.unit().ln() } else { 0.0 };
    (0.02 * rng.normal()).exp() + late
}

/// Every round takes 2% of the first longer than the one before.
fn drifting(rng: &mut Rng, lane: usize, round: usize) -> f64 {
    (1.0 + 0.02 * round as f64) * normal(rng, lane, round)
}

const KINDS: [(&str, Noise); 4] =
    [("normal", normal), ("skewed", skewed), ("disturbed", disturbed), ("drifting", drifting)];

/// A comparison of two models, the second twice as fast, and what ended its rounds.
fn ended(seconds: f64, noise: Noise, trial: u64) -> Comparison {
    let models = Some(vec![Model::Sequential, Model::Threads(2)]);
    let act = move |lane: usize, run: usize| {
        let mut rng = Rng::new(trial, (lane * 1_000 + run) as u64);
        let time = if lane == 1 { seconds / 2.0 } else { seconds };
        Ok(time * noise(&mut rng, lane, run))
    };
    play(&Options { models, ..Options::default() }, act, AGREED).ran
}

/// The ratio that intervals are to hold: its centre over more rounds than anybody waits for.
fn truth(noise: Noise) -> f64 {
    let ratio = |round| {
        let mut rng = Rng::new(4, round);
        noise(&mut rng, 0, 0) / (0.5 * noise(&mut rng, 1, 0))
    };
    super::super::typical::centre(&(0..200_000).map(ratio).collect::<Vec<_>>()).unwrap()
}

#[test]
#[ignore = "takes ten seconds"]
fn the_promise_holds_where_rounds_end_by_budget_or_number() {
    const TRIALS: u64 = 2_000;
    let mut missed = 0;
    for (name, noise) in KINDS {
        let truth = truth(noise);
        for seconds in [0.15, 0.02] {
            let trials: Vec<_> =
                (0..TRIALS).into_par_iter().map(|trial| ended(seconds, noise, trial)).collect();
            let held = |result: &&Comparison| {
                let [one, two] = [0, 1].map(|place| &result.lanes[place]);
                result.speedup(two, one).is_some_and(|speedup| speedup.contains(truth))
            };
            let share = trials.par_iter().filter(held).count() as f64 / TRIALS as f64;
            let by = |stop| trials.iter().filter(|result| result.settings.stopped == stop).count();
            let rounds: usize = trials.iter().map(|result| result.settings.rounds).sum();
            println!(
                "{name}, runs of {seconds} s: held in {share:.3} of {TRIALS}; {} rounds on average, ended by \
                 budget in {}, by number in {}",
                rounds / trials.len(),
                by(Stop::Budget),
                by(Stop::Rounds)
            );
            missed += usize::from(!(0.93..=0.97).contains(&share));
        }
    }
    assert_eq!(missed, 0, "shares outside of 93 to 97%");
}
