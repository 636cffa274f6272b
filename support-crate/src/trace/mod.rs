//! The recorder: what tasks do, when, on which core, thread and process, on one monotonic clock.
//!
//! Recording is off by default and then costs one relaxed load. While it is on, every thread appends to chunks
//! of its own (see `buffer.rs`); a lock is taken only where a thread needs its next chunk or gives a label.
//!
//! Who calls what:
//! - models: [`task`], [`task_async`] around each task, [`ready`] where one is handed over;
//! - workloads: [`waiting`] around a wait that blocks the thread;
//! - processes: [`hold_for_fork`] around `fork`, [`child_started`] after it, [`hide_thread`] in threads that only
//!   carry messages, [`flag_for_child`] and [`follow`] with each message to a
//!   child, [`take_for_parent`] with each answer, [`absorb`] on what came back;
//! - readers: [`step!`](crate::step) and [`watch`].

mod buffer;
mod child;
mod clock;
mod cost;
mod event;
mod future;
mod recorder;
mod recording;
mod sampler;
mod session;

pub use child::{
    ForkGuard, absorb, flag_for_child, follow, hold_for_fork, name_process, name_process_after,
    take_for_parent,
};
pub use clock::now;
pub use cost::Cost;
pub use event::{Event, Kind, Reading, Who};
pub use future::{Watched, task_async, watch};
pub use recording::{ContextSwitches, Recording, Thread};
pub use sampler::{child_started, hide_thread};
pub use session::{CAPACITY, Session};

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use future::Restore;

/// Whether a recording is under way in this process.
#[inline]
pub fn is_recording() -> bool {
    recorder::current() != 0
}

/// Records that a task is ready to run: it was handed to a model and waits for its turn.
pub fn ready(index: usize) {
    recorder::record(Who::task(index), Kind::Ready, Event::NO_LABEL, false);
}

/// Runs one task's blocking form and records running and done for it.
pub fn task<T>(index: usize, run: impl FnOnce() -> T) -> T {
    if !is_recording() {
        return run();
    }
    let who = Who::task(index);
    recorder::record(who, Kind::Running, Event::NO_LABEL, false);
    let mut ending = Ending { who, kind: Kind::Dropped, _outer: Restore(recorder::set_task(Some(who))) };
    let result = run();
    ending.kind = Kind::Done;
    result
}

/// Records how a task ended, also when it panics.
struct Ending {
    who: Who,
    kind: Kind,
    _outer: Restore,
}

impl Drop for Ending {
    fn drop(&mut self) {
        recorder::record(self.who, self.kind, Event::NO_LABEL, false);
    }
}

/// Records the running task as waiting while `wait` blocks the thread.
pub fn waiting<T>(wait: impl FnOnce() -> T) -> T {
    if !is_recording() {
        return wait();
    }
    let who = recorder::current_task().unwrap_or(Who::THREAD);
    recorder::record(who, Kind::Blocked, Event::NO_LABEL, false);
    let _running_again = RunningAgain(who);
    wait()
}

struct RunningAgain(Who);

impl Drop for RunningAgain {
    fn drop(&mut self) {
        recorder::record(self.0, Kind::Running, Event::NO_LABEL, false);
    }
}

/// Records a labelled mark in the current task or thread.
pub fn mark(label: &str) {
    if !is_recording() {
        return;
    }
    let who = recorder::current_task().or_else(tokio_task).unwrap_or(Who::THREAD);
    recorder::record(who, Kind::Mark, recorder::label(label), true);
}

/// Prints a line and records it as a labelled mark; [`step!`](crate::step) calls this.
///
/// Both happen while nobody else can print, so that steps are recorded in the order in which they are printed.
pub fn step(label: &str) {
    let mut out = std::io::stdout().lock();
    mark(label);
    if !SILENT.load(Ordering::Relaxed) {
        // Where nobody reads any more, nobody misses the line.
        let _ = writeln!(out, "{label}");
    }
}

/// Steps are recorded but not printed, while a program is run many times for its record alone.
static SILENT: AtomicBool = AtomicBool::new(false);

/// Runs `run`, whose steps are recorded and not printed. Threads it leaves behind print again once it has returned.
pub(crate) fn silently<T>(run: impl FnOnce() -> T) -> T {
    struct Aloud;
    impl Drop for Aloud {
        fn drop(&mut self) {
            SILENT.store(false, Ordering::Relaxed);
        }
    }
    SILENT.store(true, Ordering::Relaxed);
    let _aloud_again = Aloud;
    run()
}

/// The reader's own tokio task, by tokio's number, which it shows only as text.
fn tokio_task() -> Option<Who> {
    Some(Who::tokio(tokio::task::try_id()?.to_string().parse().ok()?))
}

/// Prints a line, as `println!` does, and records it as a labelled mark.
#[macro_export]
macro_rules! step {
    ($($part:tt)*) => {{
        $crate::trace::step(&format!($($part)*));
    }};
}
