//! One task after the other, on the calling thread.

use super::progress::Progress;
use crate::error::Error;
use crate::workload::{Job, Value};

pub(super) fn run(job: &dyn Job, progress: &Progress) -> Result<Vec<Value>, Error> {
    (0..job.tasks()).map(|index| progress.task(job, index)).collect()
}
