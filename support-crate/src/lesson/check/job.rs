//! A unit of work that remembers how it was run.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::gate::{Gate, Visit};

/// One piece of work. [`Job::run`] does it, blocking, and gives its answer.
#[derive(Clone)]
pub struct Job {
    number: usize,
    fails: bool,
    gate: Arc<Gate>,
}

impl Job {
    /// Does the work and returns its answer. It blocks the thread that calls it.
    pub fn run(&self) -> u64 {
        let place = self.gate.enter(self.number);
        self.gate.wait(self.number);
        self.gate.leave(place, !self.fails);
        if self.fails {
            panic!("job {} failed", self.number);
        }
        answer(self.number)
    }

    /// The job's number, from 0.
    pub fn number(&self) -> usize {
        self.number
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "job {}", self.number)
    }
}

/// The answer of a job: fixed, and not to be guessed from the number by a glance.
pub(super) fn answer(number: usize) -> u64 {
    137 + 61 * number as u64 + (number as u64 * number as u64) % 7
}

/// Jobs that meet at one gate, and what the gate saw.
pub(super) struct Jobs {
    gate: Arc<Gate>,
    count: usize,
}

impl Jobs {
    /// `count` jobs that stay until `together` of them run at the same time.
    pub(super) fn new(count: usize, together: usize, patience: Duration) -> Self {
        Self { gate: Arc::new(Gate::new(together, patience)), count }
    }

    /// The jobs; the one numbered `failing` panics.
    pub(super) fn hand_out(&self, failing: Option<usize>) -> Vec<Job> {
        let make = |number| Job { number, fails: failing == Some(number), gate: self.gate.clone() };
        (0..self.count).map(make).collect()
    }

    /// The most jobs that ran at the same time.
    pub(super) fn peak(&self) -> usize {
        self.gate.peak()
    }

    /// Every run, in the order begun.
    pub(super) fn runs(&self) -> Vec<Visit> {
        self.gate.visits()
    }

    /// Each job has to have run exactly once.
    pub(super) fn each_ran_once(&self) -> Result<(), String> {
        let runs = self.runs();
        for number in 0..self.count {
            match runs.iter().filter(|run| run.number == number).count() {
                1 => {}
                0 => return Err(format!("job {number} was never run")),
                times => return Err(format!("job {number} was run {times} times; once is enough")),
            }
        }
        Ok(())
    }

    /// Every job that does not fail has to have ended by now.
    pub(super) fn all_ended(&self, failing: Option<usize>) -> Result<(), String> {
        match self.runs().iter().find(|run| !run.finished && failing != Some(run.number)) {
            Some(run) => {
                Err(format!("it came back while job {} was still running: join every thread", run.number))
            }
            None => Ok(()),
        }
    }
}
