//! What the kernel calls on a cell's last value: results are shown with their words above their picture.

use crate::chart::Figure;
use crate::lesson::demo::{Isolation, Race, Timed};
use crate::lesson::scheduler::{Explore, Explored, Replayed, Steered};
use crate::machine::Machine;
use crate::measure::{Compare, Comparison, Grow, Growth, MessageCosts, Reach, Scale, Scaling, UnitCosts};
use crate::timeline::{Orders, Slices, Timeline};
use crate::verdict::Verdict;

/// What a cell can end with, and a program too.
pub trait Shown {
    /// What is shown of it; a measurement is run for that, unless it has run.
    fn figure(&self) -> Figure;
}

/// Types that a cell can end with, and the figure that each is shown as: its own, unless another is given.
macro_rules! shown {
    ($type:ty => $figure:expr) => {
        impl $type {
            /// Shows it under the cell; a measurement is run for that, unless it has run.
            pub fn evcxr_display(&self) {
                Shown::figure(self).evcxr_display();
            }
        }

        impl Shown for $type {
            fn figure(&self) -> Figure {
                let figure: fn(&Self) -> Figure = $figure;
                figure(self)
            }
        }
    };
    ($($type:ty),*) => {
        $(shown!($type => |value| value.figure());)*
    };
}

/// The rest of the verdict above the chart, whose title is the headline. Warnings stand below the chart already.
fn worded(chart: Figure, verdict: Verdict) -> Figure {
    chart.with_prose(verdict.details.join("\n"))
}

/// A measured result, and what measures it: that is shown by it.
macro_rules! result {
    ($($result:ty, of $builder:ty;)*) => {$(
        impl $result {
            /// The verdict above the chart.
            pub fn figure(&self) -> Figure {
                if self.problem.is_some() { self.chart() } else { worded(self.chart(), self.verdict()) }
            }
        }

        shown!($result => |result| result.figure());
        shown!($builder => |builder| builder.result().figure());
    )*};
}

result! {
    Comparison, of Compare;
    Scaling, of Scale;
    Growth, of Grow;
}
shown!(Timeline, Slices, Orders, Isolation, Race, Explored, Replayed, Steered, Timed<'_>);
shown!(Explore => |explore| explore.run().figure());
shown!(UnitCosts => |costs| worded(costs.chart(), costs.verdict()));
shown!(MessageCosts => |costs| worded(costs.chart(), costs.verdict()));
shown!(Reach => |reach| worded(reach.chart(), reach.verdict()));
shown!(Verdict => |verdict| Figure::note(verdict.to_string()));
shown!(Machine => |machine| machine.table());

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
        has_debug::<(Verdict, Machine)>();
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
