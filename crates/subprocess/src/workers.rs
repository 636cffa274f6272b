//! A pool of worker processes that stay warm and are handed tasks one at a time.

use std::fs;
use std::marker::PhantomData;
use std::os::fd::AsRawFd;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::socket::{Shutdown, shutdown};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::crash::Crash;
use crate::error::Error;
use crate::function_ref::FunctionRef;
use crate::link::Link;
use crate::observer::observer;
use crate::running::{Child, TICK, decode, poll_timeout};
use crate::{child, codec, forked, fresh, panics, start, sys};

/// How long a worker may take to leave when its pool is dropped.
const PATIENCE: Duration = Duration::from_millis(500);

/// Worker processes that run tasks by number, every task exactly once.
///
/// A worker that dies fails the task it held and no other: it is replaced, and the run goes on. Dropping the pool
/// ends its workers.
///
/// ```
/// use subprocess::Workers;
/// let mut workers = Workers::fork(2, |index| index * index)?;
/// let squares: Vec<usize> = workers.run(5).into_iter().map(Result::unwrap).collect();
/// assert_eq!(squares, [0, 1, 4, 9, 16]);
/// # Ok::<(), subprocess::Error>(())
/// ```
pub struct Workers<T> {
    start: Box<dyn Fn() -> Result<Child, Error> + Send>,
    idle: Vec<Child>,
    wanted: usize,
    answer: PhantomData<fn() -> T>,
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
            forked::start(move |link| {
                child::many(link, |index| task(index));
                sys::exit_now(0)
            })
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
        let arguments = codec::into_bytes(arguments)?;
        Self::new(workers, move || fresh::start(serve::<A, G, T>, make, &arguments))
    }

    fn new(workers: usize, start: impl Fn() -> Result<Child, Error> + Send + 'static) -> Result<Self, Error> {
        // Three descriptors a worker, and some for everything else.
        let (limit, open) = (start::open_limit(), fs::read_dir("/proc/self/fd").map_or(64, Iterator::count));
        let most = (limit.saturating_sub(open as u64 + 16) / 3).min(4096);
        if workers == 0 || workers as u64 > most {
            return Err(Error::bad_input(format!(
                "{workers} workers: set their number to at least 1, and at most {most} (this process may open {limit} \
                 files, of which {open} are open, and a worker takes three; `ulimit -n` in the terminal raises that)"
            )));
        }
        let idle = (0..workers).map(|_| start()).collect::<Result<_, _>>()?;
        Ok(Self { start: Box::new(start), idle, wanted: workers, answer: PhantomData })
    }

    /// Runs the tasks `0..tasks`, each on the next free worker; results in task order.
    ///
    /// A worker that died is replaced when there is a task for it. If that is refused the others do the rest, and
    /// only tasks that no worker is left for are [`Crash::NotStarted`].
    pub fn run(&mut self, tasks: usize) -> Vec<Result<T, Crash>> {
        self.run_while(tasks, None, |_| true)
    }

    /// Like [`run`](Self::run), but stops early: no task is begun after a result that `go_on` refuses, and at the
    /// deadline the workers that are still at a task are killed. [`Crash::Stopped`] for a task without a result therefore.
    pub fn run_while(
        &mut self,
        tasks: usize,
        deadline: Option<Instant>,
        go_on: impl Fn(&Result<T, Crash>) -> bool,
    ) -> Vec<Result<T, Crash>> {
        if self.idle.first().is_some_and(|child| !child.is_here()) {
            let why = || Crash::Lost("only the process that started these workers can use them".into());
            return (0..tasks).map(|_| Err(why())).collect();
        }
        let mut results: Vec<_> = (0..tasks).map(|_| None).collect();
        let flag = (observer().flag)();
        // Why some results are missing, if they are.
        let mut why = Crash::Stopped;
        let mut busy: Vec<(Child, usize)> = Vec::with_capacity(self.wanted);
        let mut tasks = 0..tasks;
        self.idle.retain_mut(Child::is_alive);
        while deadline.is_none_or(|deadline| Instant::now() < deadline) && !(observer().stop_asked)() {
            while busy.len() < self.wanted
                && let Some(task) = tasks.clone().next()
            {
                match self.idle.pop().map_or_else(|| (self.start)(), Ok) {
                    Ok(child) => {
                        child.order(&codec::to_bytes(&(task, flag)).unwrap_or_default());
                        busy.push((child, task));
                        tasks.next();
                    }
                    Err(error) => {
                        why = Crash::NotStarted(error);
                        break;
                    }
                }
            }
            if busy.is_empty() {
                break;
            }
            let quiet = !wait_for_any(&busy, deadline);
            let mut at = 0;
            while at < busy.len() {
                let worker = &mut busy[at].0;
                let answer = worker.check().or_else(|| if quiet { worker.tick() } else { None });
                let Some(answer) = answer else {
                    at += 1;
                    continue;
                };
                let (child, task) = busy.swap_remove(at);
                let result = answer.and_then(decode);
                if !go_on(&result) {
                    tasks = results.len()..results.len();
                }
                results[task] = Some(result);
                self.idle.push(child);
            }
            self.idle.retain_mut(Child::is_alive);
        }
        self.idle.iter().for_each(Child::pump);
        // Workers still at a task are killed as they are dropped.
        results.into_iter().map(|result| result.unwrap_or_else(|| Err(why.clone()))).collect()
    }
}

impl<T> Workers<T> {
    /// The workers' process numbers, in ascending order.
    pub fn pids(&self) -> Vec<u32> {
        let mut pids: Vec<u32> = self.idle.iter().map(Child::pid).collect();
        pids.sort_unstable();
        pids
    }
}

/// Waits until one has something to read; `false` if nothing came for a while.
fn wait_for_any(busy: &[(Child, usize)], deadline: Option<Instant>) -> bool {
    let left = deadline.map_or(TICK, |deadline| deadline.saturating_duration_since(Instant::now()));
    let mut polled: Vec<PollFd> =
        busy.iter().map(|(child, _)| PollFd::new(child.channel(), PollFlags::POLLIN)).collect();
    poll(&mut polled, poll_timeout(left.min(TICK))) != Ok(0)
}

/// What a fresh worker runs. If making the function that runs tasks panics, that is the answer to every task.
pub(crate) fn serve<A, G, T>(link: Link, make: FunctionRef, arguments: Vec<u8>)
where
    A: DeserializeOwned + 'static,
    G: FnMut(usize) -> T + 'static,
    T: Serialize + 'static,
{
    let Some(make) = child::received(&link, make.pointer::<fn(A) -> G>()) else { return };
    let Some(arguments) = child::received(&link, codec::from_bytes(arguments)) else { return };
    let mut task = panics::catch(|| make(arguments));
    child::many(link, move |index| match &mut task {
        Ok(task) => task(index),
        Err(panic) => resume_unwind(Box::new(panic.message.clone())),
    })
}

impl<T> Drop for Workers<T> {
    fn drop(&mut self) {
        for child in self.idle.iter().filter(|child| child.is_here()) {
            // Told to stop all at once, then waited for.
            let _ = shutdown(child.channel().as_raw_fd(), Shutdown::Write);
        }
        for child in self.idle.drain(..) {
            let _ = child.answer(Some(PATIENCE));
        }
    }
}
