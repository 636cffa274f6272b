//! A reader's own pieces of code timed beside one another, with what each asked of the system.

use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use crate::chart::{Figure, Table};
use crate::format;
use crate::machine::{Meter, crowded};
use crate::measure::{Interval, centre, median, typical};
use crate::stop::stop_asked;

/// Rounds, each with every piece once: as many as fit in the time, but no fewer and no more than these.
const ROUNDS: (usize, usize) = (5, 25);
const TIME: Duration = Duration::from_secs(2);
/// Seconds below which the reading of the clock is told.
const BRIEF: f64 = 1e-6;
/// Fewer fresh pages say nothing of how long a piece took, and are not told.
const MANY_PAGES: f64 = 1_000.0;

/// What a piece took in one round: seconds, pages of memory that the system handed out at a first touch (minor faults), and
/// times a thread gave its core up to wait (voluntary context switches), of this process and of its children that have ended.
type Took = [f64; 3];

/// Pieces of code to be timed; showing it runs them.
#[must_use = "end the cell with it"]
pub struct Timed<'a> {
    pieces: Vec<(String, Box<dyn Fn() + 'a>)>,
    /// Pieces that are set against the one above them, by number.
    pairs: Vec<usize>,
}

/// Times a piece of code, and those that [`Timed::beside`] adds, in rounds of shuffled order after one that does not count.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let timings = timed("sleep", || std::thread::sleep(ms(2))).beside("compute", || busy(ms(1))).figure();
/// assert!(timings.text().contains("as long as the first"));
/// ```
pub fn timed<'a>(name: &str, piece: impl Fn() + 'a) -> Timed<'a> {
    Timed { pieces: Vec::new(), pairs: Vec::new() }.beside(name, piece)
}

impl<'a> Timed<'a> {
    /// Adds another piece.
    pub fn beside(mut self, name: &str, piece: impl Fn() + 'a) -> Self {
        self.pieces.push((name.to_owned(), Box::new(piece)));
        self
    }

    /// Adds another piece and sets it against the one before it, in place of the first.
    pub fn against(mut self, name: &str, piece: impl Fn() + 'a) -> Self {
        self.pairs.push(self.pieces.len());
        self.beside(name, piece)
    }

    /// Runs them for about two seconds: what each took, an entry a round.
    fn run(&self) -> Vec<Vec<Took>> {
        let mut took = vec![Vec::new(); self.pieces.len()];
        let (mut rng, mut order) = (fastrand::Rng::with_seed(1), (0..took.len()).collect::<Vec<_>>());
        self.pieces.iter().for_each(|(_, piece)| piece());
        let start = Instant::now();
        for round in 1.. {
            rng.shuffle(&mut order);
            let mut one = Vec::new();
            for &at in order.iter().take_while(|_| !stop_asked()) {
                one.push((at, take(&*self.pieces[at].1)));
            }
            // A round that was stopped does not count.
            if !stop_asked() {
                one.into_iter().for_each(|(at, times)| took[at].push(times));
            }
            let time_is_up = start.elapsed().mul_f64(1.0 + 1.0 / round as f64) > TIME;
            if stop_asked() || round >= ROUNDS.1 || (round >= ROUNDS.0 && time_is_up) {
                break;
            }
        }
        took
    }

    /// Runs them for about two seconds, and tells what each took.
    pub fn figure(&self) -> Figure {
        let (mut meter, start) = (Meter::start(), Instant::now());
        let took = self.run();
        let foreign = meter.read().foreign_share(start.elapsed());
        let names = self.pieces.iter().map(|(name, _)| name.as_str());
        match took[0].len() {
            0 => Figure::problem("Stopped by you, before the first round had ended."),
            rounds => {
                let told =
                    figure(names, &took, &self.pairs).with_prose(crowded(foreign)).with_prose(brief(&took));
                let stopped = format!("Stopped by you, after {}.", format::plural(rounds as u64, "round"));
                if stop_asked() { told.with_prose(stopped) } else { told }
            }
        }
    }
}

impl std::fmt::Debug for Timed<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} of code (not timed yet)", format::plural(self.pieces.len() as u64, "piece"))
    }
}

/// That the clock takes about as long as a piece.
fn brief(took: &[Vec<Took>]) -> &'static str {
    match took.iter().any(|rounds| median(&all(rounds, 0)).is_some_and(|seconds| seconds < BRIEF)) {
        true => {
            "Of a piece that takes less than 1 µs a part is the reading of the clock: put a loop around it."
        }
        false => "",
    }
}

fn take(piece: &dyn Fn()) -> Took {
    // Minor faults and voluntary context switches so far.
    let asked = || {
        let of = |who| {
            getrusage(who).map_or([f64::NAN; 2], |usage| {
                [usage.minor_page_faults(), usage.voluntary_context_switches()].map(|count| count as f64)
            })
        };
        let [own, children] = [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN].map(of);
        [own[0] + children[0], own[1] + children[1]]
    };
    let ([pages, waits], start) = (asked(), Instant::now());
    piece();
    let (took, [pages_then, waits_then]) = (start.elapsed().as_secs_f64(), asked());
    [took, pages_then - pages, waits_then - waits]
}

