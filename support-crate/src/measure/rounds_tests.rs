//! Rounds against a machine whose time passes only when told to.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::*;
use crate::machine::Pressure;
use crate::measure::plan::Options;
use crate::measure::summary::ratios;
use crate::measure::testing::Rng;
use crate::workload::Nature;

/// What both sides of the mock share: the time, and what was asked for.
#[derive(Default)]
struct Stage {
    now: f64,
    log: Vec<String>,
    said: Vec<String>,
    foreign: f64,
    alive: Vec<usize>,
    limits: Vec<f64>,
    /// When the reader presses the stop button.
    stop_at: Option<f64>,
}

/// Lanes that take the time they are told to.
struct Actors {
    stage: Rc<RefCell<Stage>>,
    /// Seconds that run number `run` of `lane` takes, or why it fails.
    act: Box<dyn Fn(usize, usize) -> Result<f64, Error>>,
    /// What the check says to run number `run` of `lane`.
    judge: Box<dyn Fn(usize, usize) -> Result<(), Error>>,
    runs: Vec<usize>,
}

impl Lanes for Actors {
    fn start(&mut self, lane: usize, _model: Model) -> Result<(), Error> {
        let mut stage = self.stage.borrow_mut();
        stage.now += 0.25;
        stage.alive.push(lane);
        Ok(())
    }

    fn run(&mut self, lane: usize, _name: &str, limit: Duration) -> Result<Timed, Error> {
        let run = self.runs[lane];
        self.runs[lane] += 1;
        let wall = (self.act)(lane, run)?;
        let mut stage = self.stage.borrow_mut();
        stage.limits.push(limit.as_secs_f64());
        stage.now += wall.min(limit.as_secs_f64());
        if wall > limit.as_secs_f64() {
            return Err(Error::failed("given up"));
        }
        stage.log.push(format!("{lane}"));
        (self.judge)(lane, run)?;
        Ok(Timed { wall, used: Usage { cpu: wall / 2.0, voluntary: 3, involuntary: 1, queued: 0.0 } })
    }

    fn stop(&mut self, lane: usize) {
        self.stage.borrow_mut().alive.retain(|&alive| alive != lane);
    }
}

struct Theatre(Rc<RefCell<Stage>>);

impl World for Theatre {
    fn now(&mut self) -> f64 {
        self.0.borrow().now
    }

    fn pressure(&mut self) -> Pressure {
        Pressure { foreign: std::mem::take(&mut self.0.borrow_mut().foreign), throttled: 0.0 }
    }

    fn stopped(&mut self) -> bool {
        let stage = self.0.borrow();
        stage.stop_at.is_some_and(|at| stage.now >= at)
    }

    fn at(&mut self, line: String) {
        self.0.borrow_mut().said.push(line);
    }
}

pub(super) struct Play {
    stage: Rc<RefCell<Stage>>,
    pub(super) ran: Comparison,
}

pub(super) fn play(
    options: &Options,
    act: impl Fn(usize, usize) -> Result<f64, Error> + 'static,
    judge: impl Fn(usize, usize) -> Result<(), Error> + 'static,
) -> Play {
    play_until(None, options, act, judge)
}

/// Until the reader presses the stop button at a time.
fn play_until(
    stop_at: Option<f64>,
    options: &Options,
    act: impl Fn(usize, usize) -> Result<f64, Error> + 'static,
    judge: impl Fn(usize, usize) -> Result<(), Error> + 'static,
) -> Play {
    let stage = Rc::new(RefCell::new(Stage { stop_at, ..Stage::default() }));
    let plan = options.plan(40, Nature::Computes).unwrap();
    let runs = vec![0; plan.lanes.len()];
    let mut actors = Actors { stage: stage.clone(), act: Box::new(act), judge: Box::new(judge), runs };
    let ran = run(&plan, &mut actors, &mut Theatre(stage.clone()), 2);
    Play { stage, ran }
}

fn three_models() -> Options {
    Options { models: Some(vec![Model::Sequential, Model::Async, Model::Threads(2)]), ..Options::default() }
}

/// A little noise that is the same in every run of the tests.
fn wobble(lane: usize, run: usize) -> f64 {
    Rng::new(lane as u64, run as u64).unit()
}

