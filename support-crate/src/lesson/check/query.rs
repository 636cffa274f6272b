//! 12: a database client that blocks, called from an async task.

use std::sync::Arc;
use std::thread::{self, ThreadId};

use super::reply::{Reply, all_in_order, answer, judged, require};
use crate::lesson::monitor::Monitor;
use crate::lesson::threads::block_on_beside;
use crate::units::ms;

/// Turns the other task has to have while one query runs.
const TURNS: usize = 5;
const QUERIES: usize = 3;

#[derive(Debug, Default)]
struct State {
    turns: usize,
    asked: usize,
    on_async_thread: bool,
    starved: bool,
    ended: usize,
}

/// A connection to a database whose client knows only one way to wait: it blocks.
#[derive(Clone, Debug)]
pub struct Database {
    runtime: ThreadId,
    shared: Arc<Monitor<State>>,
}

impl Database {
    /// Asks for one row, blocking until it is there.
    pub fn ask(&self, row: usize) -> u64 {
        let here = thread::current().id() == self.runtime;
        let before = self.shared.with(|state| {
            state.asked += 1;
            state.on_async_thread |= here;
            state.turns
        });
        if !here {
            let too_few = |state: &mut State| state.turns < before + TURNS && !state.starved;
            if !self.shared.wait_while(ms(300), too_few) {
                self.shared.with(|state| state.starved = true);
            }
        }
        self.shared.with(|state| state.ended += 1);
        answer(row)
    }
}

/// Checks an async function that asks a blocking database for one row while the other tasks on its thread go on.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Database};
/// async fn query(database: Database, row: usize) -> u64 {
///     todo!()
/// }
/// assert!(check::query(query).sentence.contains("todo!()"));
/// ```
pub fn query<Fut: Future<Output = u64>>(theirs: impl Fn(Database, usize) -> Fut) -> Reply {
    judged(&theirs, "an await there waits for something that never comes", || {
        let database = Database { runtime: thread::current().id(), shared: Arc::default() };
        let beside = database.shared.clone();
        let turn = async move || {
            beside.with(|state| state.turns += 1);
            tokio::time::sleep(ms(1)).await;
        };
        let rows = block_on_beside(turn, async {
            let mut rows = Vec::new();
            for row in 0..QUERIES {
                rows.push(theirs(database.clone(), row).await);
            }
            rows
        });
        database.shared.with(|state| {
            require!(state.asked >= QUERIES, "the database was never asked");
            require!(
                !state.on_async_thread,
                "the query ran on the async thread, and every other task there stood still until it was done"
            );
            let advice = "await it instead";
            require!(
                !state.starved,
                "the query ran on another thread, but the async thread blocked until it was done: {advice}"
            );
            require!(state.ended == state.asked, "it came back before the query was done");
            all_in_order("row", &rows, QUERIES)?;
            Ok("the query blocked a thread made for that, and the other task had its turns meanwhile".into())
        })
    })
}

#[cfg(test)]
mod tests {
    use tokio::task::{spawn_blocking, yield_now};

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    async fn unfinished(_: Database, _: usize) -> u64 {
        todo!()
    }

    async fn in_place(database: Database, row: usize) -> u64 {
        database.ask(row)
    }

    async fn gives_way_first(database: Database, row: usize) -> u64 {
        yield_now().await;
        database.ask(row)
    }

    async fn joins(database: Database, row: usize) -> u64 {
        thread::spawn(move || database.ask(row)).join().unwrap()
    }

    async fn walks_away(database: Database, row: usize) -> u64 {
        let asked = database.shared.clone();
        drop(spawn_blocking(move || database.ask(row)));
        // On a busy machine the thread may begin late.
        while asked.with(|state| state.asked) <= row {
            tokio::time::sleep(ms(1)).await;
        }
        0
    }

    async fn never_asks(_: Database, _: usize) -> u64 {
        0
    }

    async fn wrong_row(database: Database, _: usize) -> u64 {
        spawn_blocking(move || database.ask(0)).await.unwrap()
    }

    async fn right(database: Database, row: usize) -> u64 {
        spawn_blocking(move || database.ask(row)).await.unwrap()
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&query(unfinished), NotDone, "todo!()");
        assert_reply(&query(in_place), Wrong, "on the async thread");
        assert_reply(&query(gives_way_first), Wrong, "on the async thread");
        assert_reply(&query(joins), Wrong, "the async thread blocked until it was done");
        assert_reply(&query(walks_away), Wrong, "before the query was done");
        assert_reply(&query(never_asks), Wrong, "never asked");
        assert_reply(&query(wrong_row), Wrong, "but row 1 gives 199");
        assert_reply(&query(right), Right, "had its turns meanwhile");
    }
}
