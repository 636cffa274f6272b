//! Lost updates on every run, and the fixes with what each costs.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam::channel::bounded;

use crate::chart::{Figure, Table};
use crate::error::Error;
use crate::format;
use crate::lesson::threads::on_threads;
use crate::measure::median;
use crate::stop::{self, stop_asked};
use crate::workload::check;

/// Runs of each way; the median of their times is told.
const RUNS: usize = 5;
/// Updates of each thread where a meeting is forced in each of them.
const FORCED: usize = 200;
/// Updates between two looks at the stop button: more than there are where threads wait for one another.
const PIECE: usize = 1 << 16;
/// So many times as many updates where nothing guards them: they are done so fast that a run would be over before threads
/// have met.
const UNGUARDED: usize = 50;
/// Most updates of each thread where each takes a message there and one back.
const ANSWERED: usize = 20_000;

/// Counts to the same number in several ways, from several threads at once; some ways lose updates.
#[derive(Clone, Debug, Default)]
pub struct Race {
    /// Threads that count.
    pub threads: usize,
    /// Each way of counting, the faulty ones first.
    pub ways: Vec<Way>,
    problem: Option<String>,
}

/// One way of counting.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// How it counts.
    pub name: &'static str,
    /// What a count without fault comes to in one run.
    pub expected: u64,
    /// Updates lost in each run.
    pub lost: Vec<u64>,
    /// Seconds of each run, from the start line to the last update.
    pub seconds: Vec<f64>,
}

impl Way {
    /// Updates lost, and all there were, in all runs together.
    pub(crate) fn in_all(&self) -> [u64; 2] {
        [self.lost.iter().sum(), self.expected * self.lost.len() as u64]
    }

    /// Updates lost, all runs together, as a share of all updates.
    pub fn lost_share(&self) -> f64 {
        let [lost, all] = self.in_all();
        lost as f64 / all.max(1) as f64
    }

    /// Median time of one update, in seconds.
    pub fn cost(&self) -> f64 {
        median(&self.seconds).unwrap_or(f64::NAN) / self.expected as f64
    }
}

/// Counts from `threads` threads, `updates` times each, in six ways. All threads pass a start line together.
///
/// - *load, meet, store*: every thread reads the number, all wait for one another, and then each stores what it read
///   plus one. That makes the loss certain, on one core as on many: of n updates in a round, n - 1 are lost.
/// - *load, store*: the same two steps without the meeting. What is lost then is up to the system and the cores.
/// - *atomic add*, *mutex*, *message passing* (one thread owns the number, the others send): the fixes. Where each message
///   is answered, the sender waits until its update is made, as with a mutex; it makes fewer of them.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let race = race(2, 1_000);
/// assert_eq!(race.ways[0].lost_share(), 0.5);
/// assert_eq!(race.ways[2].lost_share(), 0.0);
/// ```
pub fn race(threads: usize, updates: usize) -> Race {
    run(threads, updates)
        .unwrap_or_else(|problem| Race { problem: Some(problem.to_string()), ..Race::default() })
}

/// Lets so many threads make so many updates each: what the number came to, and the time it took.
type Count = fn(usize, usize) -> (u64, Duration);

fn run(threads: usize, updates: usize) -> Result<Race, Error> {
    check::number("threads", threads, 2..=64)?;
    check::number("updates", updates, 1..=10_000_000)?;
    let ways: [(&str, usize, Count); 6] = [
        ("load, meet, store", FORCED.min(updates), |threads, updates| {
            let meeting = Barrier::new(threads);
            in_an_atomic(threads, updates, |number| {
                let seen = number.load(Relaxed);
                meeting.wait();
                number.store(seen + 1, Relaxed);
                meeting.wait();
            })
        }),
        ("load, store", updates * UNGUARDED, |threads, updates| {
            in_an_atomic(threads, updates, |number| number.store(number.load(Relaxed) + 1, Relaxed))
        }),
        ("atomic add", updates, |threads, updates| {
            in_an_atomic(threads, updates, |number| {
                number.fetch_add(1, Relaxed);
            })
        }),
        ("mutex", updates, mutex),
        ("message passing", updates, |threads, updates| by_an_owner(threads, updates, false)),
        // Every thread waits for an answer, as one that locks waits until its update is made.
        ("message passing, each answered", ANSWERED.min(updates), |threads, updates| {
            by_an_owner(threads, updates, true)
        }),
    ];
    let mut measured = ways.map(|(name, updates, _)| Way {
        name,
        expected: (threads * updates) as u64,
        lost: Vec::new(),
        seconds: Vec::new(),
    });
    // In turn, so that a slow moment of the machine does not fall on one way alone.
    for _ in 0..RUNS {
        for (way, (_, updates, count)) in measured.iter_mut().zip(ways) {
            let (counted, took) = count(threads, updates);
            stop::check()?;
            way.seconds.push(took.as_secs_f64());
            way.lost.push(way.expected.saturating_sub(counted));
        }
    }
    Ok(Race { threads, ways: measured.into(), problem: None })
}

