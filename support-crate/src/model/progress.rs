//! How far a run has come: what is looked at from outside when it does not end.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::guard;
use crate::error::{Error, ErrorKind};
use crate::format;
use crate::stop::stop_asked;
use crate::trace;
use crate::workload::{BoxedFuture, BoxedOutput, DynWorkload};

const NOT_BEGUN: u8 = 0;
const RUNNING: u8 = 1;
const WAITING: u8 = 2;
const ENDED: u8 = 3;

/// When a run is given up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    pub(crate) limit: Duration,
    pub(crate) at: Instant,
}

impl Deadline {
    /// `limit` from now.
    pub(crate) fn after(limit: Duration) -> Self {
        // A limit that the clock cannot reach is none: a century stands in.
        let century = Duration::from_secs(100 * 365 * 24 * 3_600);
        let at = Instant::now();
        Self { limit, at: at.checked_add(limit).unwrap_or(at + century) }
    }
}

/// The state of every task of one run.
pub(crate) struct Progress {
    states: Vec<AtomicU8>,
    over: AtomicBool,
    /// Not kept where a run is timed: all its threads would write to one place.
    open: Option<Open>,
}

/// Tasks that were begun and have not ended: now, and most of them at any one time.
#[derive(Default)]
struct Open {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// Runs that were given up while threads were at their tasks, each with the process whose threads those are.
static LEFT_BEHIND: Mutex<Vec<(u32, Arc<Progress>)>> = Mutex::new(Vec::new());

/// Threads of this process that are still at a task of a run that was given up.
pub(crate) fn left_running() -> usize {
    let mut left = LEFT_BEHIND.lock().unwrap_or_else(PoisonError::into_inner);
    left.retain(|(process, run)| *process == std::process::id() && !run.at(RUNNING).is_empty());
    left.iter().map(|(_, run)| run.at(RUNNING).len()).sum()
}

impl Progress {
    /// Of so many tasks; `counts` says whether to count, besides, how many are open at once.
    pub(crate) fn new(tasks: usize, counts: bool) -> Arc<Self> {
        let states = std::iter::repeat_with(|| AtomicU8::new(NOT_BEGUN)).take(tasks).collect();
        Arc::new(Self { states, over: AtomicBool::new(false), open: counts.then(Open::default) })
    }

    /// The most tasks that were begun and had not ended at the same time; `None` where nobody counted, or no task began.
    pub(crate) fn most_open(&self) -> Option<usize> {
        self.open.as_ref().map(|open| open.most.load(Ordering::Relaxed)).filter(|most| *most > 0)
    }

    fn set(&self, index: usize, state: u8) {
        let Some(open) = &self.open else {
            return self.states[index].store(state, Ordering::Relaxed);
        };
        match (self.states[index].swap(state, Ordering::Relaxed), state) {
            (NOT_BEGUN, RUNNING) => {
                let now = 1 + open.now.fetch_add(1, Ordering::Relaxed);
                open.most.fetch_max(now, Ordering::Relaxed);
            }
            (RUNNING | WAITING, ENDED) => _ = open.now.fetch_sub(1, Ordering::Relaxed),
            _ => {}
        }
    }

    /// The tasks in this state.
    fn at(&self, state: u8) -> Vec<usize> {
        let is = |index: &usize| self.states[*index].load(Ordering::Relaxed) == state;
        (0..self.states.len()).filter(is).collect()
    }

    /// From now on no further task is begun.
    pub(super) fn stop(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Marks a task that another process has ended.
    pub(super) fn ended(&self, index: usize) {
        self.set(index, ENDED);
    }

    /// Counts tasks of other processes, by when each began and ended on a clock that all of them read.
    pub(super) fn count_spans(&self, spans: Vec<(u64, u64)>) {
        let Some(open) = &self.open else { return };
        // Of a task that ends as another begins only one was open: ends come first.
        let mut ends: Vec<_> = spans.into_iter().flat_map(|(from, to)| [(from, true), (to, false)]).collect();
        ends.sort_unstable();
        let mut now = 0_usize;
        for (_, begins) in ends {
            now = if begins { now + 1 } else { now.saturating_sub(1) };
            open.most.fetch_max(now, Ordering::Relaxed);
        }
    }

    /// Runs one task, blocking, unless the run was over before it began.
    pub(super) fn task(&self, job: &dyn DynWorkload, index: usize) -> Result<BoxedOutput, Error> {
        if self.over.load(Ordering::Relaxed) || stop_asked() {
            return Err(Error::stopped("the run was given up"));
        }
        self.set(index, RUNNING);
        let value = guard::caught(index, || trace::task(index, || job.task(index)));
        self.set(index, ENDED);
        value
    }

    /// The run as given up, by the reader or after `limit`: which task did not end, and what became of the rest, unless
    /// threads run on.
    pub(crate) fn given_up(self: &Arc<Self>, limit: Duration, rest: &str) -> Error {
        self.stop();
        let running = self.at(RUNNING);
        let stuck = [RUNNING, WAITING, NOT_BEGUN].iter().find_map(|state| self.at(*state).first().copied());
        let stuck = stuck.unwrap_or(0);
        if !running.is_empty() {
            let left = (std::process::id(), self.clone());
            LEFT_BEHIND.lock().unwrap_or_else(PoisonError::into_inner).push(left);
        }
        let rest = match running.len() {
            0 => rest.to_owned(),
            1 => format!("1 thread was left running task {stuck}"),
            n => format!("{} threads were left running tasks, this one among them", format::count(n as u64)),
        };
        let (kind, why) = match stop_asked() {
            true => (ErrorKind::Stopped, "stopped by you".to_owned()),
            false => {
                (ErrorKind::TimeLimit, format!("given up after {}", format::duration(limit.as_secs_f64())))
            }
        };
        let (ended, all) = (self.at(ENDED).len(), self.states.len());
        let sentence = match ended == all {
            true => format!("{why}, though all tasks had ended"),
            false => format!(
                "{why}: task {stuck} did not end, {} of {} did; {rest}",
                format::count(ended as u64),
                format::plural(all as u64, "task"),
            ),
        };
        Error::new(kind, sentence)
    }
}

/// A task's future that keeps its state up to date, and whose panic is an error. No larger than what the runtime keeps for its value: it costs no memory.
pub(super) struct Marked {
    task: BoxedFuture,
    index: usize,
    progress: Arc<Progress>,
}

impl Marked {
    pub(super) fn new(task: BoxedFuture, index: usize, progress: &Arc<Progress>) -> Self {
        Self { task, index, progress: progress.clone() }
    }
}

impl Future for Marked {
    type Output = Result<BoxedOutput, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { task, index, progress } = self.get_mut();
        progress.set(*index, RUNNING);
        // A task that panics has ended too.
        let polled = guard::caught(*index, || Ok(task.as_mut().poll(context)?));
        progress.set(*index, if matches!(polled, Ok(Poll::Pending)) { WAITING } else { ENDED });
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}
