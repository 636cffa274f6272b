//! What one task, one thread and one process cost: memory as a slope over many, and the time to start one.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::stats::{Interval, median};
use super::status::Status;
use super::{growth, peak, slope, typical};
use crate::machine::{Machine, kernel_memory, machine};
use crate::model::Model;
use crate::process;
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
            Self::Thread => ("thread", Model::Threads, [50, 100, 200, 400]),
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
}

/// What one kind of unit costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitCost {
    /// The unit.
    pub unit: Unit,
    /// Bytes for one more unit, by the slope, without the kernel's share.
    pub bytes: Option<Interval>,
    /// Bytes that the kernel takes for one more unit: stacks, page tables, slab.
    pub kernel: Option<[Interval; 3]>,
    /// Typical seconds to start one and have its answer.
    pub start: Option<Interval>,
    /// Why something is missing, in one sentence.
    pub failure: Option<String>,
}

/// How many units waited, and the most bytes meanwhile, where the system tells: in use beyond those before, and of the kernel's
/// stacks, page tables and slab, of all processes.
type Seen = (usize, [Option<u64>; 4]);

/// Measures what an async task, a thread, a forked and a freshly spawned process cost: memory and time to start.
/// Takes a few seconds. (A rank is not among them: mpiexec starts all of a job at once.)
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
    UnitCosts { machine: machine(), units: units.iter().map(cost).collect() }
}

impl UnitCosts {
    /// The cost of one kind of unit.
    pub fn unit(&self, unit: Unit) -> Option<&UnitCost> {
        self.units.iter().find(|cost| cost.unit == unit)
    }
}

fn cost(unit: Unit) -> UnitCost {
    // In a fresh process: what a fork copies or shares would depend on what this one has done before.
    let fresh = process::spawn_with(memory_of, unit).join_within(8 * PATIENCE);
    let fresh = stop::check().map_err(String::from).and(fresh.map_err(|crash| crash.to_string()));
    let (memory, failure) = fresh.unwrap_or_else(|why| (Vec::new(), Some(why)));
    let (starts, not_started) = match starts(unit) {
        Ok(starts) => (starts, None),
        Err(reason) => (Vec::new(), Some(reason)),
    };
    let start = typical::typical(starts.iter().map(|seconds| seconds.max(1e-9)));
    let [bytes, stacks, tables, slab] = [0, 1, 2, 3].map(|part| for_each_more(&memory, part));
    let kernel = || Some([stacks?, tables?, slab?]);
    // Of tasks the kernel knows nothing: what its counters show then is what others do.
    let kernel = if unit == Unit::Task { None } else { kernel() };
    UnitCost { unit, bytes, kernel, start, failure: failure.or(not_started) }
}

/// The slope through the medians of each number of units: repeats differ by less than the points from a line.
fn for_each_more(memory: &[Seen], part: usize) -> Option<Interval> {
    let mut seen: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for (count, bytes) in memory {
        seen.entry(*count).or_default().extend(bytes[part].map(|bytes| bytes as f64));
    }
    let points = seen.iter().filter_map(|(count, bytes)| Some((*count as f64, median(bytes)?)));
    slope::fit(&points.collect::<Vec<_>>())
}

/// Memory with each number of units, several times; and why something is missing.
fn memory_of(unit: Unit) -> (Vec<Seen>, Option<String>) {
    let mut memory = Vec::new();
    let failure = [unit.parts().2; SERIES].as_flattened().iter().try_for_each(|&count| {
        stop::check()?;
        memory.push(in_use(unit, count)?);
        Ok::<_, String>(())
    });
    (memory, failure.err())
}

/// Most bytes in use while `count` units wait.
fn in_use(unit: Unit, count: usize) -> Result<Seen, String> {
    let measure = move || {
        let work = Arc::new(Waits { tasks: count, wait: WAIT }).erased();
        growth::one(unit.model(count), work, PATIENCE)
    };
    let most = |one: [Option<u64>; 3], other: [_; 3]| [0, 1, 2].map(|part: usize| one[part].max(other[part]));
    let (measured, [stacks, tables, slab]) = peak::while_running(kernel_memory, most, || match unit {
        // In a child, so that what an earlier measurement freed is not used again.
        Unit::Task | Unit::Thread => {
            process::fork(measure).join_within(PATIENCE).unwrap_or_else(|crash| Err(crash.to_string()))
        }
        // Here: a child between would share pages with them, and hide a part of what they take.
        Unit::Forked | Unit::Spawned => measure(),
    });
    Ok((count, [measured?.1, stacks, tables, slab]))
}

/// Seconds from starting a unit that does nothing to having its answer, once each.
fn starts(unit: Unit) -> Result<Vec<f64>, String> {
    fn nothing() {}
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    let once = async || {
        stop::check()?;
        let begin = Instant::now();
        let ended = match unit {
            Unit::Task => tokio::spawn(async { black_box(()) }).await.map_err(|error| error.to_string()),
            Unit::Thread => match thread::Builder::new().spawn(nothing) {
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
