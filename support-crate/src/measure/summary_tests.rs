//! What a comparison claims, on made-up results whose truth is known.

use proptest::prelude::*;
use rayon::prelude::*;

use super::*;
use crate::measure::testing::comparison;

const FIVE: [Model; 5] =
    [Model::Sequential, Model::Async, Model::Threads(2), Model::Pool(2), Model::Processes(2)];

fn with_times(times: [f64; 5], rounds: usize, noise: f64, seed: u64) -> Comparison {
    let lanes: Vec<(Model, f64)> = FIVE.into_iter().zip(times).collect();
    comparison(&lanes, rounds, noise, seed)
}

#[test]
fn identical_work_has_a_winner_in_at_most_one_comparison_of_twenty() {
    for rounds in [5, 9] {
        let claims = |seed: &u64| {
            let result = with_times([0.1; 5], rounds, 0.03, *seed);
            let differs =
                |lane: &&Lane| matches!(result.standing(lane), Standing::Faster(_) | Standing::Slower(_));
            result.winner().is_some() || result.lanes.iter().any(|lane| differs(&lane))
        };
        let claimed = (0..200u64).into_par_iter().filter(claims).count();
        assert!(claimed <= 10, "{claimed} of 200 comparisons of {rounds} rounds claimed a difference");
    }
}

#[test]
fn the_interval_holds_a_known_ratio_in_93_to_97_of_100() {
    for rounds in [5, 9] {
        let holds = |seed: &u64| {
            let result =
                comparison(&[(Model::Sequential, 0.2), (Model::Threads(2), 0.105)], rounds, 0.02, *seed);
            result.stats(Model::Threads(2)).unwrap().speedup.unwrap().contains(0.2 / 0.105)
        };
        let share = (0..2_000u64).into_par_iter().filter(holds).count() as f64 / 2_000.0;
        assert!((0.93..=0.97).contains(&share), "{share} with {rounds} rounds");
    }
}

#[test]
fn a_clear_difference_is_found_with_five_rounds() {
    let result = with_times([0.2, 0.2, 0.1, 0.1, 0.1], 5, 0.01, 1);
    assert!(matches!(result.standing(result.lane(Model::Threads(2)).unwrap()), Standing::Faster(_)));
    assert!(matches!(result.standing(result.lane(Model::Async).unwrap()), Standing::NoClearDifference(_)));
    assert!(result.winner().is_none(), "three models are equally fast");
    let result = with_times([0.2, 0.2, 0.05, 0.1, 0.1], 5, 0.01, 1);
    assert_eq!(result.winner().unwrap().model, Model::Threads(2));
    let slow = with_times([0.1, 0.3, 0.1, 0.1, 0.1], 5, 0.01, 1);
    assert!(matches!(slow.standing(slow.lane(Model::Async).unwrap()), Standing::Slower(_)));
}

#[test]
fn four_rounds_decide_nothing() {
    let result = with_times([0.2, 0.2, 0.1, 0.1, 0.1], 4, 0.0, 1);
    assert_eq!(result.standing(result.lane(Model::Threads(2)).unwrap()), Standing::NotDecided);
    assert_eq!((result.floor(), result.winner().is_none()), (None, true));
}

#[test]
fn a_failed_lane_has_no_standing_and_no_rank() {
    let mut result = with_times([0.2, 0.2, 0.05, 0.1, 0.1], 5, 0.01, 1);
    result.lanes[2].failure = Some("task 3 panicked".to_owned());
    assert_eq!(result.standing(&result.lanes[2]), Standing::Failed);
    assert!(result.ranking().iter().all(|lane| lane.model != Model::Threads(2)));
}

#[test]
fn bar_whisker_and_ratio_have_one_estimator() {
    let result = with_times([0.2, 0.1, 0.1, 0.1, 0.1], 7, 0.05, 5);
    let stats = result.stats(Model::Async).unwrap();
    assert_eq!(stats.time, stats.typical.unwrap().estimate);
    let mut even = with_times([0.2, 0.1, 0.1, 0.1, 0.1], 7, 0.05, 5);
    even.lanes[0].samples.iter_mut().for_each(|sample| sample.wall = 0.2);
    let stats = even.stats(Model::Async).unwrap();
    assert!(
        (stats.speedup.unwrap().estimate - 0.2 / stats.time).abs() < 1e-12,
        "the ratio is that of the bars"
    );
}

#[test]
fn outliers_are_marked_and_kept() {
    let mut result = with_times([0.1; 5], 9, 0.005, 4);
    result.lanes[1].samples[6].wall = 0.4;
    let stats = result.stats(Model::Async).unwrap();
    assert_eq!((stats.outliers, result.lanes[1].samples.len()), (vec![6], 9));
}

#[test]
fn nothing_run_has_no_statistics() {
    let result = Comparison::problem("0 tasks");
    assert!(result.baseline().is_none() && result.winner().is_none() && result.floor().is_none());
    assert!(result.stats(Model::Sequential).is_none() && result.ranking().is_empty());
}

proptest! {
    #[test]
    fn a_ratio_turned_round_is_the_inverse(fast in 0.01f64..1.0, slow in 0.01f64..1.0, seed in 0u64..1000) {
        let result = comparison(&[(Model::Sequential, slow), (Model::Pool(2), fast)], 6, 0.02, seed);
        let (one, other) = (&result.lanes[0], &result.lanes[1]);
        let there = result.speedup(other, one).unwrap();
        let back = result.speedup(one, other).unwrap();
        prop_assert!((there.estimate * back.estimate - 1.0).abs() < 1e-9);
        prop_assert!(there.low <= there.estimate && there.estimate <= there.high);
    }

    #[test]
    fn whole_numbers_of_any_size_never_break_it(walls in prop::collection::vec(prop::num::f64::ANY, 0..12)) {
        let mut result = comparison(&[(Model::Sequential, 0.1), (Model::Pool(2), 0.1)], walls.len(), 0.01, 1);
        for (sample, &wall) in result.lanes[1].samples.iter_mut().zip(&walls) {
            sample.wall = wall;
        }
        let _ = (result.stats(Model::Pool(2)), result.floor(), result.winner().is_some());
    }
}

#[test]
fn a_clone_may_be_changed_and_is_summed_up_anew() {
    let result = with_times([0.2, 0.2, 0.05, 0.1, 0.1], 5, 0.01, 1);
    assert_eq!(result.winner().unwrap().model, Model::Threads(2));
    let mut changed = result.clone();
    changed.lanes.remove(2);
    assert_eq!(changed.winner().map(|lane| lane.model), None, "two are equally fast");
    assert_eq!(changed.close_to_first().len(), 1);
}
