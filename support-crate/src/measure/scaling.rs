//! `scaling(workload, 1..=n)`: how much faster more workers are, and why not faster still.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::amdahl::{self, FEWEST_LEVELS, FEWEST_POINTS};
use super::compare::execute;
use super::lazily::lazily;
use super::plan::{Options, setters};
use super::result::{Comparison, Lane};
use super::stats::Interval;
use super::typical::FEWEST;
use super::warnings::cores_in_force;
use crate::error::Error;
use crate::format;
use crate::machine::cores;
use crate::model::Model;
use crate::workload::{DynWorkload, Nature, Workload, check};

/// Most points of one curve.
const MOST_POINTS: usize = 32;
/// Numbers of workers that are looked at: a range without end is cut here.
const MOST_NUMBERS: usize = 4_096;

/// Speed-up against one worker as the number of workers grows, with all its runs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Scaling {
    /// The runs: one lane a number of workers, one worker first.
    pub runs: Comparison,
    /// The curve, fewest workers first.
    pub points: Vec<ScalingPoint>,
    /// Serial share of the work by Amdahl's law; `None` when it was not fitted.
    pub serial: Option<Interval>,
    /// Why it was not fitted, in one sentence.
    pub not_fitted: Option<String>,
    /// Cores' worth of time that bound the fit when the work computes; `None`: workers bound it.
    pub bound: Option<f64>,
    /// Why nothing was run, in one sentence.
    pub problem: Option<String>,
}

/// One number of workers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScalingPoint {
    /// Threads or processes.
    pub workers: usize,
    /// How many times as fast as one worker; `None` when it failed or has too few rounds.
    pub speedup: Option<Interval>,
    /// Why it failed.
    pub failure: Option<String>,
}

/// Measures `workload` with each number of workers; change how, then `.run()`, or end the cell with it.
///
/// Of more than 32 numbers of workers, 32 are measured, closer together where they are few.
///
/// Workers are threads unless `.with(Pool)` or `.with(Processes)` says otherwise. One worker is always measured.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let curve = scaling(Waits { tasks: 4, wait: ms(1) }, 1..=2).rounds(3).run();
/// assert_eq!(curve.points.len(), 2);
/// assert!(curve.not_fitted.unwrap().contains("needs 4 points or more"));
/// ```
pub fn scaling<W: Workload>(workload: W, workers: impl IntoIterator<Item = usize>) -> Scale {
    // One more than allowed is enough to refuse a range without end.
    let workers = workers.into_iter().take(MOST_NUMBERS + 1).collect();
    let (job, options) = (Arc::new(workload).erased(), Options::here());
    Scale { job, workers, model: Model::Threads, options, done: OnceLock::new() }
}

/// A scaling curve that has not run yet; see [`scaling`].
#[must_use = "end the cell with it, or call .run()"]
pub struct Scale {
    job: Arc<dyn DynWorkload>,
    workers: Vec<usize>,
    model: fn(usize) -> Model,
    options: Options,
    done: OnceLock<Scaling>,
}

lazily!(Scale, Scaling);

impl Scale {
    /// What the workers are: `Threads`, `Pool`, `Processes`, `Spawned`, `Ranks` or `AsyncOn`.
    pub fn with(mut self, model: fn(usize) -> Model) -> Self {
        self.model = model;
        self
    }

    setters!();

    fn title(&self) -> String {
        format!("scaling of {}", self.job.title())
    }

    fn measure(&self) -> Result<Scaling, Error> {
        let job = &self.job;
        job.validate()?;
        let models = Some(models(&self.workers, self.model)?);
        let plan = Options { models, ..self.options.clone() }.plan(job.tasks(), job.nature())?;
        execute(plan, job.clone()).map(Scaling::of)
    }
}

/// One model a number of workers, one worker first.
fn models(workers: &[usize], model: fn(usize) -> Model) -> Result<Vec<Model>, Error> {
    let mut workers = workers.to_vec();
    check::number("numbers of workers", workers.len(), 1..=MOST_NUMBERS)?;
    workers.push(1);
    workers.sort_unstable();
    workers.dedup();
    let workers = thinned(workers);
    Ok(workers.into_iter().map(model).collect())
}

