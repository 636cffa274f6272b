//! `growth(…)`: time and memory as the number of waiting tasks grows, up to where a model ends.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::bootstrap;
use super::lazily::lazily;
use super::peak;
use super::slope;
use super::stats::{Interval, median};
use super::within::{self, SideThread};
use crate::error::Error;
use crate::format;
use crate::machine::{Machine, machine, thread_limit};
use crate::model::{Model, Runner};
use crate::process::{self, Crash};
use crate::random::Rng;
use crate::workload::{self, Job, Workload};

/// Time allowed unless the reader says otherwise.
const DEFAULT_BUDGET: Duration = Duration::from_secs(8);
/// What a child that gave a run up may take to say so.
const SPARE: Duration = Duration::from_secs(1);
/// Most measurements of one point.
const MOST_SERIES: usize = 5;
/// Most tasks that may be asked for.
const MOST_TASKS: usize = 1_000_000;

/// Time and memory of some models as the number of tasks grows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Growth {
    /// What was run at the largest number of tasks.
    pub title: String,
    /// Where it was run.
    pub machine: Machine,
    /// One lane a model.
    pub lanes: Vec<GrowthLane>,
    /// Why nothing was run, in one sentence.
    pub problem: Option<String>,
}

/// One model's growth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthLane {
    /// The model, with the workers of its largest point.
    pub model: Model,
    /// Its name: "async", "threads, one a task".
    pub name: String,
    /// Measured points, fewest tasks first.
    pub points: Vec<GrowthPoint>,
    /// Bytes for each task more, by the slope over the points.
    pub per_task: Option<Interval>,
    /// Where and why it ended before the largest number of tasks, in one sentence.
    pub ended: Option<String>,
}

/// One number of tasks under one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthPoint {
    /// How many tasks waited at the same time.
    pub tasks: usize,
    /// Seconds from nothing to the last answer, start-up included; one each measurement.
    pub times: Vec<f64>,
    /// Most bytes in use beyond those before; one each measurement, empty where the system does not tell.
    pub memory: Vec<u64>,
}

impl GrowthPoint {
    /// Median of the times, in seconds.
    pub fn time(&self) -> Option<f64> {
        median(&self.times)
    }

    /// A typical time with its interval, from three measurements or more.
    pub fn typical(&self) -> Option<Interval> {
        bootstrap::typical(self.times.iter().copied(), Rng::new(1, self.tasks as u64))
    }

    /// Median of the memory, in bytes.
    pub fn bytes(&self) -> Option<f64> {
        median(&self.memory.iter().map(|&bytes| bytes as f64).collect::<Vec<_>>())
    }
}

/// Measures time and memory of ever more tasks; `make` says what that many tasks are. Each point runs in a
/// process of its own, so that memory starts from nothing and a limit that is hit ends that process alone.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let growth = growth(|tasks| Waits { tasks, wait: ms(5) }).tasks([10, 100]).models([Async]).run();
/// assert_eq!(growth.lanes[0].points.len(), 2);
/// ```
pub fn growth<W: Workload>(make: impl Fn(usize) -> W + Send + Sync + 'static) -> Grow {
    Grow::of(Arc::new(move |tasks| Arc::new(make(tasks)).erased()))
}

/// Makes the workload of so many tasks.
type Make = dyn Fn(usize) -> Arc<dyn Job> + Send + Sync;

/// A growth measurement that has not run yet; see [`growth`].
#[must_use = "end the cell with it, or call .run()"]
pub struct Grow {
    make: Arc<Make>,
    tasks: Vec<usize>,
    models: Vec<Model>,
    budget: Option<Duration>,
    done: OnceLock<Growth>,
}

lazily!(Grow, Growth);

impl Grow {
    fn of(make: Arc<Make>) -> Self {
        Self {
            make,
            tasks: vec![10, 100, 1_000, 10_000, 100_000],
            models: vec![Model::Async, Model::Threads(1)],
            budget: None,
            done: OnceLock::new(),
        }
    }

    /// The numbers of tasks; without it, 10 to 100,000 by tens.
    pub fn tasks(mut self, tasks: impl IntoIterator<Item = usize>) -> Self {
        self.tasks = tasks.into_iter().take(100).collect();
        self.tasks.sort_unstable();
        self.tasks.dedup();
        self
    }

