//! Record what tasks, threads and processes do, and read the recording: who was on a core when.
//!
//! A [`Session`] records everything between its start and its end, on one monotonic clock: what code says of itself
//! ([`task`], [`waiting`], [`watch`], [`step!`]), and, by a light sampler, how much time every thread and every child
//! process spent on a core, whether it says anything or not. A [`Trace`] reads the [`Recording`] as stretches of time,
//! [`rows`] sorts these by task or by core, and [`Facts`] are the numbers that it proves.
//!
//! Between two readings of a thread's processor time only their difference is known: how long the thread was on a core,
//! not when. Such a stretch stays one [`Span`] that carries this amount; nothing is made up about the order within it.
//!
//! ```
//! use film::{By, Session, Trace, rows, step};
//!
//! let session = Session::start()?;
//! let left = std::thread::spawn(|| step!("left is here"));
//! let right = std::thread::spawn(|| step!("right is here"));
//! left.join().unwrap();
//! right.join().unwrap();
//! let trace = Trace::new(session.finish());
//!
//! for row in rows(&trace, By::Task) {
//!     let on_core: u64 = row.spans.iter().map(|span| span.on_core).sum();
//!     println!("{}: {} ns on a core, {} steps", row.name, on_core, row.steps.len());
//! }
//! # assert_eq!(trace.steps.len(), 2);
//! # Ok::<(), film::AlreadyRecording>(())
//! ```
//!
//! Recording is off by default and then costs one relaxed load. While it is on, every thread fills a block of its own
//! without a lock.
//!
//! Who calls what:
//! - whoever runs tasks: [`task`] or [`task_async`] around each, [`ready`] where one is handed over, [`waiting`] around
//!   a wait that blocks the thread;
//! - whoever starts processes: [`hold_for_fork`] around `fork`, [`child_started`] after it, [`hide_thread`] in threads
//!   that only carry messages, [`flag_for_child`] and [`follow`] with each message to a child, [`take_for_parent`] with
//!   each answer, [`absorb`] on what came back;
//! - everybody else: [`step!`] and [`watch`], and [`computing`] in long computations.

mod error;
mod event;
mod read;
mod record;
mod recording;
pub mod testing;

pub use error::AlreadyRecording;
pub use event::{Event, EventKind, Reading, Who};
pub use read::{
    Actor, By, Ending, Facts, Row, Span, State, Step, Trace, active_threads, packed, rows, thread_names,
};
pub use record::{
    ForkGuard, Session, Watched, absorb, child_started, computing, flag_for_child, follow, hide_thread,
    hold_for_fork, is_recording, mark, name_process, now, print_step, ready, stand_as, take_for_parent, task,
    task_async, waiting, watch,
};
pub use recording::{CAPACITY, Cost, Recording, Thread};

/// Prints a line, as `println!` does, and records it as a labelled mark.
#[macro_export]
macro_rules! step {
    ($($part:tt)*) => {{
        $crate::print_step(&format!($($part)*));
    }};
}
