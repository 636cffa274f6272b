//! 07: a program that is to become twice as fast, judged by a comparison.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use super::reply::{Reply, all_in_order, answer, judged, require};
use crate::format;
use crate::measure::{compare, status};
use crate::model::Model::{Async, Sequential};
use crate::units::{ms, us};
use crate::workload::{Tasks, busy, pause};

/// Lines of the report: an odd number, so that two at a time are not twice as fast.
const LINES: usize = 7;
const WANTED: f64 = 2.0;

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
        require!(asked == LINES, "it asked for {asked} lines to report {LINES}: ask once for each");
        // One task in two forms: the given program blocks, and theirs has a thread to itself.
        let yours = move |_| {
            let theirs = theirs.clone();
            async move { thread::spawn(move || theirs(LINES)).join().expect("it has run before") }
        };
        let both = Tasks::new(1).blocking(|_| (0..LINES).map(line).collect::<Vec<_>>()).asynchronous(yours);
        status::hush();
        let result = compare(both).models([Sequential, Async]).budget(ms(1_500)).run();
        let [given, yours] = [Sequential, Async].map(|model| result.lane(model));
        let (given, yours) = given.zip(yours).ok_or_else(|| result.problem.clone().unwrap_or_default())?;
        if let Some(failure) = yours.failure() {
            return Err(failure.to_owned());
        }
        let gain = result.speedup(yours, given).ok_or("too few rounds were run: run this cell again")?;
        let told = format::ratio(gain.estimate, Some((gain.low, gain.high)));
        let told = format!("{told} as fast as the given program");
        require!(gain.high >= WANTED, "{told}: how many of its {LINES} waits are open at the same time?");
        require!(gain.low >= WANTED, "{told}: the interval leaves open whether that is twice; overlap more");
        Ok(format!("{told}, by {} rounds, and every line is right", result.settings.rounds))
    })
}

#[cfg(test)]
mod tests {
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
        assert_reply(&twice_as_fast(plain), Wrong, "as fast as the given program");
        assert_reply(&twice_as_fast(on_two_threads), Wrong, "are open at the same time?");
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
