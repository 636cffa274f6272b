//! How long a task that is ready has to wait for its turn, beside one that awaits and one that does not.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::beating::give_way_for;
use crate::lesson::threads::block_on_beside;
use crate::workload::busy;

/// Runs two tasks on one thread: one is always ready and notes when it has its turn, the other works for `work`. The ready task's
/// longest wait in seconds, and its turns while the work ran: without an await there, and with one about every millisecond.
pub(crate) fn longest_waits(work: Duration) -> [(f64, usize); 2] {
    // A thread of its own: the cell may already be inside a runtime.
    let measured = std::thread::spawn(move || [false, true].map(|awaits| beside(work, awaits))).join();
    measured.unwrap_or([(f64::NAN, 0); 2])
}

fn beside(work: Duration, awaits: bool) -> (f64, usize) {
    let noted = Rc::new(Cell::new((0.0_f64, 0)));
    let (notes, mut last) = (noted.clone(), Instant::now());
    let turn = async move || {
        let (longest, turns) = notes.get();
        notes.set((longest.max(last.elapsed().as_secs_f64()), turns + 1));
        last = Instant::now();
    };
    block_on_beside(turn, async {
        tokio::task::yield_now().await;
        let (_, before) = noted.get();
        if awaits {
            give_way_for(work).await;
        } else {
            busy(work);
        }
        let (_, after) = noted.get();
        tokio::task::yield_now().await;
        // The turn that comes only after the work belongs to the wait, not to the turns meanwhile.
        (noted.get().0, after - before)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ms;

    #[test]
    fn a_task_that_never_awaits_leaves_no_turn() {
        let [(waited, none), (_, some)] = longest_waits(ms(30));
        assert!(none == 0 && waited >= 0.03 && some > 1, "{none} {waited} {some}");
    }
}
