//! Text: the shipped font, and making words fit.

pub mod font;
mod style;

pub(crate) use style::cut;
pub use style::{TextStyle, clean};
