//! The bitmap surface: plotters' bitmap backend, with edges smoothed by how much of a pixel a shape covers.

use ab_glyph_rasterizer::Rasterizer;
use plotters::prelude::BitMapBackend;
use plotters_backend::DrawingBackend;

use super::font::{self, Weight};
use super::geometry::{Point, Rect};
use super::pixels::Pixels;
use super::surface::{Paint, Surface};
use super::svg::ink;
use super::theme::Colour;

/// Draws into an RGB buffer, `scale` dots for each logical pixel.
pub(super) struct BitmapSurface<'a> {
    backend: BitMapBackend<'a>,
    scale: f64,
    size: (i32, i32),
    /// Coverage of the line being drawn; all zero between lines.
    cover: Vec<f32>,
}

impl<'a> BitmapSurface<'a> {
    pub(super) fn new(buffer: &'a mut [u8], size: (u32, u32), scale: f64) -> Self {
        let backend = BitMapBackend::with_buffer(buffer, size);
        let cover = vec![0.0; size.0 as usize * size.1 as usize];
        Self { backend, scale, size: (size.0 as i32, size.1 as i32), cover }
    }

    fn dot(&mut self, x: i32, y: i32, paint: Paint, coverage: f32) {
        let paint = Paint { opacity: paint.opacity * f64::from(coverage.min(1.0)), ..paint };
        let Colour(r, g, b) = paint.colour;
        let colour = plotters_backend::BackendColor { alpha: paint.opacity, rgb: (r, g, b) };
        // The backend leaves out dots beyond its edges; it has no other way to fail.
        let _ = self.backend.draw_pixel((x, y), colour);
    }

    /// The dots that a shape between two corners may touch, cut at the picture's edges: left, top, right, bottom.
    fn reach(&self, low: Point, high: Point) -> (i32, i32, i32, i32) {
        let cut = |value: f64, most: i32| (value as i32).clamp(0, most);
        (
            cut(low.0.floor(), self.size.0),
            cut(low.1.floor(), self.size.1),
            cut(high.0.ceil(), self.size.0),
            cut(high.1.ceil(), self.size.1),
        )
    }

    fn scaled(&self, points: &[Point]) -> Vec<Point> {
        points.iter().map(|(x, y)| (x * self.scale, y * self.scale)).collect()
    }
}

fn corners(points: &[Point]) -> (Point, Point) {
    let low = points.iter().fold((f64::MAX, f64::MAX), |a, p| (a.0.min(p.0), a.1.min(p.1)));
    let high = points.iter().fold((f64::MIN, f64::MIN), |a, p| (a.0.max(p.0), a.1.max(p.1)));
    (low, high)
}

