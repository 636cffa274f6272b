//! The same on real cores: how often, with an interval.

use std::hint::{black_box, spin_loop};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering, fence};

use crate::chart::{Figure, Table};
use crate::error::Error;
use crate::format;
use crate::lesson::threads::on_threads;
use crate::stop::{self, stop_asked};
use crate::workload::check;

/// Turns of a loop between a load and a store: fewer than these, another number in each round, so that threads collide in some.
const PAUSE: usize = 16;
/// Rounds between two looks at the stop button.
const PIECE: usize = 1 << 12;

/// Two steps of each of two threads on their own cores, in rounds that both begin together.
type Round = fn(&[AtomicU32; 2], usize) -> u32;
/// Whether a round came to what is counted: the first number at its end, and what each thread gave.
type Wanted = fn(u32, [u32; 2]) -> bool;

/// Runs two small programs on real threads, on their own cores where there are two, in so many rounds that both threads begin together.
///
/// - The lost update: each loads one number and stores it plus one, at once or after a short pause. Its orders are the same.
/// - The store buffer: each stores into a number of its own and then loads the other's. In no order of these four steps do both
///   load what was there before; cores do it all the same, unless a fence stands between.
///
/// ```
/// use concurrency_lab::prelude::*;
/// assert!(on_real_cores(1_000).text().contains("both miss it despite a fence: 0%"));
/// ```
pub fn on_real_cores(rounds: usize) -> Figure {
    counted(rounds).map_or_else(Figure::problem, |counts| figure(rounds as u64, &counts))
}

/// What can be seen in a round, and how often it was.
fn counted(rounds: usize) -> Result<Vec<(&'static str, u64)>, Error> {
    check::number("rounds", rounds, 1..=2_000_000)?;
    let add: Round = |numbers, _| {
        let seen = numbers[0].load(Ordering::Relaxed);
        numbers[0].store(seen + 1, Ordering::Relaxed);
        0
    };
    let slowly: Round = |numbers, _| {
        let seen = numbers[0].load(Ordering::Relaxed);
        (0..numbers.as_ptr().addr() / size_of_val(numbers) % PAUSE).for_each(|_| spin_loop());
        numbers[0].store(seen + 1, Ordering::Relaxed);
        0
    };
    let relaxed: Round = |numbers, own| {
        numbers[own].store(1, Ordering::Relaxed);
        numbers[1 - own].load(Ordering::Relaxed)
    };
    let fenced: Round = |numbers, own| {
        numbers[own].store(1, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        numbers[1 - own].load(Ordering::Relaxed)
    };
    let neither: Wanted = |_, seen| seen == [0, 0];
    let lost: Wanted = |number, _| number == 1;
    let tests: [(&'static str, Round, Wanted); 4] = [
        ("an update is lost", add, lost),
        ("an update is lost, with a pause between", slowly, lost),
        ("both miss the other's store", relaxed, neither),
        ("both miss it despite a fence", fenced, neither),
    ];
    let each = tests.into_iter().map(|(name, round, wanted)| {
        let count = count(rounds, round, wanted);
        stop::check()?;
        Ok((name, count))
    });
    each.collect()
}

/// In how many rounds two threads came to what is wanted.
fn count(rounds: usize, round: Round, wanted: Wanted) -> u64 {
    let numbers: Vec<[AtomicU32; 2]> = (0..rounds).map(|_| Default::default()).collect();
    let arrived = AtomicUsize::new(0);
    let seen = on_threads(2, |own| {
        let goes_on = |place: &usize| !place.is_multiple_of(PIECE) || !stop_asked();
        let each = (0..rounds).take_while(goes_on).map(|place| {
            // Both are here, and begin as nearly together as they can.
            arrived.fetch_add(1, Ordering::AcqRel);
            let mut turns = 0;
            while arrived.load(Ordering::Acquire) < 2 * (place + 1) {
                turns += 1;
                if turns % 1_000 != 0 {
                    spin_loop();
                } else if stop_asked() {
                    break;
                } else {
                    // With a single core the other thread needs it.
                    std::thread::yield_now();
                }
            }
            black_box(round(&numbers[place], own))
        });
        each.collect::<Vec<u32>>()
    });
    let each = numbers.iter().zip(seen[0].iter().zip(&seen[1]));
    let such =
        each.filter(|(numbers, (one, other))| wanted(numbers[0].load(Ordering::Relaxed), [**one, **other]));
    such.count() as u64
}

/// Wilson's interval of 95% for a share (Brown, Cai and DasGupta, Statistical Science 2001).
fn interval(count: u64, all: u64) -> [f64; 2] {
    let (share, all, z) = (count as f64 / all as f64, all as f64, 1.959_964_f64);
    let middle = (share + z * z / (2.0 * all)) / (1.0 + z * z / all);
    let half = z / (1.0 + z * z / all) * (share * (1.0 - share) / all + z * z / (4.0 * all * all)).sqrt();
    [(middle - half).max(0.0), (middle + half).min(1.0)]
}

fn figure(all: u64, counts: &[(&str, u64)]) -> Figure {
    let share = |count: u64| format::percent(count as f64 / all as f64);
    let title = counts.iter().map(|(name, count)| format!("{name}: {}", share(*count)));
    let numbers = ["rounds with it", "share", "95% interval"];
    let table = Table::default().words(["on real cores"]).numbers(numbers);
    let table = table.rows(counts.iter().map(|(name, count)| {
        let [low, high] = interval(*count, all).map(format::percent);
        let of = format!("{} of {}", format::count(*count), format::count(all));
        [(*name).to_owned(), of, share(*count), format!("{low} to {high}")]
    }));
    Figure::table(title.collect::<Vec<_>>().join("; "), table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        let [low, high] = interval(8, 10);
        assert!((low - 0.4902).abs() < 1e-3 && (high - 0.9433).abs() < 1e-3, "{low} {high}");
        assert_eq!(interval(0, 10)[0], 0.0);
    }
}
