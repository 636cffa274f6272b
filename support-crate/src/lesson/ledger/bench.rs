//! Measurements that several claims share, each made once.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ruling::UNCLEAR;
use crate::chart::{HeartbeatRow, Rhythm};
use crate::lesson::demo::beating::{Place, rhythm};
use crate::lesson::demo::heartbeat;
use crate::lesson::python::{Python, Script, script};
use crate::machine::Meter;
use crate::measure::{Comparison, Interval, Unit, UnitCosts, compare, paired_speedup, unit_costs_of};
use crate::model::Model::{self, Async, AsyncOn, Processes, Sequential, Threads};
use crate::units::{ms, secs};
use crate::workload::Primes;

/// How long the work beside a heartbeat takes.
pub(crate) const WORK: Duration = ms(250);

/// How many times as fast as one after the other; `None` where a run gave no figure.
pub(crate) type Speedup = Option<Interval>;

/// One core does not gain so much: an interval above it is the work of several.
const SOME_GAIN: f64 = 1.1;
/// Several cores gain at least so much: an interval below it is the work of one.
pub(crate) const LITTLE_GAIN: f64 = 1.2;
const ONE_CORE: &str = "with one core nothing can run at the same time";
pub(crate) const BUSY: &str = "other programs had the cores; close them and run it again";

/// What claims are put to.
#[derive(Default)]
pub(crate) struct Bench {
    cores: usize,
    compute: OnceCell<Comparison>,
    heartbeat: OnceCell<Vec<HeartbeatRow>>,
    costs: OnceCell<UnitCosts>,
    /// What scripts have printed, by name.
    printed: RefCell<HashMap<&'static str, Result<Value, String>>>,
    /// The most cores that other programs had during a measurement.
    pub(crate) taken: Cell<f64>,
}

impl Bench {
    /// For a machine of so many cores.
    pub(crate) fn new(cores: usize) -> Self {
        Self { cores, ..Self::default() }
    }

    /// Workers that a claim about many cores is put to: at least two, or there would be nothing to overlap.
    pub(crate) fn workers(&self) -> usize {
        self.cores.clamp(2, 8)
    }

    /// How much faster a model did the computation that all models do.
    pub(crate) fn speedup(&self, model: Model) -> Speedup {
        let measure = || {
            let n = self.workers();
            let primes = Primes { below: 2_000_000, tasks: 8 * n };
            let models = [Sequential, Async, AsyncOn(n), Threads(n), Processes(n)];
            self.watched(|| compare(primes).models(models).rounds(7).budget(secs(10)).run())
        };
        self.compute.get_or_init(measure).stats(model)?.speedup
    }

    /// How much faster than `baseline` a script was in another way, of the times that it printed of both.
    pub(crate) fn speedup_of(
        &self,
        script: Script<'static>,
        way: &str,
        baseline: &str,
    ) -> Result<Speedup, String> {
        let times: HashMap<String, Vec<f64>> = self.said(script)?;
        let of = |way: &str| times.get(way).ok_or(format!("{} says nothing of {way}", script.0));
        Ok(paired_speedup(of(way)?, of(baseline)?))
    }

    /// The same for the computation in CPython.
    pub(crate) fn python_computes(&self, way: &str) -> Result<Speedup, String> {
        self.speedup_of(script!("compute.py"), way, "sequential")
    }

    /// A heartbeat while a quarter of a second of work runs in this place.
    pub(crate) fn rhythm(&self, place: Place) -> Rhythm {
        // There is one for each place, in their order.
        rhythm(&self.heartbeat.get_or_init(|| heartbeat::beside_computing(WORK))[place as usize])
    }

    /// The memory that one more task, thread or process takes, in bytes.
    pub(crate) fn bytes(&self, unit: Unit) -> Result<Interval, String> {
        let costs = self.costs.get_or_init(|| unit_costs_of(&Unit::ALL));
        let bytes = costs.unit(unit).and_then(|cost| cost.bytes);
        bytes.ok_or_else(|| "memory could not be measured here".to_owned())
    }

