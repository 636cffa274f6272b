//! Text: the shipped font, and making words fit.

pub mod font;
mod style;

pub use style::{TextStyle, clean};
