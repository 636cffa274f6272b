//! What is measured for one claim alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::bench::{Bench, Speedup, speedup};
use crate::lesson::demo::beating::rhythm;
use crate::lesson::demo::heartbeat;
use crate::lesson::threads::block_on;
use crate::measure::{compare, median};
use crate::model::Model::{self, Async, Sequential, Threads};
use crate::model::values;
use crate::units::{ms, secs};
use crate::workload::{Compute, Waits};

/// How much faster waits, a computation and tiny tasks were at the same time than one after the other.
pub(crate) fn speedups_by_work(bench: &Bench) -> Result<[Speedup; 3], String> {
    let n = bench.workers();
    let waits = Waits { tasks: 16, wait: ms(3) };
    let waits = compare(waits).models([Sequential, Async]).rounds(5).run();
    let tiny = Compute::new(200, |number| number as u64 + 1);
    let tiny = compare(tiny).models([Sequential, Threads(n)]).rounds(9).budget(secs(1)).run();
    Ok([speedup(&waits, Async)?, bench.speedup(Threads(n)), speedup(&tiny, Threads(n))?])
}

/// Seconds that so many tasks take which all wait at the same time, besides that one wait.
pub(crate) fn besides_the_wait(tasks: usize, model: Model) -> Result<f64, String> {
    const WAIT: Duration = ms(50);
    let start = Instant::now();
    values(Waits { tasks, wait: WAIT }, model)?;
    Ok(start.elapsed().saturating_sub(WAIT).as_secs_f64())
}

/// Seconds that a real query took by a client that blocks, and how late the most delayed beat beside it was: with the
/// query in an async task, and handed to `spawn_blocking`.
pub(crate) fn blocked_by_a_query() -> [f64; 3] {
    // In place, as a task, by `spawn_blocking`, and so on.
    let pulses = heartbeat::beside(Arc::new(|| drop(recursive_query())), None);
    let (began, ended) = pulses[1].work.unwrap_or_default();
    [ended - began, rhythm(&pulses[1]).latest, rhythm(&pulses[2]).latest]
}

/// A query that computes for about a tenth of a second.
fn recursive_query() -> rusqlite::Result<i64> {
    let database = rusqlite::Connection::open_in_memory()?;
    let query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT sum(i * i % 7) FROM n";
    database.query_row(query, [], |row| row.get(0))
}

/// Median time in which an idle runtime notices what another thread sends it; a second where it does not.
pub(crate) fn handed_over() -> f64 {
    let once = |_| {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            std::thread::sleep(ms(2));
            sender.send(Instant::now())
        });
        let noticed = async {
            let sent = tokio::time::timeout(ms(1000), receiver).await;
            sent.ok().and_then(Result::ok).map(|sent| sent.elapsed().as_secs_f64())
        };
        // A thread of its own: the cell may already be inside a runtime.
        std::thread::spawn(|| block_on(noticed)).join().ok().flatten().unwrap_or(1.0)
    };
    median(&[(); 15].map(once)).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_gives_its_answer() {
        assert!(recursive_query().unwrap() > 0);
    }
}
