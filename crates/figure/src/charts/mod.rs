//! The charts, one a file: plain data that knows how to draw itself and how to be put in words.

mod comparison;
mod growth;
mod heartbeat;
mod image;
mod lanes;
mod latency;
mod map;
mod memory;
mod scaling;

pub use comparison::{ComparisonRow, ComparisonSeries, Dot, Ratio};
pub use growth::{GrowthLine, GrowthPoint, GrowthSeries};
pub use heartbeat::{Heartbeat, HeartbeatRow, HeartbeatSeries, Rhythm};
pub use image::ImageSeries;
pub use lanes::{Key, Lane, LaneGroup, LanesSeries, Mark, Segment, Stretch};
pub use latency::{LatencyLine, LatencySeries, percentile};
pub use map::{MapCell, MapKind, MapSeries};
pub use memory::{MemoryRow, MemorySeries};
pub use scaling::{AmdahlFit, ScalingLine, ScalingPoint, ScalingSeries};
