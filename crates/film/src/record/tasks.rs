//! What tasks, threads and readers' own code say of themselves.

use std::io::Write as _;

use super::future::Restore;
use super::recorder;
use crate::event::{EventKind, Who};

/// Whether a recording is under way in this process.
#[inline]
pub fn is_recording() -> bool {
    recorder::current() != 0
}

/// Records that a task is ready to run: it was handed to a model and waits for its turn.
pub fn ready(index: usize) {
    recorder::record(Who::Task(index as u32), EventKind::Ready);
}

/// Runs one task's blocking form and records running and done for it.
pub fn task<T>(index: usize, run: impl FnOnce() -> T) -> T {
    if !is_recording() {
        return run();
    }
    let who = Who::Task(index as u32);
    recorder::record(who, EventKind::Running);
    let mut ending = AtEnd(who, EventKind::Dropped);
    let _outer = Restore(recorder::TASK.replace(Some(who)));
    let result = run();
    ending.1 = EventKind::Done;
    result
}

/// Records what follows, also when there is a panic before.
struct AtEnd(Who, EventKind);

impl Drop for AtEnd {
    fn drop(&mut self) {
        recorder::record(self.0, self.1);
    }
}

/// Records the running task as waiting while `wait` blocks the thread.
pub fn waiting<T>(wait: impl FnOnce() -> T) -> T {
    if !is_recording() {
        return wait();
    }
    let who = recorder::TASK.get().unwrap_or(Who::Thread);
    recorder::record(who, EventKind::Blocked);
    let _running_again = AtEnd(who, EventKind::Running);
    wait()
}

/// Tells the recorder that the calling thread computes and has the core right now. To be called as often as every
/// microsecond: the more of these there are, the finer a film shows when the system took the core away.
#[inline]
pub fn computing() {
    recorder::tick();
}

/// Records a labelled mark in the current task or thread.
pub fn mark(label: &str) {
    if !is_recording() {
        return;
    }
    let who = recorder::TASK.get().or_else(tokio_task).unwrap_or(Who::Thread);
    recorder::record_with(who, EventKind::Mark, Some(label.into()), true);
}

/// Prints a line and records it as a labelled mark; [`step!`](crate::step!) calls this.
///
/// Both happen while nobody else can print, so that steps are recorded in the order in which they are printed.
pub fn print_step(label: &str) {
    let mut out = std::io::stdout().lock();
    mark(label);
    if !recorder::is_quiet() {
        // Where nobody reads any more, nobody misses the line.
        let _ = writeln!(out, "{label}");
    }
}

/// The reader's own tokio task, by tokio's number, which it shows only as text.
fn tokio_task() -> Option<Who> {
    Some(Who::Tokio(tokio::task::try_id()?.to_string().parse().ok()?))
}
