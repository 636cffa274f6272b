//! A crash in one worker process, and who goes on.

use crate::chart::{Figure, Table};
use crate::lesson::show::told;
use crate::process::{self, Crash};

/// How each worker ended; see [`survivors`].
#[derive(Clone, Debug, PartialEq, Eq)]
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
    let work = |number: u64| {
        process::fork(move || match number {
            // What `free(): invalid pointer` ends in.
            1 => std::process::abort(),
            _ => (1..=1_000 * (number + 1)).sum::<u64>(),
        })
    };
    let started: Vec<_> = (0..workers.clamp(2, 32) as u64).map(work).collect();
    let ended = started.into_iter().map(|worker| worker.join().map_err(|crash: Crash| crash.to_string()));
    Survivors { workers: ended.collect(), parent: std::process::id() }
}

told!(Survivors);

impl Survivors {
    /// How many workers answered.
    pub fn answered(&self) -> usize {
        self.workers.iter().filter(|worker| worker.is_ok()).count()
    }

    fn words(&self) -> String {
        let (all, answered, parent) = (self.workers.len(), self.answered(), self.parent);
        let crashes = self.workers.iter().filter_map(|worker| worker.as_ref().err());
        let told: String = crashes.map(|crash| format!("\none did not: {crash}.")).collect();
        format!("of {all} worker processes {answered} answered; this process, {parent}, goes on.{told}")
    }

    fn picture(&self) -> Figure {
        let rows = self.workers.iter().enumerate().map(|(number, worker)| {
            let told = worker.as_ref().map_or_else(Clone::clone, |answer| format!("its answer, {answer}"));
            [number.to_string(), told]
        });
        let table = Table::default().numbers(["worker"]).words(["what came back"]).rows(rows);
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
