//! The numbers of a figure as a table: aligned text and HTML from the same cells.

use crate::escape::escape;
use crate::format::NONE;
use crate::text::font::is_wide;
use crate::text::{clean, cut};

/// Longer texts are cut in the plain-text table, so that its columns stay side by side.
const WIDEST: f64 = 44.0;
/// In the last column, which no other has to stand beside, there is more room.
const WIDEST_LAST: f64 = 160.0;

/// Columns and rows of texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Headings from left to right, and whether numbers stand below, which are aligned to the right.
    columns: Vec<(String, bool)>,
    /// Rows from the top, one text a column.
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The same with more columns of words, to the right of those it has.
    #[must_use]
    pub fn words(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.columns.extend(names.into_iter().map(|name| (name.into(), false)));
        self
    }

    /// The same with more columns of numbers.
    #[must_use]
    pub fn numbers(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.columns.extend(names.into_iter().map(|name| (name.into(), true)));
        self
    }

    /// Adds a row; missing cells are filled with dashes, surplus ones dropped.
    pub fn push(&mut self, row: impl IntoIterator<Item = String>) {
        let mut row: Vec<String> = row.into_iter().take(self.columns.len()).collect();
        row.resize(self.columns.len(), NONE.into());
        self.rows.push(row);
    }

    /// The same with more rows; see [`Table::push`].
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = impl IntoIterator<Item = String>>) -> Self {
        rows.into_iter().for_each(|row| self.push(row));
        self
    }

    /// Aligned plain text, one line a row; empty if there is no column.
    ///
    /// ```
    /// let mut table = figure::Table::default().words(["model"]).numbers(["median"]);
    /// table.push(["threads (2)".into(), "25.3 ms".into()]);
    /// assert_eq!(table.text(), "model         median\n-----------  -------\nthreads (2)  25.3 ms\n");
    /// ```
    pub fn text(&self) -> String {
        let Some(last) = self.columns.len().checked_sub(1) else { return String::new() };
        let shown = |(at, text): (usize, &String)| {
            cut(text, if at == last { WIDEST_LAST } else { WIDEST }, |character| columns(character) as f64)
        };
        let heads = self.columns.iter().map(|(name, _)| name).enumerate().map(shown).collect();
        let rows = self.rows.iter().map(|row| row.iter().enumerate().map(shown).collect());
        let mut lines: Vec<Vec<String>> = [heads].into_iter().chain(rows).collect();
        let widest = |at: usize| lines.iter().map(|line| columns_of(&line[at])).max().unwrap_or(0);
        let widths: Vec<usize> = (0..=last).map(widest).collect();
        lines.insert(1, widths.iter().map(|width| "-".repeat(*width)).collect());
        let mut text = String::new();
        for line in lines {
            let padded = line.iter().zip(&widths).zip(&self.columns).map(|((cell, width), (_, numbers))| {
                let padding = " ".repeat(width - columns_of(cell));
                if *numbers { padding + cell } else { cell.clone() + &padding }
            });
            text += padded.collect::<Vec<_>>().join("  ").trim_end();
            text.push('\n');
        }
        text
    }

    /// An HTML table without scripts or styles of its own, so that untrusted notebooks show it.
    pub fn html(&self) -> String {
        let line = |tag: &str, cells: &mut dyn Iterator<Item = &String>| {
            let cell = |(text, (_, numbers)): (&String, &(String, bool))| {
                let side = if *numbers { "right" } else { "left" };
                format!("<{tag} style=\"text-align: {side}\">{}</{tag}>", escape(&clean(text)))
            };
            format!("<tr>{}</tr>\n", cells.zip(&self.columns).map(cell).collect::<String>())
        };
        let head = line("th", &mut self.columns.iter().map(|(name, _)| name));
        let body: String = self.rows.iter().map(|row| line("td", &mut row.iter())).collect();
        format!("<table>\n<thead>\n{head}</thead>\n<tbody>\n{body}</tbody>\n</table>\n")
    }
}

/// How many columns of a terminal a text takes.
fn columns_of(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(character: char) -> usize {
    if is_wide(character) { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::default().words(["name"]).numbers(["time"]);
        table.push(["并发 <script>, \"x\" & y".into(), "12.3 ms".into()]);
        table.push(["n".repeat(200), NONE.into()]);
        table.push(["short row".into()]);
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
        assert_eq!(Table::default().words(["a"]).text(), "a\n-\n");
    }
}
