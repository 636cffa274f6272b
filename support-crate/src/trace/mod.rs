//! The recorder: what tasks do, when, on which core, thread and process, on one monotonic clock.
//!
//! Recording is off by default and then costs one relaxed load. While it is on, every thread appends to chunks
//! of its own (see `buffer.rs`); a lock is taken only where a thread needs its next chunk or gives a label.
//!
//! Who calls what:
//! - models: [`task`], [`task_async`] around each task, [`ready`] where one is handed over;
//! - workloads: [`waiting`] around a wait that blocks the thread;
//! - processes: [`hold_for_fork`] around `fork`, [`flag_for_child`] and [`follow`] with each message to a
//!   child, [`take_for_parent`] with each answer, [`absorb`] on what came back;
//! - readers: [`step!`](crate::step) and [`watch`].

mod future;

pub use future::{Watched, task_async, watch};

/// Whether a recording is under way in this process.
pub fn is_recording() -> bool {
    false
}

/// Records that a task is ready to run: it was handed to a model and waits for its turn.
pub fn ready(_index: usize) {}

/// Runs one task's blocking form and records running and done for it.
pub fn task<T>(_index: usize, run: impl FnOnce() -> T) -> T {
    run()
}

/// Records the running task as waiting while `wait` blocks the thread.
pub fn waiting<T>(wait: impl FnOnce() -> T) -> T {
    wait()
}

/// Records a labelled mark in the current task or thread.
pub fn mark(_label: &str) {}

/// What a child needs to know in order to record for this process: 0 while recording is off.
pub fn flag_for_child() -> u64 {
    0
}

/// In a child process: records for the parent's recording of that [`flag_for_child`] from now on; 0 stops.
/// Calling it again with the same flag changes nothing, so it may come with every message.
pub fn follow(_flag: u64) {}

/// In a child process: what its row is called ("do_first"); otherwise it is "process 1", "process 2", …
pub fn name_process(_name: &str) {}

/// The recorder held still while this process forks, so that the child inherits no lock of another thread.
#[must_use]
pub struct ForkGuard(());

/// Holds the recorder still around a `fork`: drop the guard in the parent, call [`ForkGuard::in_child`] in the child.
pub fn hold_for_fork() -> ForkGuard {
    ForkGuard(())
}

impl ForkGuard {
    /// In the child: forgets what the parent recorded and goes on recording if the parent does.
    pub fn in_child(self) {}
}

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
