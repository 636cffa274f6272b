//! Comparisons, scaling and growth: rounds, samples and statistics. Measurement knows nothing of charts.
//!
//! A comparison warms every model up, then runs rounds: each has every model once, in shuffled order, and the
//! baseline twice. Ratios are taken within rounds, so that drift cancels; the baseline against itself shows how
//! much of a difference is noise on this machine.

mod bootstrap;
mod compare;
mod lane_stats;
mod lanes;
mod plan;
mod replay;
mod result;
mod rng;
mod rounds;
mod stats;
mod warnings;
mod world;

pub use compare::{Compare, compare};
pub use lane_stats::{LaneStats, Standing};
pub use replay::{Replay, RunOnce};
pub use result::{
    Comparison, Conditions, FORMAT, Lane, Memory, Outcome, Sample, Settings, Stop, Warning, WorkloadInfo,
};
pub use stats::{Interval, mad, median, outliers, quantile};
