//! A pool of worker processes that stay warm and are handed tasks one at a time.

use std::collections::VecDeque;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{Shutdown, shutdown};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::channel::{self, Kind};
use super::crash::Crash;
use super::handle::{Child, decode};
use super::sys::Plain;
use super::{child, codec, fresh, start};
use crate::error::Error;
use crate::trace;

/// Worker processes that run tasks by number, every task exactly once.
///
/// A worker that dies fails the task it held and no other: it is replaced, and the run goes on. Dropping the pool
/// ends its workers.
///
/// ```
/// use concurrency_lab::process::Workers;
/// let mut workers = Workers::fork(2, |index| index * index)?;
/// let squares: Vec<usize> = workers.run(5).into_iter().map(Result::unwrap).collect();
/// assert_eq!(squares, [0, 1, 4, 9, 16]);
/// # Ok::<(), concurrency_lab::error::Error>(())
/// ```
pub struct Workers<T> {
    start: Box<dyn Fn() -> Result<Child, Error> + Send>,
    crew: Vec<Child>,
    wanted: usize,
    answer: std::marker::PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned + 'static> Workers<T> {
    /// Forks `workers` processes that run `task` with what it captures.
    ///
    /// # Errors
    /// 0 workers, more than this process may have, or the system refuses one.
    pub fn fork(workers: usize, task: impl Fn(usize) -> T + Send + Sync + 'static) -> Result<Self, Error> {
        let task = Arc::new(task);
        Self::new(workers, move || {
            let task = Arc::clone(&task);
            start::fork(move |mut channel| child::many(&mut channel, |index| task(index)))
        })
    }

    /// Starts `workers` fresh processes. In each, `make` turns the arguments into the function that runs tasks.
    ///
    /// `make` is a plain function, or a closure that captures nothing.
    ///
    /// # Errors
    /// 0 workers, more than this process may have, arguments that cannot be encoded, or the system refuses one.
    pub fn spawn<A, G>(workers: usize, make: fn(A) -> G, arguments: A) -> Result<Self, Error>
    where
        A: Serialize + DeserializeOwned + 'static,
        G: FnMut(usize) -> T + 'static,
    {
        let arguments = codec::to_bytes(&arguments).map_err(|error| Error::bad_input(error.to_string()))?;
        Self::new(workers, move || fresh::start(make, serve::<A, G, T>, arguments.clone()))
    }

    fn new(workers: usize, start: impl Fn() -> Result<Child, Error> + Send + 'static) -> Result<Self, Error> {
        check_number(workers)?;
        let mut pool = Self {
            start: Box::new(start),
            crew: Vec::new(),
            wanted: workers,
            answer: std::marker::PhantomData,
        };
        while pool.crew.len() < workers {
            pool.crew.push((pool.start)()?);
        }
        Ok(pool)
    }

    /// Runs the tasks `0..tasks`, each on the next free worker; results in task order.
    pub fn run(&mut self, tasks: usize) -> Vec<Result<T, Crash>> {
        let lost =
            |result: Option<_>| result.unwrap_or_else(|| Err(Crash::Lost("no worker was left".into())));
        self.run_while(tasks, None, |_| true).into_iter().map(lost).collect()
    }

