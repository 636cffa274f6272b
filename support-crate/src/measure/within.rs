//! One run of a model that may be given up: on a thread that can be left behind, and timed there.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam::channel::{RecvTimeoutError, Sender, bounded, unbounded};
use nix::unistd::{Pid, gettid};

use crate::error::{Error, ErrorKind};
use crate::machine::Usage;
use crate::model::{Deadline, Progress, Runner};
use crate::process::panics::{self, Panic};
use crate::stop::stop_asked;
use crate::workload::BoxedOutput;

/// How long after its deadline, or after a stop, a run may still say itself how it was given up.
const GRACE: Duration = Duration::from_millis(200);
/// How often other threads are let in before a run begins. Where there is none to let in that takes a few microseconds.
const SETTLING: usize = 16;
/// How often whoever waits looks for the stop button.
const LOOK: Duration = Duration::from_millis(50);

/// A run that ended in time.
pub(crate) struct Timed {
    /// Seconds by the monotonic clock.
    pub(crate) wall: f64,
    /// What the run used; the thread that waited for it is left out.
    pub(crate) used: Usage,
}

type Task = Box<dyn FnOnce() + Send>;

/// A thread that runs one thing after the other for a thread that waits. Kept alive: starting one costs more than a
/// short run takes.
#[derive(Default)]
pub(crate) struct SideThread {
    tasks: Option<Sender<Task>>,
}

impl SideThread {
    /// Runs `run` on the thread and waits for it; `None` when it was not done by `until`, and then the thread is left
    /// to it and the next call has a new one. Little time is left when the reader stops the cell.
    ///
    /// # Errors
    /// The system refuses a thread.
    pub(crate) fn call<T: Send + 'static>(
        &mut self,
        mut until: Instant,
        run: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Option<T>, Error> {
        let (done, answer) = bounded(1);
        // Nobody listens any more when it was given up.
        let task: Task = Box::new(move || drop(done.send(run())));
        let tasks = self.tasks.take().map_or_else(start, Ok)?;
        tasks.send(task).map_err(|_| Error::failed("the thread of a run ended before it"))?;
        let mut stopped = false;
        let answer = loop {
            if stop_asked() && !stopped {
                (stopped, until) = (true, until.min(Instant::now() + GRACE));
            }
            let left = until.saturating_duration_since(Instant::now());
            match answer.recv_timeout(left.min(LOOK)) {
                Err(RecvTimeoutError::Timeout) if left > LOOK => {}
                answer => break answer.ok(),
            }
        };
        self.tasks = answer.is_some().then_some(tasks);
        Ok(answer)
    }
}

fn start() -> Result<Sender<Task>, Error> {
    let (tasks, waiting) = unbounded::<Task>();
    let run = move || waiting.into_iter().for_each(|task| task());
    let started = thread::Builder::new().name("runs".to_owned()).spawn(run);
    let refused = |error| Error::unavailable(format!("the system refused a thread for the runs: {error}"));
    started.map(|_| tasks).map_err(refused)
}

/// What became of the other tasks of a run on threads.
const NOT_BEGUN: &str = "the rest was not begun";

/// The runner, unless a run did not come back, and the values of its tasks with what they cost.
type Ran = (Option<Runner>, Result<(Vec<BoxedOutput>, Timed), Error>);

/// Runs every task once within `limit`, and keeps `progress`. Returns the runner for the next run, unless this one did not come back, and the
/// values with what they cost.
pub(crate) fn run(
    side: &mut SideThread,
    mut runner: Runner,
    progress: &Arc<Progress>,
    limit: Duration,
) -> Ran {
    let workers = runner.pids();
    let deadline = Deadline::after(limit);
    let (watched, here) = (progress.clone(), gettid());
    let in_processes = !workers.is_empty();
    let timed = move |waiting: Option<Pid>| {
        // Threads of the run before that are still on their way to rest would be counted in this one.
        (0..SETTLING).for_each(|_| thread::yield_now());
        let before = Usage::now(&workers, waiting);
        let start = Instant::now();
        let values = caught(|| runner.run_until(Some(deadline), &watched));
        let wall = start.elapsed().as_secs_f64();
        let used = Usage::now(&workers, waiting).since(&before);
        (Some(runner), values.map(|values| (values, Timed { wall, used })))
    };
    // Worker processes can be killed: no thread need be left behind, and their parent stays the thread that lives on.
    if in_processes {
        return timed(None);
    }
    match side.call(deadline.at + GRACE, move || timed(Some(here))) {
        Ok(Some((runner, Err(error)))) if error.kind() == ErrorKind::Stopped => {
            (runner, Err(progress.given_up(limit, NOT_BEGUN)))
        }
        Ok(Some(ran)) => ran,
        Ok(None) => (None, Err(progress.given_up(limit, NOT_BEGUN))),
        Err(error) => (None, Err(error)),
    }
}

/// A panic of a workload's own code outside its tasks, as an error.
pub(crate) fn caught<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let failed = |panic: Panic| Err(Error::failed(format!("panicked: {}", panic.message)));
    panics::catch(run).unwrap_or_else(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Hosts, Model};
    use crate::workload::{Compute, Workload};

    #[test]
    fn what_does_not_come_back_is_left_and_the_next_runs() {
        let mut side = SideThread::default();
        let soon = || Instant::now() + Duration::from_secs(30);
        let first = side.call(soon(), || thread::current().id()).unwrap().unwrap();
        assert_eq!(side.call(soon(), || thread::current().id()).unwrap(), Some(first), "it is kept");
        let (open, gate) = bounded::<()>(0);
        let stuck = side.call(Instant::now(), move || gate.recv().is_ok()).unwrap();
        assert_eq!(stuck, None);
        assert_ne!(side.call(soon(), || thread::current().id()).unwrap(), Some(first));
        drop(open);
    }

    #[test]
    fn a_run_is_charged_what_it_used_and_not_what_waited_for_it() {
        let work = Arc::new(Compute::new(1, |_| ())).erased();
        let runner = Runner::start(Model::Sequential, work, &Hosts::Here).unwrap();
        let mut side = SideThread::default();
        let (runner, ran) = run(&mut side, runner, &Progress::new(1, false), Duration::from_secs(30));
        let (values, timed) = ran.unwrap();
        assert!(runner.is_some() && values.len() == 1 && timed.wall > 0.0);
    }

    #[test]
    fn threads_that_go_to_rest_are_not_counted_in_the_next_run() {
        // In a process of its own, which stays on one core: the threads come to rest when this one lets them.
        let gave_way = crate::process::spawn(|| {
            let work = || Arc::new(Compute::new(8, |_| crate::workload::busy(crate::units::ms(1)))).erased();
            let runs = || {
                let [threads, alone] = [Model::Threads(8), Model::Sequential]
                    .map(|model| Runner::start(model, work(), &Hosts::Here).unwrap());
                let mut side = SideThread::default();
                let limit = Duration::from_secs(30);
                let (mut threads, mut alone, mut gave_way) = (Some(threads), Some(alone), Vec::new());
                for _ in 0..9 {
                    threads = run(&mut side, threads.take().unwrap(), &Progress::new(8, false), limit).0;
                    let (back, ran) = run(&mut side, alone.take().unwrap(), &Progress::new(8, false), limit);
                    alone = back;
                    gave_way.push(ran.unwrap().1.used.voluntary);
                }
                gave_way.sort_unstable();
                gave_way[4]
            };
            crate::machine::on_cores([crate::machine::first_core()], runs).unwrap()
        });
        assert_eq!(gave_way.join().unwrap(), 0);
    }
}
