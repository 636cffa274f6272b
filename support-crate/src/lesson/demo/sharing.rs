//! One cache that threads share, against a copy in every process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::chart::{Figure, Table};
use crate::error::Error;
use crate::format;
use crate::lesson::show::told;
use crate::lesson::threads::on_threads;
use crate::process;
use crate::workload::check;

/// Size of one cached value, in bytes.
const VALUE: usize = 4 * 1024;

/// What a cache gave, and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheUse {
    /// Whose cache it was.
    pub name: &'static str,
    /// Look-ups that found their value.
    pub hits: u64,
    /// Values held in the end, all caches together.
    pub entries: u64,
}

impl CacheUse {
    /// Bytes of the values held.
    pub fn bytes(&self) -> u64 {
        self.entries * VALUE as u64
    }
}

/// A cache shared by threads beside one in every process; see [`sharing`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sharing {
    /// Threads or processes.
    pub workers: usize,
    /// Different keys.
    pub keys: usize,
    /// Look-ups by each worker.
    pub lookups: usize,
    /// The shared cache, then the copies.
    pub uses: Vec<CacheUse>,
    problem: Option<String>,
}

/// Lets workers look up the same keys, `lookups` times each: threads in one cache, processes in a cache each.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let sharing = sharing(4, 50, 200);
/// assert_eq!((sharing.uses[0].entries, sharing.uses[1].entries), (50, 200));
/// ```
pub fn sharing(workers: usize, keys: usize, lookups: usize) -> Sharing {
    measure(workers, keys, lookups)
        .unwrap_or_else(|problem| Sharing { problem: Some(problem.to_string()), ..Sharing::default() })
}

fn measure(workers: usize, keys: usize, lookups: usize) -> Result<Sharing, Error> {
    check::number("workers", workers, 1..=64)?;
    check::number("keys", keys, 1..=10_000)?;
    check::number("lookups", lookups, 1..=1_000_000)?;
    let (hits, entries) = one_cache(0, workers, keys, lookups);
    let threads = CacheUse { name: "threads, one cache", hits, entries };
    let worker = |worker| process::fork(move || one_cache(worker, 1, keys, lookups));
    let started: Vec<_> = (0..workers).map(worker).collect();
    let ended =
        started.into_iter().map(|process| process.join().map_err(|crash| Error::failed(crash.to_string())));
    let (hits, entries): (Vec<u64>, Vec<u64>) = ended.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    let name = "processes, a cache each";
    let processes = CacheUse { name, hits: hits.iter().sum(), entries: entries.iter().sum() };
    Ok(Sharing { workers, keys, lookups, uses: vec![threads, processes], problem: None })
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
fn one_cache(first: usize, workers: usize, keys: usize, lookups: usize) -> (u64, u64) {
    let cache = Cache::default();
    let hits = on_threads(workers, |worker| look_up(&cache, first + worker, keys, lookups)).iter().sum();
    (hits, cache.into_inner().unwrap_or_else(PoisonError::into_inner).len() as u64)
}

told!(Sharing, problem);

impl Sharing {
    fn words(&self) -> String {
        let all = format::count((self.workers * self.lookups) as u64);
        let told = |used: &CacheUse| {
            let (hits, held) = (format::count(used.hits), format::bytes(used.bytes() as f64));
            format!("{}: {hits} of {all} look-ups found their value, and {held} were held", used.name)
        };
        self.uses.iter().map(told).collect::<Vec<_>>().join(".\n") + "."
    }

    fn picture(&self) -> Figure {
        let rows = self.uses.iter().map(|used| {
            let [hits, entries] = [used.hits, used.entries].map(format::count);
            [used.name.into(), hits, entries, format::bytes(used.bytes() as f64)]
        });
        let numbers = ["hits", "values held", "memory of the values"];
        let table = Table::default().words(["whose cache"]).numbers(numbers).rows(rows);
        Figure::table(format!("{} workers look up {} keys", self.workers, self.keys), table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_loaded_once_and_what_is_copied_once_for_each() {
        let sharing = sharing(3, 20, 60);
        let (threads, processes) = (&sharing.uses[0], &sharing.uses[1]);
        assert_eq!((threads.hits, threads.entries), (160, 20));
        assert_eq!((processes.hits, processes.entries), (120, 60));
        assert!(sharing.verdict().contains("160 of 180 look-ups"), "{}", sharing.verdict());
        assert!(super::sharing(0, 1, 1).verdict().starts_with("workers: 0"));
    }
}
