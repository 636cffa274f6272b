//! Where jobs meet: who came in, in which order, on which thread, and how many were inside at once.
//!
//! A visitor stays until as many as expected are inside together, so whether work overlaps is decided by what the
//! reader's code does and not by the clock: one core is enough. Patience bounds only the wait of code that never
//! lets them meet.

use std::collections::HashSet;
use std::thread::{self, ThreadId};
use std::time::Duration;

use super::reply::each_once;
use crate::lesson::monitor::Monitor;

/// A meeting place for a known number of visitors.
#[derive(Debug)]
pub(super) struct Gate {
    expected: usize,
    patience: Duration,
    state: Monitor<State>,
}

#[derive(Debug, Default)]
struct State {
    visits: Vec<Visit>,
    /// The most that were inside at once.
    peak: usize,
    gave_up: bool,
}

/// One visitor's stay.
#[derive(Debug)]
struct Visit {
    number: usize,
    thread: ThreadId,
    /// Whether it did what it came for, and has gone.
    left: bool,
}

impl Gate {
    /// A gate that holds its visitors until `expected` are inside, or until one has waited for `patience`.
    pub(super) fn new(expected: usize, patience: Duration) -> Self {
        Self { expected, patience, state: Monitor::default() }
    }

    /// A visitor comes in; the place in the order of arrival is returned.
    pub(super) fn enter(&self, number: usize) -> usize {
        let visit = Visit { number, thread: thread::current().id(), left: false };
        self.state.with(|state| {
            state.visits.push(visit);
            state.peak = state.peak.max(state.visits.iter().filter(|visit| !visit.left).count());
            state.visits.len() - 1
        })
    }

    /// Blocks until all have met, or patience is over; then lets the highest numbers out first, so that the order in
    /// which jobs end is not the order in which they were begun.
    pub(super) fn wait(&self, number: usize) {
        let alone = |state: &mut State| state.peak < self.expected && !state.gave_up;
        if !self.state.wait_while(self.patience, alone) {
            self.state.with(|state| state.gave_up = true);
        }
        self.state.wait_while(self.patience, |state| {
            !state.gave_up && state.visits.iter().any(|other| !other.left && other.number > number)
        });
    }

    /// The visitor that arrived in this place has done what it came for and goes.
    pub(super) fn leave(&self, place: usize) {
        self.state.with(|state| state.visits[place].left = true);
    }

    /// Whether as many as expected have been inside together.
    pub(super) fn met(&self) -> bool {
        self.peak() >= self.expected
    }

    /// The most that were inside at once.
    pub(super) fn peak(&self) -> usize {
        self.state.with(|state| state.peak)
    }

    /// Who came, in the order of arrival.
    pub(super) fn numbers(&self) -> Vec<usize> {
        self.state.with(|state| state.visits.iter().map(|visit| visit.number).collect())
    }

    /// How many different threads they came on.
    pub(super) fn threads(&self) -> usize {
        self.state.with(|state| state.visits.iter().map(|visit| visit.thread).collect::<HashSet<_>>().len())
    }

    /// How many came on the thread that asks.
    pub(super) fn on_this_thread(&self) -> usize {
        let here = thread::current().id();
        self.state.with(|state| state.visits.iter().filter(|visit| visit.thread == here).count())
    }

    /// Each of `count` things has to have been done exactly once, and to its end: or whoever called should have waited.
    pub(super) fn all_done(&self, what: &str, done: &str, count: usize, wait: &str) -> Result<(), String> {
        each_once(what, done, count, &self.numbers())?;
        let unfinished = self.state.with(|state| Some(state.visits.iter().find(|visit| !visit.left)?.number));
        unfinished.map_or(Ok(()), |number| {
            Err(format!("it came back before {what} {number} was at its end: {wait}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::units::{ms, secs};

    #[test]
    fn visitors_that_come_together_meet_and_leave_in_reverse() {
        let gate = Arc::new(Gate::new(3, secs(20)));
        let order = Arc::new(Mutex::new(Vec::new()));
        let threads: Vec<_> = (0..3)
            .map(|number| {
                let (gate, order) = (gate.clone(), order.clone());
                std::thread::spawn(move || {
                    let place = gate.enter(number);
                    gate.wait(number);
                    order.lock().unwrap().push(number);
                    gate.leave(place);
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!((gate.peak(), gate.met()), (3, true));
        assert_eq!(*order.lock().unwrap(), [2, 1, 0]);
    }

    #[test]
    fn one_visitor_after_the_other_never_meets_and_waits_only_once() {
        let gate = Gate::new(2, ms(10));
        for number in 0..50 {
            let place = gate.enter(number);
            gate.wait(number);
            gate.leave(place);
        }
        assert_eq!((gate.peak(), gate.met()), (1, false));
    }
}
