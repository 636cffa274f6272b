//! How one series is told from another: by colour, and by a marker for who cannot see colours.

use crate::theme::{Colour, nth_colour};

/// Colour and marker of a series, the same in every figure that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Of its bars, lines and markers.
    pub colour: Colour,
    /// Of its points.
    pub marker: Marker,
}

impl Look {
    /// The look of the series at a place in a list, for series that have none of their own.
    pub fn nth(index: usize) -> Self {
        const MARKERS: [Marker; 5] =
            [Marker::Circle, Marker::Square, Marker::Up, Marker::Diamond, Marker::Down];
        Self { colour: nth_colour(index), marker: MARKERS[index % MARKERS.len()] }
    }
}

/// The shape that marks points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A filled circle.
    Circle,
    /// A square on its corner.
    Diamond,
    /// A five-cornered star.
    Star,
    /// An upright square.
    Square,
    /// A triangle pointing up.
    Up,
    /// A triangle pointing down.
    Down,
    /// A triangle pointing right.
    Right,
    /// A triangle pointing left: for one model more than there are.
    Left,
    /// An upright cross.
    Plus,
}
