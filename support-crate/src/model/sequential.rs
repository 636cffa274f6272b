//! One task after the other, on the calling thread.

use super::progress::Progress;
use crate::error::Error;
use crate::workload::{BoxedOutput, DynWorkload};

pub(super) fn run(job: &dyn DynWorkload, progress: &Progress) -> Result<Vec<BoxedOutput>, Error> {
    (0..job.tasks()).map(|index| progress.task(job, index)).collect()
}
