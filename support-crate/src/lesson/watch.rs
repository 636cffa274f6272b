//! Runs a reader's function where it can do no harm: a panic, a deadlock or an endless loop ends there.
//!
//! It runs in a forked process, so whatever threads it leaves behind, and whatever it breaks, is gone with it.

use std::time::Duration;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::lock::{self, Waiter};
use crate::process::{self, Crash, panics};

/// Why a watched function did not return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Fault {
    /// It met a `todo!()` or `unimplemented!()`.
    NotDone,
    /// A wait for a lock closed a circle, and was broken up.
    Deadlock(Vec<Waiter>),
    /// It would never have ended; by what that was seen.
    Endless(String),
    /// It panicked, its process ended otherwise or could not be started: in words.
    Ended(String),
}

/// Runs `work` under watch for at most `limit`.
pub(crate) fn watch<T>(limit: Duration, work: impl FnOnce() -> T) -> Result<T, Fault>
where
    T: Serialize + DeserializeOwned + 'static,
{
    let watched = process::fork(|| {
        panics::keep();
        lock::forget_threads();
        // Rayon's threads did not come along: those of a pool made here take their place.
        let _pool = rayon::ThreadPoolBuilder::new().use_current_thread().build();
        let ended = panics::catch(work);
        if let Some(circle) = lock::deadlock() {
            return Err(Fault::Deadlock(circle));
        }
        // The panic that reached us may only be the echo of one on another thread: the first one tells more.
        ended.map_err(|panic| panicked(&panics::first().unwrap_or(panic.message)))
    });
    watched.join_within(limit).unwrap_or_else(|crash| {
        Err(match crash {
            Crash::Panicked(message) => panicked(&message),
            Crash::TimedOut(_) => Fault::Endless(format!("it had not come back after {} s", limit.as_secs())),
            // All its threads waited, for one another or for what nobody would send.
            Crash::Deadlocked => Fault::Endless("it waited for something that never came".into()),
            crash => Fault::Ended(crash.to_string()),
        })
    })
}

fn panicked(message: &str) -> Fault {
    // What `todo!()` and `unimplemented!()` say.
    if message.starts_with("not yet implemented") || message.starts_with("not implemented") {
        return Fault::NotDone;
    }
    Fault::Ended(format!("it panicked: {message}"))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering::SeqCst};

    use super::*;
    use crate::units::{ms, secs};

    #[test]
    fn tells_a_value_a_stub_and_a_panic() {
        assert_eq!(watch(secs(5), || 7), Ok(7));
        assert_eq!(watch::<u8>(secs(5), || todo!()), Err(Fault::NotDone));
        assert_eq!(watch::<u8>(secs(5), || todo!("later")), Err(Fault::NotDone));
        assert_eq!(watch::<u8>(secs(5), || panic!("no")), Err(Fault::Ended("it panicked: no".into())));
    }

    #[test]
    fn tells_the_panic_that_came_first() {
        let echo = || std::thread::spawn(|| -> u8 { todo!() }).join().unwrap();
        assert_eq!(watch(secs(5), echo), Err(Fault::NotDone));
    }

    #[test]
    fn outlives_a_function_that_never_ends() {
        let forever = || -> u8 {
            loop {
                std::thread::park();
            }
        };
        let told = "it had not come back after 0 s".to_owned();
        assert_eq!(watch(ms(50), forever), Err(Fault::Endless(told)));
    }

    #[test]
    fn lends_rayon_threads_though_those_of_this_process_do_not_come_along() {
        use rayon::prelude::*;
        let doubled = || (0..9_u8).into_par_iter().map(|one| 2 * one).collect::<Vec<_>>();
        assert_eq!(watch(secs(5), doubled), Ok(doubled()));
        assert_eq!(watch(secs(5), doubled), Ok(doubled()));
    }

    #[test]
    fn outlives_a_function_that_ends_its_process() {
        let told = Crash::Exited(3).to_string();
        assert_eq!(watch(secs(5), || -> u8 { std::process::exit(3) }), Err(Fault::Ended(told)));
    }

    #[test]
    fn what_it_changes_stays_there() {
        static COUNT: AtomicU8 = AtomicU8::new(0);
        assert_eq!(watch(secs(5), || COUNT.fetch_add(1, SeqCst) + 1), Ok(1));
        assert_eq!(COUNT.load(SeqCst), 0);
    }
}
