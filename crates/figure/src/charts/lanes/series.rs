//! What the figure is drawn from.

use crate::caption::Caption;
use crate::draw::Quantity;
use crate::table::Table;
use crate::theme::Colour;

/// What a lanes figure is drawn from. Times are in seconds, unless `quantity` says otherwise.
#[derive(Clone, Debug, Default)]
pub struct LanesSeries {
    /// The words around the picture.
    pub caption: Caption,
    /// What its times are.
    pub quantity: Quantity,
    /// What the time axis covers.
    pub range: (f64, f64),
    /// What the axis counts from: "since the start".
    pub axis: String,
    /// What looks and colours stand for.
    pub legend: Vec<(Key, String)>,
    /// Rows that belong together, one group under the other. A single group without a name is all rows.
    pub groups: Vec<LaneGroup>,
    /// Where to find the labels of marks that found no place.
    pub all_labels: String,
    /// The picture in words.
    pub alt: String,
    /// The picture in numbers.
    pub table: Table,
}

/// What an entry of the legend explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The look of a stretch.
    Stretch(Stretch),
    /// A bar of which only a share of the height is filled.
    Share,
    /// A mark.
    Mark,
    /// A colour.
    Colour(Colour),
}

/// Rows that belong together.
#[derive(Clone, Debug, Default)]
pub struct LaneGroup {
    /// What stands before it; may be empty.
    pub name: String,
    /// A second, quieter line below the name.
    pub detail: String,
    /// The colour of its name and of the line at its end.
    pub colour: Colour,
    /// Where a line shows its end.
    pub end: Option<f64>,
    /// Something went wrong: the line at its end is heavier.
    pub failed: bool,
    /// Many rows without names, drawn as low as fits.
    pub dense: bool,
    /// Its rows.
    pub lanes: Vec<Lane>,
}

/// One row.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// What stands before it.
    pub name: String,
    /// Its name is set off: something is wrong with it.
    pub alert: bool,
    /// What it shows, in the order of starts; they may lie over one another.
    pub segments: Vec<Segment>,
    /// Where one thing ends and the next begins within it, if that should be seen.
    pub borders: Vec<f64>,
    /// Moments with their labels, in the order of time.
    pub marks: Vec<(f64, String)>,
    /// A line below its bar; may be empty.
    pub note: String,
}

/// A stretch of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Its beginning.
    pub from: f64,
    /// Its end.
    pub to: f64,
    /// How it looks.
    pub look: Stretch,
    /// For how much of it, 0 to 1, it counts as solid: drawn as that share of the height. 1 in a solid one.
    pub share: f64,
    /// Its colour.
    pub colour: Colour,
}

/// How a stretch looks; height and pattern tell it without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// A full bar.
    Solid,
    /// A light full bar with rising lines.
    Hatched,
    /// A low bar with upright lines.
    Striped,
    /// A low, light bar.
    Low,
    /// A dotted line.
    Dotted,
}

impl LanesSeries {
    /// Whether all rows are one unnamed group.
    pub(super) fn is_one(&self) -> bool {
        self.groups.len() == 1 && self.groups[0].name.is_empty()
    }

    pub(super) fn length(&self) -> f64 {
        (self.range.1 - self.range.0).max(1e-9)
    }
}