impl Surface for BitmapSurface<'_> {
    fn rect(&mut self, rect: Rect, paint: Paint) {
        let Rect { x, y, .. } = rect;
        let edges = [x, y, rect.right(), rect.bottom()].map(|edge| edge * self.scale);
        if edges.iter().all(|edge| (edge - edge.round()).abs() < 1e-6) {
            let [left, top, right, bottom] = edges.map(|edge| edge.round() as i32);
            if left < right && top < bottom {
                let _ = self.backend.draw_rect((left, top), (right, bottom), &ink(paint), true);
            }
            return;
        }
        self.polygon(&[(x, y), (rect.right(), y), (rect.right(), rect.bottom()), (x, rect.bottom())], paint);
    }

    fn polygon(&mut self, points: &[Point], paint: Paint) {
        let points = self.scaled(points);
        let (low, high) = corners(&points);
        let (left, top, right, bottom) = self.reach(low, high);
        if left >= right || top >= bottom {
            return;
        }
        let (w, h) = ((right - left) as usize, (bottom - top) as usize);
        let mut raster = Rasterizer::new(w, h);
        let inside = |p: &Point| {
            let x = (p.0 - f64::from(left)).clamp(0.0, w as f64);
            let y = (p.1 - f64::from(top)).clamp(0.0, h as f64);
            ab_glyph_rasterizer::point(x as f32, y as f32)
        };
        for (index, from) in points.iter().enumerate() {
            raster.draw_line(inside(from), inside(&points[(index + 1) % points.len()]));
        }
        raster.for_each_pixel_2d(|x, y, coverage| {
            if coverage > 0.002 {
                self.dot(left + x as i32, top + y as i32, paint, coverage);
            }
        });
    }

    fn polyline(&mut self, points: &[Point], width: f64, paint: Paint) {
        if let [a, b] = points
            && (a.0 == b.0 || a.1 == b.1)
        {
            let half = width / 2.0;
            let rect = if a.0 == b.0 {
                Rect::between((a.0 - half, a.1), (a.0 + half, b.1))
            } else {
                Rect::between((a.0, a.1 - half), (b.0, a.1 + half))
            };
            return self.rect(rect, paint);
        }
        let points = self.scaled(points);
        let (low, high) = corners(&points);
        let radius = width * self.scale / 2.0;
        let edge = radius + 1.0;
        let (left, top, right, bottom) =
            self.reach((low.0 - edge, low.1 - edge), (high.0 + edge, high.1 + edge));
        if left >= right || top >= bottom {
            return;
        }
        // Coverage of the whole line first, so that it does not darken where its parts meet. Only what was touched
        // is looked at again.
        let mut touched = vec![(i32::MAX, i32::MIN); (bottom - top) as usize];
        for pair in points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let along = (b.0 - a.0, b.1 - a.1);
            let length = along.0.hypot(along.1);
            let rows = ((a.1.min(b.1) - edge).floor() as i32).max(top)
                ..((a.1.max(b.1) + edge).ceil() as i32).min(bottom);
            for row in rows {
                let y = f64::from(row) + 0.5;
                let (mut from, mut to) = (a.0.min(b.0) - edge, a.0.max(b.0) + edge);
                if along.1.abs() > 1e-9 {
                    // Where the infinite line's strip crosses this row.
                    let middle = a.0 + (y - a.1) * along.0 / along.1;
                    let reach = edge * length / along.1.abs();
                    (from, to) = (from.max(middle - reach), to.min(middle + reach));
                }
                let (from, to) = ((from.floor() as i32).max(left), (to.ceil() as i32).min(right));
                let span = &mut touched[(row - top) as usize];
                *span = (span.0.min(from), span.1.max(to));
                for column in from..to {
                    let x = f64::from(column) + 0.5;
                    let t = if length > 0.0 {
                        (((x - a.0) * along.0 + (y - a.1) * along.1) / (length * length)).clamp(0.0, 1.0)
                    } else {
                        0.0
                    };
                    let distance = (x - a.0 - t * along.0).hypot(y - a.1 - t * along.1);
                    let coverage = (radius + 0.5 - distance).clamp(0.0, (2.0 * radius).min(1.0)) as f32;
                    let cell = &mut self.cover[row as usize * self.size.0 as usize + column as usize];
                    *cell = cell.max(coverage);
                }
            }
        }
        for (row, (from, to)) in (top..).zip(touched) {
            for column in from..to {
                let cell = &mut self.cover[row as usize * self.size.0 as usize + column as usize];
                let coverage = std::mem::take(cell);
                if coverage > 0.002 {
                    self.dot(column, row, paint, coverage);
                }
            }
        }
    }

    fn circle(&mut self, (x, y): Point, radius: f64, paint: Paint) {
        let (x, y, radius) = (x * self.scale, y * self.scale, radius * self.scale);
        let edge = radius + 1.0;
        let (left, top, right, bottom) = self.reach((x - edge, y - edge), (x + edge, y + edge));
        for row in top..bottom {
            for column in left..right {
                let distance = (f64::from(column) + 0.5 - x).hypot(f64::from(row) + 0.5 - y);
                let coverage = (radius + 0.5 - distance).clamp(0.0, 1.0);
                if coverage > 0.0 {
                    self.dot(column, row, paint, coverage as f32);
                }
            }
        }
    }

    fn text(&mut self, (x, y): Point, text: &str, size: f64, weight: Weight, colour: Colour) {
        let scale = self.scale;
        font::rasterise(text, (x * scale, (y * scale).round()), size * scale, weight, |x, y, coverage| {
            self.dot(x, y, colour.into(), coverage);
        });
    }

    fn picture(&mut self, place: Rect, pixels: &Pixels) {
        let (left, top) = ((place.x * self.scale).round() as i32, (place.y * self.scale).round() as i32);
        let (w, h) = ((place.w * self.scale).round() as u32, (place.h * self.scale).round() as u32);
        let pixels = pixels.resized(w, h);
        for row in 0..pixels.height() {
            for column in 0..pixels.width() {
                let [r, g, b] = pixels.at(column, row);
                self.dot(left + column as i32, top + row as i32, Colour(r, g, b).into(), 1.0);
            }
        }
    }
}
