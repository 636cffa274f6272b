//! One task after the other, on the calling thread.

use super::progress::Progress;
use crate::workload::{DynWorkload, Values};

pub(super) fn run(job: &dyn DynWorkload, progress: &Progress) -> Values {
    (0..job.tasks()).map(|index| progress.task(job, index)).collect()
}
