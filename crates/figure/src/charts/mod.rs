//! The charts, one a file: plain data that knows how to draw itself and how to be put in words.

mod claims;
mod comparison;
mod heartbeat;
mod image;
mod lanes;
mod lines;
mod map;

pub use claims::{ClaimsSeries, Mark};
pub use comparison::{ComparisonRow, ComparisonSeries, Dot};
pub use heartbeat::{Heartbeat, HeartbeatRow, HeartbeatSeries, Rhythm};
pub use image::ImageSeries;
pub use lanes::{Key, Lane, LaneGroup, LanesSeries, Segment, Stretch};
pub use lines::{Guide, Line, LinePoint, LinesSeries, Show};
pub use map::{MapCell, MapKind, MapPanel, MapSeries};