/// Lets every thread make its updates, from a start line that none passes before all are there: when the first began, and
/// when the last had ended.
fn from_a_start_line(threads: usize, updates: usize, update: impl Fn(usize) + Sync) -> (Instant, Instant) {
    let line = Barrier::new(threads);
    let spans = on_threads(threads, |thread| {
        line.wait();
        let start = Instant::now();
        for done in (0..updates).step_by(PIECE).take_while(|done| *done == 0 || !stop_asked()) {
            (done..updates.min(done + PIECE)).for_each(|_| update(thread));
        }
        (start, Instant::now())
    });
    spans.iter().fold(spans[0], |all, span| (all.0.min(span.0), all.1.max(span.1)))
}

/// Counts in an atomic number, by one update after the other on every thread.
fn in_an_atomic(threads: usize, updates: usize, update: impl Fn(&AtomicU64) + Sync) -> (u64, Duration) {
    let number = AtomicU64::new(0);
    let (first, last) = from_a_start_line(threads, updates, |_| update(&number));
    (number.into_inner(), last - first)
}

fn mutex(threads: usize, updates: usize) -> (u64, Duration) {
    let number = Mutex::new(0);
    let add = |_| *number.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    let (first, last) = from_a_start_line(threads, updates, add);
    (number.into_inner().unwrap_or_else(PoisonError::into_inner), last - first)
}

/// The threads send, and one owns the number: unless each message is answered, an update need not be made yet when its
/// sender goes on.
fn by_an_owner(threads: usize, updates: usize, answered: bool) -> (u64, Duration) {
    let (sender, requests) = bounded::<usize>(1024);
    let (answer, answers): (Vec<_>, Vec<_>) = (0..threads).map(|_| bounded::<()>(1)).unzip();
    thread::scope(|scope| {
        let owner = scope.spawn(move || {
            let mut number = 0;
            // It listens until the sender is gone.
            for thread in requests {
                number += 1;
                if answered && answer[thread].send(()).is_err() {
                    break;
                }
            }
            (number, Instant::now())
        });
        // An owner that is gone counts no more, which shows in the number.
        let (first, last) = from_a_start_line(threads, updates, |thread| {
            if sender.send(thread).is_ok() && answered {
                answers[thread].recv().unwrap_or(());
            }
        });
        drop(sender);
        let (number, end) = owner.join().unwrap_or((0, last));
        (number, end - first)
    })
}

impl Race {
    /// What came of it as a table below its finding, or what was wrong with the parameters.
    pub fn figure(&self) -> Figure {
        if let Some(problem) = &self.problem {
            return Figure::problem(problem);
        }
        let lossy = self.ways.iter().filter(|way| way.lost_share() > 0.0);
        let lossy = lossy.map(|way| format!("{} ({})", format::percent(way.lost_share()), way.name));
        let lossy: Vec<String> = lossy.chain(["none otherwise".to_owned()]).collect();
        let rows = self.ways.iter().map(|way| {
            let [lost, all] = way.in_all().map(format::count);
            let runs = way.lost.iter().filter(|lost| **lost > 0).count();
            [way.name.to_owned(), all, lost, format!("{runs} of {RUNS}"), format::duration(way.cost())]
        });
        let numbers = ["updates", "lost", "runs with losses", "time for one update"];
        let table = Table::default().words(["way of counting"]).numbers(numbers).rows(rows);
        let lost = lossy.join("; ");
        Figure::table(format!("updates lost by {} threads: {lost}", self.threads), table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forced_race_loses_all_but_one_update_of_a_round_and_the_fixes_none() {
        for threads in [2, 5] {
            let race = race(threads, 500);
            let forced = &race.ways[0];
            let lost = forced.expected - FORCED as u64;
            assert_eq!(forced.lost, [lost; RUNS]);
            assert!(race.ways[2..].iter().all(|way| way.lost == [0; RUNS]), "{race:?}");
            let text = race.figure().text();
            assert!(text.starts_with(&format!("Updates lost by {threads} threads: ")), "{text}");
        }
    }

    #[test]
    fn it_is_certain_on_one_core_too() {
        let core = crate::machine::allowed_cores()[0];
        let lost = crate::process::fork(move || {
            crate::machine::on_cores([core], || race(2, 100).ways[0].lost_share()).unwrap()
        });
        assert_eq!(lost.join().unwrap(), 0.5);
    }

    #[test]
    fn a_mistake_is_one_sentence() {
        assert!(race(1, 5).figure().text().contains("set threads to a value from 2 to 64"));
        assert!(race(2, 0).figure().text().contains("0 is outside what is allowed"));
    }
}
