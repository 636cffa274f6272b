//! What a picture is drawn on: the few primitives that both plotters backends are asked for.

use super::font::Weight;
use super::geometry::{Point, Rect};
use super::pixels::Pixels;
use super::theme::Colour;

/// A colour and how much of the ground shows through it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    /// The colour.
    pub colour: Colour,
    /// 0 is invisible, 1 hides what is below.
    pub opacity: f64,
}

impl From<Colour> for Paint {
    fn from(colour: Colour) -> Self {
        Self { colour, opacity: 1.0 }
    }
}

impl Colour {
    /// This colour, letting the ground show through.
    pub fn opacity(self, opacity: f64) -> Paint {
        Paint { colour: self, opacity: opacity.clamp(0.0, 1.0) }
    }
}

/// A backend. Coordinates are in logical pixels; what is not finite never gets here.
pub(super) trait Surface {
    fn rect(&mut self, rect: Rect, paint: Paint);
    fn polygon(&mut self, points: &[Point], paint: Paint);
    fn polyline(&mut self, points: &[Point], width: f64, paint: Paint);
    fn circle(&mut self, centre: Point, radius: f64, paint: Paint);
    fn text(&mut self, baseline: Point, text: &str, size: f64, weight: Weight, colour: Colour);
    fn picture(&mut self, place: Rect, pixels: &Pixels);
}

/// Draws nothing: for asking where the labels of a chart would stand.
pub(super) struct Nowhere;

impl Surface for Nowhere {
    fn rect(&mut self, _: Rect, _: Paint) {}
    fn polygon(&mut self, _: &[Point], _: Paint) {}
    fn polyline(&mut self, _: &[Point], _: f64, _: Paint) {}
    fn circle(&mut self, _: Point, _: f64, _: Paint) {}
    fn text(&mut self, _: Point, _: &str, _: f64, _: Weight, _: Colour) {}
    fn picture(&mut self, _: Rect, _: &Pixels) {}
}
