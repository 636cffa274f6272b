//! A rayon pool of its own, whose threads steal work from one another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use crossbeam::channel::{RecvTimeoutError, bounded};
use rayon::prelude::*;

use super::{crew, guard, limits};
use crate::error::Error;
use crate::process::panics;
use crate::trace;
use crate::workload::{Job, Value};

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

    pub(super) fn run(&self, job: &Arc<dyn Job>, deadline: Option<Instant>) -> Result<Vec<Value>, Error> {
        super::all_ready(job.tasks());
        let Some(deadline) = deadline else {
            let (job, stop, done) = (&**job, &AtomicBool::new(false), &AtomicUsize::new(0));
            return self.0.install(|| all(job, stop, done));
        };
        let progress = Arc::new((AtomicBool::new(false), AtomicUsize::new(0)));
        let (finished, answer) = bounded(1);
        let (work, seen) = (job.clone(), progress.clone());
        self.0.spawn(move || {
            // Nobody listens any more when the run was given up.
            let _ = finished.send(all(&*work, &seen.0, &seen.1));
        });
        match answer.recv_deadline(deadline) {
            Ok(values) => values,
            Err(RecvTimeoutError::Timeout) => {
                progress.0.store(true, Ordering::Relaxed);
                let done = progress.1.load(Ordering::Relaxed);
                Err(crew::given_up(done, job.tasks(), "threads cannot be stopped: each ends with its task"))
            }
            Err(RecvTimeoutError::Disconnected) => {
                unreachable!("a task's panic is caught before it gets here")
            }
        }
    }
}

fn all(job: &dyn Job, stop: &AtomicBool, done: &AtomicUsize) -> Result<Vec<Value>, Error> {
    (0..job.tasks())
        .into_par_iter()
        .with_max_len(1)
        .map(|index| {
            if stop.load(Ordering::Relaxed) {
                return Err(Error::failed("stopped"));
            }
            let value = guard::caught(index, || trace::task(index, || job.task(index)));
            done.fetch_add(1, Ordering::Relaxed);
            value
        })
        .collect()
}
