//! The lesson's part of what a notebook cell sees.

pub use super::check;
pub use super::predict::predict;
