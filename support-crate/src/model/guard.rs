//! A task's panic becomes an error: its message is kept, and no backtrace lands on the reader's screen.

use crate::error::Error;
use crate::process::panics;

/// Runs task `index` and turns its panic, or the error it returns, into one sentence that names the task.
pub(super) fn caught<T>(index: usize, run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    match panics::catch(run) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Error::new(error.kind(), format!("task {index}: {error}"))),
        Err(panic) => Err(Error::failed(format!("task {index} panicked: {}", panic.message))),
    }
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
}
