//! The ledger: one row a claim, with what both languages said to it, as a picture over folded words, and as text.

use std::fmt;

use super::ruling::{Finding, Ruling};
use crate::chart::{Caption, ClaimsSeries, Figure, Mark, MimeBundle, escape};
use crate::format;
use crate::machine::machine;
use crate::measure::{UnitCosts, unit_costs};

/// Claims with what this machine said to them; see [`ledger`](super::ledger).
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The interpreter, or why there is none.
    pub python: String,
    /// One row a claim.
    pub rows: Vec<Row>,
    /// Seconds it took.
    pub seconds: f64,
    /// What one more task, thread and process takes, where a claim asked for it.
    pub(super) costs: Option<UnitCosts>,
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
    /// What each language did here, by its name.
    fn findings(&self) -> impl Iterator<Item = (&'static str, &Finding)> {
        self.python.iter().map(|found| ("CPython", found)).chain([("Rust", &self.rust)])
    }

    fn marks(&self) -> Vec<Mark> {
        self.findings().map(|(_, found)| found.ruling.mark()).collect()
    }
}

impl Ledger {
    /// What one more task, thread and process takes, as the claims about it were judged by; measured now if none was.
    pub fn costs(&self) -> UnitCosts {
        self.costs.clone().unwrap_or_else(unit_costs)
    }

    /// What claims were put to: CPython only where there is one.
    fn languages(&self) -> Vec<&'static str> {
        self.rows.first().map_or_else(Vec::new, |row| row.findings().map(|(name, _)| name).collect())
    }

    fn caption(&self) -> Caption {
        let held = self.languages().into_iter().enumerate().map(|(at, name)| {
            let held = self.rows.iter().filter(|row| row.marks()[at] == Mark::Holds).count();
            format!("{held} held in {name}")
        });
        let (claims, held) = (format::plural(self.rows.len() as u64, "claim"), held.collect::<Vec<_>>());
        let (python, machine, took) = (&self.python, machine().in_short(), format::duration(self.seconds));
        Caption::new(
            format!("Of {claims}, {}", format::list(&held)),
            format!("Python: {python} · {machine} · {took}"),
        )
    }

    /// How many claims hold in Rust as they stand; what depends, or was not decided, is not counted.
    pub fn held_in_rust(&self) -> usize {
        self.rows.iter().filter(|row| row.rust.ruling == Ruling::Holds).count()
    }

    /// The picture: a mark for each claim and language, by the pages that show them.
    pub fn figure(&self) -> Figure {
        let pages = self.rows.chunk_by(|one, next| one.notebook == next.notebook);
        let rows = pages.flat_map(|page| {
            let claims = page.iter().map(|row| (format!("{}. {}", row.number, row.claim), row.marks()));
            let page = page[0].notebook.replacen('-', ": ", 1).replace('-', " ");
            [(format!("Page {page}"), vec![])].into_iter().chain(claims)
        });
        let columns = self.languages().into_iter().map(str::to_owned).collect();
        Figure::new(ClaimsSeries { caption: self.caption(), columns, rows: rows.collect() })
    }

    /// The picture, and below it, folded, what was measured for each claim.
    pub fn html(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let (claim, page) = (escape(&row.claim), escape(&row.notebook));
            let said =
                row.findings().map(|(name, found)| format!("<br>{name}: {}", escape(&found.to_string())));
            let said: String = said.collect();
            format!("<p><b>{}. {claim}</b> (<a href=\"{page}.ipynb\">{page}</a>){said}</p>\n", row.number)
        });
        let rows: String = rows.collect();
        let picture = self.figure().html();
        format!("{picture}<details><summary>What was measured for each claim</summary>\n{rows}</details>\n")
    }

    /// Shows the ledger under the cell.
    pub fn evcxr_display(&self) {
        let mut forms = self.figure().bundle().0;
        forms.retain(|(kind, _)| *kind == "image/png");
        forms.extend([("text/html", self.html()), ("text/plain", self.to_string())]);
        MimeBundle(forms).show();
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Caption { title, subtitle, .. } = self.caption();
        writeln!(out, "{title}\n{subtitle}")?;
        for row in &self.rows {
            writeln!(out, "\n{}. {} [{}]", row.number, row.claim, row.notebook)?;
            for (name, found) in row.findings() {
                writeln!(out, "   {:9}{found}", format!("{name}:"))?;
            }
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
            rust: Finding { ruling: Ruling::DoesNotHold, evidence: "2 threads: 1.90x [1.80, 2.00]".into() },
        };
        Ledger { python: "no python3 was found".into(), rows: vec![row], seconds: 1.0, costs: None }
    }

    #[test]
    fn picture_html_and_text_say_the_same() {
        let holds = Finding { ruling: Ruling::Holds, evidence: "2 threads: 1.00x [0.98, 1.02]".into() };
        let ledger = ledger(Some(holds));
        let (html, text) = (ledger.html(), ledger.to_string());
        for said in ["does not hold. 2 threads: 1.90x [1.80, 2.00]", "holds. 2 threads: 1.00x [0.98, 1.02]"] {
            assert!(html.contains(said) && text.contains(said), "{text}");
        }
        assert!(html.contains("threads &lt;use&gt; one core"));
        assert!(html.contains("href=\"02-ways-to-achieve-concurrency.ipynb\">02-"));
        let alt = ledger.figure().alt();
        assert!(alt.starts_with("Of 1 claim, 1 held in CPython and 0 held in Rust."), "{alt}");
        assert!(alt.ends_with("differ: 1. threads <use> one core."), "{alt}");
        let svg = ledger.figure().svg().unwrap();
        assert!(svg.contains("Page 02: ways to achieve concurrency"));
    }

    #[test]
    fn without_python_rust_stands_alone_and_the_reason_is_told() {
        let ledger = ledger(None);
        let text = ledger.to_string();
        assert!(text.starts_with("Of 1 claim, 0 held in Rust\nPython: no python3 was found"), "{text}");
        assert!(!text.contains("CPython") && !ledger.html().contains("CPython"), "{text}");
    }
}
