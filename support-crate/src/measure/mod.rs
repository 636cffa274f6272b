//! Comparisons, scaling and growth: rounds, samples and statistics. Measurement knows nothing of charts.
//!
//! A comparison warms every model up, then runs rounds: each has every model once, in shuffled order, and one of them
//! twice. A model that takes several times as long as the quickest is left out of some rounds. Ratios are taken within
//! rounds, so that drift cancels; the model that ran twice, against itself, shows how much of a difference is noise on this
//! machine.

mod amdahl;
mod compare;
mod drift;
mod growth;
mod lanes;
mod lazily;
mod machines;
mod message_costs;
mod pace;
pub(crate) mod peak;
mod plan;
mod reach;
mod replay;
mod result;
mod rounds;
mod scaling;
mod slope;
mod stats;
pub(crate) mod status;
pub(crate) mod store;
mod summary;
#[cfg(test)]
pub(crate) mod testing;
mod typical;
mod unit_costs;
mod warnings;
mod within;
mod world;

pub use amdahl::amdahl;
pub use compare::{Compare, compare};
pub use growth::{Grow, Growth, GrowthLane, GrowthPoint, growth};
pub(crate) use machines::Machines;
pub use message_costs::{MessageCosts, SizeCosts, WayCosts, message_costs, message_costs_to};
pub(crate) use plan::default_models;
pub use reach::Reach;
pub use replay::Replay;
pub use result::{Comparison, Conditions, Lane, Sample, Settings, Stop, Warning, WorkloadInfo};
pub use scaling::{Scale, Scaling, ScalingPoint, scaling};
pub use stats::{Interval, mad, median, outliers};
pub use summary::{LaneStats, Standing, paired_speedup};
pub(crate) use summary::{cores_kept_busy, queued, ratios};
pub(crate) use typical::{centre, typical};
pub use unit_costs::{Unit, UnitCost, UnitCosts, unit_costs, unit_costs_of};
pub(crate) use warnings::cores_in_force;
#[cfg(test)]
pub(crate) use warnings::of as warnings;
pub(crate) use within::SideThread;
