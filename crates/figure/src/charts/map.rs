//! The map: which model wins where, over two parameters of the work.

use plotters::element::Rectangle;
use plotters::style::Color;

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{
    Align, Area, BELOW, Drawn, Piece, Values, at, centred, flow, framed, pen, size, tick_style, units,
    upright_title,
};
use crate::format;
use crate::geometry::{Point, Rect};
use crate::table::Table;
use crate::text::TextStyle;
use crate::theme::{CARD, Colour, GRID, INK, QUIET};

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
    /// What can win, in the order of the legend.
    pub kinds: Vec<MapKind>,
    /// What was found; places without a cell were not measured.
    pub cells: Vec<MapCell>,
}

/// One of those that can win.
#[derive(Clone, Debug, PartialEq)]
pub struct MapKind {
    /// Its name: "async".
    pub name: String,
    /// One or two letters for it, where a name does not fit.
    pub letter: String,
    /// The colour of its places.
    pub colour: Colour,
}

/// What was found at one place of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapCell {
    /// Column, from 0 on the left.
    pub column: usize,
    /// Row, from 0 at the bottom.
    pub row: usize,
    /// What won, by its place in the kinds.
    pub winner: usize,
    /// The next one.
    pub runner_up: Option<usize>,
    /// How many times as fast the winner was as the baseline.
    pub speedup: f64,
    /// The difference of the two is inside what runs of the same thing differ by.
    pub close: bool,
}

const LEGEND: TextStyle = TextStyle::new(12.0);
const LINE: f64 = 22.0;
/// Room for the upright parameter's name above.
const ABOVE: f64 = 24.0;

impl MapSeries {
    /// What stands below the map: the ground of a swatch, if it is not that of "too close", and the text.
    fn legend(&self) -> Vec<(Option<Colour>, String)> {
        let kinds =
            self.kinds.iter().map(|kind| (Some(kind.ground()), format!("{}: {}", kind.letter, kind.name)));
        let close = self.cells.iter().any(|cell| cell.close);
        kinds.chain(close.then(|| (None, "too close to tell".to_owned()))).collect()
    }

    /// Where its entries stand, and how high it is.
    fn legend_places(&self, width: f64) -> (Vec<Point>, f64) {
        let widths = self.legend().into_iter().map(|(_, text)| LEGEND.width(&text) + 24.0);
        let places = flow(widths, 20.0, width, LINE);
        let height = places.last().map_or(0.0, |place| place.1 + LINE / 2.0);
        (places, height)
    }

    fn at(&self, column: usize, row: usize) -> Option<&MapCell> {
        self.cells.iter().find(|cell| cell.column == column && cell.row == row)
    }

    fn describe(&self, cell: &MapCell) -> String {
        let name = |index: usize| self.kinds.get(index).map_or("unknown", |kind| &kind.name);
        match (cell.close, cell.runner_up) {
            (true, Some(other)) => format!("{} or {}, too close to tell", name(cell.winner), name(other)),
            (true, None) => format!("{}, too close to tell", name(cell.winner)),
            (false, _) => name(cell.winner).to_owned(),
        }
    }
}

impl MapKind {
    /// Light enough for dark letters, strong enough to be told apart.
    fn ground(&self) -> Colour {
        self.colour.tint(0.55)
    }
}

impl Chart for MapSeries {
    fn caption(&self) -> Caption {
        self.caption.clone()
    }

    fn height(&self, width: f64) -> f64 {
        let rows = self.rows.len().max(1) as f64;
        let row = (width * 0.5 / rows).clamp(26.0, 64.0).round();
        ABOVE + rows * row + BELOW + 8.0 + self.legend_places(width).1
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        if self.columns.is_empty() || self.rows.is_empty() {
            return centred(area, "nothing was measured", tick_style());
        }
        let style = tick_style();
        let (width, height) = size(area);
        let labels = style.widest(&self.rows).max(20.0).min(width * 0.25);
        let below = BELOW + 8.0 + self.legend_places(width).1;
        let plot = Rect::between((labels + 10.0, ABOVE), (width, height - below));
        let cell = (plot.w / self.columns.len() as f64, plot.h / self.rows.len() as f64);
        let across = Values::places(self.column_names(plot, cell.0, width));
        let up = Values::places(self.rows.iter().map(|name| style.ellipsize(name, labels)));
        let mut chart = framed(area, plot, (&across, &self.across), &up)?;
        upright_title(area, ABOVE + 2.0, &up, &self.up)?;
        for row in 0..self.rows.len() {
            for column in 0..self.columns.len() {
                let corner = (column as f64, row as f64);
                let found = self.at(column, row);
                let Some((found, winner)) =
                    found.and_then(|found| Some((found, self.kinds.get(found.winner)?)))
                else {
                    chart.draw_series([inset(corner, pen(GRID, 1.0))])?;
                    continue;
                };
                let ground = if found.close { winner.ground().mix(CARD, 0.55) } else { winner.ground() };
                chart.draw_series([inset(corner, ground.filled())])?;
                if found.close {
                    let other = found.runner_up.and_then(|other| self.kinds.get(other));
                    let stripes = other.map_or(QUIET, |other| other.colour);
                    // Within the margin of a pixel.
                    let (x, y) = (1.0 / cell.0, 1.0 / cell.1);
                    let (from, to) = ((corner.0 + x, corner.1 + y), (corner.0 - x + 1.0, corner.1 - y + 1.0));
                    chart.draw_series([Piece::hatch(from, to, 7.0, stripes)])?;
                }
                chart.draw_series(self.letters(found, winner, cell))?;
            }
        }
        self.draw_legend(area, plot.bottom() + BELOW + 8.0)
    }

