//! What the kernel calls on a cell's last value: results are shown with their words above their picture.

use crate::chart::Figure;
use crate::machine::Machine;
use crate::measure::{Compare, Comparison};
use crate::verdict::Verdict;
use crate::workload::Workload;

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

impl<W: Workload> Compare<W> {
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
