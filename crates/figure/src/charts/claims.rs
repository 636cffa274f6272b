//! The claims figure: which of many claims hold, in one column or in several beside each other.

use std::collections::BTreeSet;

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{Align, Area, Drawn, Piece, at, lines_around, named, size};
use crate::format;
use crate::geometry::Rect;
use crate::look::Marker;
use crate::table::Table;
use crate::text::TextStyle;
use crate::theme::{CARD, Colour, GRID, QUIET, nth_colour};

/// What a figure of claims is drawn from.
#[derive(Clone, Debug)]
pub struct ClaimsSeries {
    /// The words around the picture.
    pub caption: Caption,
    /// What claims were put to, from left to right: "CPython", "Rust".
    pub columns: Vec<String>,
    /// Claims, and what was found for each column; a row for which nothing was found is a heading.
    pub rows: Vec<(String, Vec<Mark>)>,
}

/// What was found of a claim: a shape, a colour and a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It holds.
    Holds,
    /// It holds under some conditions.
    Depends,
    /// It does not hold.
    DoesNotHold,
    /// It could not be told.
    NotDecided,
}

impl Mark {
    /// Its word, and its shape at a place.
    fn look(self, place: (i32, i32)) -> (&'static str, Piece<(i32, i32)>) {
        match self {
            Self::Holds => ("holds", Piece::dot(place, 6.0, nth_colour(2))),
            Self::Depends => ("depends", Piece::marker(place, 6.0, Marker::Diamond, nth_colour(1))),
            Self::DoesNotHold => ("does not hold", Piece::cross(place, 5.0, nth_colour(5), 2.5)),
            Self::NotDecided => ("not decided", Piece::label(place, "?", BOLD.colour(QUIET), Align::Centre)),
        }
    }
}

/// Whether columns say different things. What was not decided contradicts nothing.
fn differ(marks: &[Mark]) -> bool {
    marks.iter().filter(|mark| **mark != Mark::NotDecided).collect::<BTreeSet<_>>().len() > 1
}

const TEXT: TextStyle = TextStyle::new(13.0);
const BOLD: TextStyle = TEXT.bold();
const LINE: f64 = 17.0;
/// The ground of a row whose columns differ.
const APART: Colour = Colour(216, 227, 242);

impl ClaimsSeries {
    /// Width of a column, and of every row the claim in lines and the ground. A narrow column has its words in two lines.
    fn set(&self, width: f64) -> (f64, Vec<(Vec<String>, Rect)>) {
        let (columns, mut top) = (self.columns.len() as f64, LINE);
        let column = (0.6 * width / columns.max(1.0)).min(if width < 560.0 { 84.0 } else { 122.0 });
        let set = |(claim, marks): &(String, Vec<Mark>)| {
            let claim = TEXT.wrap(named(claim), width - column * columns - 16.0, 4);
            let lines = claim.len().max(if column < 110.0 { 2 } else { 1 }) as f64;
            let high = if marks.is_empty() { 34.0 } else { lines * LINE + 9.0 };
            let ground = Rect::new(0.0, top, width, high);
            top = ground.bottom();
            (claim, ground)
        };
        (column, self.rows.iter().map(set).collect())
    }
}

impl Chart for ClaimsSeries {
    fn caption(&self) -> Caption {
        self.caption.clone()
    }

    fn height(&self, width: f64) -> f64 {
        self.set(width).1.last().map_or(LINE, |(_, ground)| ground.bottom())
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        let (width, _) = size(area);
        let (column, rows) = self.set(width);
        let left = |index: usize| width - column * (self.columns.len() - index) as f64;
        let bold = |x, y, text: &str, room| {
            area.draw(&Piece::label(at((x, y)), &BOLD.ellipsize(text, room), BOLD, Align::Left))
        };
        for (index, name) in self.columns.iter().enumerate() {
            bold(left(index), LINE / 2.0, named(name), column - 8.0)?;
        }
        if self.rows.iter().any(|(_, marks)| differ(marks)) {
            area.draw(&Piece::fill(at((0.0, 0.0)), at((18.0, LINE)), APART))?;
            area.draw(&Piece::label(at((24.0, LINE / 2.0)), "they differ", TEXT, Align::Left))?;
        }
        for ((name, marks), (claim, ground)) in self.rows.iter().zip(rows) {
            let (_, middle) = ground.centre();
            if marks.is_empty() {
                bold(0.0, ground.bottom() - 10.0, name, width)?;
                continue;
            }
            let fill = if differ(marks) { APART } else { CARD };
            area.draw(&Piece::fill(at((0.0, ground.y)), at((width, ground.bottom())), fill))?;
            area.draw(&Piece::line(at((0.0, ground.y)), at((width, ground.y)), GRID, 1.0))?;
            lines_around(area, (4.0, middle), &claim, TEXT, LINE)?;
            for (mark, x) in marks.iter().zip((0..self.columns.len()).map(left)) {
                let (word, shape) = mark.look(at((x + 6.0, middle)));
                area.draw(&shape)?;
                lines_around(area, (x + 19.0, middle), &TEXT.wrap(word, column - 19.0, 2), TEXT, LINE)?;
            }
        }
        Ok(())
    }

    fn alt(&self) -> String {
        let apart = self.rows.iter().filter(|(_, marks)| differ(marks)).map(|(claim, _)| claim.as_str());
        let apart = apart.collect::<Vec<_>>().join("; ");
        format!(
            "{}. A mark for each claim says whether it holds in {}, and shows where they differ: {}.",
            self.caption.title,
            format::list(&self.columns),
            if apart.is_empty() { "nowhere" } else { &apart }
        )
    }

    fn table(&self) -> Table {
        let claims = self.rows.iter().filter(|(_, marks)| !marks.is_empty());
        let cells = |(claim, marks): &(String, Vec<Mark>)| {
            let words = marks.iter().map(|mark| mark.look((0, 0)).0.to_owned());
            words.chain([claim.clone()]).collect::<Vec<_>>()
        };
        Table::default().words(&self.columns).words(["claim"]).rows(claims.map(cells))
    }
}