    fn alt(&self) -> String {
        let mut text = format!("{}. Map over {} and {}.", self.caption.title, self.across, self.up);
        for (index, kind) in self.kinds.iter().enumerate() {
            let won = self.cells.iter().filter(|cell| cell.winner == index && !cell.close).count();
            text += &format!(" {} wins {won} of {} places.", kind.name, self.cells.len());
        }
        let close = self.cells.iter().filter(|cell| cell.close).count();
        text + &format!(" Too close to tell: {close}.")
    }

    fn table(&self) -> Table {
        let words = [&self.across, &self.up, "winner"];
        let mut table = Table::default().words(words).numbers(["vs sequential"]);
        for row in 0..self.rows.len() {
            for column in 0..self.columns.len() {
                let Some(cell) = self.at(column, row) else { continue };
                table.push([
                    self.columns[column].clone(),
                    self.rows[row].clone(),
                    self.describe(cell),
                    format::times(cell.speedup),
                ]);
            }
        }
        table
    }
}

impl MapSeries {
    /// The names of columns; where not all fit, every second (third …) one is written.
    fn column_names(&self, plot: Rect, cell: f64, width: f64) -> Vec<String> {
        let style = tick_style();
        let widest = style.widest(&self.columns).max(1.0).min(plot.w * 0.2);
        let step = ((widest + 8.0) / cell).ceil().max(1.0);
        let written = |(column, name): (usize, &String)| {
            let x = plot.x + (column as f64 + 0.5) * cell;
            // Not beyond the map's edges either, or the card would cut it.
            let room = (cell * step - 6.0).min(2.0 * x.min(width + 10.0 - x));
            if column.is_multiple_of(step as usize) { style.ellipsize(name, room) } else { String::new() }
        };
        self.columns.iter().enumerate().map(written).collect()
    }

    /// What stands in a place: who won, and by how much where there is room.
    fn letters(&self, found: &MapCell, winner: &MapKind, (w, h): (f64, f64)) -> Vec<Piece<(f64, f64)>> {
        let bold = TextStyle::new(13.0).bold().colour(INK);
        let small = TextStyle::new(11.0).colour(INK);
        let detail = format::times(found.speedup);
        let two = h >= 34.0 && small.width(&detail) <= w - 6.0;
        let second = found.runner_up.filter(|_| found.close).and_then(|other| self.kinds.get(other));
        let letters =
            second.map_or(winner.letter.clone(), |other| format!("{}/{}", winner.letter, other.letter));
        let (style, letters) = bold.fit(&letters, w - 4.0, 8.0);
        let middle = (found.column as f64 + 0.5, found.row as f64 + 0.5);
        let mut pieces = Vec::new();
        if found.close && !letters.is_empty() {
            // A calm ground among the stripes.
            let wide = style.width(&letters).max(if two { small.width(&detail) } else { 0.0 }) + 6.0;
            let (half, high) = (wide.min(w - 2.0) / 2.0 / w, if two { 30.0 } else { 18.0 });
            let (left, right) = ((middle.0 - half, middle.1), (middle.0 + half, middle.1));
            pieces.push(Piece::bar(left, right, high, winner.ground().mix(CARD, 0.55), None));
        }
        let lift = if two { 7.0 } else { 0.0 };
        pieces.push(Piece::text(middle, &letters, style, Align::Centre).at_middle().moved(0.0, -lift));
        if two {
            pieces.push(Piece::text(middle, &detail, small, Align::Centre).at_middle().moved(0.0, 8.0));
        }
        pieces
    }

    fn draw_legend(&self, area: &Area<'_>, top: f64) -> Drawn {
        let (places, _) = self.legend_places(size(area).0);
        for ((ground, text), (x, y)) in self.legend().into_iter().zip(places) {
            let middle = top + y;
            let (from, to) = (at((x, middle - 6.0)), at((x + 18.0, middle + 6.0)));
            area.draw(&Piece::fill(from, to, ground.unwrap_or(QUIET.tint(0.3).mix(CARD, 0.55))))?;
            if ground.is_none() {
                area.draw(&Piece::hatch(from, to, 7.0, QUIET))?;
            }
            area.draw(&Piece::text(at((x + 24.0, middle)), &text, LEGEND, Align::Left).at_middle())?;
        }
        Ok(())
    }
}

/// The rectangle of a place, a pixel smaller on each side.
fn inset((column, row): (f64, f64), style: impl Into<plotters::style::ShapeStyle>) -> Rectangle<(f64, f64)> {
    let pixel = units(1.0) as u32;
    let mut place = Rectangle::new([(column, row + 1.0), (column + 1.0, row)], style);
    place.set_margin(pixel, pixel, pixel, pixel);
    place
}
