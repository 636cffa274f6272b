//! A crash in one worker process, and who goes on.

use crate::chart::{Figure, Table};
use crate::process;
use crate::workload::check;

/// Starts `workers` processes, of which the second aborts as a program does that has damaged its memory, and tells how each
/// ended; 2 to 32 of them.
///
/// ```
/// use concurrency_lab::prelude::*;
/// assert!(survivors(4).text().starts_with("Of 4 worker processes 3 answered"));
/// ```
pub fn survivors(workers: usize) -> Figure {
    if let Err(error) = check::number("workers", workers, 2..=32) {
        return Figure::problem(error.to_string());
    }
    let ended = ends(workers);
    let told = |end: &Result<u64, String>| match end {
        Ok(answer) => format!("its answer, {answer}"),
        Err(crash) => crash.clone(),
    };
    let rows = ended.iter().enumerate().map(|(number, end)| [number.to_string(), told(end)]);
    let table = Table::default().numbers(["worker"]).words(["what came back"]).rows(rows);
    let (all, answered) = (ended.len(), ended.iter().filter(|end| end.is_ok()).count());
    let parent = std::process::id();
    let finding = format!("of {all} worker processes {answered} answered; this process, {parent}, goes on");
    Figure::table(finding, table)
}

/// What each worker's process came to: its answer, or how it crashed.
pub(crate) fn ends(workers: usize) -> Vec<Result<u64, String>> {
    let work = |number: u64| {
        process::fork(move || match number {
            // What `free(): invalid pointer` ends in.
            1 => std::process::abort(),
            _ => (1..=1_000 * (number + 1)).sum::<u64>(),
        })
    };
    let started: Vec<_> = (0..workers as u64).map(work).collect();
    started.into_iter().map(|worker| worker.join().map_err(|crash| crash.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_abort_takes_nobody_along() {
        let ended = ends(4);
        assert!(ended[1].as_ref().unwrap_err().contains("SIGABRT"), "{ended:?}");
        assert_eq!([&ended[0], &ended[2], &ended[3]], [&Ok(500_500), &Ok(4_501_500), &Ok(8_002_000)]);
    }
}
