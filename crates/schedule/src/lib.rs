//! Be the scheduler of ordinary concurrent Rust: find every order of its operations, replay one from a short word.
//!
//! Code in [`replayed!`] is written for the standard library, and not changed. Its threads run one at a time on one thread of the
//! system, and at each operation on something that they share ([`controlled`] lists what) a scheduler decides who goes on.
//! [`explore`] tries all orders, or many where there are too many; [`replay`] runs the one that a word stands for; [`steer`] lets
//! you decide.
//!
//! It is built on [shuttle](https://docs.rs/shuttle), whose threads, locks and channels these are; its own are the search that
//! tries few pre-emptions first and leaves out what cannot be seen, the places in the source, and the words.
//!
//! # What it cannot show
//!
//! - All operations have one order that all threads agree on (sequential consistency), whatever `Ordering` they name: what only weak
//!   memory does is not found.
//! - A sleep ends at any moment, a wait of the standard library with a limit never runs out (tokio's `timeout` may, at any
//!   moment), a `Condvar` never wakes without a notification, and
//!   `compare_exchange_weak` never fails without a reason.
//! - Of `tokio::select!` the first branch that is ready is taken, where tokio picks one by chance.
//! - A thread that reads the same value three times in a row is taken for one that waits: others go on.
//! - There is no `AtomicPtr`. Who leads a `Barrier` and who runs a `Once` is not tried in other orders; a `OnceLock` or `LazyLock` in a
//!   `static` keeps its value from one order to the next.
//! - A thread's panic ends the run.
//! - Threads that others start (a pool of rayon, a runtime of tokio, processes) are nobody's to order: what they do is not seen.
//!
//! A failed run leaves the stacks of threads that had not ended in memory: run many in a process of their own.

pub mod controlled;
mod deadlock;
mod guide;
mod program;
mod refused;
mod replay;
mod run;
mod search;
mod token;

pub use deadlock::{Wait, circle};
pub use guide::{Decisive, MOST_STEPS, Outcome, Trace, prepare};
pub use program::Program;
pub use refused::Refused;
pub use replay::{replay, steer};
pub use run::{Choice, Place, Step};
pub use search::{Ending, Found, Search, explore};
