//! One schedule: that of a word again, or the reader's.

use crate::guide::{self, Decider, Decisive, Trace};
use crate::program::Program;
use crate::refused::Refused;
use crate::run::Choice;
use crate::token;

/// Runs exactly the schedule that a word stands for.
///
/// # Errors
/// Where the word belongs to another program or another version, or the program did something else this time.
pub fn replay(program: Program, word: &str) -> Result<Trace, Refused> {
    let taken = token::read(program, word)?;
    let mut trace = guide::run(program, Decider::Given(taken.clone()), true);
    if trace.refused.is_some() || trace.choices.len() < taken.len() {
        return Err(Refused::new(format!(
            "`{}` did something else this time, so {word:?} leads nowhere: a program that asks for the time, for chance or for \
             files cannot be run again step by step",
            program.name()
        )));
    }
    if let Some(last) = taken.len().checked_sub(1) {
        let without = guide::run(program, Decider::Given(taken[..last].to_vec()), false);
        if without.outcome != trace.outcome {
            let Choice { after, options, .. } = &trace.choices[last];
            trace.decisive = Some(Decisive { after: *after, instead: options[0], outcome: without.outcome });
        }
    }
    Ok(trace)
}

/// The program up to the choice after these: by the number of the thread that goes on at each. An empty list stops at the first.
/// A step that no other thread could have done is no choice: it may be named in its place, or left out.
///
/// # Errors
/// Where a thread is named that cannot go on.
pub fn steer(program: Program, threads: &[usize]) -> Result<Trace, Refused> {
    // The choices, and how many of the steps since the last one were named.
    let (mut taken, mut named) = (Vec::new(), 0);
    for (place, thread) in threads.iter().enumerate() {
        let trace = guide::run(program, Decider::Until(taken.clone()), true);
        let option = trace.asks.as_ref().and_then(|asks| asks.iter().position(|option| option == thread));
        if let Some(option) = option {
            taken.push(option);
            named = 0;
            continue;
        }
        let chosen = trace.choices.last().map_or(0, |choice| choice.after + 1);
        named += 1;
        if trace.steps.get(chosen + named - 1).is_some_and(|step| step.thread == *thread) {
            continue;
        }
        return Err(Refused::new(match trace.asks {
            None => format!(
                "it {} after {place} of your steps: number {}, `.then({thread})`, is one too many",
                trace.outcome,
                place + 1
            ),
            Some(asks) => {
                let able: Vec<String> = asks.iter().map(usize::to_string).collect();
                let (able, choice) = (able.join(" or "), taken.len() + 1);
                format!("thread {thread} cannot go on at choice {choice}: only {able} can")
            }
        }));
    }
    Ok(guide::run(program, Decider::Until(taken), true))
}