    /// Like [`run`](Self::run), but stops early: no task is begun after a result that `go_on` refuses, and at the
    /// deadline the workers that are still at a task are killed. `None` for a task that has no result therefore.
    pub(crate) fn run_while(
        &mut self,
        tasks: usize,
        deadline: Option<Instant>,
        go_on: impl Fn(&Result<T, Crash>) -> bool,
    ) -> Vec<Option<Result<T, Crash>>> {
        if let Some(child) = self.crew.first()
            && !child.is_here()
        {
            let crash = Crash::Lost("only the process that started these workers can use them".into());
            return (0..tasks).map(|_| Some(Err(crash.clone()))).collect();
        }
        let flag = trace::flag_for_child();
        let mut waiting: VecDeque<usize> = (0..tasks).collect();
        let mut results: Vec<Option<Result<T, Crash>>> = (0..tasks).map(|_| None).collect();
        let mut refusal = None;
        let mut busy: Vec<(usize, Child)> = Vec::new();
        self.crew.retain_mut(Child::is_alive);
        loop {
            while let Some(&task) = waiting.front().filter(|_| busy.len() < self.wanted) {
                let next = self.crew.pop().map_or_else(|| (self.start)(), Ok);
                match next {
                    Ok(child) => {
                        waiting.pop_front();
                        // If it is gone, its end is read as the answer.
                        let _ = channel::write(child.channel(), Kind::Task, &child::task_message(task, flag));
                        busy.push((task, child));
                    }
                    Err(error) => {
                        refusal = Some(Crash::NotStarted(error));
                        break;
                    }
                }
            }
            if busy.is_empty() {
                break;
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                for (_, child) in busy.drain(..) {
                    child.stop(Duration::ZERO);
                }
                return results;
            }
            wait_for_any(&busy, left.unwrap_or(TICK).min(TICK));
            let mut at = 0;
            while at < busy.len() {
                let Some(answer) = busy[at].1.check() else {
                    at += 1;
                    continue;
                };
                let (task, child) = busy.swap_remove(at);
                if child.ended().is_none() {
                    self.crew.push(child);
                } else {
                    child.finish();
                }
                let result = answer.and_then(decode);
                if !go_on(&result) {
                    waiting.clear();
                }
                results[task] = Some(result);
            }
        }
        for child in &self.crew {
            child.pump();
        }
        if let Some(refusal) = refusal {
            for result in results.iter_mut().filter(|result| result.is_none()) {
                *result = Some(Err(refusal.clone()));
            }
        }
        results
    }
}

impl<T> Workers<T> {
    /// The workers' process numbers.
    pub fn pids(&self) -> Vec<u32> {
        self.crew.iter().map(|child| child.pid().as_raw().unsigned_abs()).collect()
    }
}

/// Refuses a number of workers that cannot work, before any is started.
fn check_number(workers: usize) -> Result<(), Error> {
    if workers == 0 {
        return Err(Error::bad_input(
            "0 workers: a pool needs at least 1; set the number of workers to 1 or more",
        ));
    }
    // Three descriptors a worker, and some for everything else.
    let most = start::open_limit().map_or(1000, |limit| limit.saturating_sub(64) / 3).min(4096);
    if workers as u64 > most {
        return Err(Error::bad_input(format!(
            "{workers} workers: this process can have at most {most} (it may open {} files); use fewer workers",
            start::open_limit().unwrap_or(0)
        )));
    }
    Ok(())
}

/// How often the parent looks up from its workers' answers, to print for a reader's thread that holds stdout.
const TICK: Duration = Duration::from_millis(200);

fn wait_for_any(busy: &[(usize, Child)], limit: Duration) {
    let mut polled: Vec<PollFd> =
        busy.iter().map(|(_, child)| PollFd::new(child.as_fd(), PollFlags::POLLIN)).collect();
    // Rounded up, so that the last wait before a deadline is not many of no length.
    let limit = PollTimeout::try_from(limit.as_millis() as u64 + 1).unwrap_or(PollTimeout::MAX);
    if poll(&mut polled, limit) == Ok(0) {
        for (_, child) in busy {
            child.pump();
        }
    }
}

/// What a fresh worker runs.
fn serve<A, G, T>(mut channel: channel::Channel, make: usize, arguments: Vec<u8>) -> !
where
    A: DeserializeOwned + 'static,
    G: FnMut(usize) -> T,
    T: Serialize + 'static,
{
    let arguments = fresh::arguments::<A>(&channel, arguments);
    let task = <fn(A) -> G>::at(make)(arguments);
    child::many(&mut channel, task)
}

impl<T> Drop for Workers<T> {
    fn drop(&mut self) {
        for child in &self.crew {
            if child.is_here() {
                // Told to stop all at once, then waited for.
                let _ = shutdown(child.channel(), Shutdown::Write);
            }
        }
        for child in self.crew.drain(..) {
            child.stop(Duration::from_millis(500));
        }
    }
}
