//! What a program finds under the name `std`: the standard library, with everything that threads share under control.

pub use ::std::*;

pub mod atomic;
mod lock;
pub mod mpsc;
mod print;
mod tasks;
mod threads;
pub mod tokio;

#[doc(hidden)]
pub use ::tokio::select as tokio_select;
pub use print::print;
pub use shuttle::thread_local;

/// `std::sync` under control.
pub mod sync {
    pub use super::atomic;
    pub use super::lock::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
    pub use super::mpsc;
    pub use shuttle::sync::{Barrier, BarrierWaitResult, Once, OnceState};
    pub use std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak};
    // Made once for all orders, and without a turn for others.
    pub use std::sync::{LazyLock, OnceLock};
}

/// `std::thread` under control.
pub mod thread {
    pub use super::threads::*;
}

/// `std::hint` under control.
pub mod hint {
    pub use std::hint::{assert_unchecked, black_box, unreachable_unchecked};

    /// Lets another thread go on, as one that waits in a loop should.
    pub fn spin_loop() {
        shuttle::thread::yield_now();
    }
}
