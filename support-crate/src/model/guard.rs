//! A task's panic becomes an error: its message is kept, and no backtrace lands on the reader's screen.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use crate::error::Error;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs task `index` and turns its panic, or the error it returns, into one sentence that names the task.
pub(super) fn caught<T>(index: usize, run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    match quietly(|| catch_unwind(AssertUnwindSafe(run))) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(in_task(index, &error)),
        Err(payload) => Err(panicked(index, payload.as_ref())),
    }
}

/// The error of task `index`, with the task named.
pub(super) fn in_task(index: usize, error: &Error) -> Error {
    Error::new(error.kind(), format!("task {index}: {error}"))
}

/// The panic of task `index` as an error.
pub(super) fn panicked(index: usize, payload: &(dyn Any + Send)) -> Error {
    Error::failed(format!("task {index} panicked: {}", message(payload)))
}

/// What a panic said.
pub(crate) fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no message)")
}

/// Runs `run` while panics of this thread print nothing.
pub(crate) fn quietly<T>(run: impl FnOnce() -> T) -> T {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            QUIET.set(self.0);
        }
    }
    install();
    let _restore = Restore(QUIET.replace(true));
    run()
}

/// From now on panics of this thread print nothing: for threads that run nothing but tasks.
pub(super) fn quiet_thread() {
    install();
    QUIET.set(true);
}

/// Puts a hook before the one in force: it passes on every panic but those of quiet threads.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            // A thread that is ending may have lost its flag already: then its panic is shown.
            if !QUIET.try_with(Cell::get).unwrap_or(false) {
                previous(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_names_its_task_and_keeps_its_message() {
        let error = caught::<()>(17, || panic!("{} is too much", 9)).unwrap_err();
        assert_eq!(error.to_string(), "task 17 panicked: 9 is too much");
        let error = caught::<()>(3, || std::panic::panic_any(5)).unwrap_err();
        assert_eq!(error.to_string(), "task 3 panicked: (no message)");
    }

    #[test]
    fn quiet_ends_with_the_task() {
        let _ = caught::<()>(0, || panic!("hidden"));
        assert!(!QUIET.get());
        quietly(|| {
            let _ = caught::<()>(0, || panic!("hidden"));
            assert!(QUIET.get(), "an inner task must not end the outer quiet");
        });
        assert!(!QUIET.get());
    }
}