    /// The models; those with workers get one for each task, whatever number they name.
    pub fn models(mut self, models: impl IntoIterator<Item = Model>) -> Self {
        self.models = models.into_iter().collect();
        self
    }

    /// Time allowed; 8 s without it. Every point is measured once even if that takes longer, but a model ends where it has
    /// taken three times its share of a budget that was asked for.
    pub fn budget(mut self, budget: Duration) -> Self {
        self.budget = Some(budget);
        self
    }

    fn title(&self) -> String {
        let most = self.tasks.last().copied().unwrap_or(0);
        format!("growth up to {}", format::plural(most as u64, "task"))
    }

    fn measure(&self) -> Result<Growth, Error> {
        let title = self.check()?;
        let point = |model: Model, tasks: usize, limit: Duration| {
            let make = self.make.clone();
            // The child says itself what did not end; one that cannot is killed a little later.
            process::fork(move || one(model, make(tasks), limit)).join_within(limit + SPARE)
        };
        Ok(drive(title, &self.tasks, &self.models, self.budget, &point))
    }

    /// Finds mistakes before any work starts; hands out the title of the largest run.
    fn check(&self) -> Result<String, Error> {
        if self.models.is_empty() {
            return Err(Error::bad_input("no models: name at least one, as in .models([Async, Threads(1)])"));
        }
        let Some(&most) = self.tasks.last() else {
            return Err(Error::bad_input("no numbers of tasks: name some, as in .tasks([10, 100, 1_000])"));
        };
        if most > MOST_TASKS {
            return Err(Error::bad_input(format!(
                "{} tasks are more than the {} allowed: choose fewer",
                format::count(most as u64),
                format::count(MOST_TASKS as u64)
            )));
        }
        for &tasks in &self.tasks {
            (self.make)(tasks).validate()?;
        }
        Ok((self.make)(most).title())
    }
}

/// One measurement: seconds, and the most bytes in use meanwhile; or why it could not be made.
pub(super) type Measured = Result<(f64, Option<u64>), String>;

/// Makes everything from nothing, runs it once, watches its memory: best in a child.
pub(super) fn one(model: Model, mut job: Arc<dyn Job>, limit: Duration) -> Measured {
    workload::prepare(&mut job).map_err(|error| error.to_string())?;
    let tasks = job.tasks();
    let mut side = SideThread::default();
    let (ran, memory) = peak::during(|workers| {
        let start = Instant::now();
        let runner = Runner::start(model, job)?;
        workers(runner.pids());
        let (_runner, ran) = within::run(&mut side, runner, tasks, limit);
        ran.map(|_| start.elapsed().as_secs_f64())
    });
    ran.map(|seconds| (seconds, memory)).map_err(|error| error.to_string())
}

/// Which points, how often, and where a model ends.
fn drive(
    title: String,
    tasks: &[usize],
    models: &[Model],
    budget: Option<Duration>,
    point: &dyn Fn(Model, usize, Duration) -> Result<Measured, Crash>,
) -> Growth {
    let share = budget.unwrap_or(DEFAULT_BUDGET) / models.len() as u32;
    let most = match budget {
        Some(_) => 3 * share.max(Duration::from_secs(1)),
        None => Duration::MAX,
    };
    let mut told = Instant::now();
    let lanes = models
        .iter()
        .map(|&model| {
            let (safe, limit) = within_limits(model, tasks);
            let mut lane = Grown { lane: GrowthLane::new(model), limit, point };
            let start = Instant::now();
            for series in 0..MOST_SERIES {
                lane.series(series, &safe, share, most, start);
                if start.elapsed() >= share {
                    break;
                }
                if told.elapsed() > Duration::from_secs(2) {
                    println!(
                        "{}: every number of tasks measured {} so far",
                        lane.lane.name,
                        format::plural(series as u64 + 1, "time")
                    );
                    told = Instant::now();
                }
            }
            lane.finish()
        })
        .collect();
    Growth { title, machine: machine(), lanes, problem: None }
}

