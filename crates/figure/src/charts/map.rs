//! The map: which of several wins where, over two parameters of the work, on one or more terms side by side.

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
use crate::theme::{Colour, GRID, INK};

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
    /// One map each.
    pub panels: Vec<MapPanel>,
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

/// What was found on the same terms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapPanel {
    /// What the terms are: "on equal terms".
    pub title: String,
    /// How many raced: a tie of so many is one of all.
    pub racing: usize,
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
    /// What won, by its place in the kinds; several are a tie.
    pub winners: Vec<usize>,
    /// How many times as fast as the next one the winner was; `NaN` in a tie.
    pub lead: f64,
}

const LEGEND: TextStyle = TextStyle::new(13.0);
const TITLE: TextStyle = TextStyle::new(13.0).bold().colour(INK);
const LETTER: TextStyle = TextStyle::new(20.0).bold().colour(INK);
const LEAD: TextStyle = TextStyle::new(12.0).colour(INK);
/// The ground of a tie of all.
const ALL: Colour = Colour(232, 233, 235);
const LINE: f64 = 22.0;
/// Room for a panel's title and the upright parameter's name above.
const ABOVE: f64 = 46.0;
/// Between two panels.
const GAP: f64 = 22.0;
/// Panels narrower than this stand below each other.
const NARROWEST: f64 = 300.0;

impl MapSeries {
    /// The swatches below the maps, and what each stands for.
    fn legend(&self) -> Vec<(Colour, String)> {
        let kinds = self.kinds.iter().map(|kind| (kind.ground(), format!("{}: {}", kind.letter, kind.name)));
        let any = self.panels.iter().any(|panel| panel.cells.iter().any(|cell| panel.all_tie(cell)));
        kinds.chain(any.then(|| (ALL, "all: a tie of all that raced".to_owned()))).collect()
    }

    fn legend_places(&self, width: f64) -> (Vec<Point>, f64) {
        let widths = self.legend().into_iter().map(|(_, text)| LEGEND.width(&text) + 24.0);
        let places = flow(widths, 20.0, width, LINE);
        let height = places.last().map_or(0.0, |place| place.1 + LINE / 2.0);
        (places, height)
    }

    /// How many panels stand side by side, and how wide and high each is.
    fn layout(&self, width: f64) -> (usize, f64, f64) {
        let panels = self.panels.len().max(1);
        let beside = panels.min(((width + GAP) / (NARROWEST + GAP)) as usize).max(1);
        let wide = (width + GAP) / beside as f64 - GAP;
        let rows = self.rows.len().max(1) as f64;
        let row = (wide * 0.6 / rows).clamp(26.0, 58.0).round();
        (beside, wide, ABOVE + rows * row + BELOW + 8.0)
    }

    /// Who won, in words.
    fn describe(&self, cell: &MapCell) -> String {
        let names: Vec<_> = self.kinds_of(cell).map(|kind| kind.name.as_str()).collect();
        if names.len() > 1 { format!("a tie of {}", format::list(&names)) } else { names.concat() }
    }

    fn kinds_of(&self, cell: &MapCell) -> impl Iterator<Item = &MapKind> {
        cell.winners.iter().filter_map(|winner| self.kinds.get(*winner))
    }

    /// Each panel's cells that lie on the map, from the lower left.
    fn cells<'a>(&'a self, panel: &'a MapPanel) -> Vec<&'a MapCell> {
        let inside = |cell: &&MapCell| cell.column < self.columns.len() && cell.row < self.rows.len();
        let mut cells: Vec<_> = panel.cells.iter().filter(inside).collect();
        cells.sort_by_key(|cell| (cell.row, cell.column));
        cells
    }
}

impl MapKind {
    /// Light enough for dark letters, strong enough to be told apart.
    fn ground(&self) -> Colour {
        self.colour.tint(0.55)
    }
}

impl MapPanel {
    fn all_tie(&self, cell: &MapCell) -> bool {
        self.racing > 1 && cell.winners.len() == self.racing
    }
}

impl Chart for MapSeries {
    fn caption(&self) -> Caption {
        self.caption.clone()
    }

    fn height(&self, width: f64) -> f64 {
        let (beside, _, high) = self.layout(width);
        self.panels.len().max(1).div_ceil(beside) as f64 * high + self.legend_places(width).1
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        if self.columns.is_empty() || self.rows.is_empty() || self.panels.is_empty() {
            return centred(area, "nothing was measured", tick_style());
        }
        let (beside, wide, high) = self.layout(size(area).0);
        for (index, panel) in self.panels.iter().enumerate() {
            let corner = at(((index % beside) as f64 * (wide + GAP), (index / beside) as f64 * high));
            let own = area.clone().shrink(corner, (units(wide) as u32, units(high) as u32));
            self.draw_panel(panel, &own)?;
        }
        let maps = self.panels.len().div_ceil(beside) as f64 * high;
        let (_, rest) = area.split_vertically(units(maps));
        let (places, _) = self.legend_places(size(&rest).0);
        for ((ground, text), (x, y)) in self.legend().into_iter().zip(places) {
            rest.draw(&Piece::fill(at((x, y - 6.0)), at((x + 18.0, y + 6.0)), ground))?;
            rest.draw(&Piece::label(at((x + 24.0, y)), &text, LEGEND, Align::Left))?;
        }
        Ok(())
    }

