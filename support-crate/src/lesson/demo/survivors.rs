//! A crash in one worker process, and who goes on.

use serde::{Deserialize, Serialize};

use crate::chart::{Cell, Column, Figure, Table};
use crate::lesson::show::told;
use crate::process::{self, Crash};

/// How each worker ended; see [`survivors`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survivors {
    /// What each worker's process came to: its answer, or how it crashed.
    pub workers: Vec<Result<u64, String>>,
    /// The process that started them; it goes on.
    pub parent: u32,
}

/// Starts `workers` processes, of which the second aborts as a program does that has damaged its memory.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let workers = survivors(4).workers;
/// assert_eq!(workers.iter().filter(|worker| worker.is_ok()).count(), 3);
/// ```
pub fn survivors(workers: usize) -> Survivors {
    let started: Vec<_> = (0..workers.clamp(2, 32))
        .map(|number| {
            process::fork(move || {
                if number == 1 {
                    // What `free(): invalid pointer` ends in.
                    std::process::abort();
                }
                (1..=1_000 * (number as u64 + 1)).sum::<u64>()
            })
        })
        .collect();
    let ended = started.into_iter().map(|worker| worker.join().map_err(|crash: Crash| crash.to_string()));
    Survivors { workers: ended.collect(), parent: std::process::id() }
}

impl Survivors {
    /// How many workers answered.
    pub fn answered(&self) -> usize {
        self.workers.iter().filter(|worker| worker.is_ok()).count()
    }
}

told!(Survivors);

impl Survivors {
    fn words(&self) -> String {
        let crashes: Vec<_> = self.workers.iter().filter_map(|worker| worker.as_ref().err()).collect();
        format!(
            "of {} worker processes {} answered; this process, {}, goes on.\n{}",
            self.workers.len(),
            self.answered(),
            self.parent,
            crashes.iter().map(|crash| format!("one did not: {crash}.")).collect::<Vec<_>>().join("\n")
        )
    }

    fn picture(&self) -> Figure {
        let mut table = Table::new([Column::number("worker", ""), Column::text("what came back")]);
        for (number, worker) in self.workers.iter().enumerate() {
            let told = worker.as_ref().map_or_else(Clone::clone, |answer| format!("its answer, {answer}"));
            table.push([Cell::number(number as f64, number.to_string()), Cell::text(told)]);
        }
        Figure::table("Worker processes, one of which aborts", table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_abort_takes_nobody_along() {
        let survivors = survivors(4);
        assert_eq!(survivors.answered(), 3);
        assert!(survivors.workers[1].as_ref().unwrap_err().contains("SIGABRT"), "{survivors:?}");
        assert_eq!(survivors.workers[3], Ok(8_002_000));
        assert!(survivors.verdict().contains("3 answered"));
    }
}
