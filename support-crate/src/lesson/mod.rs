//! What only the course needs: predictions, exercise checks, demonstrations, the map and the ledger of claims.
//!
//! - [`predict`](predict::predict): what the reader expects, put beside what the machine then says.
//! - [`check`]: one function an exercise; it judges what the reader's function did, not how fast it was.
//! - [`demo`]: gotchas that happen on every run, and what fixes them; heartbeats, servers under load, isolation.
//! - [`map`](map::map) and [`advise`](advise::advise): which model for which work, on this machine.
//! - [`python`]: CPython beside Rust.
//! - [`ledger`](ledger::ledger): the deck's claims about concurrency, and what this machine said to each.

pub mod advise;
pub mod check;
pub mod demo;
mod figures;
pub mod ledger;
mod lock;
pub mod map;
mod monitor;
pub mod predict;
mod predict_results;
pub mod prelude;
pub mod python;
mod show;
mod wait_for;
mod watch;
