//! Dots with smoothed edges, by tiny-skia.

use plotters_backend::{BackendColor, BackendCoord, BackendStyle};
use tiny_skia::{
    FillRule, FilterQuality, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Stroke,
    Transform,
};

use super::setting::Setting;
use super::unit::UNITS;
use crate::geometry::Rect;
use crate::pixels::Pixels;
use crate::text::font;

/// Draws dots, `scale` of them to a pixel.
pub(crate) struct Raster<'a> {
    dots: &'a mut Pixmap,
    scale: f32,
}

impl<'a> Raster<'a> {
    pub(crate) fn new(dots: &'a mut Pixmap, scale: f32) -> Self {
        Self { dots, scale }
    }

    /// From units to dots.
    fn grid(&self) -> Transform {
        let dots = self.scale / UNITS as f32;
        Transform::from_scale(dots, dots)
    }

    fn fill(&mut self, path: Option<Path>, colour: BackendColor, place: Transform) {
        if let Some(path) = path {
            self.dots.fill_path(&path, &paint(colour), FillRule::Winding, place, None);
        }
    }

    pub(super) fn line<S: BackendStyle>(&mut self, points: &[BackendCoord], style: &S) {
        let (line_cap, line_join) = match points.len() {
            0..=2 => (LineCap::Butt, LineJoin::Miter),
            _ => (LineCap::Round, LineJoin::Round),
        };
        let stroke = Stroke { width: style.stroke_width() as f32, line_cap, line_join, ..Stroke::default() };
        if let Some(path) = path(points.iter().copied(), false) {
            self.dots.stroke_path(&path, &paint(style.color()), &stroke, self.grid(), None);
        }
    }

    pub(super) fn polygon(&mut self, corners: impl IntoIterator<Item = BackendCoord>, colour: BackendColor) {
        self.fill(path(corners, true), colour, self.grid());
    }

    /// A filled circle: no figure has another.
    pub(super) fn circle(&mut self, (x, y): BackendCoord, radius: u32, colour: BackendColor) {
        self.fill(PathBuilder::from_circle(x as f32, y as f32, radius as f32), colour, self.grid());
    }

    pub(super) fn text(&mut self, text: &str, at: &Setting, colour: BackendColor) {
        // A baseline on the grid of dots keeps the feet of letters sharp.
        let em = at.size as f32 * self.scale;
        let baseline = (at.baseline as f32 * self.scale).round();
        let place = Transform::from_row(em, 0.0, 0.0, em, at.left as f32 * self.scale, baseline);
        self.fill(font::outlines(text, at.weight), colour, place);
    }

    pub(super) fn picture(&mut self, place: Rect, pixels: &Pixels) {
        let Some(mut picture) = Pixmap::new(pixels.width, pixels.height) else { return };
        for (rgba, rgb) in picture.data_mut().chunks_exact_mut(4).zip(pixels.rgb.chunks_exact(3)) {
            rgba[..3].copy_from_slice(rgb);
            rgba[3] = u8::MAX;
        }
        let [x, y, w, h] = [place.x, place.y, place.w, place.h].map(|value| value as f32 * self.scale);
        let (across, down) = (w / pixels.width as f32, h / pixels.height as f32);
        let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
        let stretched = Transform::from_row(across, 0.0, 0.0, down, x, y);
        self.dots.draw_pixmap(0, 0, picture.as_ref(), &paint, stretched, None);
    }
}

fn paint(colour: BackendColor) -> Paint<'static> {
    let mut paint = Paint::default();
    let (r, g, b) = colour.rgb;
    paint.set_color_rgba8(r, g, b, (colour.alpha * 255.0).round() as u8);
    paint
}

fn path(points: impl IntoIterator<Item = BackendCoord>, closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for (x, y) in points {
        let (x, y) = (x as f32, y as f32);
        if builder.is_empty() { builder.move_to(x, y) } else { builder.line_to(x, y) }
    }
    if closed {
        builder.close();
    }
    builder.finish()
}
