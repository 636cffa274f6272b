//! `growth(…)`: time and memory as the number of waiting tasks grows, up to where a model ends.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::lazily::lazily;
use super::peak;
use super::stats::{Interval, median};
use super::status::Status;
use super::typical;
use super::within::{self, SideThread};
use crate::error::Error;
use crate::format;
use crate::machine::{Machine, machine, thread_limit};
use crate::model::{Hosts, Model, Progress, Runner};
use crate::process;
use crate::stop::stop_asked;
use crate::workload::{DynWorkload, Workload, check};

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
    /// Typical time, in seconds.
    pub fn time(&self) -> Option<f64> {
        typical::centre(&self.times)
    }

    /// The typical time with its interval, from five measurements or more.
    pub fn typical(&self) -> Option<Interval> {
        typical::typical(self.times.iter().copied())
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
    Grow {
        make: Arc::new(move |tasks| Arc::new(make(tasks)).erased()),
        tasks: vec![10, 100, 1_000, 10_000, 100_000],
        models: vec![Model::Async, Model::Threads(1)],
        budget: None,
        done: OnceLock::new(),
    }
}

/// Makes the workload of so many tasks.
type Make = dyn Fn(usize) -> Arc<dyn DynWorkload> + Send + Sync;

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
        let _status = Status::start(self.title());
        let point = |model: Model, tasks: usize, limit: Duration| {
            let make = self.make.clone();
            // The child says itself what did not end; one that cannot is killed a little later.
            let child = process::fork(move || one(model, make(tasks), limit));
            child.join_within(limit.saturating_add(SPARE)).unwrap_or_else(|crash| Err(crash.to_string()))
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
        check::number("tasks", most, 1..=MOST_TASKS)?;
        self.tasks.iter().try_for_each(|&tasks| (self.make)(tasks).validate())?;
        Ok((self.make)(most).title())
    }
}

/// One measurement: seconds, and the most bytes in use meanwhile; or why it could not be made.
pub(super) type Measured = Result<(f64, Option<u64>), String>;

/// Makes everything from nothing, runs it once, watches its memory: best in a child.
pub(super) fn one(model: Model, job: Arc<dyn DynWorkload>, limit: Duration) -> Measured {
    job.prepare().map_err(|error| error.to_string())?;
    let tasks = job.tasks();
    let mut side = SideThread::default();
    let (ran, memory) = peak::during(|workers| {
        let start = Instant::now();
        let runner = Runner::start(model, job, &Hosts::Here)?;
        workers(runner.pids());
        let (_runner, ran) = within::run(&mut side, runner, &Progress::new(tasks, false), limit);
        ran.map(|_| start.elapsed().as_secs_f64())
    });
    ran.map(|seconds| (seconds, memory)).map_err(|error| error.to_string())
}

/// Makes one measurement, of so many tasks under a model with so many workers, within a limit.
type Point<'a> = &'a dyn Fn(Model, usize, Duration) -> Measured;

fn drive(
    title: String,
    tasks: &[usize],
    models: &[Model],
    budget: Option<Duration>,
    point: Point<'_>,
) -> Growth {
    let share = budget.unwrap_or(DEFAULT_BUDGET) / models.len() as u32;
    let most = budget.map_or(Duration::MAX, |_| share.max(Duration::from_secs(1)).saturating_mul(3));
    let lanes = models.iter().map(|&model| grow(model, tasks, share, most, point)).collect();
    Growth { title, machine: machine(), lanes, problem: None }
}

/// Measures every number of tasks once, until one fails, and then again as often as the model's share of the time allows.
fn grow(model: Model, tasks: &[usize], share: Duration, most: Duration, point: Point<'_>) -> GrowthLane {
    let (safe, limit) = within_limits(model, tasks);
    let start = Instant::now();
    let measure = |tasks: usize| {
        let left = most.saturating_sub(start.elapsed()).max(Duration::from_millis(100));
        point(model.with_workers(tasks), tasks, share.saturating_mul(2).max(Duration::from_secs(5)).min(left))
    };
    let (mut points, mut ended) = (Vec::new(), None);
    for &tasks in safe.iter().take_while(|_| !stop_asked()) {
        match measure(tasks) {
            Ok((seconds, memory)) => {
                points.push(GrowthPoint { tasks, times: vec![seconds], memory: Vec::from_iter(memory) });
            }
            Err(why) => {
                ended = Some(format!("could not run {}: {why}", format::plural(tasks as u64, "task")));
                break;
            }
        }
    }
    if ended.is_none() && points.len() < safe.len() {
        ended = Some("stopped by you".to_owned());
    }
    for _ in 1..MOST_SERIES {
        for seen in &mut points {
            let expected = start.elapsed().as_secs_f64() + 1.2 * seen.time().unwrap_or(f64::MAX);
            if stop_asked() || expected > share.as_secs_f64() {
                break;
            }
            // A later measurement that fails where an earlier one did not leaves what there is.
            let Ok((seconds, memory)) = measure(seen.tasks) else { break };
            seen.times.push(seconds);
            seen.memory.extend(memory);
        }
    }
    GrowthLane {
        model: model.with_workers(points.last().map_or(model.workers(), |last| last.tasks)),
        name: model.one_a_task(),
        points,
        ended: match (ended, limit) {
            // Where the limit was run into, the end names it; a task that panicked or a stop met none.
            (Some(why), Some(limit))
                if !why.contains(&limit) && !why.contains(" panicked: ") && !stop_asked() =>
            {
                Some(format!("{why}; {limit}"))
            }
            (ended, limit) => ended.or(limit),
        },
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
    if !limit.shared {
        // The next number of tasks is over the limit: trying it shows where it ends.
        safe.extend(tasks.iter().copied().find(|&tasks| tasks > end));
        return (safe, Some(limit.name));
    }
    let last = format::count(safe.last().copied().unwrap_or(0) as u64);
    let named = format!("stopped at {last}, so that other programs can start theirs too; {}", limit.name);
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
