//! One call from a workload to its values.

use std::sync::Arc;

use super::Model;
use crate::error::Error;
use crate::workload::{self, Job, Value, Workload};

/// Runs `workload` once under `model` and hands back the value of every task, in task order.
///
/// # Errors
/// What the workload's or the model's checks refuse, what the system refuses, and the first task that failed.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let words = values(Compute::new(3, |i| "ab".repeat(i)), Threads(2)).unwrap();
/// assert_eq!(words, ["", "ab", "abab"]);
/// ```
pub fn values<W: Workload>(workload: W, model: Model) -> Result<Vec<W::Output>, Error> {
    run_once(Arc::new(workload).erased(), model).map(workload::typed::<W>)
}

fn run_once(mut job: Arc<dyn Job>, model: Model) -> Result<Vec<Value>, Error> {
    model.validate()?;
    job.validate()?;
    workload::prepare(&mut job)?;
    model.start_job(job)?.run()
}
