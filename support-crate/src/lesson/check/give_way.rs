//! 04: work on an async thread that lets others have their turn.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread::ThreadId;

use crate::units::secs;

use super::reply::{Reply, Verdict, judged, require};
use super::site::block_on;

const STEPS: usize = 1_000;
const LONGEST: usize = 50;

/// A piece of work in many small steps.
#[derive(Clone, Debug)]
pub struct Work {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    runtime: ThreadId,
    done: AtomicUsize,
    stretch: AtomicUsize,
    longest: AtomicUsize,
    elsewhere: AtomicUsize,
}

impl Work {
    /// Does one step; says whether there is more to do.
    pub fn step(&self) -> bool {
        let inner = &self.inner;
        if std::thread::current().id() == inner.runtime {
            let stretch = inner.stretch.fetch_add(1, SeqCst) + 1;
            inner.longest.fetch_max(stretch, SeqCst);
        } else {
            inner.elsewhere.fetch_add(1, SeqCst);
        }
        inner.done.fetch_add(1, SeqCst) + 1 < STEPS
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
/// assert!(check::give_way(give_way).sentence().contains("todo!()"));
/// ```
pub fn give_way<F, Fut>(theirs: F) -> Reply
where
    F: Fn(Work) -> Fut,
    Fut: Future<Output = ()>,
{
    let endless = "the work says `false` once there is nothing more to do: end your loop then";
    judged::<F>(secs(3), endless, move || judge(theirs))
}

fn judge<Fut: Future<Output = ()>>(theirs: impl Fn(Work) -> Fut) -> Verdict {
    let inner = Arc::new(Inner {
        runtime: std::thread::current().id(),
        done: AtomicUsize::new(0),
        stretch: AtomicUsize::new(0),
        longest: AtomicUsize::new(0),
        elsewhere: AtomicUsize::new(0),
    });
    let (beside, work) = (inner.clone(), Work { inner: inner.clone() });
    block_on(async move {
        let other_task = tokio::task::spawn_local(async move {
            loop {
                beside.stretch.store(0, SeqCst);
                tokio::task::yield_now().await;
            }
        });
        theirs(work).await;
        other_task.abort();
    });
    let done = inner.done.load(SeqCst);
    require(done >= STEPS, || format!("it came back after {done} of {STEPS} steps"))?;
    require(done <= STEPS, || format!("it went on for {done} steps though the work ended after {STEPS}"))?;
    let longest = inner.longest.load(SeqCst);
    require(longest < STEPS, || {
        "the other task had no turn at all while the work was done: nothing in it gave way; an `.await` of what is ready already does not either".into()
    })?;
    require(longest <= LONGEST, || {
        format!(
            "the other task had to wait for {longest} steps in one stretch; give way at least every {LONGEST}"
        )
    })?;
    if inner.elsewhere.load(SeqCst) > 0 {
        return Ok("the work left the async thread altogether, so the other task never had to wait".into());
    }
    Ok(format!("the other task never had to wait for more than {longest} of {STEPS} steps"))
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
