//! Figures: one plotters drawing function each, shown as one bundle of HTML, PNG and text.
//!
//! A chart is plain data (a `…Series`) that knows how to draw itself on a [`Canvas`]; a [`Figure`] sets title,
//! subtitle and notes around it and shows all of it. Text is measured with the shipped [`font`], the look is
//! that of [`theme`]. Computing a series and drawing it are separate steps: a chart is tested without a
//! picture, and a picture without a run.

mod axis;
mod bitmap;
mod bundle;
mod canvas;
mod caption;
mod comparison;
mod faults;
mod figure;
pub mod font;
mod from_comparison;
mod from_costs;
mod from_growth;
mod from_picture;
mod from_scaling;
mod geometry;
mod growth;
mod heartbeat;
mod image;
mod labels;
mod latency;
mod lines;
mod map;
mod memory;
mod page;
mod pixels;
mod png;
mod scaling;
mod sheet;
mod surface;
mod svg;
mod table;
mod text;
pub mod theme;

pub use axis::{Axis, BELOW, Quantity, Scale, tick_style};
pub use bundle::Bundle;
pub use canvas::{Align, Canvas, Label};
pub use caption::Caption;
pub use comparison::{ComparisonRow, ComparisonSeries, Dot, Ratio};
pub use faults::layout_faults;
pub use figure::{Chart, Figure};
pub use geometry::{Point, Rect};
pub use growth::{GrowthLine, GrowthPoint, GrowthSeries};
pub use heartbeat::{Heartbeat, HeartbeatRow, HeartbeatSeries, Rhythm};
pub use image::ImageSeries;
pub(crate) use latency::percentile;
pub use latency::{LatencyLine, LatencySeries};
pub use map::{MapCell, MapSeries};
pub use memory::{MemoryRow, MemorySeries};
pub use pixels::Pixels;
pub use scaling::{AmdahlFit, ScalingLine, ScalingPoint, ScalingSeries};
pub use surface::Paint;
pub use svg::escape;
pub use table::{Cell, Column, Table};
pub use text::{TextStyle, clean};
