//! What a program finds under the name `tokio`: its macros and what waits within one thread are tokio's own; tasks are under
//! control, and a sleep ends whenever the scheduler says so.

pub use ::tokio::{join, pin, sync, try_join};

pub use super::tasks::{block_on, spawn};
pub use crate::replayed_select as select;

/// `tokio::task` under control.
pub mod task {
    pub use super::super::tasks::{JoinHandle, spawn, spawn_local, yield_now};
}

/// `tokio::time` under control.
pub mod time {
    pub use super::super::tasks::{sleep, timeout};
    pub use std::time::Duration;
}

/// Waits for the first of several futures, those above first where several are ready.
#[doc(hidden)]
#[macro_export]
macro_rules! replayed_select {
    (biased; $($branches:tt)*) => { $crate::controlled::tokio_select! { biased; $($branches)* } };
    ($($branches:tt)*) => { $crate::controlled::tokio_select! { biased; $($branches)* } };
}
