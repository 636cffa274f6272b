//! Dots with smoothed edges, by tiny-skia.

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, FontStyle};
use tiny_skia::{
    FillRule, FilterQuality, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Stroke,
    Transform,
};

use super::unit::UNITS;
use crate::geometry::Rect;
use crate::pixels::Pixels;
use crate::text::font::{self, Weight};

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

    /// Text where plotters' SVG backend sets it, measured with the shipped font.
    pub(super) fn text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) {
        let size = style.size() / font::PLOTTERS_SIZE / UNITS;
        let weight = if matches!(style.style(), FontStyle::Bold) { Weight::Bold } else { Weight::Regular };
        let anchor = style.anchor();
        let share = match anchor.h_pos {
            HPos::Left => 0.0,
            HPos::Center => 0.5,
            HPos::Right => 1.0,
        };
        // From the named place to the baseline, in ems: 0.76em, 0.5ex and -0.5ex.
        let drop = match anchor.v_pos {
            VPos::Top => font::TOP_TO_BASELINE,
            VPos::Center => font::X_HEIGHT / 2.0,
            VPos::Bottom => -font::X_HEIGHT / 2.0,
        };
        let left = f64::from(x) / UNITS - share * font::width(text, size, weight);
        let baseline = f64::from(y) / UNITS + drop * size;
        let [em, left, baseline] = [size, left, baseline].map(|value| value as f32 * self.scale);
        // A baseline on the grid of dots keeps the feet of letters sharp.
        let place = Transform::from_row(em, 0.0, 0.0, em, left.round(), baseline.round());
        self.fill(font::outlines(text, weight, em), style.color(), place);
    }

    pub(super) fn picture(&mut self, place: Rect, pixels: &Pixels) {
        let Some(mut picture) = Pixmap::new(pixels.width, pixels.height) else { return };
        for (rgba, &[red, green, blue]) in
            picture.data_mut().as_chunks_mut().0.iter_mut().zip(pixels.rgb.as_chunks().0)
        {
            *rgba = [red, green, blue, u8::MAX];
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
