//! The numbers of a figure as a table: aligned text and HTML from the same cells.

use crate::escape::escape;
use crate::format::NONE;
use crate::text::clean;
use crate::text::font::is_wide;

/// Longer texts are cut in the plain-text table, so that its columns stay side by side.
const WIDEST: usize = 44;
/// In the last column, which no other has to stand beside, there is more room.
const WIDEST_LAST: usize = 160;

/// Columns and rows; every cell knows the number behind its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Headings, left to right.
    pub columns: Vec<Column>,
    /// Rows from the top, one cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column's heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What stands in it.
    pub name: String,
    /// The unit of the numbers behind its cells ("s", "bytes"), for CSV and JSON; empty if they have none.
    pub unit: String,
    /// Whether it holds numbers, which are aligned to the right.
    pub numeric: bool,
}

impl Column {
    /// A column of words.
    pub fn text(name: impl Into<String>) -> Self {
        Self { name: name.into(), unit: String::new(), numeric: false }
    }

    /// A column of numbers; `unit` is that of [`Cell::number`]'s value.
    pub fn number(name: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { name: name.into(), unit: unit.into(), numeric: true }
    }
}

/// One cell: what is shown, and the number it was made from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// What the reader sees.
    pub shown: String,
    /// The number behind it, unrounded.
    pub value: Option<f64>,
}

impl Cell {
    /// Words.
    pub fn text(shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), value: None }
    }

    /// A number as it is shown and as it was measured.
    pub fn number(value: f64, shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), value: value.is_finite().then_some(value) }
    }

    /// No value: shown as a dash.
    pub fn none() -> Self {
        Self { shown: NONE.into(), value: None }
    }
}

impl From<&str> for Cell {
    fn from(shown: &str) -> Self {
        Self::text(shown)
    }
}

impl From<String> for Cell {
    fn from(shown: String) -> Self {
        Self::text(shown)
    }
}

impl Table {
    /// A table without rows.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row; missing cells are filled with dashes, surplus ones dropped.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) {
        let mut row: Vec<Cell> = row.into_iter().take(self.columns.len()).collect();
        row.resize_with(self.columns.len(), Cell::none);
        self.rows.push(row);
    }

    /// Aligned plain text, one line a row; empty if there is no column.
    ///
    /// ```
    /// use figure::{Cell, Column, Table};
    /// let mut table = Table::new([Column::text("model"), Column::number("median", "s")]);
    /// table.push([Cell::text("threads (2)"), Cell::number(0.0253, "25.3 ms")]);
    /// assert_eq!(table.text(), "model         median\n-----------  -------\nthreads (2)  25.3 ms\n");
    /// ```
    pub fn text(&self) -> String {
        if self.columns.is_empty() {
            return String::new();
        }
        let last = self.columns.len() - 1;
        let shown = |(at, text): (usize, &str)| short(text, if at == last { WIDEST_LAST } else { WIDEST });
        let heads = self.columns.iter().map(|column| column.name.as_str()).enumerate().map(shown).collect();
        let mut lines: Vec<Vec<String>> = vec![heads];
        lines.extend(
            self.rows
                .iter()
                .map(|row| row.iter().map(|cell| cell.shown.as_str()).enumerate().map(shown).collect()),
        );
        let widest = |at: usize| lines.iter().map(|line| columns_of(&line[at])).max().unwrap_or(0);
        let widths: Vec<usize> = (0..=last).map(widest).collect();
        lines.insert(1, widths.iter().map(|width| "-".repeat(*width)).collect());
        let mut text = String::new();
        for line in lines {
            let padded = line.iter().zip(&widths).zip(&self.columns).map(|((cell, width), column)| {
                let padding = " ".repeat(width - columns_of(cell));
                if column.numeric { padding + cell } else { cell.clone() + &padding }
            });
            text += padded.collect::<Vec<_>>().join("  ").trim_end();
            text.push('\n');
        }
        text
    }

    /// An HTML table without scripts or styles of its own, so that untrusted notebooks show it.
    pub fn html(&self) -> String {
        let line = |tag: &str, cells: &mut dyn Iterator<Item = &str>| {
            let cell = |(text, column): (&str, &Column)| {
                let side = if column.numeric { "right" } else { "left" };
                format!("<{tag} style=\"text-align: {side}\">{}</{tag}>", escape(&clean(text)))
            };
            format!("<tr>{}</tr>\n", cells.zip(&self.columns).map(cell).collect::<String>())
        };
        let head = line("th", &mut self.columns.iter().map(|column| column.name.as_str()));
        let rows = self.rows.iter();
        let body: String =
            rows.map(|row| line("td", &mut row.iter().map(|cell| cell.shown.as_str()))).collect();
        format!("<table>\n<thead>\n{head}</thead>\n<tbody>\n{body}</tbody>\n</table>\n")
    }
}

/// How many columns of a terminal a text takes.
fn columns_of(text: &str) -> usize {
    text.chars().map(|character| if is_wide(character) { 2 } else { 1 }).sum()
}

fn short(text: &str, widest: usize) -> String {
    let text = clean(text);
    if columns_of(&text) <= widest {
        return text;
    }
    let mut wide = 1;
    let fits = |character: &char| {
        wide += columns_of(character.encode_utf8(&mut [0; 4]));
        wide <= widest
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new([Column::text("name"), Column::number("time", "s")]);
        table.push([Cell::text("并发 <script>, \"x\" & y"), Cell::number(0.0123456, "12.3 ms")]);
        table.push([Cell::text("n".repeat(200)), Cell::none()]);
        table.push([Cell::text("short row")]);
        table
    }

    #[test]
    fn plain_text_is_aligned_whatever_the_names() {
        let text = table().text();
        let widths: Vec<usize> = text.lines().map(columns_of).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{text}");
    }

    #[test]
    fn html_is_escaped() {
        let html = table().html();
        assert!(html.contains("&lt;script&gt;, &quot;x&quot; &amp; y"));
        assert!(!html.contains("<script"));
    }

    #[test]
    fn an_empty_table_is_no_trouble() {
        assert_eq!(Table::default().text(), "");
        assert_eq!(Table::new([Column::text("a")]).text(), "a\n-\n");
    }
}
