//! What only the course needs: predictions, exercise checks, demonstrations, the map and the ledger of claims.
//!
//! - [`predict`](predict::predict): what the reader expects, put beside what the machine then says.
//! - [`check`]: one function an exercise; it judges what the reader's function did, not how fast it was.
//! - [`tally`](tally::tally): how many predictions were called and exercises done.
//! - [`demo`]: gotchas that happen on every run, and what fixes them; heartbeats, servers under load, isolation.
//! - [`downloader`]: one program in four versions, as pages 7 to 10 show it.
//! - [`map`](map::map) and [`advise`](advise::advise): which model for which work, on this machine.
//! - [`scheduler`]: every order of a program, found, run again, drawn, and decided by the reader.
//! - [`python`]: CPython beside Rust.
//! - [`ledger`](ledger::ledger): the deck's claims about concurrency, and what this machine said to each.

pub mod advise;
pub mod check;
pub mod demo;
pub mod ledger;
mod lock;
pub mod map;
mod marked;
mod monitor;
pub mod predict;
mod predict_results;
pub mod python;
pub mod scheduler;
mod show;
pub mod tally;
mod threads;
mod watch;

pub use crate::workload::downloader;

#[cfg(test)]
mod tests {
    use super::{check, demo, ledger, predict, python, tally};
    use crate::chart::Figure;
    use crate::model::Model;
    use crate::workload;

    /// A cell may end in any of these, and in a variable that holds one: the kernel then wants `Debug`.
    const fn can_be_shown<T: std::fmt::Debug>() {}
    const _: () = {
        can_be_shown::<(Figure, ledger::Ledger, python::Python)>();
        can_be_shown::<(
            predict::Prediction<Model>,
            predict::Prediction<&str>,
            predict::Prediction<predict::NoGuess>,
        )>();
        can_be_shown::<(predict::Answered, tally::Tally)>();
        can_be_shown::<(check::Reply, check::Grade, check::Situation, check::Job, check::Site, check::Log)>();
        can_be_shown::<(check::Work, check::Tally, check::Cache, check::Source, check::Database)>();
        can_be_shown::<(check::Heart, check::LongWork, check::Account, check::Errand, check::Receipt)>();
        can_be_shown::<(demo::Race, demo::Isolation, demo::Timed, demo::Lock<u8>, demo::Locked<u8>)>();
        can_be_shown::<(workload::Blur, workload::Downloads, workload::Files, workload::Primes)>();
        can_be_shown::<(workload::Queries, workload::Waits, workload::Tasks)>();
        can_be_shown::<(workload::Content, workload::Readings, workload::Picture)>();
        can_be_shown::<(workload::Compute<fn(usize) -> u8>, workload::OffThread<workload::Queries>)>();
    };
}
