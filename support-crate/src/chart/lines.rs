//! The ground of charts with lines: an upright axis left, a level one below, and a column of names right.

use super::axis::{Axis, BELOW, Quantity};
use super::canvas::{Align, Canvas};
use super::geometry::{Point, Rect};
use super::labels::{EndLabel, GAP, column_width, least_height};
use super::text::TextStyle;
use super::theme::{self, CARD, Colour, Marker};
use crate::model::Model;

/// Room above a plot for the title of its upright axis.
pub(super) const ABOVE: f64 = 28.0;

/// Where plot and names stand within an area.
pub(super) struct Ground {
    pub plot: Rect,
    pub names: Rect,
}

impl Ground {
    /// Divides `area`; `upright` is laid over the plot's height later, here it only tells how wide its labels are.
    pub(super) fn of(area: Rect, labels: &[EndLabel], upright: &Axis, quantity: &Quantity) -> Self {
        let names = column_width(labels, area.w * 0.36);
        let left = upright.label_width(quantity) + 10.0;
        let plot = area.without(left, ABOVE, names, BELOW);
        // Names may use the room above and below the plot too.
        Self { plot, names: Rect::new(plot.right() + GAP, area.y + 8.0, names - GAP, area.h - 8.0) }
    }

    /// Height that a chart needs for `plot` pixels of plot and all its names.
    pub(super) fn height(plot: f64, labels: &[EndLabel]) -> f64 {
        (plot + ABOVE + BELOW).max(least_height(labels) + 12.0)
    }
}

/// Height of a plot that looks well at a width.
pub(super) fn good_height(width: f64) -> f64 {
    (width * 0.42).clamp(210.0, 380.0).round()
}

/// Colour and marker of a line: the model's, or by its place.
pub(super) fn look(model: Option<Model>, index: usize) -> (Colour, Marker) {
    const MARKERS: [Marker; 5] = [Marker::Circle, Marker::Square, Marker::Up, Marker::Diamond, Marker::Down];
    match model {
        Some(model) => (theme::colour(model), theme::marker(model)),
        None => (theme::nth_colour(index), MARKERS[index % MARKERS.len()]),
    }
}

/// A text inside a plot, on a patch of card so that lines below it do not disturb.
pub(super) fn text_on_patch(canvas: &mut Canvas<'_>, at: Point, text: &str, style: &TextStyle, align: Align) {
    let width = style.width(text);
    let left = match align {
        Align::Left => at.0,
        Align::Centre => at.0 - width / 2.0,
        Align::Right => at.0 - width,
    };
    canvas.rect(Rect::new(left - 3.0, at.1 - style.size, width + 6.0, style.size * 1.35), CARD.opacity(0.86));
    canvas.text(at, text, style, align);
}

/// An upright interval with short ends.
pub(super) fn whisker(canvas: &mut Canvas<'_>, x: f64, (low, high): (f64, f64), colour: Colour) {
    canvas.line((x, low), (x, high), 1.4, colour);
    for y in [low, high] {
        canvas.line((x - 3.5, y), (x + 3.5, y), 1.4, colour);
    }
}

/// "nothing was measured" in the middle of an area.
pub(super) fn nothing(canvas: &mut Canvas<'_>, area: Rect) {
    canvas.text_at_middle(area.centre(), "nothing was measured", &super::axis::tick_style(), Align::Centre);
}
