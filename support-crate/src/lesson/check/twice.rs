//! 07: a program that is to become twice as fast, judged by a comparison.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::gain::{gain, reaches};
use super::reply::{Reply, all_in_order, answer, judged, require};
use crate::units::{ms, us};
use crate::workload::{busy, pause};

/// Lines of the report: an odd number, so that two at a time are not twice as fast.
const LINES: usize = 7;

static ASKED: AtomicUsize = AtomicUsize::new(0);

/// One line of a report: it waits for an answer, and then has a little to compute.
pub fn line(number: usize) -> u64 {
    ASKED.fetch_add(1, SeqCst);
    pause(ms(12));
    busy(us(500));
    answer(number)
}

/// Checks a program that asks for all lines of a report: it has to be at least twice as fast as one that asks for one after the
/// other. Most of it is waiting, so one core is enough.
///
/// ```
/// use concurrency_lab::lesson::check;
/// fn report(lines: usize) -> Vec<u64> {
///     todo!()
/// }
/// assert!(check::twice_as_fast(report).sentence.contains("todo!()"));
/// ```
pub fn twice_as_fast(theirs: impl Fn(usize) -> Vec<u64> + Send + Sync + 'static) -> Reply {
    let theirs = Arc::new(theirs);
    judged(&*theirs.clone(), "the given program takes no more than a tenth of a second", || {
        let asked = ASKED.load(SeqCst);
        let answers = theirs(LINES);
        all_in_order("line", &answers, LINES)?;
        let asked = ASKED.load(SeqCst) - asked;
        require!(
            asked == LINES,
            "it asked for {asked} lines to report {LINES}, as far as this process can tell: ask once for each, without other processes"
        );
        let (gain, _) = gain(|| (0..LINES).map(line).collect(), move || theirs(LINES));
        let told =
            reaches(2.0, gain, "the given program", "how many of its waits are open at the same time?")?;
        Ok(format!("{told}, and every line is right"))
    })
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    fn plain(lines: usize) -> Vec<u64> {
        (0..lines).map(line).collect()
    }

    fn on_threads(lines: usize) -> Vec<u64> {
        let threads: Vec<_> = (0..lines).map(|number| thread::spawn(move || line(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }

    fn on_two_threads(lines: usize) -> Vec<u64> {
        let first = thread::spawn(move || (0..lines / 2).map(line).collect::<Vec<_>>());
        let rest: Vec<_> = (lines / 2..lines).map(line).collect();
        [first.join().unwrap(), rest].concat()
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&twice_as_fast(|_| todo!()), NotDone, "todo!()");
        assert_reply(&twice_as_fast(plain), Wrong, "as fast as the given program: ");
        assert_reply(&twice_as_fast(on_two_threads), Wrong, "as fast as the given program: ");
        assert_reply(&twice_as_fast(|lines| on_threads(lines - 1)), Wrong, "6 answers came back for 7 lines");
        let backwards = |lines| on_threads(lines).into_iter().rev().collect();
        assert_reply(&twice_as_fast(backwards), Wrong, "keep the order of the lines");
        let asks_twice = |lines| {
            on_threads(lines);
            on_threads(lines)
        };
        assert_reply(&twice_as_fast(asks_twice), Wrong, "asked for 14 lines to report 7");
        assert_reply(&twice_as_fast(|lines| (0..lines).map(answer).collect()), Wrong, "asked for 0 lines");
        assert_reply(&twice_as_fast(|_| panic!("no luck")), Wrong, "it panicked: no luck");
        let never = |_| loop {
            thread::sleep(ms(10));
        };
        assert_reply(&twice_as_fast(never), Wrong, "it had not come back");
    }

    #[test]
    fn accepts_threads_tasks_and_a_large_pool() {
        assert_reply(&twice_as_fast(on_threads), Right, "and every line is right");
        let as_tasks = |lines| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let ask = |number| tokio::task::spawn_blocking(move || line(number));
                let mut answers = Vec::new();
                for task in (0..lines).map(ask).collect::<Vec<_>>() {
                    answers.push(task.await.unwrap());
                }
                answers
            })
        };
        assert_reply(&twice_as_fast(as_tasks), Right, "and every line is right");
        let scoped = |lines| {
            let mut answers = vec![0; lines];
            thread::scope(|scope| {
                for (number, answer) in answers.iter_mut().enumerate() {
                    scope.spawn(move || *answer = line(number));
                }
            });
            answers
        };
        assert_reply(&twice_as_fast(scoped), Right, "and every line is right");
    }
}
