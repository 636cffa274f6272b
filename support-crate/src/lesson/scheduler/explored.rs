//! `explore`: which orders a program has, and what comes of each.

use schedule::{Ending, Found, Program};

use super::apart::search;
use crate::chart::{Figure, Table};
use crate::format;
use crate::workload::check;

/// A search that runs when it is shown; see [`explore`].
#[derive(Clone, Debug)]
pub struct Explore {
    program: Program,
    schedules: usize,
}

/// Tries all orders of a program's operations, or up to 10,000 schedules where there are more.
///
/// ```
/// use concurrency_lab::prelude::*;
/// #[replayed]
/// mod two_prints {
///     use std::thread;
///     fn main() {
///         let other = thread::spawn(|| println!("A"));
///         println!("B");
///         other.join().unwrap();
///     }
/// }
/// let found = explore(two_prints).run();
/// assert_eq!(found.orders(), 2);
/// ```
pub fn explore(program: Program) -> Explore {
    Explore { program, schedules: 10_000 }
}

impl Explore {
    /// The same with another number of schedules at the most.
    #[must_use]
    pub fn schedules(self, schedules: usize) -> Self {
        Self { schedules, ..self }
    }

    /// Searches, for up to ten seconds.
    pub fn run(&self) -> Explored {
        let found = check::number("schedules", self.schedules, 1..=1_000_000)
            .map_err(|error| error.to_string())
            .and_then(|()| search(self.program, self.schedules));
        Explored { found }
    }
}

/// What a search found; see [`explore`].
#[derive(Clone, Debug)]
pub struct Explored {
    pub(crate) found: Result<Found, String>,
}

impl Explored {
    /// Different orders of operations that were tried; 0 if the search could not be made.
    pub fn orders(&self) -> usize {
        self.found.as_ref().map_or(0, |found| found.orders)
    }

    /// The ways to end, failures first.
    pub fn endings(&self) -> &[Ending] {
        self.found.as_ref().map_or(&[], |found| &found.endings)
    }

    /// The share of orders that end so, by the words of the table: "answers 1", "deadlocks"; "panics" for any panic.
    pub fn share(&self, ending: &str) -> f64 {
        let is_such = |told: String| {
            told.strip_prefix(ending).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        let such = self.endings().iter().filter(|other| is_such(other.outcome.to_string()));
        such.map(|ending| ending.orders).sum::<usize>() as f64 / self.orders().max(1) as f64
    }

    /// The word for the first failure; where nothing failed, for the way to end that needs most pre-emptions.
    pub fn token(&self) -> String {
        let failure = self.endings().iter().find(|ending| ending.outcome.is_failure());
        let ending = failure.or_else(|| self.endings().iter().max_by_key(|ending| ending.preemptions));
        ending.map(|ending| ending.token.clone()).unwrap_or_default()
    }

    /// What was found as a table below its finding, or why there is nothing.
    pub fn figure(&self) -> Figure {
        let told = |found| Figure::table(title(found), table(found)).with_prose(tried(found));
        self.found.as_ref().map_or_else(Figure::problem, told)
    }
}

fn title(found: &Found) -> String {
    let orders = format::plural(found.orders as u64, "order");
    let all = if found.complete { "all" } else { "some" };
    let count = |ending: &Ending| format!("in {} it {}", format::count(ending.orders as u64), ending.outcome);
    let endings: Vec<String> = found.endings.iter().take(4).map(count).collect();
    format!("{all} {orders} of {}: {}", found.program, endings.join(", "))
}

/// What was counted, and what was not.
fn tried(found: &Found) -> String {
    let schedules = format::plural(found.schedules as u64, "schedule");
    let took = format::duration(found.seconds);
    let waited = match found.waited {
        true => {
            " A thread that reads the same value three times in a row is taken to wait: orders in which it goes on reading are left out."
        }
        false => "",
    };
    if found.complete {
        let all = "every order of shared steps that all threads can agree on (sequential consistency)";
        return format!("{schedules} in {took}: {all}.{waited}");
    }
    let all = match found.preemptions {
        Some(most) => format!("all with up to {}", format::plural(most as u64, "pre-emption")),
        None => "not even all without a pre-emption".to_owned(),
    };
    let [random, pct] = found.drawn.map(|number| format::count(number as u64));
    let stopped = if found.stopped { "; ended before its time" } else { "" };
    format!(
        "{schedules} in {took}: {all}, then {random} by chance and {pct} by PCT{stopped}. There may be more orders than these.{waited}"
    )
}

fn table(found: &Found) -> Table {
    let numbers = ["orders", "share of orders", "schedules", "first after", "pre-emptions"];
    let table = Table::default().words(["how it ends"]).numbers(numbers).words(["word for it"]);
    table.rows(found.endings.iter().map(|ending| {
        [
            ending.outcome.to_string(),
            format::count(ending.orders as u64),
            format::percent(ending.orders as f64 / found.orders.max(1) as f64),
            format::count(ending.schedules as u64),
            format!("{} ({})", format::count(ending.first as u64), format::duration(ending.seconds)),
            ending.preemptions.to_string(),
            ending.token.clone(),
        ]
    }))
}
