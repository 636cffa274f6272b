//! 09: two threads that take turns, by a log that knows who wrote which line.

use std::collections::HashSet;
use std::sync::Arc;
use std::thread::{self, ThreadId};

use super::reply::{Reply, judged, require};
use crate::lesson::monitor::Monitor;
use crate::units::ms;

const ORDER: &str = "first 1, second 1, first 2, second 2, first 3, second 3";
const RUNS: usize = 4;

/// Where a function writes its lines. Clones write to the same log.
#[derive(Clone, Debug, Default)]
pub struct Log {
    lines: Arc<Monitor<Vec<Line>>>,
    /// This writer is held up before each line, so that luck cannot bring about an order.
    slowed: &'static str,
}

/// Who wrote which line, on which thread.
type Line = (String, usize, ThreadId);

impl Log {
    /// Writes one numbered line in the name of `writer`.
    pub fn write(&self, writer: &str, line: usize) {
        if writer == self.slowed {
            thread::sleep(ms(5));
        }
        self.lines.with(|lines| lines.push((writer.to_owned(), line, thread::current().id())));
    }

    /// What was written, in order, and the same as one reads it: "first 1, second 1".
    fn read(&self) -> (Vec<Line>, String) {
        let lines = self.lines.with(|lines| lines.clone());
        let text: Vec<_> = lines.iter().map(|(writer, line, _)| format!("{writer} {line}")).collect();
        (lines, text.join(", "))
    }
}

/// Checks a function that starts two threads which write lines 1 to 3 as `first` and as `second`, in turn: first 1,
/// second 1, first 2, and so on. It has to come out so on every run; the check holds up now one thread, now the other.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Log};
/// fn in_turn(log: Log) {
///     todo!()
/// }
/// assert!(check::in_turn(in_turn).sentence.contains("todo!()"));
/// ```
pub fn in_turn(theirs: impl Fn(Log)) -> Reply {
    judged(&theirs, "both threads wait for the other one's signal: who gives the first?", || {
        for run in 1..=RUNS {
            let log = Log { slowed: ["first", "second"][run % 2], ..Log::default() };
            theirs(log.clone());
            let (lines, written) = log.read();
            let count = lines.len();
            require!(count >= 6, "it came back when {count} of 6 lines were written: join both threads");
            require!(written == ORDER, "in run {run} of {RUNS} the order was \"{written}\"");
            // In this order the lines of each stand at every second place.
            let threads = [0, 1].map(|first| lines.iter().skip(first).step_by(2).map(|line| line.2));
            let [first, second] = threads.map(HashSet::<ThreadId>::from_iter);
            require!(
                first.len() == 1 && second.len() == 1,
                "a new thread for every line is not two threads: let each write all three of its lines"
            );
            require!(first != second, "the order is right, but one thread wrote the lines of both");
        }
        Ok(format!("two threads, and the same order in {RUNS} of {RUNS} runs, whichever of them was held up"))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    fn right(log: Log) {
        let (to_second, from_first) = channel();
        let (to_first, from_second) = channel();
        let other = log.clone();
        let first = thread::spawn(move || {
            for line in 1..=3 {
                log.write("first", line);
                to_second.send(()).unwrap();
                from_second.recv().unwrap();
            }
        });
        let second = thread::spawn(move || {
            for line in 1..=3 {
                from_first.recv().unwrap();
                other.write("second", line);
                to_first.send(()).unwrap();
            }
        });
        first.join().unwrap();
        second.join().unwrap();
    }

    #[test]
    fn attempts_of_threads() {
        assert_reply(&in_turn(|_| todo!()), NotDone, "todo!()");
        let unguided = |log: Log| {
            let writers = ["first", "second"].map(|name| {
                let log = log.clone();
                thread::spawn(move || (1..=3).for_each(|line| log.write(name, line)))
            });
            writers.into_iter().for_each(|writer| writer.join().unwrap());
        };
        assert_reply(&in_turn(unguided), Wrong, "the order was");
        let one_thread = |log: Log| {
            for line in 1..=3 {
                log.write("first", line);
                log.write("second", line);
            }
        };
        assert_reply(&in_turn(one_thread), Wrong, "one thread wrote the lines of both");
        let many_threads = |log: Log| {
            for line in 1..=3 {
                for name in ["first", "second"] {
                    let log = log.clone();
                    thread::spawn(move || log.write(name, line)).join().unwrap();
                }
            }
        };
        assert_reply(&in_turn(many_threads), Wrong, "a new thread for every line");
        let never_joined = |log: Log| drop(thread::spawn(move || right(log)));
        assert_reply(&in_turn(never_joined), Wrong, "join both threads");
        let one_sign_too_many = |_: Log| {
            let (sender, _) = channel();
            sender.send(()).unwrap();
        };
        assert_reply(&in_turn(one_sign_too_many), Wrong, "nobody is left to receive it");
        let one_sign_too_few = |_: Log| {
            let (_, receiver) = channel::<()>();
            receiver.recv().unwrap();
        };
        assert_reply(&in_turn(one_sign_too_few), Wrong, "nobody is left to send it");
    }

    #[test]
    fn tells_threads_that_wait_for_each_other() {
        let nobody_begins = |_: Log| {
            let (_to_second, from_first) = channel::<()>();
            from_first.recv().unwrap();
        };
        assert_reply(&in_turn(nobody_begins), Wrong, "who gives the first?");
        assert_reply(&in_turn(right), Right, "the same order in 4 of 4 runs");
        let by_a_barrier = |log: Log| {
            let barrier = Arc::new(std::sync::Barrier::new(2));
            let writer = |name: &'static str, is_first: bool| {
                let (log, barrier) = (log.clone(), barrier.clone());
                thread::spawn(move || {
                    for line in 1..=3 {
                        for turn in [true, false] {
                            if turn == is_first {
                                log.write(name, line);
                            }
                            barrier.wait();
                        }
                    }
                })
            };
            let both = [writer("first", true), writer("second", false)];
            both.into_iter().for_each(|writer| writer.join().unwrap());
        };
        assert_reply(&in_turn(by_a_barrier), Right, "the same order in 4 of 4 runs");
        let by_turns = |log: Log| {
            let turn = Arc::new((std::sync::Mutex::new(0), std::sync::Condvar::new()));
            let writer = |name: &'static str, own: usize| {
                let (log, turn) = (log.clone(), turn.clone());
                thread::spawn(move || {
                    for line in 1..=3 {
                        let mut now =
                            turn.1.wait_while(turn.0.lock().unwrap(), |now| *now % 2 != own).unwrap();
                        log.write(name, line);
                        *now += 1;
                        turn.1.notify_all();
                    }
                })
            };
            let both = [writer("first", 0), writer("second", 1)];
            both.into_iter().for_each(|writer| writer.join().unwrap());
        };
        assert_reply(&in_turn(by_turns), Right, "the same order in 4 of 4 runs");
    }
}
