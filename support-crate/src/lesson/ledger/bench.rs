//! Measurements that several claims share, each made once.

use std::sync::OnceLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ruling::Finding;
use crate::lesson::demo::{Heartbeat, heartbeat};
use crate::lesson::python::{self, Python, Script};
use crate::machine::cores;
use crate::measure::{Comparison, Interval, Unit, UnitCosts, compare, paired_speedup, unit_costs_of};
use crate::model::Model::{Async, AsyncOn, Processes, Sequential, Threads};
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
    python_compute: OnceLock<Result<PythonCompute, String>>,
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
            python_compute: OnceLock::new(),
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
            compare(Primes { below: 600_000, tasks: 8 * n })
                .models([Sequential, Async, AsyncOn(n), Threads(n), Processes(n)])
                .budget(secs(2))
                .run()
        })
    }

    /// A heartbeat while a quarter of a second of work runs here and there.
    pub(crate) fn heartbeat(&self) -> &Heartbeat {
        self.heartbeat.get_or_init(|| heartbeat(ms(250)))
    }

    /// What tasks, threads and processes cost.
    pub(crate) fn costs(&self) -> &UnitCosts {
        self.costs.get_or_init(|| unit_costs_of(&[Unit::Task, Unit::Thread, Unit::Forked]))
    }

    /// The same computation in CPython, every way.
    pub(crate) fn python_compute(&self) -> Option<Result<&PythonCompute, Finding>> {
        let python = self.python.as_ref().ok()?;
        let arguments = [self.workers().to_string(), "5".into()];
        let run = || python.run(python::COMPUTE, &arguments).map_err(|error| error.to_string());
        Some(self.python_compute.get_or_init(run).as_ref().map_err(Finding::none))
    }

    /// Runs a script and judges what it printed; `None` without Python.
    pub(crate) fn ask_python<T: DeserializeOwned>(
        &self,
        script: Script,
        arguments: &[String],
        judge: impl FnOnce(T) -> Finding,
    ) -> Option<Finding> {
        let python = self.python.as_ref().ok()?;
        Some(python.run(script, arguments).map_or_else(Finding::none, judge))
    }
}

/// How many times as fast as the baseline a model of a comparison was.
pub(crate) fn speedup(comparison: &Comparison, model: crate::model::Model) -> Option<Interval> {
    comparison.stats(model)?.speedup
}
