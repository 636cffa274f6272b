//! A pool of worker processes that stay warm and are handed tasks one at a time.

use std::marker::PhantomData;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::socket::{Shutdown, shutdown};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::channel::{self, Channel, Kind};
use super::crash::Crash;
use super::running::{Answer, Child, TICK, decode, timeout};
use super::sys::Plain;
use super::usage::Usage;
use super::{child, codec, fresh, start};
use crate::error::Error;
use crate::trace;

/// How long a worker may take to leave when its pool is dropped.
const PATIENCE: Duration = Duration::from_millis(500);

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
    limit: Option<Duration>,
    /// Of workers that are gone.
    used: Usage,
    answer: PhantomData<fn() -> T>,
}

/// A worker and the task it holds.
struct Busy {
    child: Child,
    task: usize,
    since: Instant,
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
        Self::new(workers, move || fresh::start(make, serve::<A, G, T>, &arguments))
    }

    fn new(workers: usize, start: impl Fn() -> Result<Child, Error> + Send + 'static) -> Result<Self, Error> {
        check_number(workers)?;
        let mut pool = Self {
            start: Box::new(start),
            crew: Vec::with_capacity(workers),
            wanted: workers,
            limit: None,
            used: Usage::default(),
            answer: PhantomData,
        };
        while pool.crew.len() < workers {
            pool.crew.push((pool.start)()?);
        }
        Ok(pool)
    }

    /// Kills a worker that takes longer than `limit` for one task: that task is then [`Crash::TimedOut`].
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Runs the tasks `0..tasks`, each on the next free worker; results in task order.
    ///
    /// A worker that died is replaced when there is a task for it. If that is refused the others do the rest, and
    /// only tasks that no worker is left for are [`Crash::NotStarted`].
    pub fn run(&mut self, tasks: usize) -> Vec<Result<T, Crash>> {
        let lost = || Err(Crash::Lost("it was never run".into()));
        self.run_while(tasks, None, |_| true).into_iter().map(|result| result.unwrap_or_else(lost)).collect()
    }

    /// Like [`run`](Self::run), but stops early: no task is begun after a result that `go_on` refuses, and at the
    /// deadline the workers that are still at a task are killed. `None` for a task that has no result therefore.
    pub(crate) fn run_while(
        &mut self,
        tasks: usize,
        deadline: Option<Instant>,
        go_on: impl Fn(&Result<T, Crash>) -> bool,
    ) -> Vec<Option<Result<T, Crash>>> {
        if self.crew.first().is_some_and(|child| !child.is_here()) {
            let crash = Crash::Lost("only the process that started these workers can use them".into());
            return std::iter::repeat_with(|| Some(Err(crash.clone()))).take(tasks).collect();
        }
        let mut results: Vec<Option<Result<T, Crash>>> =
            std::iter::repeat_with(|| None).take(tasks).collect();
        if let Some(refusal) = self.hand_out(&mut results, deadline, go_on) {
            for result in results.iter_mut().filter(|result| result.is_none()) {
                *result = Some(Err(refusal.clone()));
            }
        }
        for child in &self.crew {
            child.pump();
        }
        results
    }

    /// Fills in the results. If no worker was left for some, the reason.
    fn hand_out(
        &mut self,
        results: &mut [Option<Result<T, Crash>>],
        deadline: Option<Instant>,
        go_on: impl Fn(&Result<T, Crash>) -> bool,
    ) -> Option<Crash> {
        let recorder = trace::flag_for_child();
        let mut refusal = None;
        let mut busy: Vec<Busy> = Vec::with_capacity(self.wanted);
        let mut tasks = 0..results.len();
        self.bury();
        loop {
            while busy.len() < self.wanted
                && let Some(task) = tasks.clone().next()
            {
                match self.crew.pop().map_or_else(|| (self.start)(), Ok) {
                    Ok(child) => {
                        // If it is gone by now, its end is read as the answer.
                        let _ =
                            channel::write(child.channel(), Kind::Task, &child::task_message(task, recorder));
                        busy.push(Busy { child, task, since: Instant::now() });
                        tasks.next();
                    }
                    Err(error) => {
                        refusal = Some(Crash::NotStarted(error));
                        break;
                    }
                }
            }
            if busy.is_empty() {
                return refusal;
            }
            let quiet = !wait_for_any(&busy, self.limit, deadline);
            let mut at = 0;
            while at < busy.len() {
                let Some(answer) = busy[at].look(quiet, self.limit) else {
                    at += 1;
                    continue;
                };
                let Busy { child, task, .. } = busy.swap_remove(at);
                let result = answer.and_then(decode);
                if !go_on(&result) {
                    tasks = results.len()..results.len();
                }
                results[task] = Some(result);
                self.crew.push(child);
            }
            self.bury();
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                // Workers still at a task are killed as they are dropped.
                return None;
            }
        }
    }

    /// Lets go of workers that are gone.
    fn bury(&mut self) {
        self.crew.retain_mut(|child| {
            let alive = child.is_alive();
            if !alive {
                self.used += child.ended().map_or_else(Usage::default, Usage::from);
            }
            alive
        });
    }
}

impl Busy {
    /// Whether its task is over: answered, or never to be.
    fn look(&mut self, quiet: bool, limit: Option<Duration>) -> Option<Answer> {
        let answer = self.child.check().or_else(|| if quiet { self.child.tick() } else { None });
        answer.or_else(|| {
            let limit = limit.filter(|limit| self.since.elapsed() >= *limit)?;
            Some(Err(self.child.end(Crash::TimedOut(limit))))
        })
    }
}

impl<T> Workers<T> {
    /// The workers' process numbers, in ascending order.
    pub fn pids(&self) -> Vec<u32> {
        let mut pids: Vec<u32> = self.crew.iter().map(|child| child.pid().as_raw().unsigned_abs()).collect();
        pids.sort_unstable();
        pids
    }

    /// What all workers have used since the pool was started, those that are gone included.
    pub fn usage(&self) -> Usage {
        let mut usage = self.used;
        for child in &self.crew {
            usage += Usage::of(child.pid());
        }
        usage
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

/// Waits until one has something to read; `false` if nothing came for a while.
fn wait_for_any(busy: &[Busy], limit: Option<Duration>, deadline: Option<Instant>) -> bool {
    let of_task = |busy: &Busy| limit.map_or(TICK, |limit| limit.saturating_sub(busy.since.elapsed()));
    let of_run = deadline.map_or(TICK, |deadline| deadline.saturating_duration_since(Instant::now()));
    let wait = busy.iter().map(of_task).min().unwrap_or(TICK).min(of_run).min(TICK);
    let mut polled: Vec<PollFd> =
        busy.iter().map(|busy| PollFd::new(busy.child.as_fd(), PollFlags::POLLIN)).collect();
    poll(&mut polled, timeout(wait)) != Ok(0)
}

/// What a fresh worker runs.
fn serve<A, G, T>(mut channel: Channel, make: usize, arguments: Vec<u8>) -> !
where
    A: DeserializeOwned + 'static,
    G: FnMut(usize) -> T,
    T: Serialize + 'static,
{
    let arguments = fresh::arguments::<A>(&channel, arguments);
    child::many_from(&mut channel, || <fn(A) -> G>::at(make)(arguments))
}

impl<T> Drop for Workers<T> {
    fn drop(&mut self) {
        for child in self.crew.iter().filter(|child| child.is_here()) {
            // Told to stop all at once, then waited for.
            let _ = shutdown(child.channel(), Shutdown::Write);
        }
        for child in self.crew.drain(..) {
            child.stop(PATIENCE);
        }
    }
}
