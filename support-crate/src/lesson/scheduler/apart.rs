//! Runs a program's schedules in a process of their own, where they can do no harm and print nothing.

use std::fs::File;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, dup2_stderr, dup2_stdout};
use schedule::{Found, Program, Refused, Search};
use serde::{Serialize, de::DeserializeOwned};

use crate::process;
use crate::stop::stop_asked;
use crate::units::{ms, secs};

/// How long a search goes on.
const LIMIT: Duration = secs(10);
/// When a process that does not come back is ended.
const END: Duration = secs(13);

/// Explores a program for up to ten seconds, or until the reader stops the cell.
pub(super) fn search(program: Program, schedules: usize) -> Result<Found, String> {
    let begun = Instant::now();
    let goes_on = || !stop_asked() && begun.elapsed() < LIMIT;
    apart(|| schedule::explore(program, Search { schedules, goes_on: &goes_on }))
}

/// What `work` gives, or why there is nothing.
pub(crate) fn apart<T>(work: impl FnOnce() -> Result<T, Refused>) -> Result<T, String>
where
    T: Serialize + DeserializeOwned + 'static,
{
    within(END, work)
}

fn within<T>(end: Duration, work: impl FnOnce() -> Result<T, Refused>) -> Result<T, String>
where
    T: Serialize + DeserializeOwned + 'static,
{
    schedule::prepare();
    let started = Instant::now();
    let child = process::fork(|| {
        // A program may print by ways that are not under control, and shuttle tells of deadlocks.
        if let Ok(nowhere) = File::options().write(true).open("/dev/null") {
            let _ = (dup2_stdout(&nowhere), dup2_stderr(&nowhere));
        }
        work()
    });
    let mut asked = None;
    while !child.is_finished() {
        if stop_asked() && asked.is_none() {
            asked = Some(Instant::now());
            // The signal that the stop button sends: a search then hands over what it has found.
            let _ = kill(Pid::from_raw(child.pid().cast_signed()), Signal::SIGINT);
        }
        if asked.is_some_and(|asked| asked.elapsed() > ms(300)) {
            child.kill();
            return Err("stopped by you".to_owned());
        }
        if started.elapsed() > end {
            child.kill();
            return Err(format!(
                "it had not come back after {} s: a thread loops or waits without a step on anything that threads share, so \
                 nobody else can go on; let the loop read an atomic, or end it",
                end.as_secs()
            ));
        }
        sleep(ms(1));
    }
    match child.join() {
        Ok(result) => result.map_err(|refused| refused.to_string()),
        Err(crash) => Err(crash.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_comes_back_is_ended_and_what_it_prints_is_not_seen() {
        let said = within(ms(100), || -> Result<(), Refused> {
            loop {
                println!("never seen");
                std::hint::spin_loop();
            }
        });
        assert!(said.unwrap_err().starts_with("it had not come back after 0 s: a thread loops"));
        assert_eq!(within(secs(5), || Ok(7)), Ok(7));
        let crash = within(secs(5), || -> Result<(), Refused> { std::process::abort() });
        assert!(crash.unwrap_err().contains("signal 6"));
    }
}
