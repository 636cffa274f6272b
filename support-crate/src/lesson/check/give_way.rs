//! 04: work on an async thread that lets others have their turn.

use std::sync::Arc;
use std::thread::{self, ThreadId};

use super::reply::{Reply, judged, require};
use crate::lesson::monitor::Monitor;
use crate::lesson::threads::block_on_beside;

const STEPS: usize = 1_000;
const LONGEST: usize = 50;

/// A piece of work in many small steps.
#[derive(Clone, Debug)]
pub struct Work {
    runtime: ThreadId,
    state: Arc<Monitor<State>>,
}

#[derive(Debug, Default)]
struct State {
    done: usize,
    stretch: usize,
    longest: usize,
    elsewhere: bool,
}

impl Work {
    /// Does one step; says whether there is more to do.
    pub fn step(&self) -> bool {
        self.state.with(|state| {
            if thread::current().id() == self.runtime {
                state.stretch += 1;
                state.longest = state.longest.max(state.stretch);
            } else {
                state.elsewhere = true;
            }
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
        let turn = async move || beside.state.with(|state| state.stretch = 0);
        block_on_beside(turn, theirs(work.clone()));
        work.state.with(|State { done, longest, elsewhere, .. }| {
            require!(*done >= STEPS, "it came back after {done} of {STEPS} steps");
            require!(*done <= STEPS, "it went on for {done} steps though the work ended after {STEPS}");
            let ready = "an `.await` of what is ready already does not either";
            require!(
                *longest < STEPS,
                "the other task had no turn at all while the work was done: nothing in it gave way; {ready}"
            );
            require!(
                *longest <= LONGEST,
                "the other task had to wait for {longest} steps in one stretch; give way at least every {LONGEST}"
            );
            if *elsewhere {
                return Ok("the work left the async thread altogether, so the other task never had to wait".into());
            }
            Ok(format!("the other task never had to wait for more than {longest} of {STEPS} steps"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    async fn unfinished(_: Work) {
        todo!()
    }

    async fn never(work: Work) {
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
                tokio::task::yield_now().await;
            }
        }
    }

    async fn stops_early(work: Work) {
        for _ in 0..STEPS / 2 {
            work.step();
            tokio::task::yield_now().await;
        }
    }

    async fn never_ends(work: Work) {
        loop {
            work.step();
            tokio::task::yield_now().await;
        }
    }

    async fn right(work: Work) {
        while work.step() {
            tokio::task::yield_now().await;
        }
    }

    async fn elsewhere(work: Work) {
        tokio::task::spawn_blocking(move || while work.step() {}).await.unwrap();
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&give_way(unfinished), NotDone, "todo!()");
        assert_reply(&give_way(never), Wrong, "had no turn at all");
        assert_reply(&give_way(awaits_what_is_ready), Wrong, "nothing in it gave way");
        assert_reply(&give_way(thread_gives_way), Wrong, "had no turn at all");
        assert_reply(&give_way(too_seldom), Wrong, "wait for 300 steps");
        assert_reply(&give_way(stops_early), Wrong, "after 500 of 1000 steps");
        assert_reply(&give_way(never_ends), Wrong, "end your loop");
        assert_reply(&give_way(right), Right, "never had to wait");
        assert_reply(&give_way(elsewhere), Right, "left the async thread");
    }
}
