//! A counter that shows whether the cells of a notebook share one copy of this crate.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts its own calls, from 1.
///
/// Called from two cells it gives 1, then 2. Were the crate linked into each cell anew, it would give 1 twice,
/// and a runtime or a thread pool started in one cell would be of no use in the next.
///
/// ```
/// # use concurrency_lab::probe::count;
/// assert_eq!((count(), count()), (1, 2));
/// ```
pub fn count() -> usize {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    CALLS.fetch_add(1, Ordering::Relaxed) + 1
}
