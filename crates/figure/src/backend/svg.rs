//! The frame around what plotters' SVG backend writes: alt text, embedded fonts, the card, pictures.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::unit::UNITS;
use super::{Beside, png};
use crate::escape::escape;
use crate::geometry::Rect;
use crate::text::font::EMBEDDED;
use crate::theme::{BORDER, CARD, Colour};

/// Puts a whole SVG file of plotters', a picture within a picture, into its frame. Places that stand for something lie over it
/// unseen, each with its words as title.
pub(crate) fn framed(inner: &str, beside: &Beside, (width, height): (f64, f64), alt: &str) -> String {
    let (w, h) = (width * UNITS, height * UNITS);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {w} {h}\" role=\"img\">\n"
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
    svg.push_str("text{font-kerning:none;font-variant-ligatures:none}polyline{stroke-linejoin:round;stroke-linecap:round}\n</style>\n");
    let hairline = UNITS / 2.0;
    let _ = writeln!(
        svg,
        "<rect x=\"{hairline}\" y=\"{hairline}\" width=\"{}\" height=\"{}\" rx=\"60\" fill=\"{}\" stroke=\"{}\" stroke-width=\"{UNITS}\"/>",
        w - UNITS,
        h - UNITS,
        hex(CARD),
        hex(BORDER)
    );
    for (place, pixels) in &beside.pictures {
        let [x, y, w, h] = in_units(place);
        let data = BASE64.encode(png::encode(pixels.width, pixels.height, &pixels.rgb));
        let _ = writeln!(
            svg,
            "<image x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,{data}\"/>"
        );
    }
    svg.push_str(inner);
    for (place, words) in &beside.told {
        let ([x, y, w, h], words) = (in_units(place), escape(words));
        let _ = writeln!(
            svg,
            "<rect class=\"told\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill-opacity=\"0\"><title>{words}</title></rect>"
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn in_units(place: &Rect) -> [f64; 4] {
    [place.x, place.y, place.w, place.h].map(|value| (value * UNITS).round())
}

fn hex(Colour(r, g, b): Colour) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}
