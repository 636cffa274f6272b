//! The recorder: one switch for the process, a block of its own for every thread.

mod batch;
mod block;
mod child;
mod clock;
mod cost;
mod future;
mod recorder;
mod sampler;
mod session;
mod tasks;

pub use child::{
    ForkGuard, absorb, flag_for_child, follow, hold_for_fork, name_process, stand_as, take_for_parent,
};
pub use clock::now;
pub use future::{Watched, task_async, watch};
pub use sampler::{child_started, hide_thread};
pub use session::Session;
pub use tasks::{computing, is_recording, mark, print_step, ready, task, waiting};
