//! Where a text stands: the same place in every kind of picture, measured with the shipped font.

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendCoord, BackendTextStyle, FontStyle};

use super::unit::UNITS;
use crate::text::font::{self, Weight};

/// A text as it is set: everything in pixels.
pub(super) struct Setting {
    pub left: f64,
    pub baseline: f64,
    pub size: f64,
    pub weight: Weight,
}

/// How far below the named place plotters' SVG backend sets a baseline, in ems: 0.76em, 0.5ex and -0.5ex.
fn drop(anchor: VPos) -> f64 {
    match anchor {
        VPos::Top => font::TOP_TO_BASELINE,
        VPos::Center => font::X_HEIGHT / 2.0,
        VPos::Bottom => -font::X_HEIGHT / 2.0,
    }
}

/// Where `text` stands when plotters anchors it at a place.
pub(super) fn set<S: BackendTextStyle>(text: &str, style: &S, (x, y): BackendCoord) -> Setting {
    let size = style.size() / font::PLOTTERS_SIZE / UNITS;
    let weight = if matches!(style.style(), FontStyle::Bold) { Weight::Bold } else { Weight::Regular };
    let anchor = style.anchor();
    let share = match anchor.h_pos {
        HPos::Left => 0.0,
        HPos::Center => 0.5,
        HPos::Right => 1.0,
    };
    Setting {
        left: f64::from(x) / UNITS - share * font::width(text, size, weight),
        baseline: f64::from(y) / UNITS + drop(anchor.v_pos) * size,
        size,
        weight,
    }
}
