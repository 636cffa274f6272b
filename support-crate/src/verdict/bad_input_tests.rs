//! Rounds that no formula has in mind: whatever comes, the sentence stays true.

use rayon::prelude::*;

use crate::measure::testing::{Rng, comparison, machine_with};
use crate::measure::{Comparison, Standing};
use crate::model::Model::{self, Pool, Sequential, Threads};

/// Changes the time of one run, in seconds, of a round.
type Bad = fn(&mut Rng, usize, f64) -> f64;

const KINDS: [(&str, Bad); 6] = [
    ("bimodal", |rng, _, wall| if rng.unit() < 0.5 { wall } else { 1.5 * wall }),
    ("drifting", |_, round, wall| wall * (1.0 + 0.05 * round as f64)),
    ("heavier in later rounds", |_, round, wall| if round < 3 { wall } else { 2.0 * wall }),
    ("sometimes 100 times as long", |rng, _, wall| if rng.unit() < 0.05 { 100.0 * wall } else { wall }),
    ("at the clock's resolution", |_, _, wall| (wall / 0.07).round() * 0.07),
    ("below the clock's resolution", |_, _, wall| (wall / 0.3).round() * 0.3),
];

fn made(times: [f64; 3], rounds: usize, bad: Bad, seed: u64) -> Comparison {
    let lanes: Vec<(Model, f64)> = [Sequential, Threads(2), Pool(2)].into_iter().zip(times).collect();
    let mut result = comparison(&lanes, rounds, 0.1, seed);
    let mut rng = Rng::new(seed, 21);
    for sample in result.lanes.iter_mut().flat_map(|lane| &mut lane.samples) {
        sample.wall = bad(&mut rng, sample.round, sample.wall);
    }
    result
}

#[test]
fn where_nothing_differs_hardly_any_run_claims_a_winner() {
    const TRIALS: u64 = 300;
    for (name, bad) in KINDS {
        for rounds in [5, 12] {
            let claims = |seed: &u64| {
                let result = made([0.1; 3], rounds, bad, *seed);
                let differs = |stand| matches!(stand, Standing::Faster(_) | Standing::Slower(_));
                result.winner().is_some() || result.lanes.iter().any(|lane| differs(result.standing(lane)))
            };
            let claimed = (0..TRIALS).into_par_iter().filter(claims).count() as u64;
            println!("{name}, {rounds} rounds: {claimed} of {TRIALS} claim a difference");
            assert!(
                claimed * 20 <= TRIALS,
                "{name}, {rounds} rounds: {claimed} of {TRIALS} claim a difference"
            );
        }
    }
}

#[test]
fn the_wrong_model_never_wins_and_the_interval_is_no_fantasy() {
    for (name, bad) in KINDS {
        for (seed, rounds) in (0..100).flat_map(|seed| [(seed, 5), (seed, 12)]) {
            let result = made([0.2, 0.1, 0.2], rounds, bad, seed);
            let told = result.verdict();
            let winner = result.winner().map(|lane| lane.model);
            assert!(winner.is_none_or(|winner| winner == Threads(2)), "{name}, {seed}: {told}");
            let text = told.to_string();
            assert!(!text.contains("NaN") && !text.contains("inf"), "{name}, {seed}: {text}");
            let widest = result.lanes.iter().filter_map(|lane| result.lane_stats(lane)?.speedup);
            assert!(
                widest.map(|ratio| ratio.high / ratio.low).all(|wide| wide <= 100.0),
                "{name}, {seed}: {text}"
            );
        }
    }
}

#[test]
fn what_drifts_is_warned_of_and_an_interval_of_all_sizes_is_too_few_rounds() {
    let drifts = made([0.2, 0.1, 0.2], 20, KINDS[1].1, 1);
    assert!(crate::measure::warnings(&drifts).iter().any(|warning| warning.what.contains("drifted")));
    // Three models, each of whose runs takes anything from a microsecond to minutes.
    let wild: Bad = |rng, _, wall| wall * (6.0 * rng.normal()).exp();
    let told = made([0.1; 3], 6, wild, 1).verdict().headline;
    assert_eq!(told, "Not decided: 6 rounds are too few");
}

#[test]
fn one_core_and_sixty_four_are_told_as_they_are() {
    let on = |cores: usize, seconds: f64| {
        let mut result = comparison(&[(Sequential, 1.0), (Threads(cores.max(2)), seconds)], 12, 0.01, 1);
        result.machine = machine_with(cores);
        result.verdict().to_string()
    };
    let one = on(1, 1.0);
    assert!(one.starts_with("A tie: ") && one.contains("; there was only one core."), "{one}");
    let many = on(64, 1.0 / 62.0);
    assert!(many.starts_with("Fastest: threads (64), 6") && many.contains("; more cores helped."), "{many}");
}
