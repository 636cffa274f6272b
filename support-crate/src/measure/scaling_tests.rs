//! Curves from made-up runs whose serial share is known.

use super::*;
use crate::measure::amdahl as law;
use crate::measure::testing::comparison;

fn runs(most: usize, cores: usize, serial: f64, rounds: usize) -> Comparison {
    let time = |workers: usize| 1.0 / law(serial, workers.min(cores) as f64);
    let lanes: Vec<(Model, f64)> = (1..=most).map(|n| (Model::Threads(n), time(n))).collect();
    let mut runs = comparison(&lanes, rounds, 0.01, 3);
    runs.machine = crate::measure::testing::machine_with(cores);
    runs
}

#[test]
fn the_serial_share_is_found() {
    let curve = Scaling::of(runs(8, 8, 0.1, 9));
    let share = curve.serial.unwrap();
    assert!(share.contains(0.1), "{share:?}");
    assert!((share.high - share.low) < 0.03, "{share:?}");
    let eight = curve.points[7].speedup.unwrap();
    assert!(eight.contains(law(0.1, 8.0)), "{eight:?}");
}

#[test]
fn cores_bound_computing_and_not_waiting() {
    let curve = Scaling::of(runs(4, 3, 0.05, 9));
    assert_eq!(curve.bound, Some(3.0));
    assert!(curve.serial.unwrap().contains(0.05), "{:?}", curve.serial);
    let mut waiting = runs(4, 4, 0.0, 9);
    waiting.workload.nature = Nature::Waits;
    assert_eq!(Scaling::of(waiting).bound, None);
}

#[test]
fn too_few_points_or_rounds_are_refused_with_the_way_out() {
    let curve = Scaling::of(runs(3, 4, 0.1, 9));
    assert_eq!(
        curve.not_fitted.unwrap(),
        "3 points cannot tell a law from chance; Amdahl's needs 4 points or more, as in 1..=4"
    );
    let curve = Scaling::of(runs(5, 4, 0.1, 2));
    assert!(curve.not_fitted.unwrap().contains("2 rounds"));
    assert!(curve.serial.is_none());
    let curve = Scaling::of(runs(5, 1, 0.0, 5));
    assert!(curve.not_fitted.unwrap().starts_with("1 core cannot test it"));
    let curve = Scaling::of(runs(4, 2, 0.0, 9));
    assert_eq!(
        curve.not_fitted.unwrap(),
        "2 cores cannot test it, which takes 3 different numbers of workers at work at the same time"
    );
}

#[test]
fn sixty_four_cores_are_fitted_and_a_share_below_none_stays_one() {
    let curve = Scaling::of(runs(64, 64, 0.02, 9));
    assert!(curve.serial.unwrap().contains(0.02), "{:?}", curve.serial);
    let mut faster = runs(4, 4, 0.0, 9);
    for lane in &mut faster.lanes[1..4] {
        lane.samples.iter_mut().for_each(|sample| sample.wall *= 0.8);
    }
    let share = Scaling::of(faster).serial.unwrap();
    assert!(share.high < 0.0, "{share:?}");
}

#[test]
fn a_failed_point_is_kept_and_the_others_are_fitted() {
    let mut runs = runs(6, 6, 0.1, 9);
    runs.lanes[3].failure = Some("the system refused".to_owned());
    let curve = Scaling::of(runs);
    assert_eq!(curve.points[3].failure.as_deref(), Some("the system refused"));
    assert!(curve.serial.unwrap().contains(0.1));
}

#[test]
fn mistakes_are_named_before_any_work_starts() {
    let refused = |workers: &[usize]| models(workers, Model::Threads).unwrap_err().to_string();
    assert!(refused(&[]).starts_with("numbers of workers: 0 is outside"));
    let none = scaling(crate::workload::Compute::new(1, |i| i), 0..=1).run();
    assert!(none.problem.unwrap().contains("0 threads run nothing"));
    assert!(refused(&[1; 5_000]).starts_with("numbers of workers: 5,000 is outside"));
    assert_eq!(
        models(&[4, 2, 2], Model::Pool).unwrap(),
        [Model::Pool(1), Model::Pool(2), Model::Pool(4)],
        "one worker is always measured"
    );
    let curve = scaling(crate::workload::Compute::new(2, |i| i), 1..=2).with(Model::AsyncOn).rounds(1).run();
    let on: Vec<Model> = curve.runs.lanes.iter().map(|lane| lane.model).collect();
    assert_eq!(on[..2], [Model::AsyncOn(1), Model::AsyncOn(2)], "{:?}", curve.problem);
    let endless = scaling(crate::workload::Compute::new(1, |i| i), 1..).run();
    assert!(endless.problem.unwrap().starts_with("numbers of workers: 4,097 is outside"));
}

#[test]
fn a_long_range_is_thinned_and_keeps_its_ends() {
    let counts = |models: Vec<Model>| models.into_iter().map(Model::workers).collect::<Vec<_>>();
    let all: Vec<usize> = (1..=128).collect();
    let kept = counts(models(&all, Model::Threads).unwrap());
    assert!(kept.len() <= MOST_POINTS && kept.len() > MOST_POINTS / 2, "{kept:?}");
    assert_eq!((kept[..4].to_vec(), kept.last()), (vec![1, 2, 3, 4], Some(&128)));
    let few: Vec<usize> = (1..=16).collect();
    assert_eq!(counts(models(&few, Model::Threads).unwrap()), few);
}
