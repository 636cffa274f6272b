//! What the kernel calls on a cell's last value: results are shown with their words above their picture.

use crate::chart::Figure;
use crate::lesson::demo::{Isolation, Race, Timed};
use crate::lesson::scheduler::{Explore, Explored, Native, Replayed, Steered};
use crate::machine::{Machine, OnCores};
use crate::measure::{
    Compare, Comparison, Grow, Growth, Machines, MessageCosts, Reach, Saved, Scale, Scaling, UnitCosts,
};
use crate::timeline::{Film, Orders, Slices, Timeline};
use crate::verdict::Verdict;

/// What a cell can end with: shown by itself, and also as the result of something that runs it elsewhere.
pub trait Shown {
    /// What is shown of it; a measurement is run for that, unless it has run.
    fn figure(&self) -> Figure;
}

/// A type that a cell can end with, and the figure it is shown as.
macro_rules! shown {
    ($type:ty, $figure:expr) => {
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

        shown!($result, |result| result.figure());
        shown!($builder, |builder| builder.result().figure());
    )*};
}

result! {
    Comparison, of Compare;
    Scaling, of Scale;
    Growth, of Grow;
}
shown!(UnitCosts, |costs| worded(costs.chart(), costs.verdict()));
shown!(MessageCosts, |costs| worded(costs.chart(), costs.verdict()));
shown!(Reach, |reach| worded(reach.chart(), reach.verdict()));
shown!(Machines, |machines| machines.figure());
shown!(Timeline, |timeline| timeline.figure());
shown!(Slices, |slices| slices.figure());
shown!(Orders, |orders| orders.figure());
shown!(Isolation, |writes| writes.figure());
shown!(Race, |race| race.figure());
shown!(Explore, |explore| explore.run().figure());
shown!(Explored, |explored| explored.figure());
shown!(Replayed, |replayed| replayed.figure());
shown!(Steered, |steered| steered.figure());
shown!(Native, |native| native.figure());
shown!(Timed<'_>, |timed| timed.figure());
shown!(Verdict, |verdict| Figure::note(verdict.to_string()));
shown!(Machine, |machine| machine.table());
shown!(Saved, |saved| match saved.result() {
    Ok(sentence) => Figure::note(sentence),
    Err(error) => Figure::problem(error),
});

impl<T> Shown for Film<T> {
    fn figure(&self) -> Figure {
        Timeline::figure(self)
    }
}

impl Shown for Figure {
    fn figure(&self) -> Figure {
        self.clone()
    }
}

impl<T: Shown> OnCores<T> {
    /// Shows the result, or the sentence that says why there is none, under the cell.
    pub fn evcxr_display(&self) {
        match &self.0 {
            Ok(value) => value.figure().evcxr_display(),
            Err(error) => Figure::problem(error).evcxr_display(),
        }
    }
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
