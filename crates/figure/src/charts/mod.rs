//! The charts, one a file: plain data that knows how to draw itself and how to be put in words.

mod comparison;

pub use comparison::{ComparisonRow, ComparisonSeries, Dot, Ratio};
