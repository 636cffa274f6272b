//! The ledger as data: one row a claim, with what both languages said to it.

use super::ruling::{Finding, Ruling};

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
}
