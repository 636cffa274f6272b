//! 06: one cache that threads share, where nothing is loaded twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use super::reply::{Reply, answer, judged, require};
use crate::lesson::monitor::Monitor;
use crate::lesson::threads::on_threads;
use crate::units::ms;

const THREADS: usize = 4;
/// Keys that all threads ask for; each asks for one more of its own.
const SHARED: usize = 6;
/// How long a load waits for one of another key, which only code that locks it out lets pass.
const PATIENCE: Duration = ms(300);

/// Where values come from; each [`Source::load`] is counted.
#[derive(Debug, Default)]
pub struct Source {
    loads: Monitor<Loads>,
}

#[derive(Debug, Default)]
struct Loads {
    /// The key of every load that was begun.
    keys: Vec<usize>,
    under_way: usize,
    /// Whether loads of two keys were under way at the same time.
    together: bool,
}

impl Source {
    /// Loads the value of a key.
    pub fn load(&self, key: usize) -> u64 {
        let own = key >= SHARED;
        self.loads.with(|loads| {
            loads.keys.push(key);
            loads.under_way += 1;
            loads.together |= own && loads.under_way > 1;
        });
        // A slow source: whoever else may load now has the time to begin before this one is done.
        let once = |loads: &Loads| loads.keys.iter().filter(|&&loaded| loaded == key).count() < 2;
        let patience = if own { PATIENCE } else { ms(20) };
        self.loads.wait_while(patience, |loads| if own { !loads.together } else { once(loads) });
        self.loads.with(|loads| loads.under_way -= 1);
        answer(key)
    }
}

/// What the threads share: a map behind a lock, with a place for each key that is filled once, by whoever comes first.
pub type Cache = Mutex<HashMap<usize, Arc<OnceLock<u64>>>>;

/// Checks a function that gives the value of a key from a shared cache, and loads it from the source once, whoever
/// asks first. Several threads call it for the same keys at the same time, and then each for a key of its own: those
/// have to be loaded at the same time.
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
        let look_up = |key| (key, theirs(&cache, &source, key));
        let values = on_threads(THREADS, |thread| {
            (0..SHARED).chain([SHARED + thread]).map(look_up).collect::<Vec<_>>()
        });
        // Key by key: which thread came first to a key is chance, and the reply should not be.
        let mut values = values.concat();
        values.sort_unstable();
        let (keys, all) = (SHARED + THREADS, values.len());
        for (key, value) in values {
            let expected = answer(key);
            require!(value == expected, "for key {key} it gave {value}, but the source holds {expected}");
        }
        let (loads, together) = source.loads.with(|loads| (loads.keys.len(), loads.together));
        require!(
            loads < all,
            "{THREADS} threads asked {all} times for {keys} keys, and {loads} loads were made: nothing was kept in the cache, or nobody looked there before loading"
        );
        require!(
            loads <= keys,
            "{keys} keys took {loads} loads: between the look and the load another thread found no value either; let \
             `get_or_init` do both"
        );
        require!(
            together,
            "each key was loaded once, but whoever wanted another key had to wait for that load; give the lock back \
             before you load"
        );
        Ok(format!(
            "{all} look-ups from {THREADS} threads, each of {keys} keys was loaded once, and different keys at the same time"
        ))
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
        let loads_first = |cache: &Cache, source: &Source, key: usize| {
            let value = source.load(key);
            let place = cache.lock().unwrap().entry(key).or_default().clone();
            *place.get_or_init(|| value)
        };
        assert_reply(&look_up(loads_first), Wrong, "nobody looked there before loading");
        let filled = |value: u64| Arc::new(OnceLock::from(value));
        let check_then_act = |cache: &Cache, source: &Source, key: usize| {
            let kept = cache.lock().unwrap().get(&key).and_then(|kept| kept.get().copied());
            kept.unwrap_or_else(|| {
                let value = source.load(key);
                cache.lock().unwrap().insert(key, filled(value));
                value
            })
        };
        assert_reply(&look_up(check_then_act), Wrong, "`get_or_init` do both");
        let place_without_value = |cache: &Cache, _: &Source, key: usize| {
            cache.lock().unwrap().entry(key).or_default().get().copied().unwrap_or_default()
        };
        assert_reply(&look_up(place_without_value), Wrong, "for key 0 it gave 0");
        let loads_under_the_lock = |cache: &Cache, source: &Source, key: usize| {
            *cache.lock().unwrap().entry(key).or_default().get_or_init(|| source.load(key))
        };
        assert_reply(&look_up(loads_under_the_lock), Wrong, "give the lock back");
        let right = |cache: &Cache, source: &Source, key: usize| {
            let place = cache.lock().unwrap().entry(key).or_default().clone();
            *place.get_or_init(|| source.load(key))
        };
        assert_reply(&look_up(right), Right, "different keys at the same time");
        let in_a_block = |cache: &Cache, source: &Source, key: usize| {
            let place = {
                let mut places = cache.lock().unwrap();
                match places.get(&key) {
                    Some(place) => Arc::clone(place),
                    None => Arc::clone(places.entry(key).or_insert_with(|| Arc::new(OnceLock::new()))),
                }
            };
            *place.get_or_init(|| source.load(key))
        };
        assert_reply(&look_up(in_a_block), Right, "different keys at the same time");
        let looks_first = |cache: &Cache, source: &Source, key: usize| {
            let mut places = cache.lock().unwrap();
            let place = places.entry(key).or_default().clone();
            drop(places);
            place.get().copied().unwrap_or_else(|| *place.get_or_init(|| source.load(key)))
        };
        assert_reply(&look_up(looks_first), Right, "different keys at the same time");
    }

    #[test]
    fn tells_a_thread_that_waits_for_itself() {
        let filled = |value: u64| Arc::new(OnceLock::from(value));
        let twice = |cache: &Cache, source: &Source, key: usize| {
            let kept = cache.lock().unwrap();
            let value = source.load(key);
            cache.lock().unwrap().insert(key, filled(value));
            kept.get(&key).map_or(value, |_| value)
        };
        assert_reply(&look_up(twice), Wrong, "waits for itself");
    }
}
