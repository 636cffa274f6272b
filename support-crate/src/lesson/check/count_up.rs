//! 12: counting from several threads without losing any.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use crate::units::{ms, secs};

use super::reply::{Exercise, Reply, Verdict, require};

const THREADS: usize = 4;
const TIMES: u64 = 50;
/// Loads that wait for company; after that an update has been lost or none will be.
const HELD: usize = 3;

/// A number that threads share, with the methods of std's `AtomicU64` that this exercise needs. A load now and then
/// waits for a load by another thread: what luck would do once in a while, it does every time.
pub struct Tally {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    value: u64,
    loads: u64,
    held: usize,
}

impl Tally {
    fn new() -> Self {
        Self { state: Mutex::default(), changed: Condvar::new() }
    }

    /// Reads the number.
    pub fn load(&self) -> u64 {
        let mut state = self.lock();
        let read = state.value;
        state.loads += 1;
        self.changed.notify_all();
        if state.held < HELD {
            state.held += 1;
            let loads = state.loads;
            drop(self.changed.wait_timeout_while(state, ms(20), |state| state.loads == loads));
        }
        read
    }

    /// Writes the number.
    pub fn store(&self, value: u64) {
        self.lock().value = value;
    }

    /// Adds to the number in one step that nobody can come between, and gives what it was before.
    pub fn fetch_add(&self, amount: u64) -> u64 {
        let mut state = self.lock();
        let before = state.value;
        state.value = before.wrapping_add(amount);
        before
    }

    /// Writes `new` if the number still is `current`; otherwise gives what it is now.
    ///
    /// # Errors
    /// The number, where it no longer was `current`.
    pub fn compare_exchange(&self, current: u64, new: u64) -> Result<u64, u64> {
        let mut state = self.lock();
        if state.value != current {
            return Err(state.value);
        }
        state.value = new;
        Ok(current)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks a function that adds 1 to a shared number so many times. Several threads call it at once: the number has to
/// be right in the end.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Tally};
/// fn count_up(tally: &Tally, times: u64) {
///     todo!()
/// }
/// assert!(check::count_up(count_up).sentence().contains("todo!()"));
/// ```
pub fn count_up<F>(theirs: F) -> Reply
where
    F: Fn(&Tally, u64) + Send + Sync + 'static,
{
    let endless = "a loop that tries again must look at the number again first";
    Exercise { name: "count_up", limit: secs(3), endless }.judge(move || judge(theirs))
}

fn judge(theirs: impl Fn(&Tally, u64) + Send + Sync + 'static) -> Verdict {
    let shared = Arc::new((Tally::new(), Tally::new(), theirs));
    (shared.2)(&shared.0, TIMES);
    let alone = shared.0.lock().value;
    require(alone == TIMES, || {
        format!("called once, by one thread, for {TIMES} times, it counted to {alone}")
    })?;
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let shared = shared.clone();
            thread::spawn(move || (shared.2)(&shared.1, TIMES))
        })
        .collect();
    let ends: Result<Vec<()>, _> = threads.into_iter().map(thread::JoinHandle::join).collect();
    ends.unwrap_or_else(|payload| std::panic::resume_unwind(payload));
    let (counted, expected) = (shared.1.lock().value, TIMES * THREADS as u64);
    require(counted >= expected, || {
        format!(
            "{THREADS} threads counted to {counted} instead of {expected}: {} updates were lost between a load and its \
             store",
            expected - counted
        )
    })?;
    require(counted == expected, || format!("{THREADS} threads counted to {counted}, beyond {expected}"))?;
    Ok(format!("{THREADS} threads counted to {expected}, and no update was lost"))
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Standing::*, assert_reply};
    use super::*;

    fn add(tally: &Tally, amount: u64) {
        tally.fetch_add(amount);
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&count_up(|_, _| todo!()), NotDone, "todo!()");
        let apart = |tally: &Tally, times: u64| (0..times).for_each(|_| tally.store(tally.load() + 1));
        assert_reply(&count_up(apart), Wrong, "updates were lost");
        let once = |tally: &Tally, _: u64| add(tally, 1);
        assert_reply(&count_up(once), Wrong, "it counted to 1");
        let one_too_many = |tally: &Tally, times: u64| (0..=times).for_each(|_| add(tally, 1));
        assert_reply(&count_up(one_too_many), Wrong, "it counted to 51");
        let lock_of_its_own = |tally: &Tally, times: u64| {
            let lock = Mutex::new(());
            for _ in 0..times {
                let _held = lock.lock().unwrap();
                tally.store(tally.load() + 1);
            }
        };
        assert_reply(&count_up(lock_of_its_own), Wrong, "updates were lost");
        let stores_a_total = |tally: &Tally, times: u64| tally.store(times);
        assert_reply(&count_up(stores_a_total), Wrong, "150 updates were lost");
    }

    #[test]
    fn accepts_every_mend() {
        assert_reply(&count_up(|tally, times| (0..times).for_each(|_| add(tally, 1))), Right, "no update");
        assert_reply(&count_up(add), Right, "no update was lost");
        let tries_again = |tally: &Tally, times: u64| {
            for _ in 0..times {
                let mut seen = tally.load();
                while let Err(now) = tally.compare_exchange(seen, seen + 1) {
                    seen = now;
                }
            }
        };
        assert_reply(&count_up(tries_again), Right, "no update was lost");
        static LOCK: Mutex<()> = Mutex::new(());
        let locked = |tally: &Tally, times: u64| {
            for _ in 0..times {
                let _held = LOCK.lock().unwrap();
                tally.store(tally.load() + 1);
            }
        };
        assert_reply(&count_up(locked), Right, "no update was lost");
    }
}
