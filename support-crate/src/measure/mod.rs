//! Comparisons, scaling and growth: rounds, samples and statistics. Measurement knows nothing of charts.
//!
//! A comparison warms every model up, then runs rounds: each has every model once, in shuffled order, and the
//! baseline twice. Ratios are taken within rounds, so that drift cancels; the baseline against itself shows how
//! much of a difference is noise on this machine.

mod amdahl;
mod bootstrap;
mod compare;
mod derived;
mod growth;
mod lanes;
mod lazily;
mod peak;
mod plan;
mod replay;
mod result;
mod rounds;
mod scaling;
mod slope;
mod stats;
pub(crate) mod status;
mod store;
mod summary;
#[cfg(test)]
pub(crate) mod testing;
mod unit_costs;
mod warnings;
mod within;
mod world;

pub use amdahl::amdahl;
pub(crate) use bootstrap::typical;
pub use compare::{Compare, compare};
pub use derived::{LaneStats, Standing};
pub use growth::{Grow, Growth, GrowthLane, GrowthPoint, growth};
pub use replay::Replay;
pub use result::{Comparison, Conditions, Lane, Outcome, Sample, Settings, Stop, Warning, WorkloadInfo};
pub use scaling::{Scale, Scaling, ScalingPoint, scaling};
pub use stats::{Interval, mad, median, outliers};
pub use store::Saved;
pub(crate) use summary::cores_kept_busy;
pub use summary::paired_speedup;
pub use unit_costs::{MemorySeen, Unit, UnitCost, UnitCosts, unit_costs, unit_costs_of};
pub(crate) use warnings::cores_in_force;
