//! A tokio runtime of its own: on one thread, which is how Python's asyncio works, or on several.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::limits;
use super::progress::{Deadline, Marked, Progress};
use crate::error::Error;
use crate::process::panics;
use crate::stop::stop_asked;
use crate::trace;
use crate::workload::{DynWorkload, Values};

pub(super) struct Runtime {
    // `None` only while it is dropped.
    runtime: Option<tokio::runtime::Runtime>,
    job: Arc<dyn DynWorkload>,
}

impl Runtime {
    /// A runtime on the calling thread, or on `workers` threads.
    pub(super) fn start(workers: Option<usize>, job: &Arc<dyn DynWorkload>) -> Result<Self, Error> {
        let mut builder = match workers {
            None => tokio::runtime::Builder::new_current_thread(),
            Some(n) => {
                let mut builder = tokio::runtime::Builder::new_multi_thread();
                builder.worker_threads(n).thread_name("async worker").on_thread_start(panics::quiet_thread);
                builder
            }
        };
        // tokio panics, instead of returning an error, where the system refuses a thread.
        let why = match panics::catch(|| builder.enable_all().build()) {
            Ok(Ok(runtime)) => return Ok(Self { runtime: Some(runtime), job: job.clone() }),
            Ok(Err(error)) => error.to_string(),
            Err(panic) => panic.message,
        };
        let (threads, why) = (workers.unwrap_or(1), limits::reason(&why));
        let sentence = format!("a runtime on {threads} threads cannot be had here ({why}); ask for fewer");
        Err(Error::unavailable(sentence))
    }

    pub(super) fn run(&self, deadline: Option<Deadline>, progress: &Arc<Progress>) -> Values {
        let runtime = self.runtime.as_ref().expect("there until dropped");
        let run = || {
            let tasks = async {
                tokio::select! {
                    values = all(&self.job, progress) => Ok(values),
                    limit = given_up(deadline) => Err(limit),
                }
            };
            panics::quietly(|| runtime.block_on(tasks))
        };
        // A cell may itself run inside a runtime (after a top-level await), where a thread may not block on another.
        elsewhere_if_inside_a_runtime(run)
            .unwrap_or_else(|limit| Err(progress.given_up(limit, "the rest was cancelled where it waited")))
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // A task that was given up may never end; and inside another runtime nobody may wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Ends when the run is over, at its deadline or because the reader stops it.
async fn given_up(deadline: Option<Deadline>) -> Duration {
    const LOOK: Duration = Duration::from_millis(50);
    let passed = |deadline: Deadline| Instant::now() >= deadline.at;
    while !stop_asked() && !deadline.is_some_and(passed) {
        let next = Instant::now() + LOOK;
        tokio::time::sleep_until(deadline.map_or(next, |deadline| next.min(deadline.at)).into()).await;
    }
    deadline.map_or(Duration::ZERO, |deadline| deadline.limit)
}

fn elsewhere_if_inside_a_runtime<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    if tokio::runtime::Handle::try_current().is_err() {
        return run();
    }
    std::thread::scope(|scope| match scope.spawn(run).join() {
        Ok(value) => value,
        Err(payload) => std::panic::resume_unwind(payload),
    })
}

/// Tasks that are cancelled when nobody waits for them any more.
struct Started<T>(Vec<JoinHandle<T>>);

impl<T> Drop for Started<T> {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

async fn all(job: &Arc<dyn DynWorkload>, progress: &Arc<Progress>) -> Values {
    let task = |i| Marked::new(job.clone().task_async(i), i, progress);
    let tasks = 0..job.tasks();
    let mut started = Started(match trace::is_recording() {
        true => tasks.map(|i| tokio::spawn(trace::task_async(i, task(i)))).collect(),
        // The watcher's own state would double the size of a small task.
        false => tasks.map(|i| tokio::spawn(task(i))).collect(),
    });
    let mut values = Ok(Vec::with_capacity(started.0.len()));
    for task in &mut started.0 {
        // After a failure the rest is cancelled and waited for, so that nothing of this run is left for the next one.
        if values.is_err() {
            task.abort();
        }
        // A panic is an error already: what is left is a runtime that ends.
        let value = task.await.unwrap_or_else(|error| Err(Error::failed(error.to_string())));
        values = values.and_then(|mut values| {
            values.push(value?);
            Ok(values)
        });
    }
    started.0.clear();
    values
}
