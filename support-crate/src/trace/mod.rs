//! The recorder: what tasks do, when, on which core, thread and process, on one monotonic clock.
//!
//! Recording is off by default and then costs one relaxed load. The signatures below are what models, workloads
//! and processes call; the implementation lives in the files beside this one.

use std::future::Future;

/// Whether a recording is under way in this process.
pub fn is_recording() -> bool {
    false
}

/// Runs one task's blocking form and records ready, running and done for it.
pub fn task<T>(_index: usize, run: impl FnOnce() -> T) -> T {
    run()
}

/// Wraps one task's async form: every poll is recorded as running, the time between polls as waiting.
pub async fn task_async<T>(_index: usize, future: impl Future<Output = T>) -> T {
    future.await
}

/// Records the running task as waiting while `wait` blocks the thread.
pub fn waiting<T>(wait: impl FnOnce() -> T) -> T {
    wait()
}

/// Records a labelled mark in the current task or thread.
pub fn mark(_label: &str) {}

/// In a child process: what was recorded since the last call, as bytes for the parent (empty when off).
pub fn take_for_parent() -> Vec<u8> {
    Vec::new()
}

/// In the parent: adds what a child recorded.
pub fn absorb(_bytes: &[u8]) {}

/// Prints a line, as `println!` does, and records it as a labelled mark.
#[macro_export]
macro_rules! step {
    ($($part:tt)*) => {{
        let label = format!($($part)*);
        println!("{label}");
        $crate::trace::mark(&label);
    }};
}