pub(super) const AGREED: fn(usize, usize) -> Result<(), Error> = |_, _| Ok(());

#[test]
fn each_round_has_every_lane_once_and_the_order_changes() {
    let options = Options { rounds: Some(12), ..three_models() };
    let play = play(&options, |_, _| Ok(0.01), AGREED);
    let log = play.stage.borrow().log.clone();
    // The control of a sequential baseline needs no warm-up of its own.
    assert_eq!(log[..3], ["0", "1", "2"]);
    let rounds: Vec<Vec<String>> = log[3..].chunks(4).map(<[String]>::to_vec).collect();
    assert_eq!(rounds.len(), 12);
    for round in &rounds {
        let mut sorted = round.clone();
        sorted.sort();
        assert_eq!(sorted, ["0", "1", "2", "3"]);
    }
    assert!(rounds.iter().any(|round| round != &rounds[0]), "always the same order: {rounds:?}");
}

#[test]
fn the_same_plan_has_the_same_order() {
    let order = || {
        let options = Options { rounds: Some(9), ..three_models() };
        play(&options, |_, _| Ok(0.01), AGREED).stage.borrow().log.clone()
    };
    assert_eq!(order(), order());
}

#[test]
fn cold_is_start_and_first_run_and_never_a_sample() {
    let options = Options { rounds: Some(3), ..three_models() };
    let ran = play(&options, |_, run| Ok(if run == 0 { 0.25 } else { 0.125 }), AGREED).ran;
    assert_eq!(ran.lanes[1].cold, Some(0.5));
    assert_eq!(ran.lanes[3].cold, None, "the control has none");
    assert!(ran.lanes[1].samples.iter().all(|sample| sample.wall == 0.125));
    let sample = &ran.lanes[1].samples[2];
    assert_eq!((sample.round, sample.cpu, sample.voluntary), (2, 0.0625, 3));
}

#[test]
fn short_runs_go_on_to_the_most_however_alike_they_are() {
    let ran = play(&three_models(), |_, _| Ok(0.001), AGREED).ran;
    assert_eq!((ran.settings.rounds, ran.settings.stopped), (MOST, Stop::Rounds));
}

#[test]
fn the_budget_ends_it_but_five_rounds_are_always_run() {
    let ran = play(&three_models(), |lane, run| Ok(0.1 * (1.0 + wobble(lane, run))), AGREED).ran;
    assert_eq!(ran.settings.stopped, Stop::Budget);
    assert_eq!(ran.settings.rounds, 5, "rounds of about 0.6 s in the 2 s of the default");
    let ran = play(&three_models(), |_, _| Ok(2.0), AGREED).ran;
    assert_eq!((ran.settings.rounds, ran.settings.stopped), (5, Stop::Budget));
}

#[test]
fn a_long_baseline_does_not_use_up_the_time_and_the_control_repeats_the_quickest() {
    let act = |lane: usize, run| Ok([0.5, 0.016, 0.015, 0.015][lane] * (1.0 + 0.1 * wobble(lane, run)));
    let ran = play(&three_models(), act, AGREED).ran;
    let runs: Vec<usize> = ran.lanes.iter().map(|lane| lane.samples.len()).collect();
    assert_eq!((runs, ran.settings.stopped), (vec![5, 17, 17, 17], Stop::Budget));
    assert_eq!(ran.lanes[3].name, "threads (2) (again)");
    // Each ratio has a pair for each run of the baseline, from the very rounds that ran it.
    for lane in &ran.lanes[1..] {
        assert_eq!(ratios(lane, &ran.lanes[0]).count(), 5);
    }
}

#[test]
fn a_budget_that_was_asked_for_is_kept() {
    let options = Options { budget: Some(Duration::from_secs(10)), ..three_models() };
    let ran = play(&options, |_, _| Ok(1.0), AGREED).ran;
    assert_eq!((ran.settings.rounds, ran.settings.stopped), (2, Stop::Budget));
    let options = Options { budget: Some(Duration::from_secs(10)), rounds: Some(100), ..three_models() };
    let ran = play(&options, |_, _| Ok(0.5), AGREED).ran;
    assert_eq!((ran.settings.rounds, ran.settings.stopped), (5, Stop::Budget));
}

