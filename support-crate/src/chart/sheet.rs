//! A table as a picture, for saving it: aligned columns, as the notebook shows them.

use super::canvas::{Align, Canvas};
use super::figure::Chart;
use super::geometry::Rect;
use super::table::Table;
use super::text::TextStyle;
use super::theme::{AXIS, GRID, QUIET};
use crate::format;

/// A table with its caption.
#[derive(Clone)]
pub(super) struct Sheet {
    pub caption: String,
    pub table: Table,
}

const HEAD: TextStyle = TextStyle::new(11.5).colour(QUIET);
const CELL: TextStyle = TextStyle::new(12.5);
const ROW: f64 = 24.0;
const GAP: f64 = 18.0;
/// What is beyond stays in the text and in the files; a picture of it would be read by nobody.
const MOST_ROWS: usize = 100;

impl Sheet {
    /// Widths of the columns: as wide as their texts where that fits, the widest made narrower where it does not.
    fn widths(&self, room: f64) -> Vec<f64> {
        let rows = || self.table.rows.iter().take(MOST_ROWS);
        let natural = |(at, column): (usize, &super::table::Column)| {
            rows().map(|row| CELL.width(&row[at].shown)).fold(HEAD.width(&column.name), f64::max)
        };
        let mut widths: Vec<f64> = self.table.columns.iter().enumerate().map(natural).collect();
        let room = (room - GAP * (widths.len() as f64 - 1.0)).max(1.0);
        let mut excess = widths.iter().sum::<f64>() - room;
        while excess > 0.01 {
            let widest = widths.iter().copied().fold(0.0, f64::max);
            let next = widths.iter().copied().filter(|width| *width < widest - 0.01).fold(0.0, f64::max);
            let among = widths.iter().filter(|width| **width >= widest - 0.01).count() as f64;
            let cut = (excess / among).min(widest - next);
            widths.iter_mut().filter(|width| **width >= widest - 0.01).for_each(|width| *width -= cut);
            excess -= cut * among;
        }
        widths
    }

    fn more(&self) -> Option<String> {
        let hidden = self.table.rows.len().saturating_sub(MOST_ROWS);
        (hidden > 0).then(|| format!("… and {}", format::plural(hidden as u64, "further row")))
    }
}

impl Chart for Sheet {
    fn title(&self) -> String {
        self.caption.clone()
    }

    fn subtitle(&self) -> String {
        String::new()
    }

    fn notes(&self) -> Vec<String> {
        self.more().into_iter().collect()
    }

    fn height(&self, _: f64) -> f64 {
        ROW * (1.0 + self.table.rows.len().min(MOST_ROWS) as f64)
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let widths = self.widths(area.w);
        let total = widths.iter().sum::<f64>() + GAP * (widths.len() as f64 - 1.0);
        let line =
            |canvas: &mut Canvas<'_>, y: f64, style: &TextStyle, texts: &mut dyn Iterator<Item = &str>| {
                let mut x = area.x;
                for ((text, column), width) in texts.zip(&self.table.columns).zip(&widths) {
                    let text = style.ellipsize(text, width + 0.01);
                    let (at, align) =
                        if column.numeric { (x + width, Align::Right) } else { (x, Align::Left) };
                    canvas.text_at_middle((at, y), &text, style, align);
                    x += width + GAP;
                }
            };
        line(
            canvas,
            area.y + ROW / 2.0,
            &HEAD,
            &mut self.table.columns.iter().map(|column| column.name.as_str()),
        );
        for (index, row) in self.table.rows.iter().take(MOST_ROWS).enumerate() {
            let top = area.y + ROW * (index + 1) as f64;
            canvas.hairline((area.x, top), (area.x + total, top), if index == 0 { AXIS } else { GRID });
            line(canvas, top + ROW / 2.0, &CELL, &mut row.iter().map(|cell| cell.shown.as_str()));
        }
    }

    fn alt(&self) -> String {
        self.caption.clone()
    }

    fn table(&self) -> Table {
        self.table.clone()
    }
}
