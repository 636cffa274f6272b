//! The map: which model wins where, over two parameters of the work.

use super::axis::tick_style;
use super::canvas::{Align, Canvas};
use super::caption::Caption;
use super::figure::Chart;
use super::geometry::Rect;
use super::lines::nothing;
use super::table::{Cell, Column, Table};
use super::text::TextStyle;
use super::theme::{self, CARD, Colour, GRID, Hatch, INK, QUIET};
use crate::format;

/// What a map is drawn from.
#[derive(Clone, Debug)]
pub struct MapSeries {
    /// The words around the picture.
    pub caption: Caption,
    /// Name of the parameter from left to right: "size of a task".
    pub across: String,
    /// Its values, as text with units.
    pub columns: Vec<String>,
    /// Name of the parameter from bottom to top: "share of waiting".
    pub up: String,
    /// Its values, the lowest first.
    pub rows: Vec<String>,
    /// What was found; places without a cell were not measured.
    pub cells: Vec<MapCell>,
}

/// What was found at one place of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapCell {
    /// Column, from 0 on the left.
    pub column: usize,
    /// Row, from 0 at the bottom.
    pub row: usize,
    /// The model with the shortest median time.
    pub winner: Model,
    /// The next one.
    pub runner_up: Option<Model>,
    /// How many times as fast the winner was as sequential.
    pub speedup: f64,
    /// The difference of the two is inside what runs of the same thing differ by.
    pub close: bool,
}

const LEGEND: TextStyle = TextStyle::new(12.0);
const LINE: f64 = 22.0;
/// Room for the upright parameter's name above, and for the level one's values and name below.
const ABOVE: f64 = 24.0;
const BELOW: f64 = 38.0;

impl MapSeries {
    /// The models that appear, in the order of their first cell; one entry a kind.
    fn models(&self) -> Vec<Model> {
        let mut models: Vec<Model> = Vec::new();
        let shown = self.cells.iter().flat_map(|cell| {
            let second = if cell.close { cell.runner_up } else { None };
            [Some(cell.winner), second].into_iter().flatten()
        });
        for model in shown {
            if models.iter().all(|known| theme::letter(*known) != theme::letter(model)) {
                models.push(model);
            }
        }
        models
    }

    /// What stands below the map: swatch, text.
    fn legend(&self) -> Vec<(Option<Model>, String)> {
        let mut entries: Vec<(Option<Model>, String)> = self
            .models()
            .into_iter()
            .map(|model| (Some(model), format!("{}  {model}", theme::letter(model))))
            .collect();
        if self.cells.iter().any(|cell| cell.close) {
            entries.push((None, "too close to tell".into()));
        }
        entries
    }

    fn legend_lines(&self, width: f64) -> Vec<Vec<(Option<Model>, String)>> {
        let mut lines: Vec<Vec<_>> = vec![Vec::new()];
        let mut used = 0.0;
        for entry in self.legend() {
            let takes = LEGEND.width(&entry.1) + 44.0;
            if used + takes > width && used > 0.0 {
                lines.push(Vec::new());
                used = 0.0;
            }
            used += takes;
            lines.last_mut().expect("there is always a line").push(entry);
        }
        lines
    }

    fn row_height(&self, width: f64) -> f64 {
        let rows = self.rows.len().max(1) as f64;
        (width * 0.5 / rows).clamp(26.0, 64.0).round()
    }

    fn at(&self, column: usize, row: usize) -> Option<&MapCell> {
        self.cells.iter().find(|cell| cell.column == column && cell.row == row)
    }

    fn describe(&self, cell: &MapCell) -> String {
        match (cell.close, cell.runner_up) {
            (true, Some(other)) => format!("{} or {other}, too close to tell", cell.winner),
            (true, None) => format!("{}, too close to tell", cell.winner),
            (false, _) => cell.winner.to_string(),
        }
    }
}

impl Chart for MapSeries {
    fn caption(&self) -> Caption {
        self.caption.clone()
    }

