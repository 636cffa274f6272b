//! What a figure is made around: anything that plotters can draw, and that can be put in words.

use crate::caption::Caption;
use crate::draw::{Area, Drawn};
use crate::table::Table;

/// Something that can be drawn. One drawing function serves SVG and PNG; the caption is set around it.
pub trait Chart: Send + Sync {
    /// The words around the drawing.
    fn caption(&self) -> Caption;

    /// Height of the drawing when it is `width` pixels wide.
    fn height(&self, width: f64) -> f64;

    /// Draws on `area`, which is as wide and as high as was agreed.
    ///
    /// # Errors
    /// Those of plotters.
    fn draw(&self, area: &Area<'_>) -> Drawn;

    /// Whether its colours mean what they are, so that a dark page must not exchange light and dark.
    fn is_photograph(&self) -> bool {
        false
    }

    /// One to three sentences, made from the data, for who cannot see the picture.
    fn alt(&self) -> String;

    /// The same numbers as a table.
    fn table(&self) -> Table;
}