/// Every round's seconds, pages or waits of a piece.
fn all(took: &[Took], which: usize) -> Vec<f64> {
    took.iter().map(|round| round[which]).collect()
}

/// The pieces beside the first one, or each of `pairs` beside the one above it.
fn figure<'a>(names: impl Iterator<Item = &'a str>, took: &[Vec<Took>], pairs: &[usize]) -> Figure {
    let typically = |rounds: &[Took], which| median(&all(rounds, which)).unwrap_or(f64::NAN);
    let paged = took.iter().any(|rounds| typically(rounds, 1) >= MANY_PAGES);
    let rows = names.zip(took).enumerate().map(|(at, (name, rounds))| {
        let other = if pairs.is_empty() { Some(0) } else { pairs.contains(&at).then(|| at - 1) };
        // How many times as long as the other it took: in the same round, typically.
        let ratios = |other: usize| rounds.iter().zip(&took[other]).map(|(one, other)| one[0] / other[0]);
        let ratio = other.filter(|other| *other != at).and_then(|other| typical(ratios(other)));
        let interval = |it: Interval| [it.low, it.high].map(format::duration).join(" to ");
        let count = |which| format::count(typically(rounds, which).round() as u64);
        let told = [
            name.to_owned(),
            format::duration(centre(&all(rounds, 0)).unwrap_or(f64::NAN)),
            typical(all(rounds, 0)).map_or_else(String::new, interval),
            ratio.map_or(format::NONE.into(), |it| format::ratio(it.estimate, Some((it.low, it.high)))),
        ];
        told.into_iter().chain(paged.then(|| count(1))).chain([count(2)])
    });
    let against = if pairs.is_empty() { "as long as the first" } else { "as long as the row above" };
    let table = Table::default().words(["piece of code"]).numbers(["average", "95% interval", against]);
    let table = table.numbers(paged.then_some("fresh pages")).numbers(["times a thread waited"]).rows(rows);
    let rounds = format::plural(took[0].len() as u64, "round");
    Figure::table(
        format!("{rounds}, each with every piece once, shuffled; after a restart times may lie elsewhere"),
        table,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ms;

    #[test]
    fn what_a_piece_asks_of_the_system_is_counted_with_it() {
        // In a child: other tests touch pages and wait in this process meanwhile.
        let timings = crate::process::fork(|| {
            let touch = || drop(std::hint::black_box(vec![1u8; 64 << 20]));
            let sleep = || (0..20).for_each(|_| std::thread::sleep(ms(1) / 20));
            let in_children = || {
                crate::process::fork(touch).join().unwrap();
                crate::process::fork(sleep).join().unwrap();
            };
            let took = timed("touch", touch).beside("sleep", sleep).beside("both", in_children).run();
            took.iter().map(|took| [1, 2].map(|which| median(&all(took, which)).unwrap())).collect::<Vec<_>>()
        });
        let [touched, slept, children] = timings.join().unwrap()[..] else { panic!("three pieces") };
        assert!(touched[0] > 30.0 && slept[0] < touched[0], "{touched:?} {slept:?}");
        assert!(slept[1] >= 20.0 && touched[1] < 20.0, "{touched:?} {slept:?}");
        assert!(children[0] > touched[0] && children[1] >= 20.0, "{children:?}");
    }

    #[test]
    fn pieces_are_told_beside_the_first() {
        let took = [vec![[0.002, 0.0, 0.0]; 5], vec![[0.006, 0.0, 0.0]; 5]];
        let text = figure(["one", "other"].into_iter(), &took, &[]).text();
        assert!(text.starts_with("5 rounds, each"), "{text}");
        assert!(text.contains("6.00 ms") && text.contains("3.00x [3.00, 3.00]"), "{text}");
        assert!(!text.contains("fresh pages"), "{text}");
        let took = [vec![[0.002, 2_000.0, 0.0]; 5], vec![[0.006, 0.0, 0.0]; 5]];
        let text = figure(["one", "other"].into_iter(), &took, &[]).text();
        assert!(text.contains("fresh pages") && text.contains("2,000"), "{text}");
    }

    #[test]
    fn times_and_ratios_are_of_one_average_however_they_scatter() {
        let other = [5.0, 5.0, 5.0, 5.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0];
        let took = [vec![[0.002, 0.0, 0.0]; 10], other.map(|ms| [ms / 1e3, 0.0, 0.0]).to_vec()];
        let text = figure(["one", "other"].into_iter(), &took, &[]).text();
        assert!(text.contains("12.6 ms") && text.contains("6.30x"), "{text}");
    }

    #[test]
    fn a_piece_is_set_against_the_one_above_it() {
        let took = [2.0, 6.0, 5.0, 10.0].map(|ms| vec![[ms / 1e3, 0.0, 0.0]; 5]);
        let text = figure(["a", "b", "c", "d"].into_iter(), &took, &[1, 3]).text();
        assert!(text.contains("as long as the row above"), "{text}");
        assert!(text.contains("3.00x") && text.contains("2.00x") && !text.contains("2.50x"), "{text}");
    }
}
