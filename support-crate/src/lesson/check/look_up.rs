//! 06: one cache that threads share, where nothing is loaded twice.

use std::collections::HashMap;
use std::sync::Mutex;

use super::job::answer;
use super::reply::{Reply, judged, require};
use crate::lesson::monitor::Monitor;
use crate::lesson::threads::on_threads;
use crate::units::ms;

const THREADS: usize = 4;
const KEYS: usize = 6;

/// Where values come from; each [`Source::load`] is counted.
#[derive(Debug, Default)]
pub struct Source {
    loads: Monitor<Vec<usize>>,
}

impl Source {
    /// Loads the value of a key.
    pub fn load(&self, key: usize) -> u64 {
        self.loads.with(|loads| loads.push(key));
        // A slow source: whoever else may load the same key has the time to do so before this one is done.
        self.loads.wait_while(ms(20), |loads| loads.iter().filter(|&&loaded| loaded == key).count() < 2);
        answer(key)
    }
}

/// What the threads share: values by key, behind a lock.
pub type Cache = Mutex<HashMap<usize, u64>>;

/// Checks a function that gives the value of a key from a shared cache, and loads it from the source once, whoever
/// asks first. Several threads call it for the same keys at the same time.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Cache, Source};
/// fn look_up(cache: &Cache, source: &Source, key: usize) -> u64 {
///     todo!()
/// }
/// assert!(check::look_up(look_up).sentence.contains("todo!()"));
/// ```
pub fn look_up(theirs: impl Fn(&Cache, &Source, usize) -> u64 + Sync) -> Reply {
    judged(&theirs, "a thread that holds the lock and asks for it again waits for itself", || {
        let (cache, source) = (Cache::default(), Source::default());
        let look_up = |key| theirs(&cache, &source, key);
        let values = on_threads(THREADS, |_| (0..KEYS).map(look_up).collect::<Vec<_>>());
        // Key by key: which thread came first to a key is chance, and the reply should not be.
        for key in 0..KEYS {
            let expected = answer(key);
            let wrong = values.iter().map(|values| values[key]).find(|value| *value != expected);
            let value = wrong.unwrap_or(expected);
            require!(wrong.is_none(), "for key {key} it gave {value}, but the source holds {expected}");
        }
        let (loads, all) = (source.loads.with(|loads| loads.len()), THREADS * KEYS);
        require!(
            loads < all,
            "{THREADS} threads asked for {KEYS} keys and {loads} loads were made: nothing was kept in the cache"
        );
        require!(
            loads <= KEYS,
            "{KEYS} keys took {loads} loads: between the look and the load another thread found the cache empty too; \
             hold the lock over both"
        );
        require!(loads == KEYS, "{KEYS} keys took only {loads} loads");
        Ok(format!("{all} look-ups from {THREADS} threads, and each of {KEYS} keys was loaded once"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&look_up(|_, _, _| todo!()), NotDone, "todo!()");
        let no_cache = |_: &Cache, source: &Source, key: usize| source.load(key);
        assert_reply(&look_up(no_cache), Wrong, "nothing was kept");
        let check_then_act = |cache: &Cache, source: &Source, key: usize| {
            let kept = cache.lock().unwrap().get(&key).copied();
            kept.unwrap_or_else(|| {
                let value = source.load(key);
                cache.lock().unwrap().insert(key, value);
                value
            })
        };
        assert_reply(&look_up(check_then_act), Wrong, "hold the lock over both");
        let insert_gives_the_old = |cache: &Cache, source: &Source, key: usize| {
            let mut cache = cache.lock().unwrap();
            let kept = cache.get(&key).copied();
            kept.unwrap_or_else(|| cache.insert(key, source.load(key)).unwrap_or_default())
        };
        assert_reply(&look_up(insert_gives_the_old), Wrong, "for key 0 it gave 0");
        let right = |cache: &Cache, source: &Source, key: usize| {
            *cache.lock().unwrap().entry(key).or_insert_with(|| source.load(key))
        };
        assert_reply(&look_up(right), Right, "loaded once");
    }

    #[test]
    fn tells_a_thread_that_waits_for_itself() {
        let twice = |cache: &Cache, source: &Source, key: usize| {
            let kept = cache.lock().unwrap();
            let value = source.load(key);
            cache.lock().unwrap().insert(key, value);
            kept.get(&key).copied().unwrap_or(value)
        };
        assert_reply(&look_up(twice), Wrong, "waits for itself");
    }
}
