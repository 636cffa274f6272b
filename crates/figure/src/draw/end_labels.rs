//! Labels that stand beside the lines they name, spread so that none covers another.

use plotters::element::PathElement;

use super::area::{Area, Drawn, size};
use super::named::named;
use super::pieces::{Align, Piece, pen};
use crate::backend::at;
use crate::geometry::{Point, Rect};
use crate::look::Look;
use crate::text::TextStyle;
use crate::theme::{CARD, QUIET};

/// A name for the end of a line.
pub struct EndLabel {
    /// Where the line ends.
    pub at: Point,
    /// The name.
    pub text: String,
    /// A second, quieter line below the name; may be empty.
    pub detail: String,
    /// The look of the line.
    pub look: Look,
}

const NAME: TextStyle = TextStyle::new(12.0).bold();
const DETAIL: TextStyle = TextStyle::new(11.0).colour(QUIET);
/// From the column's left edge to the text: a leader line and the marker.
const INDENT: f64 = 28.0;
/// Between the plot and the column.
const GAP: f64 = 6.0;

impl EndLabel {
    /// The label of a line whose end is not known yet.
    pub fn new(name: &str, detail: String, look: Look) -> Self {
        Self { at: (f64::NAN, f64::NAN), text: named(name).to_owned(), detail, look }
    }

    fn height(&self) -> f64 {
        if self.detail.is_empty() { 17.0 } else { 31.0 }
    }
}

/// Height that so many labels with details take when they stand closest.
pub fn least_height(labels: &[EndLabel]) -> f64 {
    labels.iter().map(EndLabel::height).sum()
}

/// Width that the labels want right of the plot, the gap before them included; at most `most`.
pub fn column_width(labels: &[EndLabel], most: f64) -> f64 {
    let text = labels
        .iter()
        .map(|label| NAME.width(&label.text).max(DETAIL.width(&label.detail)))
        .fold(0.0, f64::max);
    (text + INDENT + GAP + 2.0).min(most)
}

/// Draws the labels right of a plot, each as near to its line's end as the others allow, with a leader to it. They may use
/// the room above and below the plot too.
pub fn draw_end_labels(area: &Area<'_>, plot: Rect, labels: &[EndLabel]) -> Drawn {
    let (width, height) = size(area);
    let column = Rect::new(plot.right() + GAP, 8.0, width - plot.right() - GAP, height - 8.0);
    let mut labels: Vec<&EndLabel> = labels.iter().filter(|label| label.at.1.is_finite()).collect();
    labels.sort_by(|a, b| a.at.1.total_cmp(&b.at.1));
    let wanted: Vec<(f64, f64)> = labels.iter().map(|label| (label.at.1, label.height())).collect();
    for (label, y) in labels.into_iter().zip(spread(&wanted, column.y, column.bottom())) {
        let Look { colour, marker } = label.look;
        let elbow = column.x + 8.0;
        let leader = [(label.at.0 + 5.0, label.at.1), (elbow - 4.0, y), (elbow, y)].map(at);
        area.draw(&PathElement::new(leader, pen(colour.mix(CARD, 0.35), 1.0)))?;
        area.draw(&Piece::marker(at((column.x + 17.0, y)), 4.5, marker, colour))?;
        let (x, room) = (column.x + INDENT, column.w - INDENT);
        let name = NAME.colour(colour.text());
        let text = name.ellipsize(&label.text, room);
        area.draw(&Piece::label(at((x, y)), &text, name, Align::Left))?;
        let (style, detail) = DETAIL.fit(&label.detail, room, 9.5);
        area.draw(&Piece::label(at((x, y + 14.0)), &detail, style, Align::Left))?;
    }
    Ok(())
}

/// Heights of the first lines of labels, in order from the top: as near to where each is wanted as their sizes
/// `(wanted, height)` and the limits allow. A label reaches 8 pixels above its first line and the rest below.
fn spread(labels: &[(f64, f64)], top: f64, bottom: f64) -> Vec<f64> {
    const ABOVE: f64 = 8.0;
    let mut placed: Vec<f64> = Vec::with_capacity(labels.len());
    let mut free = top;
    for (wanted, height) in labels {
        let y = wanted.max(free + ABOVE);
        placed.push(y);
        free = y - ABOVE + height;
    }
    let mut limit = bottom;
    for (y, (_, height)) in placed.iter_mut().zip(labels).rev() {
        *y = y.min(limit - height + ABOVE);
        limit = *y - ABOVE;
    }
    // Pushed down by those above more than needed: move groups back up towards where they are wanted.
    for index in 0..placed.len() {
        let free = if index == 0 { top } else { placed[index - 1] - ABOVE + labels[index - 1].1 };
        placed[index] = placed[index].min(labels[index].0).max(free + ABOVE);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn labels_never_overlap_and_stay_inside(mut wanted in proptest::collection::vec(0.0f64..400.0, 0..12)) {
            wanted.sort_by(f64::total_cmp);
            let labels: Vec<(f64, f64)> = wanted.iter().map(|y| (*y, 31.0)).collect();
            let placed = spread(&labels, 0.0, 400.0);
            prop_assert!(placed.windows(2).all(|pair| pair[1] - pair[0] >= 31.0 - 1e-9), "{placed:?}");
            prop_assert!(placed.iter().all(|y| *y >= 8.0 - 1e-9 && *y <= 400.0 - 31.0 + 8.0 + 1e-9), "{placed:?}");
        }
    }

    #[test]
    fn a_lone_label_stands_where_it_is_wanted() {
        assert_eq!(spread(&[(120.0, 17.0)], 0.0, 400.0), [120.0]);
    }
}
