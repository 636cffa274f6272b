//! `be_the_scheduler`: the reader says who goes on.

use schedule::{Outcome, Program, Trace};

use super::apart::{apart, search};
use super::film::Drawn;
use super::words;
use crate::chart::Figure;
use crate::format;

/// A program whose next thread the reader names; see [`be_the_scheduler`].
#[derive(Clone, Debug)]
pub struct Steered {
    program: Program,
    threads: Vec<usize>,
}

/// Lets the reader decide who goes on, wherever several threads can: `be_the_scheduler(program).then(1).then(2)`.
///
/// Shown, it says where each thread stands and which may go on, and draws what was done. What no other thread can see, and
/// what only one thread can do, is done without asking; a step of the latter may be named all the same.
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
/// let b_first = be_the_scheduler(two_prints).then(0);
/// assert!(b_first.figure().text().contains("prints \"B\""));
/// ```
pub fn be_the_scheduler(program: Program) -> Steered {
    Steered { program, threads: Vec::new() }
}

impl Steered {
    /// The same, and then this thread goes on: 0 is `main`, the others have numbers in the order of their start.
    #[must_use]
    pub fn then(mut self, thread: usize) -> Self {
        self.threads.push(thread);
        self
    }

    /// How it ended, if it has.
    pub(crate) fn ending(&self) -> Result<Option<Outcome>, String> {
        self.run().map(|trace| trace.asks.is_none().then_some(trace.outcome))
    }

    fn run(&self) -> Result<Trace, String> {
        apart(|| schedule::steer(self.program, &self.threads))
    }

    /// What was done so far, above where each thread stands.
    pub fn figure(&self) -> Figure {
        let trace = match self.run() {
            Ok(trace) => trace,
            Err(problem) => return Figure::problem(problem),
        };
        let prose = if trace.asks.is_some() { stands(&trace) } else { self.judged(&trace) };
        if trace.steps.is_empty() {
            return Figure::note(prose);
        }
        Drawn::new(self.program, trace).figure().with_prose(prose)
    }

    /// How it ended, and with how few pre-emptions it could have.
    fn judged(&self, trace: &Trace) -> String {
        let own = trace.preemptions();
        let used =
            format!("It {}, with {} of yours", trace.outcome, format::plural(own as u64, "pre-emption"));
        let fewest = search(self.program, 2_000).ok().and_then(|found| {
            let same = found.endings.into_iter().find(|ending| ending.outcome == trace.outcome)?;
            Some(same.preemptions)
        });
        match fewest {
            Some(fewest) if fewest < own => format!("{used}; it can be done with {fewest}."),
            Some(_) => format!("{used}; no order with fewer is known."),
            None => format!("{used}."),
        }
    }
}

fn stands(trace: &Trace) -> String {
    let able = trace.asks.as_deref().unwrap_or_default();
    let stand = |(thread, what, place): &(usize, String, schedule::Place)| {
        let may = if able.contains(thread) { format!(".then({thread})") } else { "waits".to_owned() };
        format!("{}: {what} next, at {} ({may})", words::thread(*thread), words::place(place))
    };
    trace.stands.iter().map(stand).collect::<Vec<_>>().join("\n")
}
