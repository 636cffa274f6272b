//! Lanes over time: a row for each actor, its stretches as bars, moments as labelled ticks, one time axis.

mod columns;
mod labels;
mod layout;
mod paint;
mod series;
mod shapes;
mod steps;
mod told;

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{Area, Drawn, size};
use crate::table::Table;
use layout::Layout;

pub use series::{Key, Lane, LaneGroup, LanesSeries, Segment, Stretch};

impl Chart for LanesSeries {
    fn caption(&self) -> Caption {
        self.caption.clone()
    }

    fn height(&self, width: f64) -> f64 {
        Layout::new(self, width).height
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        paint::paint(&Layout::new(self, size(area).0), area)
    }

    fn alt(&self) -> String {
        self.alt.clone()
    }

    fn table(&self) -> Table {
        self.table.clone()
    }
}