#[test]
fn rounds_that_were_asked_for_are_run_whatever_they_take() {
    let options = Options { rounds: Some(5), ..three_models() };
    let ran = play(&options, |_, _| Ok(7.0), AGREED).ran;
    assert_eq!((ran.settings.rounds, ran.settings.stopped), (5, Stop::Rounds));
}

#[test]
fn a_budget_too_short_for_one_round_leaves_the_first_runs() {
    let options = Options { budget: Some(Duration::from_millis(100)), ..three_models() };
    let play = play(&options, |_, _| Ok(0.5), AGREED);
    assert_eq!((play.ran.settings.rounds, play.ran.settings.stopped), (1, Stop::FirstRuns));
    let walls: Vec<f64> = play.ran.lanes[..3].iter().map(|lane| lane.samples[0].wall).collect();
    assert_eq!(walls, [0.5; 3]);
    assert!(play.stage.borrow().alive.is_empty(), "nothing is left running");
}

#[test]
fn what_was_measured_before_a_stop_is_kept() {
    // Three lanes start and run once in 0.75 + 3 s; a round takes 4 s.
    let stopped = |at: f64| {
        let play =
            play_until(Some(at), &Options { rounds: Some(9), ..three_models() }, |_, _| Ok(1.0), AGREED);
        assert!(play.stage.borrow().alive.is_empty(), "nothing is left running");
        play.ran
    };
    let samples = |ran: &Comparison| ran.lanes.iter().map(|lane| lane.samples.len()).collect::<Vec<_>>();
    let ran = stopped(3.75 + 14.0);
    assert_eq!((ran.settings.rounds, ran.settings.stopped), (3, Stop::Reader));
    assert!(samples(&ran).iter().all(|runs| [3, 4].contains(runs)), "{ran:?}");
    assert!(ran.lanes.iter().all(|lane| lane.failure().is_none()), "{ran:?}");
    // In the first round the warm-up's runs stand in for those that were not made again.
    let ran = stopped(3.75 + 1.5);
    assert_eq!(
        (ran.settings.rounds, ran.settings.stopped, samples(&ran)[..3].to_vec()),
        (1, Stop::Reader, vec![1; 3])
    );
    // In the warm-up those that had their turn keep it.
    let ran = stopped(1.5);
    assert_eq!((ran.settings.rounds, samples(&ran)), (1, vec![1, 1, 0, 0]));
    assert_eq!(ran.lanes[2].failure(), Some("stopped by you before it ran"));
}

const FOR_EVER: f64 = 1e9;

#[test]
fn a_run_that_does_not_end_is_given_up_and_the_rest_is_measured() {
    // The second run of the second lane hangs: ten times what runs took, and 5 s at least.
    for (each, limit) in [(0.1, 5.0), (0.75, 7.5)] {
        let act = move |lane, run| Ok(if (lane, run) == (1, 2) { FOR_EVER } else { each });
        let play = play(&Options { rounds: Some(6), ..three_models() }, act, AGREED);
        assert_eq!(play.ran.lanes[1].failure(), Some("given up"));
        assert_eq!((play.ran.lanes[1].samples.len(), play.ran.lanes[2].samples.len()), (1, 6));
        assert!(play.stage.borrow().limits.contains(&limit), "{:?}", play.stage.borrow().limits);
    }
}

#[test]
fn patience_that_was_asked_for_is_what_a_run_gets() {
    let act = |lane, _| Ok(if lane == 1 { FOR_EVER } else { 0.1 });
    let options = Options { patience: Some(Duration::from_secs(2)), rounds: Some(3), ..three_models() };
    let play = play(&options, act, AGREED);
    assert_eq!(play.ran.lanes[1].failure(), Some("given up"));
    assert!(play.stage.borrow().limits.iter().all(|limit| *limit == 2.0), "{:?}", play.stage.borrow().limits);
}

