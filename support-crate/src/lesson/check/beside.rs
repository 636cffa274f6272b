//! Exercises with another task beside the reader's on one thread: work that gives way (04), and a database client that blocks,
//! called from an async task (12).

use std::sync::Arc;
use std::thread::{self, ThreadId};

use super::reply::{Reply, all_in_order, answer, judged, require};
use crate::lesson::monitor::Monitor;
use crate::lesson::threads::block_on_beside;
use crate::units::ms;

const STEPS: usize = 1_000;
/// Steps in one stretch that the other task may have to wait for.
const LONGEST: usize = 50;
/// Turns the other task has to have while one query runs.
const TURNS: usize = 5;
const QUERIES: usize = 3;

/// A piece of work in many small steps.
#[derive(Clone, Debug)]
pub struct Work {
    runtime: ThreadId,
    state: Arc<Monitor<Steps>>,
}

#[derive(Debug, Default)]
struct Steps {
    done: usize,
    /// Steps on the async thread since the other task had its turn, and the most of them.
    stretch: usize,
    longest: usize,
}

impl Work {
    /// Does one step; says whether there is more to do.
    pub fn step(&self) -> bool {
        self.state.with(|state| {
            state.stretch += usize::from(thread::current().id() == self.runtime);
            state.longest = state.longest.max(state.stretch);
            state.done += 1;
            state.done < STEPS
        })
    }
}

/// Checks an async function that does [`Work`] step by step and gives way often enough: another task beside it must
/// have its turn at least once in every 50 steps.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Work};
/// async fn give_way(work: Work) {
///     todo!()
/// }
/// assert!(check::give_way(give_way).sentence.contains("todo!()"));
/// ```
pub fn give_way<Fut: Future<Output = ()>>(theirs: impl Fn(Work) -> Fut) -> Reply {
    judged(&theirs, "the work says `false` once there is nothing more to do: end your loop then", || {
        let work = Work { runtime: thread::current().id(), state: Arc::default() };
        let beside = work.clone();
        let turn = move || {
            beside.state.with(|state| state.stretch = 0);
            std::future::ready(())
        };
        block_on_beside(turn, theirs(work.clone()));
        let (done, longest) = work.state.with(|state| (state.done, state.longest));
        require!(done >= STEPS, "it came back after {done} of {STEPS} steps");
        require!(done <= STEPS, "it went on for {done} steps though the work ended after {STEPS}");
        let ready = "an `.await` of what is ready already does not either";
        require!(
            longest < STEPS,
            "the other task had no turn at all while the work was done: nothing in it gave way; {ready}"
        );
        require!(
            longest <= LONGEST,
            "the other task had to wait for {longest} steps in one stretch; give way at least every {LONGEST}"
        );
        Ok(format!("the other task never had to wait for more than {longest} of {STEPS} steps"))
    })
}

/// A connection to a database whose client knows only one way to wait: it blocks.
#[derive(Clone, Debug)]
pub struct Database {
    runtime: ThreadId,
    shared: Arc<Monitor<State>>,
}

#[derive(Debug, Default)]
struct State {
    turns: usize,
    asked: usize,
    on_async_thread: bool,
    starved: bool,
    ended: usize,
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
        // On the async thread itself nobody else would have a turn.
        let too_few = |state: &mut State| !here && !state.starved && state.turns < before + TURNS;
        let waited = self.shared.wait_while(ms(300), too_few);
        self.shared.with(|state| {
            state.starved |= !waited;
            state.ended += 1;
        });
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
        let turn = move || {
            beside.with(|state| state.turns += 1);
            tokio::time::sleep(ms(1))
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
    use crate::workload::yield_in_turn;

    async fn never_gives_way(work: Work) {
        while work.step() {}
    }

    async fn awaits_what_is_ready(work: Work) {
        while work.step() {
            async {}.await;
        }
    }

    async fn thread_gives_way(work: Work) {
        while work.step() {
            std::thread::yield_now();
        }
    }

    async fn too_seldom(work: Work) {
        for step in 1.. {
            if !work.step() {
                break;
            }
            if step % 300 == 0 {
                yield_now().await;
            }
        }
    }

    async fn stops_early(work: Work) {
        for _ in 0..STEPS / 2 {
            work.step();
            yield_now().await;
        }
    }

    async fn never_ends(work: Work) {
        loop {
            work.step();
            yield_now().await;
        }
    }

    async fn gives_way(work: Work) {
        while work.step() {
            yield_now().await;
        }
    }

    async fn elsewhere(work: Work) {
        spawn_blocking(move || while work.step() {}).await.unwrap();
    }

    #[test]
    fn attempts_at_giving_way() {
        assert_reply(&give_way(|_| async { todo!() }), NotDone, "todo!()");
        assert_reply(&give_way(never_gives_way), Wrong, "had no turn at all");
        assert_reply(&give_way(awaits_what_is_ready), Wrong, "nothing in it gave way");
        assert_reply(&give_way(thread_gives_way), Wrong, "had no turn at all");
        assert_reply(&give_way(too_seldom), Wrong, "wait for 300 steps");
        assert_reply(&give_way(stops_early), Wrong, "after 500 of 1000 steps");
        assert_reply(&give_way(never_ends), Wrong, "end your loop");
        assert_reply(&give_way(gives_way), Right, "never had to wait");
        assert_reply(&give_way(elsewhere), Right, "for more than 0 of 1000 steps");
        // In whatever queue the work is, and whichever way it gives way.
        let steps = |work: Work| async move {
            while work.step() {
                yield_in_turn().await
            }
        };
        assert_reply(&give_way(steps), Right, "for more than 1 of");
        let spawned = |work| async move { tokio::spawn(steps(work)).await.unwrap() };
        assert_reply(&give_way(spawned), Right, "for more than 1 of");
        let stays = |work| async move { tokio::task::spawn_local(steps(work)).await.unwrap() };
        assert_reply(&give_way(stays), Right, "for more than 1 of");
        let spawned = |work| async move { tokio::spawn(gives_way(work)).await.unwrap() };
        assert_reply(&give_way(spawned), Right, "for more than 1 of");
        let now_and_then = |work: Work| async move {
            for step in 1.. {
                if !work.step() {
                    break;
                }
                if step % 20 == 0 {
                    yield_now().await;
                }
            }
        };
        assert_reply(&give_way(now_and_then), Right, "for more than 20 of 1000 steps");
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
    fn attempts_at_a_query() {
        assert_reply(&query(|_, _| async { todo!() }), NotDone, "todo!()");
        assert_reply(&query(in_place), Wrong, "on the async thread");
        assert_reply(&query(gives_way_first), Wrong, "on the async thread");
        assert_reply(&query(joins), Wrong, "the async thread blocked until it was done");
        assert_reply(&query(walks_away), Wrong, "before the query was done");
        assert_reply(&query(never_asks), Wrong, "never asked");
        assert_reply(&query(wrong_row), Wrong, "but row 1 gives 199");
        assert_reply(&query(right), Right, "had its turns meanwhile");
        let sent_home = |database: Database, row| async move {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            thread::spawn(move || sender.send(database.ask(row)).unwrap());
            receiver.await.unwrap()
        };
        assert_reply(&query(sent_home), Right, "had its turns meanwhile");
        let looked_after = |database: Database, row| async move {
            let asks = thread::spawn(move || database.ask(row));
            while !asks.is_finished() {
                tokio::time::sleep(ms(1)).await;
            }
            asks.join().unwrap()
        };
        assert_reply(&query(looked_after), Right, "had its turns meanwhile");
    }
}
