//! One call from a workload to its values.

use std::sync::Arc;

use super::Model;
use crate::error::Error;
use crate::workload::Workload;

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
pub fn values<W: Workload>(mut workload: W, model: Model) -> Result<Vec<W::Output>, Error> {
    model.validate()?;
    workload.validate()?;
    workload.prepare()?;
    model.start(Arc::new(workload))?.run()
}
