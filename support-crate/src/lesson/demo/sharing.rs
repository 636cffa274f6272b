//! One cache that threads share, against a copy in every process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::chart::{Figure, Table};
use crate::error::Error;
use crate::format;
use crate::lesson::threads::on_threads;
use crate::process;
use crate::workload::check;

/// Size of one cached value, in bytes.
const VALUE: usize = 4 * 1024;

/// Lets workers look up the same keys, `lookups` times each: threads in one cache, processes in a cache each. Tells how many
/// found their value, and how much was held in the end.
///
/// ```
/// use concurrency_lab::prelude::*;
/// assert!(sharing(4, 50, 200).text().contains("800 look-ups of 50 keys"));
/// ```
pub fn sharing(workers: usize, keys: usize, lookups: usize) -> Figure {
    let caches = match caches(workers, keys, lookups) {
        Ok(caches) => ["threads, one cache", "processes, a cache each"].into_iter().zip(caches),
        Err(problem) => return Figure::problem(problem),
    };
    let rows = caches.map(|(whose, [hits, entries])| {
        let held = format::bytes((entries * VALUE as u64) as f64);
        let [hits, entries] = [hits, entries].map(format::count);
        [whose.to_owned(), hits, entries, held]
    });
    let numbers = ["hits", "values held", "memory of the values"];
    let table = Table::default().words(["whose cache"]).numbers(numbers).rows(rows);
    let all = format::count((workers * lookups) as u64);
    Figure::table(format!("{all} look-ups of {keys} keys by {workers} workers"), table)
}

/// Look-ups that found their value, and values held in the end: by threads with one cache, and by processes with one each, all
/// of them together.
///
/// # Errors
/// A number that is not allowed, or a process that crashed.
pub(crate) fn caches(workers: usize, keys: usize, lookups: usize) -> Result<[[u64; 2]; 2], Error> {
    check::number("workers", workers, 1..=64)?;
    check::number("keys", keys, 1..=10_000)?;
    check::number("lookups", lookups, 1..=1_000_000)?;
    let worker = |worker| process::fork(move || one_cache(worker, 1, keys, lookups));
    let started: Vec<_> = (0..workers).map(worker).collect();
    let mut copies = [0, 0];
    for process in started {
        let [hits, entries] = process.join().map_err(|crash| Error::failed(crash.to_string()))?;
        copies = [copies[0] + hits, copies[1] + entries];
    }
    Ok([one_cache(0, workers, keys, lookups), copies])
}

type Cache = Mutex<HashMap<usize, Vec<u8>>>;

/// One worker's look-ups; how many found their value.
fn look_up(cache: &Cache, worker: usize, keys: usize, lookups: usize) -> u64 {
    let hit = |number: usize| {
        let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (7 * worker + number) % keys;
        let known = cache.contains_key(&key);
        cache.entry(key).or_insert_with(|| vec![key as u8; VALUE]);
        u64::from(known)
    };
    (0..lookups).map(hit).sum()
}

/// Hits and entries of one cache that so many workers share, as threads, the first of them with this number.
fn one_cache(first: usize, workers: usize, keys: usize, lookups: usize) -> [u64; 2] {
    let cache = Cache::default();
    let hits = on_threads(workers, |worker| look_up(&cache, first + worker, keys, lookups)).iter().sum();
    [hits, cache.into_inner().unwrap_or_else(PoisonError::into_inner).len() as u64]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_loaded_once_and_what_is_copied_once_for_each() {
        assert_eq!(caches(3, 20, 60).unwrap(), [[160, 20], [120, 60]]);
        assert!(sharing(0, 1, 1).text().contains("Workers: 0"));
    }
}