/// At most [`MOST_POINTS`] of them: close together where they are few, since there the curve bends; the first, the last
/// and the number of cores are kept.
fn thinned(workers: Vec<usize>) -> Vec<usize> {
    let (Some(&first), Some(&last)) = (workers.first(), workers.last()) else { return workers };
    if workers.len() <= MOST_POINTS {
        return workers;
    }
    let step = (last as f64 / first as f64).powf(1.0 / (MOST_POINTS - 3) as f64);
    let mut next = first as f64;
    let mut far_enough = |workers: usize| {
        let far = workers as f64 >= next;
        next = if far { workers as f64 * step } else { next };
        far
    };
    let kept = |workers: &usize| far_enough(*workers) || *workers == last || *workers == cores();
    workers.into_iter().filter(kept).collect()
}

impl Scaling {
    /// The curve and the fit of finished runs, whose baseline is one worker.
    pub(crate) fn of(runs: Comparison) -> Self {
        let computes = runs.workload.nature == Nature::Computes;
        let cores = cores_in_force(&runs) as f64;
        let bound = computes.then(|| runs.machine.cores.quota.map_or(cores, |quota| quota.min(cores)));
        let point = |lane: &Lane| ScalingPoint {
            workers: lane.model.workers(),
            speedup: runs.lane_stats(lane).and_then(|stats| stats.speedup),
            failure: lane.failure().map(str::to_owned),
        };
        let points: Vec<ScalingPoint> = runs.lanes.iter().filter(|lane| !lane.control).map(point).collect();
        let (serial, not_fitted) = match fit(&runs, bound) {
            Ok(share) => (Some(share), None),
            Err(reason) => (None, Some(reason)),
        };
        Self { points, serial, not_fitted, bound, problem: None, runs }
    }
}

/// One least-squares fit a round, over the lanes that finished.
fn fit(runs: &Comparison, bound: Option<f64>) -> Result<Interval, String> {
    let one = runs.baseline().ok_or("nothing was run")?;
    let lanes: Vec<_> = runs.lanes.iter().filter(|lane| !lane.control && lane.failure().is_none()).collect();
    if lanes.len() < FEWEST_POINTS {
        let points = format::plural(lanes.len() as u64, "point");
        return Err(format!(
            "{points} cannot tell a law from chance; Amdahl's needs {FEWEST_POINTS} points or more, as in 1..={FEWEST_POINTS}"
        ));
    }
    let at_work = |lane: &&Lane| amdahl::parallel(lane.model.workers(), bound);
    let mut levels: Vec<f64> = lanes.iter().map(at_work).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    if levels.len() < FEWEST_LEVELS {
        let cores = format::plural(bound.map_or(levels.len() as u64, |cores| cores.floor() as u64), "core");
        return Err(format!(
            "{cores} cannot test it, which takes {FEWEST_LEVELS} different numbers of workers at work at the same time"
        ));
    }
    let points = |round: usize| {
        let wall = |lane: &Lane| {
            let sample = lane.samples.iter().find(|sample| sample.round == round)?;
            Some(sample.wall).filter(|wall| *wall > 0.0)
        };
        let base = wall(one)?;
        let point = |lane: &&Lane| Some((at_work(lane), base / wall(lane)?));
        lanes.iter().map(point).collect::<Option<Vec<_>>>()
    };
    let rounds: Vec<Vec<(f64, f64)>> = (0..runs.settings.rounds).filter_map(points).collect();
    let ran = format::plural(rounds.len() as u64, "round");
    let few = "in which every point ran are too few for an interval";
    amdahl::fit(&rounds).ok_or_else(|| format!("{ran} {few}; {FEWEST} or more are needed"))
}

#[cfg(test)]
#[path = "scaling_tests.rs"]
mod tests;
