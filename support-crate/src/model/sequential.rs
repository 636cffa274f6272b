//! One task after the other, on the calling thread.

use super::progress::Progress;
use crate::error::Error;
use crate::workload::{Job, Value};

pub(super) fn run(job: &dyn Job, progress: &Progress) -> Result<Vec<Value>, Error> {
    let over = || Err(Error::failed("the run was given up"));
    (0..job.tasks()).map(|index| progress.task(job, index).unwrap_or_else(over)).collect()
}
