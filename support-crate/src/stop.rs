//! The stop button: whether the reader wants the running cell to end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGCONT, SIGINT};
use signal_hook::flag;

use crate::error::Error;

static ASKED: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

/// Whether the stop button was pressed while this cell ran. Everything here that measures or waits looks at it; so can a
/// loop of the reader's own, which is ended together with all variables if it does not.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let mut turns = 0;
/// while !stop_asked() && turns < 1_000 {
///     turns += 1;
/// }
/// assert_eq!(turns, 1_000);
/// ```
pub fn stop_asked() -> bool {
    ASKED.load(Ordering::Relaxed) != 0
}

/// [`stop_asked`] as an error, for what is left of a measurement.
pub(crate) fn check() -> Result<(), Error> {
    if stop_asked() { Err(Error::stopped("stopped by you")) } else { Ok(()) }
}

/// Leaves the reader's code, by a panic, if the cell is to end: films end at their next step.
#[doc(hidden)]
pub fn leave_if_asked() {
    if stop_asked() {
        std::panic::panic_any("stopped by you");
    }
}

/// Prints a line, as `println!` does, and marks this moment in a film: film's own `step!`, which the stop button ends.
///
/// ```
/// use concurrency_lab::prelude::*;
/// assert_eq!(film(|| step!("half of {}", 84)).steps(), ["half of 84"]);
/// ```
#[macro_export]
macro_rules! step {
    ($($part:tt)*) => {{
        $crate::trace::print_step(&format!($($part)*));
        $crate::stop::leave_if_asked();
    }};
}

/// From now on the kernel's signals are heard: the lab's kernel sends one for the stop button, and one as each cell begins.
pub(crate) fn listen() {
    // Where a handler is refused, the stop button ends the process, as it does in every other kernel.
    let _ = flag::register_usize(SIGINT, ASKED.clone(), 1);
    let _ = flag::register_usize(SIGCONT, ASKED.clone(), 0);
}
