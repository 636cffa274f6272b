//! 05: work done by another process, whose answer has to travel back.

use super::errand::{Errand, Receipt, run_by};
use super::job::answer;
use super::reply::{Reply, judged, require};

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
        let (receipt, runs) = run_by(1, |mut errands| theirs(errands.remove(0)))?;
        let [(_, pid)] = runs[..] else {
            require!(!runs.is_empty(), "the errand was never run, so no receipt can be from it");
            return Err(format!("{} processes ran the errand; one is enough", runs.len()));
        };
        require!(
            receipt.pid == pid && receipt.answer == answer(0),
            "process {pid} ran the errand, but what came back is not its receipt: what a process writes to its memory \
             stays there, so let the closure return it"
        );
        Ok("another process ran the errand, and its receipt came back".into())
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;
    use crate::process;

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        let nothing = || Receipt { number: 0, pid: 0, answer: 0, met: false };
        assert_reply(&elsewhere(|_| todo!()), NotDone, "todo!()");
        assert_reply(&elsewhere(|errand| errand.run()), Wrong, "in the very process that called");
        let on_a_thread = |errand: Errand| std::thread::spawn(move || errand.run()).join().unwrap();
        assert_reply(&elsewhere(on_a_thread), Wrong, "which no thread leaves either");
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
        assert_reply(&elsewhere(twice), Wrong, "2 processes ran the errand");
        assert_reply(
            &elsewhere(|errand| process::fork(move || errand.run()).join().unwrap()),
            Right,
            "came back",
        );
    }
}
