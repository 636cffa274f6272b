//! A reader's own pieces of code timed beside one another, with what each asked of the system.

use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use crate::chart::{Figure, Table};
use crate::format;
use crate::measure::{median, typical};
use crate::random::Rng;
use crate::stop::stop_asked;

/// Rounds, each with every piece once: as many as fit in the time, but no fewer and no more than these.
const ROUNDS: (usize, usize) = (5, 25);
const TIME: Duration = Duration::from_secs(2);

/// What one piece of code took, an entry a round.
#[derive(Clone, Debug, Default, PartialEq)]
struct Timing {
    /// What the piece does.
    name: String,
    /// Seconds.
    seconds: Vec<f64>,
    /// Pages of memory that the system handed out at a first touch (minor faults of the whole process).
    pages: Vec<f64>,
    /// Times a thread of this process gave its core up to wait (voluntary context switches).
    waits: Vec<f64>,
}

/// Pieces of code to be timed; showing it runs them.
#[must_use = "end the cell with it"]
pub struct Timed<'a> {
    pieces: Vec<(String, Box<dyn Fn() + 'a>)>,
}

/// Times a piece of code, and those that [`Timed::beside`] adds, in rounds of shuffled order after one that does not count.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let timings = timed("sleep", || std::thread::sleep(ms(2))).beside("compute", || busy(ms(1))).figure();
/// assert!(timings.text().contains("against the first"));
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
    fn run(&self) -> Vec<Timing> {
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
        pieces
    }

    /// Runs them for about two seconds, and tells what each took.
    pub fn figure(&self) -> Figure {
        let pieces = self.run();
        if stop_asked() { Figure::problem("Stopped by you.") } else { figure(&pieces) }
    }

    /// Runs them and shows what each took.
    pub fn evcxr_display(&self) {
        self.figure().evcxr_display();
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
    fn took(&self) -> f64 {
        median(&self.seconds).unwrap_or(f64::NAN)
    }
}

/// Minor faults and voluntary context switches of this process so far.
fn asked() -> (f64, f64) {
    getrusage(UsageWho::RUSAGE_SELF).map_or((f64::NAN, f64::NAN), |usage| {
        (usage.minor_page_faults() as f64, usage.voluntary_context_switches() as f64)
    })
}

/// The pieces beside the first one.
fn figure(pieces: &[Timing]) -> Figure {
    let count = |values: &[f64]| format::count(median(values).unwrap_or(0.0).round() as u64);
    let first = pieces.first().map_or(f64::NAN, Timing::took);
    let rows = pieces.iter().map(|piece| {
        let interval = typical(piece.seconds.iter().copied(), Rng::new(1, 78));
        [
            piece.name.clone(),
            format::duration(piece.took()),
            interval.map_or_else(String::new, |it| [it.low, it.high].map(format::duration).join(" to ")),
            format::times(piece.took() / first),
            count(&piece.pages),
            count(&piece.waits),
        ]
    });
    let numbers = ["median", "95% interval", "against the first", "fresh pages", "times a thread waited"];
    let table = Table::default().words(["piece of code"]).numbers(numbers).rows(rows);
    let rounds = format::plural(pieces.first().map_or(0, |piece| piece.seconds.len()) as u64, "round");
    Figure::table("pieces of code, timed beside one another", table)
        .with_prose(format!("{rounds}, each with every piece once, in shuffled order."))
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
        let text = figure(&[piece("one", 0.002), piece("other", 0.006)]).text();
        assert!(text.starts_with("5 rounds, each"), "{text}");
        assert!(text.contains("6.00 ms") && text.contains("3.00x"), "{text}");
    }
}
