//! The ledger: twenty claims about concurrency, each put to this machine, for CPython and for Rust.

mod bench;
mod row;
mod ruling;
mod show;

pub use row::Row;
pub use ruling::{Finding, Ruling};

pub(crate) use bench::{Bench, PythonCompute, speedup};
pub(crate) use ruling::{Parallel, UNCLEAR, times};

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::claims;
use crate::machine::{Machine, machine};

/// All claims with what this machine said to them; see [`ledger`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ledger {
    /// Where it was measured.
    pub machine: Machine,
    /// The interpreter, or why there is none.
    pub python: String,
    /// One row a claim.
    pub rows: Vec<Row>,
    /// Seconds it took.
    pub seconds: f64,
}

/// Puts twenty claims to this machine, for CPython where it is installed and for Rust. Takes about half a minute and
/// says how far it is.
///
/// ```no_run
/// use concurrency_lab::prelude::*;
/// ledger()
/// # ;
/// ```
pub fn ledger() -> Ledger {
    ledger_of(1..=claims::ALL.len())
}

/// Like [`ledger`], for some of the claims, by number.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let rows = ledger_of([6]).rows;
/// assert_eq!(rows[0].rust.ruling.to_string(), "holds");
/// ```
pub fn ledger_of(numbers: impl IntoIterator<Item = usize>) -> Ledger {
    let (start, bench) = (Instant::now(), Bench::new());
    let mut said = Instant::now();
    let mut rows = Vec::new();
    // A number that is no claim's has no row.
    let chosen: Vec<_> = numbers
        .into_iter()
        .filter_map(|number| Some((number, claims::ALL.get(number.checked_sub(1)?)?)))
        .collect();
    for (number, claim) in &chosen {
        // Whole lines, and only now and then: the notebook keeps every one.
        if said.elapsed().as_secs() >= 5 {
            println!("{} of {} claims measured", rows.len(), chosen.len());
            said = Instant::now();
        }
        rows.push(claim.row(*number, &bench));
    }
    Ledger {
        machine: machine(),
        python: bench.python.map_or_else(|why| why, |python| python.to_string()),
        rows,
        seconds: start.elapsed().as_secs_f64(),
    }
}
