//! The ledger: the deck's claims about concurrency, each put to this machine, for CPython and for Rust.

mod bench;
mod claims;
mod judge;
mod probes;
mod rows;
mod ruling;

pub use rows::{Ledger, Row};
pub use ruling::{Finding, Ruling};

use std::time::Instant;

use crate::lesson::python::Python;
use crate::machine::cores;
use crate::measure::status::Status;
use crate::stop;
use bench::Bench;
use claims::{Ask, CLAIMS};

/// Puts every claim of the deck to this machine, for CPython where it is installed and for Rust. Takes about half a
/// minute and says how far it is.
///
/// ```no_run
/// use concurrency_lab::prelude::*;
/// ledger()
/// # ;
/// ```
pub fn ledger() -> Ledger {
    ledger_of(1..=CLAIMS.len())
}

/// Like [`ledger`], for some of the claims, by number.
///
/// ```
/// use concurrency_lab::lesson::ledger::ledger_of;
/// let rows = ledger_of([7]).rows;
/// assert_eq!(rows[0].rust.ruling.to_string(), "holds");
/// ```
pub fn ledger_of(numbers: impl IntoIterator<Item = usize>) -> Ledger {
    let (start, bench) = (Instant::now(), Bench::new(cores()));
    let put = |ask: Ask| {
        // What a stop cut short has measured nothing that a claim could be put to.
        let found = stop::check().map_err(String::from).and_then(|()| ask(&bench));
        let found = found.and_then(|found| Ok(stop::check().map(|()| found)?));
        found.unwrap_or_else(|why| Ruling::NotDecided(why).because(String::new()))
    };
    let python = Python::find();
    let status = Status::start("ledger".to_owned());
    let mut rows = Vec::new();
    // A number that is no claim's has no row.
    let claim = |number: usize| Some((number, CLAIMS.get(number.checked_sub(1)?)?));
    let chosen: Vec<_> = numbers.into_iter().filter_map(claim).collect();
    for &(number, claim) in &chosen {
        status.set(format!("{} of {} claims measured", rows.len(), chosen.len()));
        rows.push(Row {
            number,
            claim: claim.says.into(),
            notebook: claim.page.into(),
            python: python.is_ok().then(|| put(claim.python)),
            rust: put(claim.rust),
        });
    }
    Ledger {
        python: python.map_or_else(String::from, |python| python.kind),
        rows,
        seconds: start.elapsed().as_secs_f64(),
        costs: bench.into_costs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `cargo test --release -p concurrency-lab --lib every_claim_is_measured -- --ignored --nocapture`
    #[test]
    #[ignore = "takes half a minute"]
    fn every_claim_is_measured_in_both_languages() {
        let ledger = ledger();
        println!("{ledger}");
        for row in &ledger.rows {
            assert!(!row.rust.evidence.is_empty(), "{}: {}", row.claim, row.rust);
            assert!(row.python.as_ref().is_none_or(|found| !found.evidence.is_empty()), "{}", row.claim);
        }
    }
}
