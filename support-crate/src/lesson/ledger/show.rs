//! The ledger as a table: HTML for a cell, and the same rows as text.

use std::fmt;
use std::path::Path;

use super::rows::{Ledger, Row};
use super::ruling::{Finding, Ruling};
use crate::chart::{Bundle, escape};
use crate::error::Error;
use crate::format;

impl Ledger {
    /// What stands above the table.
    pub fn headline(&self) -> String {
        let (mut holds, mut fails, mut depends, mut open) = (0, 0, 0, 0);
        for row in &self.rows {
            *match row.verdict() {
                Ruling::Holds => &mut holds,
                Ruling::DoesNotHold => &mut fails,
                Ruling::Depends(_) => &mut depends,
                Ruling::NotDecided(_) => &mut open,
            } += 1;
        }
        format!(
            "Of {}, {holds} held here, {fails} did not, {depends} depend, and {open} could not be decided by this run \
             ({}). Python: {}.",
            format::plural(self.rows.len() as u64, "claim"),
            format::duration(self.seconds),
            self.python
        )
    }

    /// How many claims hold in Rust as they stand; what depends, or was not decided, is not counted.
    pub fn held_in_rust(&self) -> usize {
        self.rows.iter().filter(|row| row.rust.ruling == Ruling::Holds).count()
    }

    /// The row of a claim.
    pub fn row(&self, number: usize) -> Option<&Row> {
        self.rows.iter().find(|row| row.number == number)
    }

    /// The table as HTML.
    pub fn html(&self) -> String {
        let mut html = format!("<p>{}</p>\n<table>\n<thead><tr>", escape(&self.headline()));
        for heading in ["", "claim", "CPython here", "Rust here", "verdict", "notebook"] {
            html += &format!("<th style=\"text-align:left\">{heading}</th>");
        }
        html += "</tr></thead>\n<tbody>\n";
        let cell =
            |text: &str| format!("<td style=\"text-align:left;vertical-align:top\">{}</td>", escape(text));
        for row in &self.rows {
            html += "<tr>";
            html += &cell(&row.number.to_string());
            html += &cell(&row.claim);
            html += &cell(&self.python_cell(row));
            html += &cell(&row.rust.to_string());
            html += &format!(
                "<td style=\"text-align:left;vertical-align:top\"><b>{}</b></td>",
                escape(&row.verdict().to_string())
            );
            html += &format!(
                "<td style=\"vertical-align:top\"><a href=\"{0}.ipynb\">{1}</a></td></tr>\n",
                escape(&row.notebook),
                escape(row.notebook.get(..2).unwrap_or(&row.notebook))
            );
        }
        html + "</tbody>\n</table>"
    }

    fn python_cell(&self, row: &Row) -> String {
        row.python.as_ref().map_or_else(|| "no Python here".into(), Finding::to_string)
    }

    /// Shows the ledger under the cell.
    pub fn evcxr_display(&self) {
        Bundle::default().html(&self.html()).text(&self.to_string()).show();
    }

    /// Writes the ledger as JSON, with every finding.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let written = serde_json::to_string_pretty(self).map_err(std::io::Error::other);
        written.and_then(|json| std::fs::write(path, json + "\n")).map_err(|error| {
            Error::unavailable(format!(
                "{} could not be written: {error}; choose another path",
                path.display()
            ))
        })
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.headline())?;
        for row in &self.rows {
            writeln!(out, "\n{}. {} [{}]", row.number, row.claim, row.notebook)?;
            writeln!(out, "   CPython: {}", self.python_cell(row))?;
            writeln!(out, "   Rust:    {}", row.rust)?;
            writeln!(out, "   verdict: {}", row.verdict())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(python: Option<Finding>) -> Ledger {
        let row = Row {
            number: 1,
            claim: "threads <use> one core".into(),
            notebook: "02-ways-to-achieve-concurrency".into(),
            python,
            rust: Finding::new(Ruling::DoesNotHold, "2 threads: 1.90x [1.80, 2.00]"),
        };
        Ledger {
            machine: Default::default(),
            python: "no python3 was found".into(),
            rows: vec![row],
            seconds: 1.0,
        }
    }

    #[test]
    fn html_and_text_say_the_same() {
        let ledger = ledger(Some(Finding::new(Ruling::Holds, "2 threads: 1.00x [0.98, 1.02]")));
        let (html, text) = (ledger.html(), ledger.to_string());
        for said in ["does not hold. 2 threads: 1.90x [1.80, 2.00]", "holds. 2 threads: 1.00x [0.98, 1.02]"] {
            assert!(html.contains(said) && text.contains(said), "{text}");
        }
        assert!(html.contains("threads &lt;use&gt; one core"));
        assert!(html.contains("href=\"02-ways-to-achieve-concurrency.ipynb\">02<"));
    }

    #[test]
    fn without_python_its_column_says_so() {
        let text = ledger(None).to_string();
        assert!(
            text.contains("CPython: no Python here") && text.contains("verdict: does not hold"),
            "{text}"
        );
        assert!(text.contains("Of 1 claim, 0 held here, 1 did not"), "{text}");
    }
}
