//! Runs a reader's function where it can do no harm: a panic, a deadlock or an endless loop ends there.
//!
//! It runs in a forked process, so whatever threads it leaves behind, and whatever it breaks, is gone with it.

use std::time::Duration;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::lock::{self, Waiter};
use crate::process::{self, Crash, panics};

/// How a watched function ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending<T> {
    /// It returned.
    Value(T),
    /// It met a `todo!()` or `unimplemented!()`.
    NotDone,
    /// It panicked, with the message of the first panic.
    Panicked(String),
    /// It had not returned when the time was over.
    TimedOut,
    /// A wait for a lock closed a circle, and was broken up.
    Deadlock(Vec<Waiter>),
    /// All its threads waited without end, for one another or for what nobody would send.
    Stuck,
    /// Its process ended otherwise, or could not be started.
    Ended(Crash),
}

/// What the watched process sends home.
#[derive(Serialize, Deserialize)]
enum Message<T> {
    Value(T),
    Deadlock(Vec<Waiter>),
    Panicked(String),
}

/// Runs `work` under watch for at most `limit`.
pub(crate) fn watch<T>(limit: Duration, work: impl FnOnce() -> T) -> Ending<T>
where
    T: Serialize + DeserializeOwned + 'static,
{
    let watched = process::fork(|| {
        panics::keep();
        lock::forget_threads();
        let ended = panics::catch(work);
        if let Some(circle) = lock::deadlock() {
            return Message::Deadlock(circle);
        }
        match ended {
            Ok(value) => Message::Value(value),
            // The panic that reached us may only be the echo of one on another thread: the first one tells more.
            Err(panic) => Message::Panicked(panics::first().unwrap_or(panic.message)),
        }
    });
    match watched.join_within(limit) {
        Ok(Message::Value(value)) => Ending::Value(value),
        Ok(Message::Deadlock(circle)) => Ending::Deadlock(circle),
        Ok(Message::Panicked(message)) | Err(Crash::Panicked(message)) => {
            if is_unfinished(&message) {
                Ending::NotDone
            } else {
                Ending::Panicked(message)
            }
        }
        Err(Crash::TimedOut(_)) => Ending::TimedOut,
        Err(Crash::Deadlocked) => Ending::Stuck,
        Err(crash) => Ending::Ended(crash),
    }
}

/// Whether a panic's message is that of `todo!()` or `unimplemented!()`.
fn is_unfinished(message: &str) -> bool {
    message.starts_with("not yet implemented") || message.starts_with("not implemented")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering::SeqCst};

    use super::*;
    use crate::units::{ms, secs};

    #[test]
    fn tells_a_value_a_stub_and_a_panic() {
        assert_eq!(watch(secs(5), || 7), Ending::Value(7));
        assert_eq!(watch::<u8>(secs(5), || todo!()), Ending::NotDone);
        assert_eq!(watch::<u8>(secs(5), || todo!("later")), Ending::NotDone);
        assert_eq!(watch::<u8>(secs(5), || panic!("no")), Ending::Panicked("no".into()));
    }

    #[test]
    fn tells_the_panic_that_came_first() {
        let echo = || std::thread::spawn(|| -> u8 { todo!() }).join().unwrap();
        assert_eq!(watch(secs(5), echo), Ending::NotDone);
    }

    #[test]
    fn outlives_a_function_that_never_ends() {
        let forever = || -> u8 {
            loop {
                std::thread::park();
            }
        };
        assert_eq!(watch(ms(50), forever), Ending::TimedOut);
    }

    #[test]
    fn outlives_a_function_that_ends_its_process() {
        assert_eq!(watch(secs(5), || -> u8 { std::process::exit(3) }), Ending::Ended(Crash::Exited(3)));
    }

    #[test]
    fn what_it_changes_stays_there() {
        static COUNT: AtomicU8 = AtomicU8::new(0);
        assert_eq!(watch(secs(5), || COUNT.fetch_add(1, SeqCst) + 1), Ending::Value(1));
        assert_eq!(COUNT.load(SeqCst), 0);
    }
}
