//! Where a text stands: the same place in every kind of picture, measured with the shipped font.

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendCoord, BackendTextStyle, FontStyle};

use super::UNITS;
use crate::draw::geometry::Rect;
use crate::text::font::{self, CAP_HEIGHT, Weight};

/// A text of a figure, and where it stands: tests hold these against one another.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// What it says.
    pub text: String,
    /// In pixels, from the height of its capitals to just below its baseline.
    pub place: Rect,
}

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

impl Setting {
    pub(super) fn label(&self, text: &str) -> Label {
        let width = font::width(text, self.size, self.weight);
        let (top, height) = (self.baseline - CAP_HEIGHT * self.size, (CAP_HEIGHT + 0.12) * self.size);
        Label { text: text.to_owned(), place: Rect::new(self.left, top, width, height) }
    }
}
