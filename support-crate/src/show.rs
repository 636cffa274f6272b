//! What the kernel calls on a cell's last value: results are shown with their words above their picture.

use crate::chart::Figure;
use crate::machine::{Machine, OnCores};
use crate::measure::{Compare, Comparison, Grow, Growth, Saved, Scale, Scaling, UnitCosts};
use crate::timeline::{Film, Timeline};
use crate::verdict::Verdict;

impl Comparison {
    /// The verdict above the chart.
    pub fn figure(&self) -> Figure {
        match &self.problem {
            Some(problem) => Figure::problem(problem),
            None => {
                let verdict = self.verdict();
                let words = std::iter::once(verdict.headline).chain(verdict.details).collect::<Vec<_>>();
                self.chart().with_prose(words.join("\n"))
            }
        }
    }

    /// Shows the verdict and the chart under the cell.
    pub fn evcxr_display(&self) {
        self.figure().evcxr_display();
    }
}

impl Compare {
    /// Runs the comparison, unless that was done, and shows the verdict and the chart under the cell.
    pub fn evcxr_display(&self) {
        self.result().evcxr_display();
    }
}

impl Verdict {
    /// Shows the sentences under the cell.
    pub fn evcxr_display(&self) {
        Figure::note(self.to_string()).evcxr_display();
    }
}

impl Machine {
    /// Shows the table under the cell.
    pub fn evcxr_display(&self) {
        self.table().evcxr_display();
    }
}

impl Scaling {
    /// The verdict above the chart.
    pub fn figure(&self) -> Figure {
        words_above(self.chart(), self.problem.is_some(), self.verdict())
    }

    /// Shows the verdict and the chart under the cell.
    pub fn evcxr_display(&self) {
        self.figure().evcxr_display();
    }
}

impl Scale {
    /// Runs the measurement, unless that was done, and shows the verdict and the chart under the cell.
    pub fn evcxr_display(&self) {
        self.result().evcxr_display();
    }
}

impl Growth {
    /// The verdict above the chart.
    pub fn figure(&self) -> Figure {
        words_above(self.chart(), self.problem.is_some(), self.verdict())
    }

    /// Shows the verdict and the chart under the cell.
    pub fn evcxr_display(&self) {
        self.figure().evcxr_display();
    }
}

impl Grow {
    /// Runs the measurement, unless that was done, and shows the verdict and the chart under the cell.
    pub fn evcxr_display(&self) {
        self.result().evcxr_display();
    }
}

impl UnitCosts {
    /// The verdict above the chart.
    pub fn figure(&self) -> Figure {
        words_above(self.chart(), self.problem.is_some(), self.verdict())
    }

    /// Shows the verdict and the chart under the cell.
    pub fn evcxr_display(&self) {
        self.figure().evcxr_display();
    }
}

impl Saved {
    /// Shows the sentence under the cell.
    pub fn evcxr_display(&self) {
        match self.result() {
            Ok(()) => Figure::note(self.to_string()).evcxr_display(),
            Err(error) => Figure::problem(error).evcxr_display(),
        }
    }
}

/// What a cell can end with: shown by itself, and also as the result of something that runs it elsewhere.
pub trait Shown {
    /// Shows it under the cell.
    fn show(&self);
}

macro_rules! shown {
    ($([$($generic:tt)*] $type:ty),* $(,)?) => {
        $(impl<$($generic)*> Shown for $type {
            fn show(&self) {
                self.evcxr_display();
            }
        })*
    };
}

shown!(
    [] Timeline, [T] Film<T>, [] Figure, [] Comparison, [] Scaling, [] Growth, [] UnitCosts, [] Verdict, [] Machine, [] Saved,
    [] Compare, [] Scale, [] Grow,
);

impl<T: Shown> OnCores<T> {
    /// Shows the result, or the sentence that says why there is none, under the cell.
    pub fn evcxr_display(&self) {
        match self.result() {
            Ok(value) => value.show(),
            Err(error) => Figure::problem(error).evcxr_display(),
        }
    }
}

/// The answer and its details above a picture; warnings stand below it already.
fn words_above(chart: Figure, mistaken: bool, verdict: Verdict) -> Figure {
    if mistaken {
        return chart;
    }
    chart.with_prose(std::iter::once(verdict.headline).chain(verdict.details).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::{Waits, compare, ms};

    /// A cell that does not compile is tried once more with `{:?}`: a type without it adds a false error to the true one.
    #[test]
    fn all_that_a_cell_can_end_with_has_debug() {
        fn has_debug<T: std::fmt::Debug>() {}
        has_debug::<(Compare, Scale, Grow)>();
        has_debug::<(Comparison, Scaling, Growth, UnitCosts)>();
        has_debug::<(Verdict, Machine, Saved, OnCores<Compare>, OnCores<()>)>();
    }

    #[test]
    fn debug_runs_nothing() {
        let compare = compare(Waits { tasks: 4, wait: ms(1) });
        let shown = format!("{compare:?}");
        assert!(
            shown.starts_with("comparison of 4 waits") && shown.ends_with("(not measured yet)"),
            "{shown}"
        );
    }
}
