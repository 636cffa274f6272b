//! How long messages take between two ranks, as a job of its own measures it.

use std::process::Command;
use std::time::Duration;

use subprocess::{Error, ErrorKind};

use crate::hosts::Hosts;
use crate::job::{Job, telling};
use crate::place::Place;

/// If this is set, a worker measures round trips, prints them in lines that begin with [`LINE`], and does nothing else.
pub(crate) const ROUND_TRIPS: &str = "RANKS_ROUND_TRIPS";
/// What such a line begins with; bytes and seconds follow.
pub(crate) const LINE: &str = "round trip:";
/// How long one job may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What carries the messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Memory that both ranks share.
    Memory,
    /// A wire: to the first of these hosts, by whatever MPI takes for it, or over TCP where both ranks are here.
    Wire(Hosts),
}

/// Seconds that a message of so many bytes and an answer of as many take, from an empty one to 16 MiB; sizes that would take long are
/// left out.
///
/// # Errors
/// No MPI, or what mpiexec said instead.
pub fn round_trips(way: &Way, place: &Place) -> Result<Vec<(u64, f64)>, Error> {
    let mpiexec = place.mpiexec()?;
    let failed =
        |why: String| Error::new(ErrorKind::Unavailable, format!("messages could not be measured: {why}"));
    let mut command = Command::new(mpiexec);
    command.args(["-n", "2"]);
    match way {
        // Whoever forbids memory to all jobs still wants to see what it does.
        Way::Memory => {
            command.env_remove("MPIR_CVAR_NOLOCAL").env_remove("UCX_TLS");
        }
        Way::Wire(Hosts::Here) => {
            command.env("MPIR_CVAR_NOLOCAL", "1").env("UCX_TLS", "tcp,self");
        }
        Way::Wire(hosts) => {
            command.args(hosts.arguments(1)?);
        }
    }
    command.arg(place.program()?).env(ROUND_TRIPS, "1");
    let mut job = Job::start(command).map_err(|error| failed(error.to_string()))?;
    if !job.ends_unasked(LIMIT) {
        return Err(failed(format!("they did not come to an end within {LIMIT:?}")));
    }
    job.finish();
    let words = job.words();
    let numbers = |line: &str| {
        let (bytes, seconds) = line.strip_prefix(LINE)?.trim().split_once(' ')?;
        Some((bytes.parse().ok()?, seconds.parse().ok()?))
    };
    let trips: Vec<(u64, f64)> = words.iter().filter_map(|line| numbers(line)).collect();
    if trips.is_empty() {
        return Err(failed(telling(&words).unwrap_or("the ranks said nothing").to_owned()));
    }
    Ok(trips)
}
