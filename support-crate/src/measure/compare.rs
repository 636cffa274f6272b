//! `compare(workload)`: the builder that a cell writes, and what happens when it runs.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::lanes::Runners;
use super::lazily::lazily;
use super::plan::{Options, Plan, setters};
use super::replay::Replay;
use super::result::{Comparison, WorkloadInfo};
use super::rounds;
use super::warnings;
use super::world::Here;
use crate::error::Error;
use crate::machine::{Restriction, cores, machine};
use crate::model::{Model, left_running};
use crate::workload::{DynWorkload, Workload};

/// Compares all execution models on `workload`; change what is compared and how, then `.run()`, or end the cell with
/// it: a comparison that is shown runs itself.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let result = compare(Waits { tasks: 4, wait: ms(2) }).models([Sequential, Async]).rounds(5).run();
/// assert!(result.stats(Async).unwrap().median < 1.0);
/// ```
pub fn compare<W: Workload>(workload: W) -> Compare {
    Compare { job: Arc::new(workload).erased(), options: Options::here(), done: OnceLock::new() }
}

/// A comparison that has not run yet; see [`compare`].
#[must_use = "end the cell with it, or call .run()"]
pub struct Compare {
    job: Arc<dyn DynWorkload>,
    options: Options,
    done: OnceLock<Comparison>,
}

lazily!(Compare, Comparison);

impl Compare {
    /// Which models to compare; without it, all of the usual ones with as many workers as there are cores.
    pub fn models(mut self, models: impl IntoIterator<Item = Model>) -> Self {
        self.options.models = Some(models.into_iter().collect());
        self
    }

    setters!();

    fn title(&self) -> String {
        format!("comparison of {}", self.job.title())
    }

    fn measure(&self) -> Result<Comparison, Error> {
        let job = &self.job;
        job.validate()?;
        let mut plan = self.options.plan(job.tasks(), job.nature())?;
        for lane in &mut plan.lanes {
            lane.notes = lane.model.notes(job.nature(), job.tasks(), job.has_async_form());
        }
        execute(plan, job.clone())
    }
}

/// Makes the work ready and runs a plan, on the cores it names.
pub(super) fn execute(plan: Plan, job: Arc<dyn DynWorkload>) -> Result<Comparison, Error> {
    job.prepare()?;
    // The machine is described as it is, the restriction stands in the settings.
    let machine = machine();
    let restriction = Restriction::unless_empty(&plan.cores)?;
    let mut lanes = Runners::new(job.clone(), plan.lanes.len(), plan.hosts.clone());
    let ran = rounds::run(&plan, &mut lanes, &mut Here::new(&job.title()), cores());
    drop(restriction);
    let workload = WorkloadInfo { title: job.title(), tasks: job.tasks(), nature: job.nature() };
    let mut comparison = Comparison {
        workload,
        machine,
        replay: Some(Replay { job, cores: plan.cores, hosts: plan.hosts }),
        ..ran
    };
    comparison.lanes.iter_mut().for_each(|lane| lane.open = lanes.open.get(&lane.model).copied());
    comparison.conditions.left_running = left_running();
    comparison.warnings = warnings::of(&comparison);
    Ok(comparison)
}
