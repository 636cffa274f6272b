//! The shipped fonts: which glyph a character has, how wide a text is, and its outlines for bitmaps.
//!
//! Text is measured with these fonts and never with what the machine has, so a picture has the same layout everywhere.

use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef, GlyphId, PxScale};

/// Family name that SVGs give to the embedded fonts; the rest is for characters these do not have.
pub(super) const FAMILY: &str = "Lab Inter, Inter, Noto Sans CJK SC, Noto Sans SC, sans-serif";

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

struct Fonts {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
    chinese: FontRef<'static>,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let load = |bytes| FontRef::try_from_slice(bytes).expect("the shipped font is well formed");
    Fonts {
        regular: load(include_bytes!("../../fonts/Inter-Regular.otf")),
        bold: load(include_bytes!("../../fonts/Inter-SemiBold.otf")),
        chinese: load(include_bytes!("../../fonts/DroidSansFallback-gb2312.ttf")),
    }
});

/// What SVGs embed: regular and semi-bold, cut down to the signs that figures write.
pub(super) const EMBEDDED: [(&str, &[u8]); 2] = [
    ("normal", include_bytes!("../../fonts/Inter-Regular-core.woff2")),
    ("bold", include_bytes!("../../fonts/Inter-SemiBold-core.woff2")),
];

/// The glyph of a character and the font it comes from.
struct Shape {
    font: &'static FontRef<'static>,
    id: GlyphId,
    /// Neither font has it: a box of the character's width is drawn.
    missing: bool,
}

fn shape(character: char, weight: Weight) -> Shape {
    let fonts = &*FONTS;
    let main = if weight == Weight::Bold { &fonts.bold } else { &fonts.regular };
    for font in [main, &fonts.chinese] {
        let id = font.glyph_id(character);
        if id.0 != 0 {
            return Shape { font, id, missing: false };
        }
    }
    Shape { font: main, id: GlyphId(0), missing: true }
}

fn scale(font: &FontRef<'_>, size: f64) -> PxScale {
    let em = f64::from(font.units_per_em().unwrap_or(1000.0));
    PxScale::from((size * f64::from(font.height_unscaled()) / em) as f32)
}

/// Whether a character takes the width of a whole em (Chinese, Japanese, Korean, emoji).
pub(super) fn is_wide(character: char) -> bool {
    matches!(u32::from(character),
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xA000..=0xA4CF
        | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
}

/// How far the next character moves, in ems.
fn advance(character: char, weight: Weight) -> f64 {
    let shape = shape(character, weight);
    match (is_wide(character), shape.missing) {
        (true, _) => 1.0,
        (false, true) => 0.65,
        (false, false) => {
            let em = f64::from(shape.font.units_per_em().unwrap_or(1000.0));
            f64::from(shape.font.h_advance_unscaled(shape.id)) / em
        }
    }
}

/// Width of `text` at `size` pixels. No kerning: SVGs switch it off too, so both pictures agree.
///
/// ```
/// use concurrency_lab::chart::font::{Weight, width};
/// assert!(width("async", 12.0, Weight::Bold) > width("async", 12.0, Weight::Regular));
/// assert_eq!(width("并发", 12.0, Weight::Regular), 24.0);
/// ```
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    text.chars().map(|character| advance(character, weight)).sum::<f64>() * size
}

/// Calls `dot(x, y, coverage)` for every pixel of `text` whose baseline starts at `(x, y)`.
pub(super) fn rasterise(
    text: &str,
    (x, y): (f64, f64),
    size: f64,
    weight: Weight,
    mut dot: impl FnMut(i32, i32, f32),
) {
    let mut pen = x;
    for character in text.chars() {
        let step = advance(character, weight) * size;
        let shape = shape(character, weight);
        if shape.missing {
            hollow_box(
                (pen + size * 0.08, y - CAP_HEIGHT * size),
                (step - size * 0.16, CAP_HEIGHT * size),
                &mut dot,
            );
        } else {
            let position = ab_glyph::point(pen as f32, y as f32);
            let glyph = shape.id.with_scale_and_position(scale(shape.font, size), position);
            if let Some(outline) = shape.font.outline_glyph(glyph) {
                let (left, top) = (outline.px_bounds().min.x as i32, outline.px_bounds().min.y as i32);
                outline.draw(|dx, dy, coverage| dot(left + dx as i32, top + dy as i32, coverage));
            }
        }
        pen += step;
    }
}

/// The placeholder for a character that no shipped font has.
fn hollow_box((x, y): (f64, f64), (w, h): (f64, f64), dot: &mut impl FnMut(i32, i32, f32)) {
    let (left, top) = (x.round() as i32, y.round() as i32);
    let (right, bottom) = ((x + w).round() as i32, (y + h).round() as i32);
    for row in top..bottom {
        for column in left..right {
            if row == top || row == bottom - 1 || column == left || column == right - 1 {
                dot(column, row, 0.8);
            }
        }
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
                assert!(!shape(sign, weight).missing, "{sign}");
            }
        }
    }

    #[test]
    fn everyday_chinese_and_kana_have_glyphs_and_the_rest_a_box() {
        for sign in "并发线程进程异步测量カタかな".chars() {
            assert!(!shape(sign, Weight::Regular).missing, "{sign}");
        }
        let mut dots = 0;
        rasterise("\u{10380}", (4.0, 20.0), 16.0, Weight::Regular, |_, _, _| dots += 1);
        assert!(dots > 20, "a box is drawn");
    }

    #[test]
    fn the_embedded_fonts_stay_small() {
        let total: usize = EMBEDDED.iter().map(|(_, bytes)| bytes.len().div_ceil(3) * 4).sum();
        assert!(total < 22_000, "{total} bytes of base64 in every SVG");
    }
}
