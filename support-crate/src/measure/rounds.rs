//! Rounds: lanes in shuffled order, until the time is up or there are enough.
//!
//! Nothing that was measured ends them: to stop once an interval is narrow favours intervals that are narrow by luck, and of
//! those fewer hold the truth than they promise.

use std::mem;
use std::time::Duration;

use super::lanes::Lanes;
use super::pace::{Pace, twin};
use super::plan::Plan;
use super::result::{Comparison, Conditions, Lane, Sample, Settings, Stop};
use super::typical::FEWEST;
use super::within::Timed;
use super::world::World;
use crate::error::Error;
use crate::format;
use crate::machine::Usage;
use crate::model::Model;

/// Most rounds that are run unasked.
const MOST: usize = 100;
/// A run is given up when it takes this many times as long as runs took so far,
const TOO_LONG: f64 = 10.0;
/// and seconds that it has at least,
const LEAST_LIMIT: f64 = 5.0;
/// or at most while nothing is known of the work, unless a budget was asked for.
const FIRST_LIMIT: f64 = 30.0;
/// Share of a round's core time that others may use before the round counts as disturbed.
const FOREIGN_SHARE: f64 = 0.1;
/// Seconds below which foreign work cannot be told from the clock tick of `/proc/stat`.
const FOREIGN_LEAST: f64 = 0.03;

/// Runs a plan to its end on machine `world` with `cores` cores; what was run, and where, is not told yet.
pub(crate) fn run(plan: &Plan, lanes: &mut dyn Lanes, world: &mut dyn World, cores: usize) -> Comparison {
    let start = world.now();
    let mut run = Run {
        plan,
        cores,
        runners: lanes,
        world,
        lanes: plan.lanes.clone(),
        longest: vec![None; plan.lanes.len()],
        pace: Pace::even(plan.lanes.len()),
        conditions: Conditions::default(),
    };
    let first = run.warm_up();
    let (rounds, stopped) = match () {
        () if run.world.stopped() => (1, Stop::Reader),
        () if plan.strict && first > plan.budget => (1, Stop::FirstRuns),
        () => run.rounds(first),
    };
    for lane in 0..run.lanes.len() {
        run.runners.stop(lane);
    }
    run.conditions.took = run.world.now() - start;
    let settings = Settings { rounds, budget: plan.budget, cores: plan.cores.clone(), stopped };
    Comparison { lanes: run.lanes, settings, conditions: run.conditions, ..Comparison::default() }
}

struct Run<'a> {
    plan: &'a Plan,
    cores: usize,
    runners: &'a mut dyn Lanes,
    world: &'a mut dyn World,
    lanes: Vec<Lane>,
    /// Seconds of each lane's longest run so far.
    longest: Vec<Option<f64>>,
    pace: Pace,
    conditions: Conditions,
}

