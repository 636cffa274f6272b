//! The deck's claims in our own words, and how each is put to the machine. Every ruling is computed from a run.

mod gotchas;
mod memory;
mod one_processor;
mod switching;
mod when;
mod why;

use super::ledger::{Bench, Finding, Row};

/// A claim, and how to put it to CPython and to Rust.
pub(crate) struct Claim {
    /// The claim.
    says: &'static str,
    /// The notebook that shows it.
    notebook: &'static str,
    /// What CPython does; `None` without Python.
    python: fn(&Bench) -> Option<Finding>,
    /// What Rust does.
    rust: fn(&Bench) -> Finding,
}

impl Claim {
    /// Measures, and rules.
    pub(crate) fn row(&self, number: usize, bench: &Bench) -> Row {
        Row {
            number,
            claim: self.says.into(),
            notebook: self.notebook.into(),
            python: (self.python)(bench),
            rust: (self.rust)(bench),
        }
    }
}

const WAYS: &str = "02-ways-to-achieve-concurrency";
const THREADING: &str = "03-threading";
const ASYNC: &str = "04-async";
const MULTIPROCESSING: &str = "05-multiprocessing";
const WHY: &str = "06-why-concurrency";
const WHEN: &str = "11-when-to-use-what";
const GOTCHAS: &str = "12-gotchas";

/// All of them; a claim's number is its place, from 1.
pub(crate) const ALL: [Claim; 20] = [
    one_processor::THREADS_USE_ONE,
    one_processor::ASYNC_USES_ONE,
    one_processor::PROCESSES_USE_MANY,
    switching::THREADS_ARE_INTERRUPTED,
    switching::TASKS_GIVE_WAY,
    memory::PROCESSES_SHARE_NOTHING,
    why::FASTER,
    why::RESPONSIVE,
    why::SCALABLE,
    why::SHARES_RESOURCES,
    when::THOUSANDS_OF_TASKS,
    when::FETCHING,
    why::INTERFACE_ON_THREADS,
    when::IMAGES_IN_PROCESSES,
    memory::CRASHES_STAY_APART,
    when::CHUNKS_PARALLELISE,
    gotchas::BLOCKING_DEFEATS_ASYNC,
    gotchas::NOT_THREAD_SAFE,
    gotchas::THREADS_RACE,
    memory::PROCESSES_ARE_HEAVY,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_sentences_and_their_notebooks_are_named_as_files() {
        for claim in &ALL {
            assert!(claim.says.len() > 20 && !claim.says.ends_with('.'), "{}", claim.says);
            assert!(claim.notebook.as_bytes()[..2].iter().all(u8::is_ascii_digit), "{}", claim.notebook);
        }
    }
}