#[test]
fn when_nothing_ends_a_budget_bounds_the_whole() {
    let took = |options: &Options| {
        let play = play(options, |_, _| Ok(FOR_EVER), AGREED);
        assert!(play.ran.lanes.iter().all(|lane| lane.failure() == Some("given up")));
        play.ran.conditions.took
    };
    let budget = |seconds| Options { budget: Some(Duration::from_secs(seconds)), ..Options::default() };
    // Six models start in 0.25 s each here.
    assert_eq!(took(&budget(1)), 6.0 * 0.25 + 2.0 + 5.0 * 1.0);
    assert_eq!(took(&budget(2)), 6.0 * 0.25 + 3.0 + 5.0 * 1.0);
    assert_eq!(took(&Options::default()), 6.0 * 0.25 + 30.0 + 5.0 * 5.0);
    assert_eq!(took(&budget(60)), 6.0 * 0.25 + 75.0 + 5.0 * 5.0, "time that was asked for is given");
}

#[test]
fn a_late_run_within_a_budget_is_kept() {
    let options = Options { budget: Some(Duration::from_secs(5)), ..three_models() };
    let act = |lane, run| Ok(if (lane, run) == (1, 3) { 1.2 } else { 0.5 });
    let ran = play(&options, act, AGREED).ran;
    assert_eq!((ran.lanes[1].failure(), ran.settings.stopped), (None, Stop::Budget));
}

#[test]
fn a_lane_that_fails_keeps_what_it_has_and_the_others_finish() {
    let options = Options { rounds: Some(6), ..three_models() };
    let act = |lane, run| {
        if lane == 2 && run == 3 { Err(Error::failed("task 7 panicked: no")) } else { Ok(0.01) }
    };
    let play = play(&options, act, AGREED);
    let ran = play.ran;
    assert_eq!(ran.lanes[2].failure(), Some("task 7 panicked: no"));
    assert_eq!(ran.lanes[2].samples.len(), 2);
    assert!(ran.lanes[1].samples.len() == 6 && ran.lanes[0].samples.len() == 6);
    assert!(play.stage.borrow().alive.is_empty());
}

#[test]
fn a_wrong_answer_fails_the_lane_and_its_run_is_no_sample() {
    let options = Options { rounds: Some(4), ..three_models() };
    let judge = |lane, run| {
        if lane == 1 && run == 2 { Err(Error::failed("async answered otherwise")) } else { Ok(()) }
    };
    let ran = play(&options, |_, _| Ok(0.01), judge).ran;
    assert_eq!(ran.lanes[1].failure(), Some("async answered otherwise"));
    assert_eq!(ran.lanes[1].samples.len(), 1);
    assert_eq!(ran.lanes[2].samples.len(), 4);
}

#[test]
fn when_every_lane_fails_it_ends() {
    let ran = play(&three_models(), |_, _| Err(Error::failed("no")), AGREED).ran;
    assert_eq!(
        (ran.settings.rounds, ran.settings.stopped),
        (0, Stop::NoLane),
        "the control of a baseline that failed is not run"
    );
    assert!(ran.lanes.iter().all(|lane| lane.failure() == Some("no")));
}

#[test]
fn a_disturbed_round_is_marked_in_every_lane() {
    let options = Options { rounds: Some(4), ..three_models() };
    let stage = Rc::new(RefCell::new(Stage::default()));
    let plan = options.plan(40, Nature::Computes).unwrap();
    let noisy = stage.clone();
    let act = move |lane: usize, run: usize| {
        if (lane, run) == (1, 2) {
            noisy.borrow_mut().foreign = 0.9;
        }
        Ok(0.1)
    };
    let mut actors = Actors {
        stage: stage.clone(),
        act: Box::new(act),
        judge: Box::new(AGREED),
        runs: vec![0; plan.lanes.len()],
    };
    let ran = run(&plan, &mut actors, &mut Theatre(stage), 2);
    assert_eq!(ran.conditions.disturbed, [1]);
    for lane in &ran.lanes {
        let marked: Vec<bool> = lane.samples.iter().map(|sample| sample.disturbed).collect();
        assert_eq!(marked, [false, true, false, false]);
    }
}

#[test]
fn how_far_it_is_can_be_told_at_any_time() {
    let play = play(&Options { rounds: Some(3), ..three_models() }, |_, _| Ok(1.0), AGREED);
    let said = play.stage.borrow().said.clone();
    assert_eq!(said[1], "first run of async, 2 of 4");
    assert!(said.contains(&"2 of 3 rounds done, each takes about 4.00 s".to_owned()), "{said:?}");
}