    fn height(&self, width: f64) -> f64 {
        let rows = self.rows.len().max(1) as f64;
        ABOVE + rows * self.row_height(width) + BELOW + 8.0 + LINE * self.legend_lines(width).len() as f64
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if self.columns.is_empty() || self.rows.is_empty() {
            return nothing(canvas, area);
        }
        let style = tick_style();
        let labels = self.rows.iter().map(|row| style.width(row)).fold(20.0, f64::max).min(area.w * 0.25);
        let legend = self.legend_lines(area.w);
        let plot = area.without(labels + 10.0, ABOVE, 0.0, BELOW + 8.0 + LINE * legend.len() as f64);
        let (w, h) = (plot.w / self.columns.len() as f64, plot.h / self.rows.len() as f64);
        canvas.text((area.x, plot.y - 10.0), &style.ellipsize(&self.up, area.w), &style, Align::Left);
        for (row, name) in self.rows.iter().enumerate() {
            let y = plot.bottom() - (row as f64 + 0.5) * h;
            let place = (plot.x - 8.0, y);
            canvas.text_at_middle(place, &style.ellipsize(name, labels), &style, Align::Right);
            for column in 0..self.columns.len() {
                let place = Rect::new(plot.x + column as f64 * w, y - h / 2.0, w, h);
                draw_cell(canvas, place, self.at(column, row));
            }
        }
        // Where not all values fit, every second (third …) one is written.
        let widest = self.columns.iter().map(|name| style.width(name)).fold(1.0, f64::max).min(plot.w * 0.2);
        let step = ((widest + 8.0) / w).ceil().max(1.0) as usize;
        for (column, name) in self.columns.iter().enumerate().step_by(step) {
            let x = plot.x + (column as f64 + 0.5) * w;
            // Not beyond the map's edges either, or the card would cut it.
            let room = (w * step as f64 - 6.0).min(2.0 * (x - area.x).min(area.right() + 10.0 - x));
            canvas.text((x, plot.bottom() + 16.0), &style.ellipsize(name, room), &style, Align::Centre);
        }
        let title = style.ellipsize(&self.across, plot.w);
        canvas.text((plot.right(), plot.bottom() + 32.0), &title, &style, Align::Right);
        draw_legend(canvas, (area.x, plot.bottom() + BELOW + 8.0), &legend);
    }

    fn alt(&self) -> String {
        let mut text = format!("{}. Map over {} and {}.", self.caption.title, self.across, self.up);
        for model in self.models() {
            let won = self.cells.iter().filter(|cell| cell.winner == model && !cell.close).count();
            text += &format!(" {model} wins {won} of {} places.", self.cells.len());
        }
        let close = self.cells.iter().filter(|cell| cell.close).count();
        text + &format!(" Too close to tell: {close}.")
    }

    fn table(&self) -> Table {
        let mut table = Table::new([
            Column::text(&self.across),
            Column::text(&self.up),
            Column::text("winner"),
            Column::number("vs sequential", "x"),
        ]);
        for row in 0..self.rows.len() {
            for column in 0..self.columns.len() {
                let Some(cell) = self.at(column, row) else { continue };
                table.push([
                    self.columns[column].as_str().into(),
                    self.rows[row].as_str().into(),
                    self.describe(cell).into(),
                    Cell::number(cell.speedup, format::times(cell.speedup)),
                ]);
            }
        }
        table
    }
}

/// Light enough for dark letters, strong enough to be told apart.
fn ground(model: Model) -> Colour {
    theme::colour(model).tint(0.55)
}

fn hatched(canvas: &mut Canvas<'_>, place: Rect, a: Colour, b: Colour) {
    canvas.rect(place, a.mix(CARD, 0.55));
    canvas.hatch(place, Hatch::Rising, 7.0, b);
}

fn draw_cell(canvas: &mut Canvas<'_>, place: Rect, cell: Option<&MapCell>) {
    let inner = place.without(1.0, 1.0, 1.0, 1.0);
    let Some(cell) = cell else {
        return canvas.outline(inner, 1.0, GRID);
    };
    let winner = ground(cell.winner);
    let mut letters = theme::letter(cell.winner).to_string();
    if cell.close {
        hatched(canvas, inner, winner, cell.runner_up.map_or(QUIET, theme::colour));
        if let Some(other) = cell.runner_up {
            letters = format!("{letters}/{}", theme::letter(other));
        }
    } else {
        canvas.rect(inner, winner);
    }
    let bold = TextStyle::new(13.0).bold().colour(INK);
    let small = TextStyle::new(10.5).colour(INK);
    let detail = format::times(cell.speedup);
    let (x, y) = place.centre();
    let two = place.h >= 34.0 && small.width(&detail) <= place.w - 6.0;
    let (style, letters) = bold.fit(&letters, place.w - 4.0, 8.0);
    let lift = if two { 7.0 } else { 0.0 };
    if cell.close && !letters.is_empty() {
        let half = style.width(&letters).max(if two { small.width(&detail) } else { 0.0 }) / 2.0 + 3.0;
        let half = half.min(inner.w / 2.0);
        let high = if two { 15.0 } else { 9.0 };
        canvas.rect(Rect::new(x - half, y - high, 2.0 * half, 2.0 * high), winner.mix(CARD, 0.55));
    }
    canvas.text_at_middle((x, y - lift), &letters, &style, Align::Centre);
    if two {
        canvas.text_at_middle((x, y + 8.0), &detail, &small, Align::Centre);
    }
}

fn draw_legend(canvas: &mut Canvas<'_>, (left, top): (f64, f64), lines: &[Vec<(Option<Model>, String)>]) {
    for (index, line) in lines.iter().enumerate() {
        let middle = top + LINE * (index as f64 + 0.5);
        let mut x = left;
        for (model, text) in line {
            let swatch = Rect::new(x, middle - 6.0, 18.0, 12.0);
            match model {
                Some(model) => canvas.rect(swatch, ground(*model)),
                None => hatched(canvas, swatch, QUIET.tint(0.3), QUIET),
            }
            canvas.text_at_middle((x + 24.0, middle), text, &LEGEND, Align::Left);
            x += LEGEND.width(text) + 44.0;
        }
    }
}
