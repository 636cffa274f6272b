//! 08: the point where an async function gives way decides the order of its blocks.

use super::log::Log;
use super::reply::{Reply, judged, require};
use crate::lesson::threads::block_on;

/// Checks an async function that writes line 1, gives way, and writes line 2, in its own name. The check starts it as
/// two tasks, `first` and `second`, on one thread: their lines have to take turns.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Log};
/// async fn take_turns(name: &'static str, log: Log) {
///     todo!()
/// }
/// assert!(check::take_turns(take_turns).sentence.contains("todo!()"));
/// ```
pub fn take_turns<Fut>(theirs: impl Fn(&'static str, Log) -> Fut) -> Reply
where
    Fut: Future<Output = ()> + 'static,
{
    judged(&theirs, "an await there waits for something that never comes", || {
        let (alone, log) = (Log::default(), Log::default());
        let one = block_on(async {
            theirs("alone", alone.clone()).await;
            let one = alone.text();
            let tasks = ["first", "second"].map(|name| tokio::task::spawn_local(theirs(name, log.clone())));
            for task in tasks {
                task.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
            }
            one
        });
        require!(
            one == "alone 1, alone 2",
            "one task alone wrote \"{one}\"; it should write its line 1 and then its line 2"
        );
        let (written, lines) = (log.text(), log.lines());
        let of_task = |name| {
            let lines = lines.iter().filter(|line| line.writer == name);
            lines.map(|line| line.line).collect::<Vec<_>>()
        };
        require!(
            of_task("first") == [1, 2] && of_task("second") == [1, 2],
            "they wrote \"{written}\"; each should write its lines 1 and 2 in the name it was given"
        );
        // Which of two tasks that both gave way goes on first is the runtime's to decide.
        require!(
            lines.iter().map(|line| line.line).eq([1, 1, 2, 2]),
            "they wrote \"{written}\": one task wrote both its lines without giving way between them"
        );
        Ok(format!("they wrote \"{written}\": each gave way between its two lines"))
    })
}

#[cfg(test)]
mod tests {
    use tokio::task::yield_now;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    async fn unfinished(_: &'static str, _: Log) {
        todo!()
    }

    async fn never(name: &'static str, log: Log) {
        log.write(name, 1);
        log.write(name, 2);
    }

    async fn thread_gives_way(name: &'static str, log: Log) {
        log.write(name, 1);
        std::thread::yield_now();
        log.write(name, 2);
    }

    async fn too_early(name: &'static str, log: Log) {
        yield_now().await;
        log.write(name, 1);
        log.write(name, 2);
    }

    async fn without_await(name: &'static str, log: Log) {
        log.write(name, 1);
        drop(yield_now());
        log.write(name, 2);
    }

    async fn backwards(name: &'static str, log: Log) {
        log.write(name, 2);
        yield_now().await;
        log.write(name, 1);
    }

    async fn one_name(_: &'static str, log: Log) {
        log.write("alone", 1);
        yield_now().await;
        log.write("alone", 2);
    }

    async fn detached(name: &'static str, log: Log) {
        log.write(name, 1);
        tokio::spawn(async move { log.write(name, 2) });
    }

    async fn right(name: &'static str, log: Log) {
        log.write(name, 1);
        yield_now().await;
        log.write(name, 2);
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&take_turns(unfinished), NotDone, "todo!()");
        assert_reply(&take_turns(never), Wrong, "without giving way between them");
        assert_reply(&take_turns(thread_gives_way), Wrong, "without giving way between them");
        assert_reply(&take_turns(too_early), Wrong, "without giving way between them");
        assert_reply(&take_turns(without_await), Wrong, "without giving way between them");
        assert_reply(&take_turns(backwards), Wrong, "alone wrote \"alone 2, alone 1\"");
        assert_reply(&take_turns(one_name), Wrong, "they wrote \"alone 1, alone 1, alone 2, alone 2\"");
        assert_reply(&take_turns(detached), Wrong, "one task alone wrote \"alone 1\"");
        assert_reply(&take_turns(right), Right, "each gave way");
    }
}
