//! 12: counting from several threads without losing any.

use super::reply::{Reply, judged, require};
use crate::lesson::monitor::Monitor;
use crate::lesson::threads::on_threads;
use crate::units::ms;

const THREADS: usize = 4;
const TIMES: u64 = 50;
/// Loads that wait for company; after that an update has been lost or none will be.
const HELD: u64 = 3;

/// A number that threads share, with the methods of std's `AtomicU64` that this exercise needs. A load now and then
/// waits for a load by another thread: what luck would do once in a while, it does every time.
#[derive(Debug, Default)]
pub struct Tally {
    state: Monitor<State>,
}

#[derive(Debug, Default)]
struct State {
    value: u64,
    loads: u64,
}

impl Tally {
    /// Reads the number.
    pub fn load(&self) -> u64 {
        let (read, loads) = self.state.with(|state| {
            state.loads += 1;
            (state.value, state.loads)
        });
        if loads <= HELD {
            self.state.wait_while(ms(20), |state| state.loads == loads);
        }
        read
    }

    /// Writes the number.
    pub fn store(&self, value: u64) {
        self.state.with(|state| state.value = value);
    }

    /// Adds to the number in one step that nobody can come between, and gives what it was before.
    pub fn fetch_add(&self, amount: u64) -> u64 {
        self.state.with(|state| {
            let before = state.value;
            state.value = before.wrapping_add(amount);
            before
        })
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
/// assert!(check::count_up(count_up).sentence.contains("todo!()"));
/// ```
pub fn count_up(theirs: impl Fn(&Tally, u64) + Sync) -> Reply {
    judged(&theirs, "look for a loop without an end", || {
        let (alone, shared) = (Tally::default(), Tally::default());
        theirs(&alone, TIMES);
        let counted = alone.load();
        require!(counted == TIMES, "called once, by one thread, for {TIMES} times, it counted to {counted}");
        on_threads(THREADS, |_| theirs(&shared, TIMES));
        let (counted, expected) = (shared.load(), TIMES * THREADS as u64);
        let lost = expected.saturating_sub(counted);
        require!(
            counted == expected,
            "{THREADS} threads counted to {counted} instead of {expected}: {lost} updates were lost between a load and \
             its store"
        );
        Ok(format!("{THREADS} threads counted to {expected}, and no update was lost"))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::reply::{Grade::*, assert_reply};
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
    fn accepts_every_fix() {
        assert_reply(&count_up(|tally, times| (0..times).for_each(|_| add(tally, 1))), Right, "no update");
        assert_reply(&count_up(add), Right, "no update was lost");
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