    fn alt(&self) -> String {
        let mut text = format!("{}. Map over {} and {}.", self.caption.told(), self.across, self.up);
        for panel in &self.panels {
            // Places with the same answer are named together.
            let mut found: Vec<(String, Vec<String>)> = Vec::new();
            for cell in self.cells(panel) {
                let (who, place) = (self.describe(cell), self.place(cell));
                match found.iter_mut().find(|(known, _)| *known == who) {
                    Some((_, places)) => places.push(place),
                    None => found.push((who, vec![place])),
                }
            }
            let found = found.into_iter().map(|(who, places)| format!("{who} ({})", places.join("; ")));
            text += &format!(" {}: {}.", panel.title, found.collect::<Vec<_>>().join(", "));
        }
        text
    }

    fn table(&self) -> Table {
        let mut table = Table::default().words(["terms", &self.across, &self.up]);
        table = table.numbers(["lead over the next"]).words(["winner or tie"]);
        for (panel, cell) in
            self.panels.iter().flat_map(|panel| self.cells(panel).into_iter().map(move |cell| (panel, cell)))
        {
            let lead = if cell.lead.is_nan() { format::NONE.into() } else { format::times(cell.lead) };
            let (column, row) = (self.columns[cell.column].clone(), self.rows[cell.row].clone());
            table.push([panel.title.clone(), column, row, lead, self.describe(cell)]);
        }
        table
    }
}

impl MapSeries {
    fn place(&self, cell: &MapCell) -> String {
        format!("{} at {}", self.columns[cell.column], self.rows[cell.row])
    }

    fn draw_panel(&self, panel: &MapPanel, area: &Area<'_>) -> Drawn {
        let style = tick_style();
        let (width, height) = size(area);
        let labels = style.widest(&self.rows).max(20.0).min(width * 0.25);
        let plot = Rect::between((labels + 10.0, ABOVE), (width, height - BELOW - 8.0));
        let cell = (plot.w / self.columns.len() as f64, plot.h / self.rows.len() as f64);
        let across = Values::places(self.column_names(plot, cell.0, width));
        let up = Values::places(self.rows.iter().map(|name| style.ellipsize(name, labels)));
        let (title, text) = TITLE.fit(&panel.title, width, 11.5);
        area.draw(&Piece::text(at((0.0, 13.0)), &text, title, Align::Left))?;
        let mut chart = framed(area, plot, (&across, &self.across), &up)?;
        upright_title(area, ABOVE + 2.0, &up, &self.up)?;
        let found = self.cells(panel);
        for (column, row) in
            (0..self.rows.len()).flat_map(|row| (0..self.columns.len()).map(move |column| (column, row)))
        {
            let found = found.iter().find(|found| (found.column, found.row) == (column, row));
            let corner = (column as f64, row as f64);
            match found.filter(|found| self.kinds_of(found).next().is_some()) {
                None => _ = chart.draw_series([inset(corner, 1.0, (true, true), pen(GRID, 1.0))])?,
                Some(found) => {
                    let mut parts: Vec<(&str, Colour)> =
                        self.kinds_of(found).map(|kind| (kind.letter.as_str(), kind.ground())).collect();
                    if panel.all_tie(found) {
                        parts = vec![("all", ALL)];
                    }
                    // All of a tie in letters of one size.
                    let room = cell.0 / parts.len() as f64;
                    let fit = |part: &(&str, Colour)| LETTER.fit(part.0, room - 7.0, 8.0).0;
                    let style = parts.iter().map(fit).min_by(|one, other| one.size.total_cmp(&other.size));
                    let (share, last) = (1.0 / parts.len() as f64, parts.len() - 1);
                    for (number, (letter, ground)) in parts.into_iter().enumerate() {
                        let corner = (corner.0 + number as f64 * share, corner.1);
                        chart.draw_series([inset(
                            corner,
                            share,
                            (number == 0, number == last),
                            ground.filled(),
                        )])?;
                        let middle = (corner.0 + share / 2.0, corner.1 + 0.5);
                        let letter = style.unwrap_or(LETTER).fit(letter, room, 8.0);
                        chart.draw_series(letters(letter, found.lead, middle, (room, cell.1)))?;
                    }
                    let lead = match found.lead.is_nan() {
                        true => String::new(),
                        false => format!(", {} the next one", format::times(found.lead)),
                    };
                    let words = format!("{}: {}{lead}", self.place(found), self.describe(found));
                    chart.draw_series([Piece::told(corner, (corner.0 + 1.0, corner.1 + 1.0), words)])?;
                }
            }
        }
        Ok(())
    }

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
}

/// What stands in a place, or in a share of it: who won, and by how much where nobody else did and there is room.
fn letters(
    (style, letter): (TextStyle, String),
    lead: f64,
    middle: (f64, f64),
    (w, h): (f64, f64),
) -> Vec<Piece<(f64, f64)>> {
    let lead = if lead.is_nan() { String::new() } else { format::times(lead) };
    let two = !lead.is_empty() && h >= 44.0 && LEAD.width(&lead) <= w - 6.0;
    let set = |down, text: &str, style| Piece::label_below(middle, down, text, style, Align::Centre);
    match two {
        true => vec![set(-7.0, &letter, style), set(13.0, &lead, LEAD)],
        false => vec![set(0.0, &letter, style)],
    }
}

/// A place, or a share of its width, a little smaller at the edges of the place: those above and below, and of the other
/// two these.
fn inset(
    (x, y): (f64, f64),
    share: f64,
    (left, right): (bool, bool),
    style: impl Into<plotters::style::ShapeStyle>,
) -> Rectangle<(f64, f64)> {
    let gap = |here: bool| if here { units(1.5) as u32 } else { 0 };
    let mut place = Rectangle::new([(x, y + 1.0), (x + share, y)], style);
    place.set_margin(gap(true), gap(true), gap(left), gap(right));
    place
}