    /// What one more of everything takes, if a claim asked.
    pub(crate) fn into_costs(self) -> Option<UnitCosts> {
        self.costs.into_inner()
    }

    /// What a Python script printed, which is run once.
    pub(crate) fn said<T: DeserializeOwned>(&self, script: Script<'static>) -> Result<T, String> {
        let mut printed = self.printed.borrow_mut();
        let value = printed.entry(script.0).or_insert_with(|| {
            self.watched(|| Ok(Python::find()?.run(script, &[self.workers().to_string()])?))
        });
        serde_json::from_value(value.clone()?).map_err(|error| format!("{}: {error}", script.0))
    }

    /// Whether work ran on more than one core at a time, or why that cannot be told: by the whole interval of how much faster
    /// it became by all workers. Where fewer than 80% of the cores were free, a gain that did not come says nothing.
    pub(crate) fn parallel(&self, speedup: Speedup) -> Result<bool, &'static str> {
        match speedup {
            _ if self.cores < 2 => Err(ONE_CORE),
            Some(speedup) if speedup.low > SOME_GAIN => Ok(true),
            Some(_) if self.is_busy() => Err(BUSY),
            Some(speedup) if speedup.high < LITTLE_GAIN => Ok(false),
            _ => Err(UNCLEAR),
        }
    }

    /// Whether other programs left fewer than 80% of the cores free.
    pub(crate) fn is_busy(&self) -> bool {
        self.cores as f64 - self.taken.get() < 0.8 * self.workers().min(self.cores) as f64
    }

    /// Measures, and notes how many cores other programs left meanwhile: their work is no fault of a model.
    fn watched<T>(&self, run: impl FnOnce() -> T) -> T {
        // The system counts others' work in hundredths of a second: in less than this it cannot be told.
        const LONG_ENOUGH: f64 = 0.2;
        let (mut meter, start) = (Meter::start(), Instant::now());
        let value = run();
        let took = start.elapsed().as_secs_f64();
        if took > LONG_ENOUGH {
            self.taken.set(self.taken.get().max(meter.read().foreign / took));
        }
        value
    }
}

/// How much faster than the baseline a model of a comparison was.
pub(crate) fn speedup(comparison: &Comparison, model: Model) -> Result<Speedup, String> {
    let speedup = comparison.stats(model).and_then(|stats| stats.speedup);
    comparison.problem.clone().map_or(Ok(speedup), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a speed-up around this one says on so many cores, of which other programs had some.
    fn parallel(estimate: f64, reach: f64, cores: usize, taken: f64) -> Result<bool, &'static str> {
        let bench = Bench { cores, taken: Cell::new(taken), ..Bench::default() };
        bench.parallel(Some(Interval { estimate, low: estimate - reach, high: estimate + reach }))
    }

    #[test]
    fn the_whole_interval_decides() {
        for cores in [2, 8] {
            assert_eq!(parallel(1.9, 0.1, cores, 0.0), Ok(true));
            assert_eq!(parallel(1.0, 0.1, cores, 0.0), Ok(false));
            assert_eq!(parallel(1.2, 0.2, cores, 0.0), Err(UNCLEAR));
        }
        assert_eq!(Bench::new(2).parallel(None), Err(UNCLEAR));
    }

    #[test]
    fn a_gain_that_did_not_come_says_nothing_on_a_busy_machine() {
        assert_eq!(parallel(1.0, 0.1, 2, 0.9), Err(BUSY));
        assert_eq!(parallel(1.9, 0.1, 2, 0.9), Ok(true));
    }

    #[test]
    fn one_core_decides_nothing() {
        assert_eq!(parallel(1.0, 0.0, 1, 0.0), Err(ONE_CORE));
        assert_eq!(parallel(2.0, 0.1, 1, 0.0), Err(ONE_CORE));
    }
}
