//! A unit of work that remembers how it was run.

use std::sync::Arc;
use std::time::Duration;

use super::gate::Gate;

/// One piece of work. [`Job::run`] does it, blocking, and gives its answer.
#[derive(Clone, Debug)]
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
        self.gate.leave(place);
        if self.fails {
            panic!("job {} failed", self.number);
        }
        answer(self.number)
    }
}

/// The answer of a job: fixed, and not to be guessed from the number by a glance.
pub(super) fn answer(number: usize) -> u64 {
    137 + 61 * number as u64 + (number as u64 * number as u64) % 7
}

/// Each of `count` things has to have been done exactly once, by the numbers of what was done.
pub(super) fn each_once(what: &str, done: &str, count: usize, numbers: &[usize]) -> Result<(), String> {
    for number in 0..count {
        match numbers.iter().filter(|&&other| other == number).count() {
            1 => {}
            0 => return Err(format!("{what} {number} was never {done}")),
            times => return Err(format!("{what} {number} was {done} {times} times; once is enough")),
        }
    }
    Ok(())
}

/// The answers of all `count` things have to be there, in their order.
pub(super) fn all_in_order(what: &str, answers: &[u64], count: usize) -> Result<(), String> {
    if answers.len() != count {
        return Err(format!("{} answers came back for {count} {what}s", answers.len()));
    }
    let Some(wrong) = (0..count).find(|&number| answers[number] != answer(number)) else { return Ok(()) };
    let (came, expected) = (answers[wrong], answer(wrong));
    let shuffled = (0..count).all(|number| answers.contains(&answer(number)));
    let advice = if shuffled { format!("; keep the order of the {what}s") } else { String::new() };
    Err(format!("in place {wrong} stands {came}, but {what} {wrong} gives {expected}{advice}"))
}

/// `count` jobs that stay until `together` of them run at the same time, and the gate where they meet; the one numbered
/// `failing` panics.
pub(super) fn hand_out(
    count: usize,
    together: usize,
    patience: Duration,
    failing: Option<usize>,
) -> (Arc<Gate>, Vec<Job>) {
    let gate = Arc::new(Gate::new(together, patience));
    let job = |number| Job { number, fails: failing == Some(number), gate: gate.clone() };
    let jobs = (0..count).map(job).collect();
    (gate, jobs)
}

/// Every job has to have ended by now.
pub(super) fn all_ended(gate: &Gate) -> Result<(), String> {
    gate.unfinished().map_or(Ok(()), |job| {
        Err(format!("it came back while job {job} was still running: join every thread"))
    })
}
