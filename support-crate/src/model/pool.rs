//! A rayon pool of its own, whose threads steal work from one another.

use rayon::prelude::*;

use super::limits;
use super::progress::Progress;
use crate::error::Error;
use crate::process::panics;
use crate::workload::{DynWorkload, Values};

pub(super) struct Pool(rayon::ThreadPool);

impl Pool {
    pub(super) fn start(n: usize) -> Result<Self, Error> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(n)
            .thread_name(|i| format!("pool {i}"))
            .start_handler(|_| panics::quiet_thread())
            .build()
            .map(Self)
            .map_err(|error| {
                Error::unavailable(format!(
                    "Pool({n}): the system refused that many threads ({}); ask for fewer",
                    limits::reason(&error)
                ))
            })
    }

    pub(super) fn run(&self, job: &dyn DynWorkload, progress: &Progress) -> Values {
        let tasks = (0..job.tasks()).into_par_iter().with_max_len(1);
        self.0.install(|| tasks.map(|index| progress.task(job, index)).collect())
    }
}
