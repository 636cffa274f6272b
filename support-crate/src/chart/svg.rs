//! The SVG surface: plotters' SVG backend on a grid of tenths of a pixel, and the frame around what it writes.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use plotters::prelude::SVGBackend;
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, FontFamily, FontStyle,
};

use super::font::{EMBEDDED, FAMILY, Weight};
use super::geometry::{Point, Rect};
use super::pixels::Pixels;
use super::png;
use super::surface::{Paint, Surface};
use super::theme::{BORDER, CARD, Colour};

/// Plotters' coordinates are whole numbers: on a grid this fine, curves stay smooth.
const GRID: f64 = 10.0;

/// Draws with plotters' SVG backend into `body`, which lacks its frame until [`finish`].
pub(super) struct SvgSurface<'a> {
    backend: SVGBackend<'a>,
    pictures: &'a mut Vec<(Rect, Pixels)>,
}

impl<'a> SvgSurface<'a> {
    pub(super) fn new(body: &'a mut String, pictures: &'a mut Vec<(Rect, Pixels)>, size: (f64, f64)) -> Self {
        let grid = ((size.0 * GRID) as u32, (size.1 * GRID) as u32);
        Self { backend: SVGBackend::with_string(body, grid), pictures }
    }
}

impl Drop for SvgSurface<'_> {
    fn drop(&mut self) {
        let _ = self.backend.present();
    }
}

struct Pen {
    colour: BackendColor,
    width: u32,
}

impl BackendStyle for Pen {
    fn color(&self) -> BackendColor {
        self.colour
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

struct Letters {
    size: f64,
    weight: Weight,
    colour: Colour,
}

impl BackendTextStyle for Letters {
    type FontError = std::fmt::Error;

    fn color(&self) -> BackendColor {
        ink(self.colour.into())
    }

    fn size(&self) -> f64 {
        // The backend divides by 1.24; among the neighbours of the product, take the one whose quotient is round.
        let product = self.size * GRID * 1.24;
        let wanted = (self.size * GRID * 10.0).round() / 10.0;
        let near = [product, product.next_up(), product.next_down()];
        near.into_iter().find(|value| value / 1.24 == wanted).unwrap_or(product)
    }

    fn style(&self) -> FontStyle {
        if self.weight == Weight::Bold { FontStyle::Bold } else { FontStyle::Normal }
    }

    fn anchor(&self) -> Pos {
        Pos::new(HPos::Left, VPos::Top)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(FAMILY)
    }

    fn layout_box(&self, _: &str) -> Result<((i32, i32), (i32, i32)), Self::FontError> {
        Ok(((0, 0), (0, 0)))
    }

    fn draw<E, F>(&self, _: &str, _: BackendCoord, _: F) -> Result<Result<(), E>, Self::FontError>
    where
        F: FnMut(i32, i32, BackendColor) -> Result<(), E>,
    {
        Ok(Ok(()))
    }
}

/// How far below its y plotters sets the baseline of text anchored at the top, in ems.
const TOP_TO_BASELINE: f64 = 0.76;

pub(super) fn ink(paint: Paint) -> BackendColor {
    let Colour(r, g, b) = paint.colour;
    BackendColor { alpha: (paint.opacity * 100.0).round() / 100.0, rgb: (r, g, b) }
}

fn on_grid((x, y): Point) -> BackendCoord {
    ((x * GRID).round() as i32, (y * GRID).round() as i32)
}

// Writing into a String cannot fail, so the results of the backend are not looked at.
impl Surface for SvgSurface<'_> {
    fn rect(&mut self, rect: Rect, paint: Paint) {
        let corners = (on_grid((rect.x, rect.y)), on_grid((rect.right(), rect.bottom())));
        let _ = self.backend.draw_rect(corners.0, corners.1, &ink(paint), true);
    }

    fn polygon(&mut self, points: &[Point], paint: Paint) {
        let _ = self.backend.fill_polygon(points.iter().copied().map(on_grid), &ink(paint));
    }

    fn polyline(&mut self, points: &[Point], width: f64, paint: Paint) {
        let pen = Pen { colour: ink(paint), width: (width * GRID).round().max(1.0) as u32 };
        let _ = match points {
            [a, b] => self.backend.draw_line(on_grid(*a), on_grid(*b), &pen),
            _ => self.backend.draw_path(points.iter().copied().map(on_grid), &pen),
        };
    }

    fn circle(&mut self, centre: Point, radius: f64, paint: Paint) {
        let _ = self.backend.draw_circle(on_grid(centre), (radius * GRID).round() as u32, &ink(paint), true);
    }

    fn text(&mut self, (x, y): Point, text: &str, size: f64, weight: Weight, colour: Colour) {
        let place = on_grid((x, y - TOP_TO_BASELINE * size));
        let _ = self.backend.draw_text(text, &Letters { size, weight, colour }, place);
    }

    fn picture(&mut self, place: Rect, pixels: &Pixels) {
        self.pictures.push((place, pixels.clone()));
    }
}

/// Puts the frame around what the backend wrote: size, alt text, embedded fonts, the card, and pictures last.
pub(super) fn finish(
    body: &str,
    pictures: &[(Rect, Pixels)],
    (width, height): (f64, f64),
    alt: &str,
) -> String {
    let inner = body.split_once('\n').map_or("", |(_, rest)| rest);
    let inner = inner.trim_end().strip_suffix("</svg>").unwrap_or(inner);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" role=\"img\">\n",
        width * GRID,
        height * GRID
    );
    let _ = writeln!(svg, "<title>{}</title>\n<style>", escape(alt));
    for (weight, bytes) in EMBEDDED {
        let _ = writeln!(
            svg,
            "@font-face{{font-family:\"Lab Inter\";font-weight:{weight};src:url(data:font/woff2;base64,{})}}",
            BASE64.encode(bytes)
        );
    }
    // Kerning would make text narrower than it was measured.
    svg.push_str("text{font-kerning:none;font-variant-ligatures:none;white-space:pre}polyline{stroke-linejoin:round;stroke-linecap:round}\n</style>\n");
    let hairline = GRID / 2.0;
    let _ = writeln!(
        svg,
        "<rect x=\"{hairline}\" y=\"{hairline}\" width=\"{}\" height=\"{}\" rx=\"60\" fill=\"{}\" stroke=\"{}\" stroke-width=\"{GRID}\"/>",
        width * GRID - GRID,
        height * GRID - GRID,
        hex(CARD),
        hex(BORDER)
    );
    // The backend writes what is the default anyway, and breaks lines around a text.
    svg.push_str(
        &inner.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "").replace("\n</text>", "</text>"),
    );
    for (place, pixels) in pictures {
        let [x, y, w, h] = [place.x, place.y, place.w, place.h].map(|value| (value * GRID).round());
        let data = BASE64.encode(png::encode(pixels.width(), pixels.height(), pixels.rgb()));
        let _ = writeln!(
            svg,
            "<image x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,{data}\"/>"
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn hex(Colour(r, g, b): Colour) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

/// `text` for use in XML and HTML, between tags and in attributes.
///
/// ```
/// use concurrency_lab::chart::escape;
/// assert_eq!(escape("<b> & \"c\""), "&lt;b&gt; &amp; &quot;c&quot;");
/// ```
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
