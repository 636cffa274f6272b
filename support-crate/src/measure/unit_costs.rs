//! What one task, one thread and one process cost: memory as a slope over many, and the time to start one.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::stats::Interval;
use super::status::Status;
use super::{bootstrap, growth, slope};
use crate::machine::{Machine, machine};
use crate::model::Model;
use crate::process;
use crate::random::Rng;
use crate::stop;
use crate::workload::{Waits, Workload};

/// Measurements of each number of units.
const SERIES: usize = 5;
/// Starts that are timed for each unit.
const STARTS: usize = 40;
/// How long every unit waits, so that all are there at the same time.
const WAIT: Duration = Duration::from_millis(60);
/// How long one measurement may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// What can be had many times at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// A tokio task.
    Task,
    /// A std thread.
    Thread,
    /// A forked process.
    Forked,
    /// A freshly spawned process.
    Spawned,
}

impl Unit {
    /// All of them, lightest first.
    pub const ALL: [Self; 4] = [Self::Task, Self::Thread, Self::Forked, Self::Spawned];

    /// Its name, the model whose units these are, and how many are measured: enough to tell the slope, few enough for any
    /// machine.
    fn parts(self) -> (&'static str, fn(usize) -> Model, [usize; 4]) {
        match self {
            Self::Task => ("async task", |_| Model::Async, [1_000, 5_000, 10_000, 20_000]),
            Self::Thread => ("thread", Model::Threads, [10, 50, 100, 200]),
            // They share most pages, so that what one adds is small beside the sway of the whole.
            Self::Forked => ("forked process", Model::Processes, [2, 6, 12, 24]),
            Self::Spawned => ("spawned process", Model::Spawned, [1, 2, 4, 8]),
        }
    }

    /// Its name: "async task", "thread", "forked process", "spawned process".
    pub fn name(self) -> &'static str {
        self.parts().0
    }

    /// The model whose units these are, with so many of them.
    pub fn model(self, count: usize) -> Model {
        self.parts().1(count)
    }
}

/// What each kind of unit costs on this machine.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UnitCosts {
    /// Where it was measured.
    pub machine: Machine,
    /// One entry a kind of unit, lightest first.
    pub units: Vec<UnitCost>,
    /// Why nothing was measured, in one sentence.
    pub problem: Option<String>,
}

/// What one kind of unit costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitCost {
    /// The unit.
    pub unit: Unit,
    /// Numbers of units, and bytes in use beyond those before.
    pub memory: Vec<(usize, u64)>,
    /// Bytes for one more unit, by the slope.
    pub bytes: Option<Interval>,
    /// Seconds from starting one to having its answer, one each start.
    pub starts: Vec<f64>,
    /// Typical seconds to start one and have its answer.
    pub start: Option<Interval>,
    /// Why something is missing, in one sentence.
    pub failure: Option<String>,
}

/// Measures what an async task, a thread, a forked and a freshly spawned process cost: memory and time to start.
/// Takes a few seconds.
///
/// ```no_run
/// use concurrency_lab::prelude::*;
/// let costs = unit_costs();
/// assert_eq!(costs.units.len(), 4);
/// ```
#[doc(alias = "memory_per_unit")]
pub fn unit_costs() -> UnitCosts {
    unit_costs_of(&Unit::ALL)
}

/// Like [`unit_costs`], for some kinds of unit alone.
pub fn unit_costs_of(units: &[Unit]) -> UnitCosts {
    let status = Status::start("what one more costs".to_owned());
    let cost = |&unit: &Unit| {
        status.set(unit.name().to_owned());
        cost(unit)
    };
    UnitCosts { machine: machine(), units: units.iter().map(cost).collect(), problem: None }
}

impl UnitCosts {
    /// The cost of one kind of unit.
    pub fn unit(&self, unit: Unit) -> Option<&UnitCost> {
        self.units.iter().find(|cost| cost.unit == unit)
    }
}

fn cost(unit: Unit) -> UnitCost {
    let mut memory = Vec::new();
    let failure = [unit.parts().2; SERIES].as_flattened().iter().try_for_each(|&count| {
        stop::check().map_err(|stopped| stopped.to_string())?;
        memory.extend(in_use(unit, count)?.map(|bytes| (count, bytes)));
        Ok::<_, String>(())
    });
    let points: Vec<_> = memory.iter().map(|&(count, bytes)| (count as f64, bytes as f64)).collect();
    let (starts, not_started) = match starts(unit) {
        Ok(starts) => (starts, None),
        Err(reason) => (Vec::new(), Some(reason)),
    };
    let start = bootstrap::typical(starts.iter().map(|seconds| seconds.max(1e-9)), Rng::new(1, 5));
    let bytes = slope::fit(&points, 1);
    UnitCost { unit, memory, bytes, starts, start, failure: failure.err().or(not_started) }
}

/// Most bytes in use, beyond those before, while `count` units wait.
fn in_use(unit: Unit, count: usize) -> Result<Option<u64>, String> {
    let measure = move || {
        let work = Arc::new(Waits { tasks: count, wait: WAIT }).erased();
        growth::one(unit.model(count), work, PATIENCE)
    };
    let measured = match unit {
        // In a child, so that what an earlier measurement freed is not used again.
        Unit::Task | Unit::Thread => {
            process::fork(measure).join_within(PATIENCE).map_err(|crash| crash.to_string())?
        }
        // Here: a child between would share pages with them, and hide a part of what they take.
        Unit::Forked | Unit::Spawned => measure(),
    };
    measured.map(|(_, bytes)| bytes)
}

/// Seconds from starting a unit that does nothing to having its answer, once each.
fn starts(unit: Unit) -> Result<Vec<f64>, String> {
    fn nothing() {}
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    let once = async || {
        stop::check().map_err(|stopped| stopped.to_string())?;
        let begin = Instant::now();
        let ended = match unit {
            Unit::Task => tokio::spawn(async { black_box(()) }).await.map_err(|error| error.to_string()),
            Unit::Thread => match std::thread::Builder::new().spawn(nothing) {
                Ok(thread) => thread.join().map_err(|_| "the thread panicked".to_owned()),
                Err(error) => Err(error.to_string()),
            },
            Unit::Forked => process::fork(nothing).join().map_err(|crash| crash.to_string()),
            Unit::Spawned => process::spawn(nothing).join().map_err(|crash| crash.to_string()),
        };
        ended.map(|()| begin.elapsed().as_secs_f64())
    };
    runtime.block_on(async {
        let mut times = Vec::with_capacity(STARTS);
        for _ in 0..STARTS {
            times.push(once().await?);
        }
        Ok(times)
    })
}
