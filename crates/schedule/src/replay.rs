//! One schedule: that of a word again, or the reader's.

use serde::{Deserialize, Serialize};

use crate::guide::{self, Decider, Outcome, Trace};
use crate::program::Program;
use crate::refused::Refused;
use crate::token;

/// One schedule, run again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// The program.
    pub program: String,
    /// The word for it.
    pub token: String,
    /// What came of it.
    pub trace: Trace,
    /// The last switch without which it ends otherwise: how many steps are before it; and how it ends without.
    pub decisive: Option<(usize, Outcome)>,
}

/// Runs exactly the schedule that a word stands for.
///
/// # Errors
/// Where the word belongs to another program or another version, or the program did something else this time.
pub fn replay(program: Program, word: &str) -> Result<Replay, Refused> {
    program.controlled()?;
    let taken = token::read(program, word)?;
    let trace = guide::run(program, Decider::Given(taken.clone()), true);
    if trace.refused.is_some() || trace.choices.len() < taken.len() {
        return Err(Refused::new(format!(
            "`{}` did something else this time, so {word:?} leads nowhere: a program that asks for the time, for chance or for \
             files cannot be run again step by step",
            program.name()
        )));
    }
    let mut decisive = None;
    if let Some(last) = taken.len().checked_sub(1) {
        let without = guide::run(program, Decider::Given(taken[..last].to_vec()), false);
        if without.outcome != trace.outcome {
            decisive = Some((trace.choices[last].after, without.outcome));
        }
    }
    Ok(Replay { program: program.name().to_owned(), token: word.to_owned(), trace, decisive })
}

/// The program up to the choice after these: by the number of the thread that goes on at each. An empty list stops at the first.
///
/// # Errors
/// Where a thread is named that cannot go on.
pub fn steer(program: Program, threads: &[usize]) -> Result<Trace, Refused> {
    program.controlled()?;
    let mut taken: Vec<usize> = Vec::new();
    for (place, thread) in threads.iter().enumerate() {
        let asks = guide::run(program, Decider::Until(taken.clone()), false).asks;
        let asks = asks.ok_or_else(|| {
            Refused::new(format!(
                "the program has ended after choice {place}: leave out `.then({thread})` and what follows it"
            ))
        })?;
        let option = asks.iter().position(|option| option == thread).ok_or_else(|| {
            let able: Vec<String> = asks.iter().map(usize::to_string).collect();
            let able = able.join(" or ");
            Refused::new(format!("thread {thread} cannot go on at choice {}: only {able} can", place + 1))
        })?;
        taken.push(option);
    }
    Ok(guide::run(program, Decider::Until(taken), true))
}
