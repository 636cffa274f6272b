//! Measurements that several claims share, each made once.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ruling::{Finding, Parallel, parallel};
use crate::lesson::demo::{Heartbeat, heartbeat};
use crate::lesson::python::{self, Python, Script};
use crate::machine::{Meter, cores};
use crate::measure::{Comparison, Interval, Unit, UnitCosts, compare, paired_speedup, unit_costs_of};
use crate::model::Model::{Async, AsyncOn, Processes, Sequential, Threads};
use crate::model::values;
use crate::units::{ms, secs};
use crate::workload::Primes;

/// What claims are put to.
pub(crate) struct Bench {
    /// Cores that work may use.
    pub(crate) cores: usize,
    /// The interpreter, or why there is none.
    pub(crate) python: Result<Python, String>,
    compute: OnceLock<Comparison>,
    heartbeat: OnceLock<Heartbeat>,
    costs: OnceLock<UnitCosts>,
    /// What scripts have printed, by name.
    printed: Mutex<HashMap<&'static str, Result<serde_json::Value, String>>>,
    /// The fewest cores that other programs left during a measurement.
    free: Mutex<f64>,
}

/// Seconds of the same computation in CPython, one entry a round.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PythonCompute {
    sequential: Vec<f64>,
    pub(crate) threads: Vec<f64>,
    pub(crate) asyncio: Vec<f64>,
    pub(crate) processes: Vec<f64>,
}

impl PythonCompute {
    /// How many times as fast as one after the other.
    pub(crate) fn speedup(&self, times: &[f64]) -> Option<Interval> {
        paired_speedup(times, &self.sequential)
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with_cores(cores())
    }

    pub(crate) fn with_cores(cores: usize) -> Self {
        Self {
            cores,
            python: Python::find().map_err(|error| error.to_string()),
            compute: OnceLock::new(),
            heartbeat: OnceLock::new(),
            costs: OnceLock::new(),
            printed: Mutex::default(),
            free: Mutex::new(f64::INFINITY),
        }
    }

    /// Workers that a claim about many cores is put to: at least two, or there would be nothing to overlap.
    pub(crate) fn workers(&self) -> usize {
        self.cores.clamp(2, 8)
    }

    /// The same computation in every model.
    pub(crate) fn compute(&self) -> &Comparison {
        self.compute.get_or_init(|| {
            let n = self.workers();
            let primes = self.primes();
            self.watched(|| {
                compare(primes)
                    .models([Sequential, Async, AsyncOn(n), Threads(n), Processes(n)])
                    .rounds(7)
                    .budget(secs(10))
                    .run()
            })
        })
    }

    /// A heartbeat while a quarter of a second of work runs here and there.
    pub(crate) fn heartbeat(&self) -> &Heartbeat {
        self.heartbeat.get_or_init(|| heartbeat(ms(250)))
    }

    /// What tasks, threads and processes cost.
    pub(crate) fn costs(&self) -> &UnitCosts {
        self.costs.get_or_init(|| unit_costs_of(&Unit::ALL))
    }

    /// The same computation in CPython, every way; `None` without Python.
    pub(crate) fn python_compute(&self) -> Option<Result<PythonCompute, Finding>> {
        self.printed(python::COMPUTE, &[self.workers().to_string(), "5".into()])
    }

    /// What a script printed, which is run once; `None` without Python.
    pub(crate) fn printed<T: DeserializeOwned>(
        &self,
        script: Script,
        arguments: &[String],
    ) -> Option<Result<T, Finding>> {
        let python = self.python.as_ref().ok()?;
        let mut printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        let value = printed.entry(script.name).or_insert_with(|| {
            self.watched(|| python.run(script, arguments).map_err(|error| error.to_string()))
        });
        let value = value.clone().map_err(Finding::none);
        Some(value.and_then(|value| serde_json::from_value(value).map_err(Finding::none)))
    }

    /// Runs a script and judges what it printed; `None` without Python.
    pub(crate) fn ask_python<T: DeserializeOwned>(
        &self,
        script: Script,
        arguments: &[String],
        judge: impl FnOnce(T) -> Finding,
    ) -> Option<Finding> {
        Some(self.printed(script, arguments)?.map_or_else(|failed| failed, judge))
    }

    /// Judges a speed-up by this bench's workers, on its cores.
    pub(crate) fn parallel(&self, speedup: Option<Interval>) -> Parallel {
        let free = *self.free.lock().unwrap_or_else(PoisonError::into_inner);
        parallel(speedup, self.workers(), self.cores, free)
    }

    /// Measures, and notes how many cores other programs left meanwhile: their work is no fault of a model.
    fn watched<T>(&self, run: impl FnOnce() -> T) -> T {
        // The system counts others' work in hundredths of a second: in less than this it cannot be told.
        const LONG_ENOUGH: f64 = 0.2;
        let (mut meter, start) = (Meter::start(), Instant::now());
        let value = run();
        let took = start.elapsed().as_secs_f64();
        if took > LONG_ENOUGH {
            let left = self.cores as f64 - meter.read().foreign / took;
            let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
            *free = free.min(left);
        }
        value
    }

    /// Primes to count in about 100 ms on one core, whatever the build.
    pub(crate) fn primes(&self) -> Primes {
        static BELOW: OnceLock<usize> = OnceLock::new();
        const PROBE: usize = 40_000;
        let below = *BELOW.get_or_init(|| {
            let once = || {
                let start = Instant::now();
                let _ = values(Primes { below: PROBE, tasks: 1 }, Sequential);
                start.elapsed().as_secs_f64()
            };
            let took = (0..3).map(|_| once()).fold(f64::INFINITY, f64::min);
            // The work grows a little slower than with the power of three halves.
            let scale = (0.1 / took.max(1e-6)).powf(2.0 / 3.0).clamp(0.2, 50.0);
            (PROBE as f64 * scale) as usize / 1_000 * 1_000
        });
        Primes { below, tasks: 8 * self.workers() }
    }
}

/// How many times as fast as the baseline a model of a comparison was.
pub(crate) fn speedup(comparison: &Comparison, model: crate::model::Model) -> Option<Interval> {
    comparison.stats(model)?.speedup
}
