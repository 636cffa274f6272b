//! The shipped font: which glyph a character has, how wide a text is, and its outlines.
//!
//! Text is measured with these fonts and never with what the machine has, so a picture has the same layout everywhere.

use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef, GlyphId, OutlineCurve};
use plotters::style::{FontStyle, register_font};
use tiny_skia::{Path, PathBuilder};

/// Family name that SVGs give to the embedded fonts; the rest is for characters these do not have.
pub(crate) const FAMILY: &str = "Lab Inter, Inter, sans-serif";

/// What plotters calls the size of a font, in ems.
pub(crate) const PLOTTERS_SIZE: f64 = 1.24;

/// How far below the top of a text its baseline is, in ems, where plotters names its top.
pub(crate) const TOP_TO_BASELINE: f64 = 0.76;

/// Height of a small letter, as a share of the text size.
pub(crate) const X_HEIGHT: f64 = 0.546;

/// Height of a capital letter, as a share of the text size.
pub const CAP_HEIGHT: f64 = 0.727;

/// Regular or semi-bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For labels and running text.
    Regular,
    /// For titles and what should be read first.
    Bold,
}

const REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.otf");
const BOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.otf");

/// By their weight.
static FONTS: LazyLock<[FontRef<'static>; 2]> = LazyLock::new(|| {
    // What plotters itself measures, it measures with the same font. It can only refuse a file that is no font.
    for (style, bytes) in [(FontStyle::Normal, REGULAR), (FontStyle::Bold, BOLD)] {
        let _ = register_font(FAMILY, style, bytes);
    }
    [REGULAR, BOLD].map(|bytes| FontRef::try_from_slice(bytes).expect("the shipped font is well formed"))
});

/// Makes the shipped font known to plotters; once is enough, more often does no harm.
pub(crate) fn register() {
    LazyLock::force(&FONTS);
}

/// What SVGs embed: regular and semi-bold, cut down to the signs that figures write.
pub(crate) const EMBEDDED: [(&str, &[u8]); 2] = [
    ("normal", include_bytes!("../../fonts/Inter-Regular-core.woff2")),
    ("bold", include_bytes!("../../fonts/Inter-SemiBold-core.woff2")),
];

fn font(weight: Weight) -> &'static FontRef<'static> {
    &FONTS[weight as usize]
}

/// The glyph of a character, if the shipped font has one.
fn glyph(character: char, weight: Weight) -> Option<GlyphId> {
    Some(font(weight).glyph_id(character)).filter(|id| id.0 != 0)
}

fn units_per_em(weight: Weight) -> f64 {
    f64::from(font(weight).units_per_em().unwrap_or(1000.0))
}

/// Whether a character takes the width of a whole em (Chinese, Japanese, Korean, emoji).
pub(crate) fn is_wide(character: char) -> bool {
    matches!(u32::from(character),
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xA000..=0xA4CF
        | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
}

/// How far the next character moves, in ems.
fn advance(character: char, weight: Weight) -> f64 {
    match glyph(character, weight) {
        _ if is_wide(character) => 1.0,
        Some(id) => f64::from(font(weight).h_advance_unscaled(id)) / units_per_em(weight),
        None => 0.65,
    }
}

/// Width of `text` at `size` pixels. No kerning: SVGs switch it off too, so both pictures agree.
///
/// ```
/// use figure::font::{Weight, width};
/// assert!(width("async", 12.0, Weight::Bold) > width("async", 12.0, Weight::Regular));
/// assert_eq!(width("并发", 12.0, Weight::Regular), 24.0);
/// ```
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    text.chars().map(|character| advance(character, weight)).sum::<f64>() * size
}

/// The outlines of `text`, which are to be filled, in ems from the beginning of its baseline, y down; a character that the
/// font does not have is an empty box. Every letter begins on a whole dot where an em has `dots` of them: equal letters then
/// have equal dots, which makes a PNG a seventh smaller.
pub(crate) fn outlines(text: &str, weight: Weight, dots: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    let mut left = 0.0;
    let scale = 1.0 / units_per_em(weight) as f32;
    for character in text.chars() {
        let step = advance(character, weight) as f32;
        let pen = (left * dots).round() / dots;
        let place = |at: ab_glyph::Point| (pen + at.x * scale, -at.y * scale);
        let mut end = None;
        let outline = glyph(character, weight).map(|id| font(weight).outline(id));
        if outline.is_none() {
            hollow_box(&mut path, pen, step);
        }
        for curve in outline.flatten().map_or_else(Vec::new, |outline| outline.curves) {
            let (OutlineCurve::Line(from, to)
            | OutlineCurve::Quad(from, _, to)
            | OutlineCurve::Cubic(from, _, _, to)) = curve;
            if end != Some(from) {
                let (x, y) = place(from);
                path.close();
                path.move_to(x, y);
            }
            end = Some(to);
            let (x, y) = place(to);
            match curve {
                OutlineCurve::Line(..) => path.line_to(x, y),
                OutlineCurve::Quad(_, control, _) => {
                    let (a, b) = place(control);
                    path.quad_to(a, b, x, y);
                }
                OutlineCurve::Cubic(_, first, second, _) => {
                    let ((a, b), (c, d)) = (place(first), place(second));
                    path.cubic_to(a, b, c, d, x, y);
                }
            }
        }
        left += step;
    }
    path.close();
    path.finish()
}

/// The placeholder for a character that the shipped font does not have: a frame, its inner edge turned the other way.
fn hollow_box(path: &mut PathBuilder, pen: f32, step: f32) {
    let (left, right, top, thick) = (pen + 0.08, pen + step - 0.08, -CAP_HEIGHT as f32, 0.07);
    let outer = [(left, 0.0), (right, 0.0), (right, top), (left, top)];
    let (left, right, top, bottom) = (left + thick, right - thick, top + thick, -thick);
    for [start, corners @ ..] in [outer, [(left, bottom), (left, top), (right, top), (right, bottom)]] {
        path.close();
        path.move_to(start.0, start.1);
        corners.iter().for_each(|(x, y)| path.line_to(*x, *y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_that_figures_write_has_a_glyph() {
        let signs = "×·–—…−µ≈≤≥±∞→←↑↓✓✗éüßąłΩλπσЖ•“”’²³";
        for weight in [Weight::Regular, Weight::Bold] {
            for sign in signs.chars() {
                assert!(glyph(sign, weight).is_some(), "{sign}");
            }
        }
    }

    #[test]
    fn a_character_without_a_glyph_is_a_box_with_a_hole() {
        let path = outlines("并", Weight::Regular, 24.0).expect("it has an outline");
        let starts = path.segments().filter(|segment| matches!(segment, tiny_skia::PathSegment::MoveTo(_)));
        assert_eq!(starts.count(), 2);
    }

    #[test]
    fn the_embedded_fonts_stay_small() {
        let total: usize = EMBEDDED.iter().map(|(_, bytes)| bytes.len().div_ceil(3) * 4).sum();
        assert!(total < 22_000, "{total} bytes of base64 in every SVG");
    }
}
