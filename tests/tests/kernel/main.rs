//! The kernel as a reader meets it. One program for all these tests: while one of them waits for a compiler, others run.

mod any_evcxr;
mod cells;
mod completion;
mod failing_runs;
mod faults;
mod mistakes;
mod processes;
mod stop;

use std::sync::{LazyLock, Mutex, MutexGuard};

use lab_tests::kernel::Kernel;

type Shared = LazyLock<Mutex<Kernel>>;

/// One kernel for the tests that only run cells: starting one costs seconds.
static KERNEL: Shared = LazyLock::new(|| Mutex::new(Kernel::start()));

fn locked(kernel: &'static Shared) -> MutexGuard<'static, Kernel> {
    kernel.lock().unwrap_or_else(|failed| failed.into_inner())
}