impl Run<'_> {
    /// Starts every lane and runs it once: the cold figure and the warm-up in one. Returns about how long a
    /// round will take. Until there are rounds, these runs are the samples.
    fn warm_up(&mut self) -> f64 {
        let mut round = 0.0;
        for place in 0..self.lanes.len() {
            if self.lanes[place].control {
                self.lanes[place] = Lane::control(twin(&self.lanes, &self.longest));
            }
            match self.first_run(place) {
                Err(error) => self.fail(place, &error),
                Ok(start_up) => {
                    let took = self.longest[place].unwrap_or(0.0);
                    round += took;
                    let lane = &mut self.lanes[place];
                    lane.cold = (!lane.control).then_some(start_up + took);
                }
            }
        }
        round
    }

    /// Starts a lane, which takes what is returned, and runs it once.
    fn first_run(&mut self, place: usize) -> Result<f64, Error> {
        let Lane { model, control, ref name, .. } = self.lanes[place];
        if let Some(reason) = self.lanes[0].failure().filter(|_| control) {
            return Err(Error::failed(reason));
        }
        if self.world.stopped() {
            return Err(Error::stopped("stopped by you before it ran"));
        }
        self.world.at(format!("first run of {name}, {} of {}", place + 1, self.lanes.len()));
        let start = self.world.now();
        self.runners.start(place, model)?;
        let start_up = self.world.now() - start;
        // Nothing of a sequential baseline needs warming a second time.
        if control && model == Model::Sequential {
            self.longest[place] = self.longest[0];
        } else {
            self.sample(place, 0, None)?;
        }
        Ok(start_up)
    }

    /// How long a run of `lane` may take before it is given up; `left` is what a budget leaves once rounds are run.
    fn limit(&self, lane: usize, left: Option<f64>) -> Duration {
        let slowest = || self.longest.iter().copied().flatten().reduce(f64::max);
        let expected = self.longest[lane].or_else(slowest);
        let failed = self.lanes.iter().any(|lane| lane.failure().is_some());
        let usual = match expected {
            Some(expected) => (TOO_LONG * expected).max(LEAST_LIMIT),
            None if failed => LEAST_LIMIT,
            None if self.plan.strict => f64::MAX,
            None => FIRST_LIMIT,
        };
        let usual = self.plan.patience.unwrap_or(usual);
        let budget = self.plan.budget;
        let grace = (budget / 4.0).max(1.0);
        let limit = match left.filter(|_| self.plan.strict) {
            _ if !self.plan.strict => usual,
            // A run that is a little late is no run that does not end.
            Some(left) => usual.min((left.max(0.0) + grace).max(3.0 * expected.unwrap_or(0.0))),
            // After one that did not end the next is waited for no longer than an answer takes to be of use.
            None if expected.is_none() && failed => usual.min((budget / 2.0).max(1.0)),
            None => usual.min(budget + grace),
        };
        Duration::try_from_secs_f64(limit).unwrap_or(Duration::MAX)
    }

    fn rounds(&mut self, first: f64) -> (usize, Stop) {
        let mut shuffle = fastrand::Rng::with_seed(1);
        let begin = self.world.now();
        if self.plan.rounds.is_none() {
            let budget = if self.plan.strict { self.plan.budget } else { f64::MAX };
            self.pace = Pace::of(&self.lanes, &self.longest, budget);
        }
        let quick = (0..self.lanes.len()).filter(|&lane| self.pace.has(1, lane));
        // Seconds of a round without the long lanes, and of one with them.
        let mut about = [quick.filter_map(|lane| self.longest[lane]).sum(), first];
        let mut warm_up: Vec<Vec<Sample>> =
            self.lanes.iter_mut().map(|lane| mem::take(&mut lane.samples)).collect();
        self.world.pressure();
        self.world.at(self.progress(0, about));
        for round in 0.. {
            if self.world.stopped() {
                return (round, Stop::Reader);
            }
            let elapsed = self.world.now() - begin;
            if let Some(stop) = self.stop(round, elapsed, about[usize::from(self.pace.is_full(round))]) {
                return (round, stop);
            }
            let runs = |lane: &usize| self.lanes[*lane].failure().is_none() && self.pace.has(round, *lane);
            let mut order: Vec<usize> = (0..self.lanes.len()).filter(runs).collect();
            shuffle.shuffle(&mut order);
            let start = self.world.now();
            for lane in order {
                let left = self.plan.budget - (self.world.now() - begin);
                match self.sample(lane, round, Some(left)) {
                    _ if self.world.stopped() => return (self.done(round, &mut warm_up), Stop::Reader),
                    Err(error) => self.fail(lane, &error),
                    Ok(()) => {}
                }
            }
            let took = self.world.now() - start;
            let about_this = &mut about[usize::from(self.pace.is_full(round))];
            *about_this = if round == 0 { took } else { 0.5 * (*about_this + took) };
            self.mark(round, took);
            self.world.at(self.progress(round + 1, about));
        }
        unreachable!("a round number always follows")
    }

    /// Rounds that count when the reader stops in this one: what it has measured is kept, and the first runs are where
    /// there is nothing else.
    fn done(&mut self, round: usize, warm_up: &mut [Vec<Sample>]) -> usize {
        for (lane, first) in self.lanes.iter_mut().zip(warm_up).filter(|(lane, _)| lane.samples.is_empty()) {
            lane.samples = mem::take(first);
        }
        round.max(1)
    }

    /// Why no further round is run; `None` to go on.
    fn stop(&self, done: usize, elapsed: f64, about: f64) -> Option<Stop> {
        let plan = self.plan;
        if self.lanes.iter().all(|lane| lane.failure().is_some()) {
            return Some(Stop::NoLane);
        }
        if done >= plan.rounds.unwrap_or(MOST) {
            return Some(Stop::Rounds);
        }
        // Rounds asked for in so many words are run, unless a time was asked for in so many words too.
        let full = self.pace.full(done);
        let timed = plan.strict || (plan.rounds.is_none() && full >= FEWEST);
        (timed && done > 0 && elapsed + about > plan.budget).then_some(Stop::Budget)
    }

    /// Runs a lane once and keeps what was measured.
    fn sample(&mut self, lane: usize, round: usize, left: Option<f64>) -> Result<(), Error> {
        let limit = self.limit(lane, left);
        let Timed { wall, used } = self.runners.run(lane, &self.lanes[lane].name, limit)?;
        let Usage { cpu, voluntary, involuntary, queued } = used;
        let sample = Sample { round, wall, cpu, voluntary, involuntary, queued, disturbed: false };
        self.lanes[lane].samples.push(sample);
        self.longest[lane] = Some(self.longest[lane].map_or(wall, |longest| longest.max(wall)));
        Ok(())
    }

    fn fail(&mut self, lane: usize, error: &Error) {
        self.lanes[lane].failure = Some(error.to_string());
        self.runners.stop(lane);
    }

    /// Marks the round when others used the cores meanwhile, or the control group was held back.
    fn mark(&mut self, round: usize, took: f64) {
        let pressure = self.world.pressure();
        self.conditions.foreign += pressure.foreign;
        self.conditions.throttled += pressure.throttled;
        let foreign = pressure.foreign > FOREIGN_LEAST.max(FOREIGN_SHARE * took * self.cores as f64);
        if foreign || pressure.throttled > 0.0 {
            self.conditions.disturbed.push(round);
            let samples = self.lanes.iter_mut().flat_map(|lane| &mut lane.samples);
            samples.filter(|sample| sample.round == round).for_each(|sample| sample.disturbed = true);
        }
    }

    fn progress(&self, done: usize, [quick, full]: [f64; 2]) -> String {
        let about = self.pace.average(full, quick);
        let of = self.plan.rounds.map_or(String::new(), |rounds| format!(" of {rounds}"));
        let rounds = if done == 1 && of.is_empty() { "round" } else { "rounds" };
        format!("{done}{of} {rounds} done, each takes about {}", format::duration(about))
    }
}

#[cfg(test)]
#[path = "rounds_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod coverage;
