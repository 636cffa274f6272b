//! `compare(workload)`: the builder that a cell writes, and what happens when it runs.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::lanes::{Crews, Lanes};
use super::plan::{Options, Plan, Restrict, setters};
use super::replay::Replay;
use super::result::{Comparison, FORMAT, Settings, WorkloadInfo};
use super::rounds;
use super::warnings;
use super::world::Here;
use crate::error::Error;
use crate::machine::{Restriction, cores, machine};
use crate::model::Model;
use crate::workload::{self, Job, Workload};

/// Compares all execution models on `workload`; change what is compared and how, then `.run()`, or end the cell with
/// it: a comparison that is shown runs itself.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let result = compare(Waits { tasks: 4, wait: ms(2) }).models([Sequential, Async]).rounds(5).run();
/// assert!(result.stats(Async).unwrap().median < 1.0);
/// ```
pub fn compare<W: Workload>(workload: W) -> Compare {
    Compare::of(Arc::new(workload).erased())
}

/// A comparison that has not run yet; see [`compare`].
#[must_use = "end the cell with it, or call .run()"]
pub struct Compare {
    job: Mutex<Option<Arc<dyn Job>>>,
    options: Options,
    done: OnceLock<Comparison>,
}

impl Compare {
    fn of(job: Arc<dyn Job>) -> Self {
        Self { job: Mutex::new(Some(job)), options: Options::here(), done: OnceLock::new() }
    }

    /// Which models to compare; without it, all five with as many workers as there are cores.
    pub fn models(mut self, models: impl IntoIterator<Item = Model>) -> Self {
        self.options.models = Some(models.into_iter().collect());
        self
    }

    /// Which model the others are held against; without it, [`Model::Sequential`], or else the first one listed.
    pub fn baseline(mut self, model: Model) -> Self {
        self.options.baseline = Some(model);
        self
    }

    setters!();

    /// Runs it. A mistake in the parameters yields a comparison whose every figure and text is that one sentence.
    pub fn run(self) -> Comparison {
        self.result();
        self.done.into_inner().unwrap_or_default()
    }

    /// Runs it, and hands a mistake back as an error.
    ///
    /// # Errors
    /// A parameter outside what is allowed, a workload that cannot be made ready, a budget too short for one round.
    /// A lane that fails is no error: it says so itself, and the others finish.
    pub fn try_run(self) -> Result<Comparison, Error> {
        let job = self.job.into_inner().unwrap_or_else(PoisonError::into_inner);
        measure(job, &self.options)
    }

    /// Runs it unless it has run, and hands out the result: what showing it in a cell does.
    pub fn result(&self) -> &Comparison {
        self.done.get_or_init(|| {
            let job = self.job.lock().unwrap_or_else(PoisonError::into_inner).take();
            measure(job, &self.options).unwrap_or_else(|error| Comparison::problem(error.to_string()))
        })
    }
}

fn measure(job: Option<Arc<dyn Job>>, options: &Options) -> Result<Comparison, Error> {
    let Some(mut job) = job else {
        return Err(Error::failed("this comparison was given up while it ran: run the cell again"));
    };
    job.validate()?;
    let mut plan = options.plan(job.tasks(), job.nature())?;
    for lane in &mut plan.lanes {
        lane.notes = lane.model.notes_on(job.nature(), job.tasks(), job.has_async_form());
    }
    workload::prepare(&mut job)?;
    let info = WorkloadInfo::of(&*job);
    let mut lanes = Crews::new(job.clone(), plan.lanes.len());
    let mut comparison = execute(&plan, info, &mut lanes)?;
    comparison.replay = Some(Replay::new(job, plan.cores));
    Ok(comparison)
}

/// Runs a plan, on the cores it names.
pub(super) fn execute(
    plan: &Plan,
    workload: WorkloadInfo,
    lanes: &mut dyn Lanes,
) -> Result<Comparison, Error> {
    // The machine is described as it is, the restriction stands in the settings.
    let machine = machine();
    let restriction = match plan.cores.as_slice() {
        [] => None,
        list => Some(Restriction::to(list)?),
    };
    let ran = rounds::run(plan, lanes, &mut Here::new(), cores());
    drop(restriction);
    let ran = ran?;
    let mut comparison = Comparison {
        format: FORMAT,
        workload,
        machine,
        settings: Settings {
            rounds: ran.rounds,
            seed: plan.seed,
            budget: plan.budget,
            cores: plan.cores.clone(),
            precision: plan.precision,
            stopped: ran.stopped,
        },
        lanes: ran.lanes,
        conditions: ran.conditions,
        warnings: Vec::new(),
        problem: None,
        replay: None,
    };
    comparison.warnings = warnings::of(&comparison);
    Ok(comparison)
}
