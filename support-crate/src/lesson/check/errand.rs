//! 05 and 10: work done by other processes. An errand remembers which process did it, and which others ran at the same
//! time.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::reply::{Reply, all_in_order, answer, each_once, judged, require};
use crate::format;
use crate::units::ms;

/// A piece of work that can be done in any process. [`Errand::run`] does it and gives a receipt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Errand {
    number: usize,
    together: usize,
    // Processes share files where threads would share memory.
    signs: PathBuf,
}

/// Proof that an errand was run, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The number of the process that ran it.
    pub pid: u32,
    /// What came out.
    pub answer: u64,
    /// Whether all errands were under way at the same time.
    pub met: bool,
}

impl Errand {
    /// Does the errand; it blocks until it is done.
    pub fn run(&self) -> Receipt {
        let (start, pid) = (Instant::now(), std::process::id());
        let sign = format!("{} {pid}\n", self.number);
        // A file that cannot be written to shows as errands that never met.
        let file = File::options().append(true).open(&self.signs);
        let _ = file.and_then(|mut file| file.write_all(sign.as_bytes()));
        let met = || signs(&self.signs).len() >= self.together;
        while !met() && start.elapsed() < PATIENCE {
            std::thread::sleep(ms(1));
        }
        Receipt { pid, answer: answer(self.number), met: met() }
    }
}

/// The numbers of the errands that were begun, and the processes that began them.
fn signs(file: &Path) -> Vec<(usize, u32)> {
    let read = |line: &str| {
        let (number, pid) = line.split_once(' ')?;
        Some((number.parse().ok()?, pid.parse().ok()?))
    };
    std::fs::read_to_string(file).unwrap_or_default().lines().filter_map(read).collect()
}

/// Errands of the exercise with several.
const ERRANDS: usize = 4;
const STAYS: &str = "what a process writes to its memory stays there, so let the closure return it";
/// How long an errand waits for the others.
const PATIENCE: Duration = ms(700);

/// Has `count` errands run, which stay until all are under way: what came back, and the processes that they were begun in,
/// by the signs they left. Each has to have been run once, and none in this process.
fn run_by<T>(count: usize, theirs: impl FnOnce(Vec<Errand>) -> T) -> Result<(T, HashSet<u32>), String> {
    let file = tempfile::NamedTempFile::new();
    let file = file.map_err(|error| format!("this machine gave no temporary file: {error}"))?;
    let errand = |number| Errand { number, together: count, signs: file.path().to_owned() };
    let came = theirs((0..count).map(errand).collect());
    let (numbers, pids): (Vec<usize>, HashSet<u32>) = signs(file.path()).into_iter().unzip();
    require!(
        !pids.contains(&std::process::id()),
        "an errand was run in the process that called your function; a thread would not leave it either"
    );
    each_once("errand", "run", count, &numbers)?;
    Ok((came, pids))
}

/// Checks a function that has an errand run by another process and returns the receipt from there.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Errand, Receipt};
/// fn elsewhere(errand: Errand) -> Receipt {
///     todo!()
/// }
/// assert!(check::elsewhere(elsewhere).sentence.contains("todo!()"));
/// ```
pub fn elsewhere(theirs: impl Fn(Errand) -> Receipt) -> Reply {
    judged(&theirs, "it waits for something that the other process never sends", || {
        let (receipt, pids) = run_by(1, |mut errands| theirs(errands.remove(0)))?;
        require!(
            pids.contains(&receipt.pid) && receipt.answer == answer(0),
            "another process ran the errand, but what came back is not its receipt: {STAYS}"
        );
        Ok("another process ran the errand, and its receipt came back".into())
    })
}

