//! Ranks of an MPI job, on this machine or others: workers that run the same code by the same path.

use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

use ranks::{Hosts, Place, Ranks};

use super::processes::{Answer, worker};
use crate::error::Error;
use crate::workload::{DynWorkload, SerializedWorkload};

/// Names another folder with the worker program than the checkout's.
const VARIABLE: &str = "CONCURRENCY_LAB_MPI";

/// Where `cargo lab setup --mpi` put the worker program and its mpiexec.
pub(crate) fn place() -> Place {
    let own = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/lab/mpi"));
    let home = std::env::var_os(VARIABLE).map_or_else(own, PathBuf::from);
    Place { home, mend: "cargo lab setup --mpi" }
}

/// Finds out whether `model` can be had, before any work starts.
pub(super) fn available(model: impl Debug) -> Result<(), Error> {
    ranks::available(&place()).map_err(|error| Error::unavailable(format!("{model:?}: {error}")))
}

pub(super) fn start(n: usize, hosts: &Hosts, job: &Arc<dyn DynWorkload>) -> Result<Ranks<Answer>, Error> {
    Ok(Ranks::start(n, hosts, &place(), worker, SerializedWorkload::of(&**job)?)?)
}
