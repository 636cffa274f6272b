//! `orders`: the same program several times, and in how many different orders its steps came.

use std::collections::HashMap;

use crate::chart::{Figure, Table};
use crate::format;
use crate::stop::stop_asked;
use crate::workload::check;

use super::film::recorded;

/// In which orders the steps of a program came; see [`orders`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// Each order with the number of runs that had it, most frequent first.
    seen: Vec<(Vec<String>, usize)>,
    problem: Option<String>,
}

/// Runs a program `runs` times (1 to 1,000) and counts the different orders of its `step!`s, which are not printed.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let seen = orders(3, || { step!("one"); step!("two"); });
/// assert_eq!(seen.different(), 1);
/// ```
pub fn orders<T>(runs: usize, program: impl Fn() -> T) -> Orders {
    // Nobody is made to wait for more.
    if let Err(error) = check::number("runs", runs, 1..=1_000) {
        return Orders { problem: Some(error.to_string()), ..Orders::default() };
    }
    let mut seen: HashMap<Vec<String>, usize> = HashMap::new();
    for _ in (0..runs).take_while(|_| !stop_asked()) {
        *seen.entry(recorded(false, &program).steps()).or_default() += 1;
    }
    let mut seen: Vec<_> = seen.into_iter().collect();
    seen.sort_by(|(one, often), (other, less)| less.cmp(often).then_with(|| one.cmp(other)));
    Orders { seen, problem: None }
}

impl Orders {
    /// How many different orders there were.
    pub fn different(&self) -> usize {
        self.seen.len()
    }

    /// The count in a sentence, and the orders as a table.
    pub fn figure(&self) -> Figure {
        if let Some(problem) = &self.problem {
            return Figure::problem(problem);
        }
        let mut table = Table::default().numbers(["runs"]).words(["order of the steps"]);
        for (order, runs) in &self.seen {
            table.push([runs.to_string(), order.join(" → ")]);
        }
        Figure::table(self.sentence(), table)
    }

    fn sentence(&self) -> String {
        let runs = self.seen.iter().map(|(_, runs)| *runs as u64).sum();
        let runs = format::plural(runs, "run");
        match self.seen.as_slice() {
            [(order, _)] if order.is_empty() => {
                format!("{runs}, and no step in any of them: let the program call `step!`.")
            }
            [_] => format!("{runs}, and the same order each time."),
            seen => format!("{runs}, and {} different orders.", seen.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn different_orders_are_counted_and_the_most_frequent_comes_first() {
        let run = AtomicUsize::new(0);
        let seen = orders(5, || {
            let odd_one_out = run.fetch_add(1, Ordering::Relaxed) == 2;
            for label in if odd_one_out { ["b", "a"] } else { ["a", "b"] } {
                crate::step!("{label}");
            }
        });
        assert_eq!(seen.different(), 2);
        assert_eq!(seen.seen[0], (vec!["a".to_owned(), "b".to_owned()], 4));
        assert!(seen.figure().text().contains("5 runs, and 2 different orders"));
    }

    #[test]
    fn no_runs_is_a_sentence() {
        assert!(orders(0, || ()).figure().text().starts_with("Runs: 0 is outside"));
    }
}
