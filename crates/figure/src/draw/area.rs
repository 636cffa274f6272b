//! The part of a picture that a chart draws on: plotters' drawing area over the one backend.

use std::io;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};

use super::pieces::{Align, Piece};
use crate::backend::{Backend, UNITS, at};
use crate::geometry::{Point, Rect};
use crate::text::TextStyle;

/// A part of a picture, for plotters' `ChartBuilder::on` or to draw on at once. Plotters measures it in units, of which
/// a pixel has [`UNITS`]: [`units`](super::units) and [`at`] turn pixels into them.
pub type Area<'a> = DrawingArea<Backend<'a>, Shift>;

/// What can go wrong while plotters draws.
pub type DrawError = DrawingAreaErrorKind<io::Error>;

/// How drawing ended.
pub type Drawn = Result<(), DrawError>;

/// Width and height of an area in pixels.
pub fn size(area: &Area<'_>) -> (f64, f64) {
    let (width, height) = area.dim_in_pixel();
    (f64::from(width) / UNITS, f64::from(height) / UNITS)
}

/// Where a place of the picture, as a chart's coordinates give it, lies in an area: in pixels.
pub fn within(area: &Area<'_>, place: (i32, i32)) -> Point {
    let corner = area.get_base_pixel();
    (f64::from(place.0 - corner.0) / UNITS, f64::from(place.1 - corner.1) / UNITS)
}

/// Writes a sentence in the middle of an area: for a chart that has nothing to show.
pub fn centred(area: &Area<'_>, text: &str, style: TextStyle) -> Drawn {
    let (width, height) = size(area);
    let middle = Rect::new(0.0, 0.0, width, height).centre();
    area.draw(&Piece::label(at(middle), text, style, Align::Centre))
}
