//! 10: several processes at the same time, and their answers in order.

use std::collections::HashSet;

use super::errand::{Errand, Receipt, run_by};
use super::job::{answer, each_once};
use super::reply::{Reply, judged, require};
use crate::format;

const ERRANDS: usize = 4;

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
        let (receipts, runs) = run_by(ERRANDS, &theirs)?;
        let (numbers, pids): (Vec<usize>, HashSet<u32>) = runs.into_iter().unzip();
        each_once("errand", "run", ERRANDS, &numbers)?;
        let processes = format::plural(pids.len() as u64, "process");
        require!(
            pids.len() == ERRANDS,
            "{ERRANDS} errands were run by {processes}: give each one of its own"
        );
        let count = receipts.len();
        require!(count == ERRANDS, "{count} receipts came back for {ERRANDS} errands");
        let met = receipts.iter().all(|receipt| receipt.met);
        require!(met, "the processes did not run at the same time: start them all before you join the first");
        let order: Vec<usize> = receipts.iter().map(|receipt| receipt.number).collect();
        let in_order = order.iter().copied().eq(0..ERRANDS);
        require!(in_order, "the receipts came back in the order {order:?}, not in that of the errands");
        let answered = receipts.iter().all(|receipt| receipt.answer == answer(receipt.number));
        require!(answered, "a receipt does not say what its errand gave");
        Ok(format!("{ERRANDS} processes at the same time, and their receipts came back in order"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Grade::*, assert_reply};
    use super::*;
    use crate::process;

    fn right(errands: Vec<Errand>) -> Vec<Receipt> {
        let started: Vec<_> = errands.into_iter().map(|errand| process::fork(move || errand.run())).collect();
        started.into_iter().map(|process| process.join().unwrap()).collect()
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
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
        assert_reply(&in_processes(threads), Wrong, "in the very process that called");
        let one_process = |errands: Vec<Errand>| {
            process::fork(move || errands.iter().map(Errand::run).collect::<Vec<_>>()).join().unwrap()
        };
        assert_reply(&in_processes(one_process), Wrong, "4 errands were run by 1 process");
        let backwards = |errands: Vec<Errand>| {
            let mut receipts = right(errands);
            receipts.reverse();
            receipts
        };
        assert_reply(&in_processes(backwards), Wrong, "[3, 2, 1, 0]");
        let forgets = |errands: Vec<Errand>| right(errands).into_iter().skip(1).collect();
        assert_reply(&in_processes(forgets), Wrong, "3 receipts came back");
        assert_reply(&in_processes(right), Right, "4 processes at the same time");
    }
}
