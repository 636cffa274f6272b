//! What charts are made of, on top of plotters: an area to draw on, axes with round ticks, and the pieces that plotters
//! has not got.

mod area;
mod end_labels;
mod flow;
mod mesh;
mod named;
mod pieces;
mod quantity;
mod values;

pub use crate::backend::{at, units};
pub use area::{Area, DrawError, Drawn, centred, size, within};
pub use end_labels::{EndLabel, column_width, draw_end_labels, least_height};
pub use flow::flow;
pub use mesh::{ABOVE, BELOW, Plot, framed, good_height, tick_style, upright_title};
pub use named::{NAME, lines_around, named, row_failure, row_name};
pub use pieces::{Align, Piece, pen};
pub use quantity::{Estimate, Quantity};
pub use values::{Values, unbroken};