/// Checks a function that runs every errand in a process of its own, all at the same time, and returns the receipts in
/// the order of the errands.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Errand, Receipt};
/// fn in_processes(errands: Vec<Errand>) -> Vec<Receipt> {
///     todo!()
/// }
/// assert!(check::in_processes(in_processes).sentence.contains("todo!()"));
/// ```
pub fn in_processes(theirs: impl Fn(Vec<Errand>) -> Vec<Receipt>) -> Reply {
    judged(&theirs, "it waits for something that no process will send", || {
        let (receipts, pids) = run_by(ERRANDS, &theirs)?;
        let processes = format::plural(pids.len() as u64, "process");
        require!(
            pids.len() == ERRANDS,
            "{ERRANDS} errands were run by {processes}: give each one of its own"
        );
        require!(
            !receipts.is_empty(),
            "{ERRANDS} processes did the errands, and no receipt came back: {STAYS}"
        );
        let met = receipts.iter().all(|receipt| receipt.met);
        require!(met, "the processes did not run at the same time: start them all before you join the first");
        let answers: Vec<u64> = receipts.iter().map(|receipt| receipt.answer).collect();
        all_in_order("errand", &answers, ERRANDS)?;
        Ok(format!("{ERRANDS} processes at the same time, and their receipts came back in order"))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;
    use crate::process;

    fn right(errands: Vec<Errand>) -> Vec<Receipt> {
        let started: Vec<_> = errands.into_iter().map(|errand| process::fork(move || errand.run())).collect();
        started.into_iter().map(|process| process.join().unwrap()).collect()
    }

    #[test]
    fn answers_each_attempt_at_one_errand_with_its_own_reason() {
        let nothing = || Receipt { pid: 0, answer: 0, met: false };
        assert_reply(&elsewhere(|_| todo!()), NotDone, "todo!()");
        assert_reply(&elsewhere(|errand| errand.run()), Wrong, "in the process that called");
        let on_a_thread = |errand: Errand| std::thread::spawn(move || errand.run()).join().unwrap();
        assert_reply(&elsewhere(on_a_thread), Wrong, "a thread would not leave it either");
        let through_memory = move |errand: Errand| {
            let place = Arc::new(Mutex::new(nothing()));
            let theirs = place.clone();
            process::fork(move || *theirs.lock().unwrap() = errand.run()).join().unwrap();
            place.lock().unwrap().clone()
        };
        assert_reply(&elsewhere(through_memory), Wrong, "stays there");
        assert_reply(&elsewhere(move |_| nothing()), Wrong, "never run");
        let twice = |errand: Errand| {
            let again = errand.clone();
            process::fork(move || again.run()).join().unwrap();
            process::fork(move || errand.run()).join().unwrap()
        };
        assert_reply(&elsewhere(twice), Wrong, "was run 2 times");
        assert_reply(
            &elsewhere(|errand| process::fork(move || errand.run()).join().unwrap()),
            Right,
            "came back",
        );
        let in_time = |errand: Errand| process::fork(move || errand.run()).join_within(PATIENCE * 4).unwrap();
        assert_reply(&elsewhere(in_time), Right, "came back");
        let from_a_thread = |errand: Errand| {
            std::thread::spawn(move || process::fork(move || errand.run()).join().unwrap()).join().unwrap()
        };
        assert_reply(&elsewhere(from_a_thread), Right, "came back");
    }

    #[test]
    fn answers_each_attempt_at_several_errands_with_its_own_reason() {
        let into_a_list = |errands: Vec<Errand>| {
            let receipts = std::sync::Arc::<std::sync::Mutex<Vec<Receipt>>>::default();
            let start = |errand: Errand| {
                let receipts = receipts.clone();
                process::fork(move || receipts.lock().unwrap().push(errand.run()))
            };
            let children: Vec<_> = errands.into_iter().map(start).collect();
            children.into_iter().for_each(|child| child.join().unwrap());
            let receipts = receipts.lock().unwrap();
            receipts.clone()
        };
        assert_reply(&in_processes(into_a_list), Wrong, "no receipt came back: what a process writes");
        assert_reply(&in_processes(|_| todo!()), NotDone, "todo!()");
        let one_after_the_other = |errands: Vec<Errand>| {
            errands.into_iter().map(|errand| process::fork(move || errand.run()).join().unwrap()).collect()
        };
        assert_reply(&in_processes(one_after_the_other), Wrong, "start them all before you join the first");
        let threads = |errands: Vec<Errand>| {
            let started: Vec<_> =
                errands.into_iter().map(|errand| std::thread::spawn(move || errand.run())).collect();
            started.into_iter().map(|thread| thread.join().unwrap()).collect()
        };
        assert_reply(&in_processes(threads), Wrong, "in the process that called");
        let one_process = |errands: Vec<Errand>| {
            process::fork(move || errands.iter().map(Errand::run).collect::<Vec<_>>()).join().unwrap()
        };
        assert_reply(&in_processes(one_process), Wrong, "4 errands were run by 1 process");
        let backwards = |errands: Vec<Errand>| {
            let mut receipts = right(errands);
            receipts.reverse();
            receipts
        };
        assert_reply(&in_processes(backwards), Wrong, "keep the order of the errands");
        let forgets = |errands: Vec<Errand>| right(errands).into_iter().skip(1).collect();
        assert_reply(&in_processes(forgets), Wrong, "3 answers came back");
        assert_reply(&in_processes(right), Right, "4 processes at the same time");
        fn run(errand: Errand) -> Receipt {
            errand.run()
        }
        let spawned = |errands: Vec<Errand>| {
            let started: Vec<_> =
                errands.into_iter().map(|errand| process::fork(move || run(errand))).collect();
            let mut receipts: Vec<_> =
                started.into_iter().rev().map(|process| process.join().unwrap()).collect();
            receipts.reverse();
            receipts
        };
        assert_reply(&in_processes(spawned), Right, "4 processes at the same time");
        let from_threads = |errands: Vec<Errand>| {
            let run = |errand: Errand| process::fork(move || errand.run()).join().unwrap();
            let run = |errand| std::thread::spawn(move || run(errand));
            let threads: Vec<_> = errands.into_iter().map(run).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        };
        assert_reply(&in_processes(from_threads), Right, "4 processes at the same time");
    }
}
