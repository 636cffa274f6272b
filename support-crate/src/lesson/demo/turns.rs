//! How long a task that is ready has to wait for its turn, beside one that awaits and one that does not.

use std::cell::Cell as StdCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::beating::give_way_for;
use crate::chart::{Figure, Table};
use crate::format;
use crate::lesson::show::told;
use crate::lesson::threads::block_on_beside;
use crate::units::ms;
use crate::workload::busy;

/// Longest waits for a turn, in seconds; see [`turns`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turns {
    /// How long the work took that the ready task waited beside.
    pub work: f64,
    /// The longest wait beside a task that never awaits.
    pub without_await: f64,
    /// Turns the ready task had meanwhile.
    pub turns_without: usize,
    /// The longest wait beside a task that awaits `yield_now()` about every millisecond.
    pub with_await: f64,
    /// Turns the ready task had meanwhile.
    pub turns_with: usize,
}

/// Runs two tasks on one thread: one is always ready and notes when it has its turn, the other works for `work`, once
/// without and once with an await.
///
/// ```
/// use concurrency_lab::prelude::*;
/// assert_eq!(turns(ms(20)).turns_without, 0);
/// ```
pub fn turns(work: Duration) -> Turns {
    let work = work.clamp(ms(1), ms(5_000));
    // A thread of its own: the cell may already be inside a runtime.
    let measured = std::thread::spawn(move || [false, true].map(|awaits| beside(work, awaits))).join();
    let [(without_await, turns_without), (with_await, turns_with)] = measured.unwrap_or([(f64::NAN, 0); 2]);
    Turns { work: work.as_secs_f64(), without_await, turns_without, with_await, turns_with }
}

/// The ready task's longest wait, and its turns while the work ran.
fn beside(work: Duration, awaits: bool) -> (f64, usize) {
    let noted = Rc::new(StdCell::new((0.0_f64, 0)));
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

told!(Turns);

impl Turns {
    fn words(&self) -> String {
        let [work, without, with] = [self.work, self.without_await, self.with_await].map(format::duration);
        let had = |turns: usize| format::plural(turns as u64, "turn");
        let (had, had_with) = (had(self.turns_without), had(self.turns_with));
        format!(
            "Beside {work} of work without an await, the ready task had {had} and waited {without}. With an await about \
             every millisecond it had {had_with}, and its longest wait was {with}."
        )
    }

    fn picture(&self) -> Figure {
        let rows = [
            ("never awaits", self.turns_without, self.without_await),
            ("awaits every millisecond", self.turns_with, self.with_await),
        ];
        let rows =
            rows.map(|(who, turns, wait)| [who.into(), format::count(turns as u64), format::duration(wait)]);
        let table = Table::default().words(["the other task"]).numbers(["turns", "longest wait"]).rows(rows);
        Figure::table("a task that is always ready, beside one that works", table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_never_awaits_leaves_no_turn() {
        let turns = turns(ms(30));
        assert_eq!(turns.turns_without, 0);
        assert!(turns.without_await >= 0.03, "{turns:?}");
        assert!(turns.turns_with > 1, "{turns:?}");
    }
}
