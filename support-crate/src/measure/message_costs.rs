//! What a message between two ranks costs, through memory and over a wire, from nothing to 16 MiB.

use ranks::{Hosts, Way, round_trips};
use serde::{Deserialize, Serialize};

use super::stats::Interval;
use super::status::Status;
use super::typical;
use crate::error::Error;
use crate::machine::{Machine, machine};
use crate::model::mpi_place;
use crate::stop::stop_asked;

/// Passes over all sizes, each by a job of its own, the ways in turn.
const ROUNDS: usize = 6;

/// What messages between two ranks cost.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MessageCosts {
    /// Where it was measured.
    pub machine: Machine,
    /// One entry for each way that messages took.
    pub ways: Vec<WayCosts>,
    /// Why fewer rounds were measured than usual, in one sentence.
    pub ended: Option<String>,
    /// Why nothing was measured, in one sentence.
    pub problem: Option<String>,
}

/// One way that messages took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WayCosts {
    /// "through memory".
    pub name: String,
    /// By size of message, smallest first.
    pub sizes: Vec<SizeCosts>,
}

/// Messages of one size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SizeCosts {
    /// Bytes of the message, and of its answer.
    pub bytes: u64,
    /// Seconds from sending it to having its answer, one each round.
    pub round_trips: Vec<f64>,
}

impl SizeCosts {
    /// Typical seconds from sending it to having its answer, also where the rounds differ too much for an interval.
    pub fn seconds(&self) -> Option<f64> {
        typical::centre(&self.round_trips)
    }

    /// Typical seconds from sending it to having its answer.
    pub fn round_trip(&self) -> Option<Interval> {
        typical::typical(self.round_trips.iter().copied())
    }

    /// Bytes a second in one direction.
    pub fn bandwidth(&self) -> Option<Interval> {
        typical::typical(self.round_trips.iter().map(|seconds| 2.0 * self.bytes as f64 / seconds))
    }
}

/// Measures what messages between two ranks of this machine cost: through the memory that they share, and over TCP, as between
/// machines. Takes a few seconds, in which the two ask for messages without pause.
///
/// ```no_run
/// use concurrency_lab::prelude::*;
/// let costs = message_costs();
/// println!("{}", costs.verdict());
/// ```
pub fn message_costs() -> MessageCosts {
    measured(&[("through memory".into(), Way::Memory), ("over TCP".into(), Way::Wire(Hosts::Here))])
}

/// Like [`message_costs`], and the wire is the one between this machine and `host`.
///
/// ```no_run
/// use concurrency_lab::prelude::*;
/// println!("{}", message_costs_to("alpha").verdict());
/// ```
pub fn message_costs_to(host: &str) -> MessageCosts {
    let wire = Way::Wire(Hosts::from([host]));
    measured(&[("through memory".into(), Way::Memory), (format!("to host {host}"), wire)])
}

fn measured(ways: &[(String, Way)]) -> MessageCosts {
    let status = Status::start("what a message costs".to_owned());
    let mut costs = MessageCosts { machine: machine(), ..MessageCosts::default() };
    costs.ways.extend(ways.iter().map(|(name, _)| WayCosts { name: name.clone(), sizes: Vec::new() }));
    for round in 0..ROUNDS {
        let passes = ways.iter().zip(&mut costs.ways).try_for_each(|((name, way), costs)| {
            status.set(format!("{name}, round {} of {ROUNDS}", round + 1));
            pass(way, costs)
        });
        if let Err(error) = passes {
            let why = if stop_asked() { "stopped by you".to_owned() } else { error.to_string() };
            match round {
                0 => costs.problem = Some(why),
                _ => costs.ended = Some(format!("{why}, after {round} of {ROUNDS} rounds")),
            }
            break;
        }
    }
    costs
}

/// One round trip of each size.
fn pass(way: &Way, costs: &mut WayCosts) -> Result<(), Error> {
    for (bytes, seconds) in round_trips(way, &mpi_place())? {
        match costs.sizes.iter_mut().find(|size| size.bytes == bytes) {
            Some(size) => size.round_trips.push(seconds),
            None => costs.sizes.push(SizeCosts { bytes, round_trips: vec![seconds] }),
        }
    }
    Ok(())
}
