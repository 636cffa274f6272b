//! A reader's own pieces of code timed beside one another, with what each asked of the system.

use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use crate::chart::{Figure, Table};
use crate::format;
use crate::lesson::show::told;
use crate::measure::{Interval, median, typical};
use crate::random::Rng;
use crate::stop::stop_asked;

/// Rounds, each with every piece once: as many as fit in the time, but no fewer and no more than these.
const ROUNDS: (usize, usize) = (5, 25);
const TIME: Duration = Duration::from_secs(2);

/// Pieces of code that were timed in turn; see [`timed`].
#[derive(Clone, Debug, Default)]
pub struct Timings {
    /// One entry a piece, in the order of the cell.
    pub pieces: Vec<Timing>,
    problem: Option<String>,
}

/// What one piece of code took, an entry a round.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing {
    /// What the piece does.
    pub name: String,
    /// Seconds.
    pub seconds: Vec<f64>,
    /// Pages of memory that the system handed out at a first touch (minor faults of the whole process).
    pub pages: Vec<f64>,
    /// Times a thread of this process gave its core up to wait (voluntary context switches).
    pub waits: Vec<f64>,
}

/// Pieces of code to be timed; showing it runs them.
#[must_use = "end the cell with it, or call .run()"]
pub struct Timed<'a> {
    pieces: Vec<(String, Box<dyn Fn() + 'a>)>,
}

/// Times a piece of code, and those that [`Timed::beside`] adds, in rounds of shuffled order after one that does not count.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let timings = timed("sleep", || std::thread::sleep(ms(2))).beside("compute", || busy(ms(1))).run();
/// assert!(timings.pieces[0].seconds.iter().all(|&seconds| seconds >= 0.002));
/// ```
pub fn timed<'a>(name: &str, piece: impl Fn() + 'a) -> Timed<'a> {
    Timed { pieces: Vec::new() }.beside(name, piece)
}

impl<'a> Timed<'a> {
    /// Adds another piece.
    pub fn beside(mut self, name: &str, piece: impl Fn() + 'a) -> Self {
        self.pieces.push((name.to_owned(), Box::new(piece)));
        self
    }

    /// Runs them for about two seconds.
    pub fn run(&self) -> Timings {
        let mut pieces: Vec<_> =
            self.pieces.iter().map(|(name, _)| Timing { name: name.clone(), ..Timing::default() }).collect();
        let (mut rng, mut order) = (Rng::new(1, 77), (0..pieces.len()).collect::<Vec<_>>());
        self.pieces.iter().for_each(|(_, piece)| piece());
        let start = Instant::now();
        for round in 1.. {
            rng.shuffle(&mut order);
            order.iter().for_each(|&at| pieces[at].take(&*self.pieces[at].1));
            let time_is_up = start.elapsed().mul_f64(1.0 + 1.0 / round as f64) > TIME;
            if stop_asked() || round >= ROUNDS.1 || (round >= ROUNDS.0 && time_is_up) {
                break;
            }
        }
        Timings { pieces, problem: stop_asked().then(|| "Stopped by you.".to_owned()) }
    }

    /// Runs them and shows what each took.
    pub fn evcxr_display(&self) {
        self.run().evcxr_display();
    }
}

impl std::fmt::Debug for Timed<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} pieces of code (not timed yet)", self.pieces.len())
    }
}

impl Timing {
    fn take(&mut self, piece: &dyn Fn()) {
        let (before, start) = (asked(), Instant::now());
        piece();
        self.seconds.push(start.elapsed().as_secs_f64());
        let after = asked();
        self.pages.push(after.0 - before.0);
        self.waits.push(after.1 - before.1);
    }

    /// Median of the times, in seconds.
    pub fn took(&self) -> f64 {
        median(&self.seconds).unwrap_or(f64::NAN)
    }

    /// A typical time in seconds, with its 95% interval.
    pub fn typical(&self) -> Option<Interval> {
        typical(self.seconds.iter().copied(), Rng::new(1, 78))
    }
}

/// Minor faults and voluntary context switches of this process so far.
fn asked() -> (f64, f64) {
    getrusage(UsageWho::RUSAGE_SELF).map_or((f64::NAN, f64::NAN), |usage| {
        (usage.minor_page_faults() as f64, usage.voluntary_context_switches() as f64)
    })
}

told!(Timings, problem);

impl Timings {
    fn words(&self) -> String {
        let rounds = self.pieces.first().map_or(0, |piece| piece.seconds.len());
        format!("{}, each with every piece once, in shuffled order.", format::plural(rounds as u64, "round"))
    }

    fn picture(&self) -> Figure {
        let count = |values: &[f64]| format::count(median(values).unwrap_or(0.0).round() as u64);
        let first = self.pieces.first().map_or(f64::NAN, Timing::took);
        let rows = self.pieces.iter().map(|piece| {
            let typical = piece.typical().map(|it| [it.low, it.high].map(format::duration).join(" to "));
            [
                piece.name.clone(),
                format::duration(piece.took()),
                typical.unwrap_or_default(),
                format::times(piece.took() / first),
                count(&piece.pages),
                count(&piece.waits),
            ]
        });
        let numbers = ["median", "95% interval", "against the first", "fresh pages", "times a thread waited"];
        let table = Table::default().words(["piece of code"]).numbers(numbers).rows(rows);
        Figure::table("pieces of code, timed beside one another", table)
    }
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
            let timings = timed("touch", touch).beside("sleep", sleep).run();
            timings
                .pieces
                .iter()
                .map(|piece| [&piece.pages, &piece.waits].map(|all| median(all).unwrap()))
                .collect::<Vec<_>>()
        });
        let [touched, slept] = timings.join().unwrap()[..] else { panic!("two pieces") };
        assert!(touched[0] > 30.0 && slept[0] < touched[0], "{touched:?} {slept:?}");
        assert!(slept[1] >= 20.0 && touched[1] < 20.0, "{touched:?} {slept:?}");
    }

    #[test]
    fn pieces_are_told_beside_the_first() {
        let piece = |name: &str, seconds: f64| Timing {
            name: name.into(),
            seconds: vec![seconds; 5],
            ..Timing::default()
        };
        let timings = Timings { pieces: vec![piece("one", 0.002), piece("other", 0.006)], problem: None };
        assert!(timings.verdict().starts_with("5 rounds, each"), "{}", timings.verdict());
        let text = timings.figure().text();
        assert!(text.contains("6.00 ms") && text.contains("3.00x"), "{text}");
    }
}
