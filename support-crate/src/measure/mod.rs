//! Comparisons, scaling and growth: rounds, samples and statistics. Measurement knows nothing of charts.

mod result;

pub use result::{Comparison, Lane, Outcome, Sample, Settings, Warning, WorkloadInfo};
