//! The ledger: one row a claim, with what both languages said to it, as a table in HTML and the same rows as text.

use std::fmt;

use super::ruling::{Finding, Ruling};
use crate::chart::{MimeBundle, escape};
use crate::format;

/// Claims with what this machine said to them; see [`ledger`](super::ledger).
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The interpreter, or why there is none.
    pub python: String,
    /// One row a claim.
    pub rows: Vec<Row>,
    /// Seconds it took.
    pub seconds: f64,
}

/// One row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The claim's number.
    pub number: usize,
    /// The claim.
    pub claim: String,
    /// The notebook that shows it.
    pub notebook: String,
    /// What CPython did here; `None` where there is none.
    pub python: Option<Finding>,
    /// What Rust did here.
    pub rust: Finding,
}

impl Row {
    /// What both say together.
    ///
    /// Where they differ, the verdict is that it depends on the language. Without Python, Rust alone decides.
    pub fn verdict(&self) -> Ruling {
        let rust = &self.rust.ruling;
        let python = self.python.as_ref().map_or(rust, |found| &found.ruling);
        let by_language = [format!("in CPython{}", said(python)), format!("in Rust{}", said(rust))];
        match (python, rust) {
            _ if python == rust => rust.clone(),
            // What was not decided is told last.
            (Ruling::NotDecided(_), _) => {
                let [python, rust] = by_language;
                Ruling::NotDecided(format!("{rust}; {python}"))
            }
            (_, Ruling::NotDecided(_)) => Ruling::NotDecided(by_language.join("; ")),
            _ => Ruling::Depends(by_language.join("; ")),
        }
    }
}

fn said(ruling: &Ruling) -> String {
    match ruling {
        Ruling::Holds => " it holds".into(),
        Ruling::DoesNotHold => " it does not hold".into(),
        Ruling::Depends(on) => format!(" it depends {on}"),
        Ruling::NotDecided(why) => format!(", {why}"),
    }
}

impl Ledger {
    /// What stands above the table.
    pub fn headline(&self) -> String {
        let count = |of: fn(&Ruling) -> bool| self.rows.iter().filter(|row| of(&row.verdict())).count();
        let holds = count(|ruling| *ruling == Ruling::Holds);
        let fails = count(|ruling| *ruling == Ruling::DoesNotHold);
        let depends = count(|ruling| matches!(ruling, Ruling::Depends(_)));
        let open = self.rows.len() - holds - fails - depends;
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

    /// The table as HTML.
    pub fn html(&self) -> String {
        let line = |tag: &str, cells: [String; 6]| {
            let style = "text-align:left;vertical-align:top";
            let cells = cells.map(|cell| format!("<{tag} style=\"{style}\">{cell}</{tag}>"));
            format!("<tr>{}</tr>\n", cells.concat())
        };
        let headings = ["", "claim", "CPython here", "Rust here", "verdict", "notebook"];
        let rows = self.rows.iter().map(|row| {
            let page = row.notebook.get(..2).unwrap_or(&row.notebook);
            let cells = [
                row.number.to_string(),
                escape(&row.claim),
                escape(&self.python_cell(row)),
                escape(&row.rust.to_string()),
                format!("<b>{}</b>", escape(&row.verdict().to_string())),
                format!("<a href=\"{}.ipynb\">{}</a>", escape(&row.notebook), escape(page)),
            ];
            line("td", cells)
        });
        format!(
            "<p>{}</p>\n<table>\n<thead>{}</thead>\n<tbody>\n{}</tbody>\n</table>",
            escape(&self.headline()),
            line("th", headings.map(str::to_owned)),
            rows.collect::<String>()
        )
    }

    fn python_cell(&self, row: &Row) -> String {
        row.python.as_ref().map_or_else(|| "no Python here".into(), Finding::to_string)
    }

    /// Shows the ledger under the cell.
    pub fn evcxr_display(&self) {
        MimeBundle(vec![("text/html", self.html()), ("text/plain", self.to_string())]).show();
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
    use Ruling::*;

    fn verdict(python: Option<Ruling>, rust: Ruling) -> String {
        let finding = |ruling| Finding { ruling, evidence: "measured".into() };
        let row = Row {
            number: 1,
            claim: "a claim".into(),
            notebook: "02".into(),
            python: python.map(finding),
            rust: finding(rust),
        };
        row.verdict().to_string()
    }

    #[test]
    fn agreement_is_told_as_it_is_and_difference_by_language() {
        assert_eq!(verdict(Some(Holds), Holds), "holds");
        assert_eq!(verdict(Some(DoesNotHold), DoesNotHold), "does not hold");
        assert_eq!(
            verdict(Some(Holds), DoesNotHold),
            "depends: in CPython it holds; in Rust it does not hold"
        );
        let on_work = Depends("on the work".into());
        assert_eq!(
            verdict(Some(Holds), on_work),
            "depends: in CPython it holds; in Rust it depends on the work"
        );
    }

    #[test]
    fn what_was_not_measured_is_not_claimed() {
        let unclear = NotDecided("one core".into());
        assert_eq!(verdict(Some(unclear.clone()), unclear.clone()), "not decided by this run: one core");
        assert_eq!(verdict(None, unclear.clone()), "not decided by this run: one core");
        assert_eq!(
            verdict(Some(unclear), Holds),
            "not decided by this run: in Rust it holds; in CPython, one core"
        );
        assert_eq!(verdict(None, DoesNotHold), "does not hold");
    }

    fn ledger(python: Option<Finding>) -> Ledger {
        let row = Row {
            number: 1,
            claim: "threads <use> one core".into(),
            notebook: "02-ways-to-achieve-concurrency".into(),
            python,
            rust: Finding { ruling: Ruling::DoesNotHold, evidence: "2 threads: 1.90x [1.80, 2.00]".into() },
        };
        Ledger { python: "no python3 was found".into(), rows: vec![row], seconds: 1.0 }
    }

    #[test]
    fn html_and_text_say_the_same() {
        let ledger =
            ledger(Some(Finding { ruling: Ruling::Holds, evidence: "2 threads: 1.00x [0.98, 1.02]".into() }));
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