struct Grown<'a> {
    lane: GrowthLane,
    limit: Option<String>,
    point: &'a dyn Fn(Model, usize, Duration) -> Result<Measured, Crash>,
}

impl Grown<'_> {
    /// Measures every point once, until one fails; later series leave out what the time does not allow.
    fn series(&mut self, series: usize, tasks: &[usize], share: Duration, most: Duration, start: Instant) {
        for (place, &tasks) in tasks.iter().enumerate() {
            if series > 0 {
                let Some(time) = self.lane.points.get(place).and_then(GrowthPoint::time) else { return };
                if start.elapsed().as_secs_f64() + 1.2 * time > share.as_secs_f64() {
                    return;
                }
            }
            let model = self.lane.model.with_workers(tasks);
            let left = most.saturating_sub(start.elapsed()).max(Duration::from_millis(100));
            let limit = (2 * share).max(Duration::from_secs(5)).min(left);
            let why = match (self.point)(model, tasks, limit) {
                Ok(Ok((seconds, memory))) => {
                    if self.lane.points.len() == place {
                        self.lane.points.push(GrowthPoint { tasks, times: Vec::new(), memory: Vec::new() });
                    }
                    let point = &mut self.lane.points[place];
                    point.times.push(seconds);
                    point.memory.extend(memory);
                    continue;
                }
                Ok(Err(reason)) => reason,
                Err(crash) => crash.to_string(),
            };
            // A later series that fails where an earlier one did not leaves what there is.
            if series == 0 {
                let kind = format::plural(tasks as u64, "task");
                self.lane.ended = Some(match self.limit.take() {
                    Some(limit) => format!("ended at {kind}: {why}; {limit}"),
                    None => format!("ended at {kind}: {why}"),
                });
            }
            return;
        }
    }

    fn finish(mut self) -> GrowthLane {
        if let (None, Some(limit)) = (&self.lane.ended, self.limit) {
            self.lane.ended = Some(limit);
        }
        let points = self.lane.points.iter();
        let points =
            points.flat_map(|point| point.memory.iter().map(|&bytes| (point.tasks as f64, bytes as f64)));
        self.lane.per_task = slope::fit(&points.collect::<Vec<_>>(), 1);
        if let Some(last) = self.lane.points.last() {
            self.lane.model = self.lane.model.with_workers(last.tasks);
        }
        self.lane
    }
}

impl GrowthLane {
    fn new(model: Model) -> Self {
        Self { model, name: model.one_a_task(), points: Vec::new(), per_task: None, ended: None }
    }
}

/// The numbers of tasks that are safe to try under `model`, and what the rest would run into.
///
/// A limit of this process alone is really run into, in a child. One that other programs share is not: half of what
/// is left is the end.
fn within_limits(model: Model, tasks: &[usize]) -> (Vec<usize>, Option<String>) {
    let most = tasks.last().copied().unwrap_or(0);
    let limit = model.kind().worker.and_then(|_| thread_limit());
    let Some(limit) = limit.filter(|limit| limit.left < most || (limit.shared && limit.left / 2 < most))
    else {
        return (tasks.to_vec(), None);
    };
    let end = if limit.shared { limit.left / 2 } else { limit.left / 10 * 9 };
    let mut safe: Vec<usize> = tasks.iter().copied().filter(|&tasks| tasks <= end).collect();
    if end > safe.last().copied().unwrap_or(0) * 3 / 2 {
        safe.push(round_down(end));
    }
    let named = if limit.shared {
        format!(
            "stopped at {}, so that other programs can start theirs too; {}",
            format::count(safe.last().copied().unwrap_or(0) as u64),
            limit.name
        )
    } else {
        // The next number of tasks is over the limit: trying it shows where it ends.
        safe.extend(tasks.iter().copied().find(|&tasks| tasks > end));
        limit.name
    };
    (safe, Some(named))
}

/// The number with its first two digits alone: 29,743 is 29,000.
fn round_down(number: usize) -> usize {
    let scale = 10usize.pow(number.checked_ilog10().unwrap_or(0).saturating_sub(1));
    number / scale * scale
}

#[cfg(test)]
#[path = "growth_tests.rs"]
mod tests;
