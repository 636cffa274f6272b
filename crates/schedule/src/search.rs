//! Which orders a program has, and what comes of each.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};

use crate::guide::{self, Decider, Outcome, Trace};
use crate::program::Program;
use crate::refused::Refused;
use crate::run::Choice;
use crate::token;

/// How far to look.
pub struct Search<'a> {
    /// Most schedules to try.
    pub schedules: usize,
    /// Looks for as long as this says so; it is asked before every schedule.
    pub goes_on: &'a dyn Fn() -> bool,
}

impl Default for Search<'_> {
    /// Up to 10,000 schedules, for as long as that takes.
    fn default() -> Self {
        Self { schedules: 10_000, goes_on: &|| true }
    }
}

/// One way in which the program ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// How.
    pub outcome: Outcome,
    /// Different orders of operations that end so.
    pub orders: usize,
    /// Schedules that ended so.
    pub schedules: usize,
    /// The first of them, counted from 1.
    pub first: usize,
    /// Seconds until then.
    pub seconds: f64,
    /// A schedule that ends so, with as few switches as were found: for [`replay`](crate::replay()).
    pub token: String,
    /// How many threads are switched in it while they could have gone on.
    pub preemptions: usize,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The program.
    pub program: String,
    /// Schedules that were tried.
    pub schedules: usize,
    /// Different orders of operations among them.
    pub orders: usize,
    /// Whether there are no more orders than those.
    pub complete: bool,
    /// Whether a thread that read the same value three times in a row was taken for one that waits, and others went on: orders in which
    /// it reads it more often are left out.
    pub waited: bool,
    /// If there are: all orders with up to so many pre-emptions were tried; `None` if not even those with none.
    pub preemptions: Option<usize>,
    /// If there are: schedules drawn by chance, evenly at each choice, and by PCT.
    pub drawn: [usize; 2],
    /// Whether it was ended before its time.
    pub stopped: bool,
    /// Seconds that all took.
    pub seconds: f64,
    /// The ways to end, failures first.
    pub endings: Vec<Ending>,
}

/// Threads of failed runs, of which something is left in memory, after which a search ends.
const MOST_LEFT: usize = 20_000;
/// Schedules that are tried one after the other before chance takes over, or half of all where that is less.
const MOST_IN_TURN: usize = 5_000;
/// Fixed, so that the same search finds the same.
const SEED: u64 = 0x5eed;
/// Orderings that a bug may need to be found by PCT with a known probability: its schedules change priorities once less
/// (Burckhardt et al., ASPLOS 2010).
const DEPTH: usize = 3;
/// How long the schedules that are shown are made shorter, all together.
const SHORTENING: Duration = Duration::from_millis(200);

struct Looking<'a> {
    program: Program,
    search: Search<'a>,
    begun: Instant,
    left: usize,
    seen: HashSet<u64>,
    endings: BTreeMap<Outcome, (Ending, Vec<usize>)>,
    found: Found,
}

/// Tries the orders of a program: all of them, by few pre-emptions first, or where there are too many as many by chance.
///
/// An order is one of operations on what threads share: atomics, locks, conditions, channels, what is printed, and from where to
/// where a task of an async program runs. Schedules that differ in other ways only (which thread starts first) are one order.
///
/// # Errors
/// Where no schedule is asked for, or a `static` lock would keep what it holds from one order to the next.
pub fn explore(program: Program, search: Search<'_>) -> Result<Found, Refused> {
    if search.schedules == 0 {
        return Err(Refused::new(
            "0 schedules show nothing: set `schedules` to a number from 1 to 1,000,000",
        ));
    }
    let mut looking = Looking {
        program,
        search,
        begun: Instant::now(),
        left: 0,
        seen: HashSet::new(),
        endings: BTreeMap::new(),
        found: Found { program: program.name().to_owned(), ..Found::default() },
    };
    looking.all()?;
    if !looking.found.complete {
        looking.drawn()?;
    }
    looking.told()
}

impl Looking<'_> {
    /// All schedules, by the number of their pre-emptions; half of what may be tried where they are more.
    fn all(&mut self) -> Result<(), Refused> {
        for bound in 0.. {
            let (mut prefix, mut beyond) = (Vec::new(), false);
            loop {
                let trace = self.run(Decider::Given(prefix))?;

                // Those with fewer were tried before.
                if trace.preemptions() == bound {
                    self.count(&trace);
                }
                let (next, more) = next(&trace.choices, bound);
                beyond |= more;
                match next {
                    Some(next) => prefix = next,
                    None => break,
                }
                if !self.goes_on()
                    || self.found.schedules >= MOST_IN_TURN.min(self.search.schedules.div_ceil(2))
                {
                    return Ok(());
                }
            }
            self.found.preemptions = Some(bound);
            if !beyond {
                self.found.complete = true;
                return Ok(());
            }
        }
        Ok(())
    }

    /// Those that are left, by chance and by PCT in turn.
    fn drawn(&mut self) -> Result<(), Refused> {
        let schedulers: [Rc<RefCell<dyn Scheduler>>; 2] = [
            Rc::new(RefCell::new(RandomScheduler::new_from_seed(SEED, usize::MAX))),
            Rc::new(RefCell::new(PctScheduler::new_from_seed(SEED, DEPTH, usize::MAX))),
        ];
        for (kind, scheduler) in (0..2).zip(&schedulers).cycle() {
            if self.found.schedules >= self.search.schedules || !self.goes_on() {
                break;
            }
            let trace = self.run(Decider::Shuttle(scheduler.clone()))?;
            self.count(&trace);
            self.found.drawn[kind] += 1;
        }
        Ok(())
    }

    fn goes_on(&mut self) -> bool {
        let goes_on = (self.search.goes_on)() && self.left < MOST_LEFT;
        self.found.stopped |= !goes_on;
        goes_on
    }

    fn run(&mut self, decider: Decider) -> Result<Trace, Refused> {
        let trace = guide::run(self.program, decider, false);
        match &trace.refused {
            Some(sentence) => Err(Refused::new(sentence)),
            None => Ok(trace),
        }
    }

    fn count(&mut self, trace: &Trace) {
        self.found.schedules += 1;
        self.found.waited |= trace.waited;
        if trace.outcome.is_failure() {
            self.left += trace.threads;
        }
        let is_new = self.seen.insert(trace.order);
        let preemptions = trace.preemptions();
        let taken = || trace.choices.iter().map(|choice| choice.taken).collect();
        let (ending, choices) = self.endings.entry(trace.outcome.clone()).or_insert_with(|| {
            let ending = Ending {
                outcome: trace.outcome.clone(),
                orders: 0,
                schedules: 0,
                first: self.found.schedules,
                seconds: self.begun.elapsed().as_secs_f64(),
                token: String::new(),
                preemptions,
            };
            (ending, taken())
        });
        if preemptions < ending.preemptions {
            (ending.preemptions, *choices) = (preemptions, taken());
        }
        ending.schedules += 1;
        ending.orders += usize::from(is_new);
    }

    fn told(mut self) -> Result<Found, Refused> {
        let until = Instant::now() + SHORTENING;
        for (_, (mut ending, choices)) in std::mem::take(&mut self.endings) {
            let choices = self.shortest(&mut ending, choices, until);
            ending.token = token::write(self.program, &choices);
            self.found.endings.push(ending);
        }
        self.found.endings.sort_by_key(|ending| (!ending.outcome.is_failure(), ending.first));
        self.found.orders = self.seen.len();
        self.found.seconds = self.begun.elapsed().as_secs_f64();
        Ok(self.found)
    }

    /// The same without the switches that it can do without.
    fn shortest(&mut self, ending: &mut Ending, mut taken: Vec<usize>, until: Instant) -> Vec<usize> {
        for place in (0..taken.len()).rev() {
            if taken[place] == 0 {
                continue;
            }
            // Of a long one more than the last ones are left then.
            if Instant::now() > until {
                break;
            }
            let mut without = taken.clone();
            without[place] = 0;
            let trace = self.run(Decider::Given(without.clone()));
            if let Some(trace) = trace.ok().filter(|trace| trace.outcome == ending.outcome) {
                (ending.preemptions, taken) = (trace.preemptions(), without);
            }
        }
        let last = taken.iter().rposition(|option| *option > 0).map_or(0, |place| place + 1);
        taken.truncate(last);
        taken
    }
}

/// The choices of the next schedule with up to `bound` pre-emptions; whether there are more with more.
fn next(choices: &[Choice], bound: usize) -> (Option<Vec<usize>>, bool) {
    let mut costs = vec![0];
    for choice in choices {
        costs.push(costs.last().unwrap_or(&0) + choice.cost(choice.taken));
    }
    let mut beyond = false;
    for (place, choice) in choices.iter().enumerate().rev() {
        let option = choice.taken + 1;
        if option >= choice.options.len() {
            continue;
        }
        if costs[place] + choice.cost(option) > bound {
            beyond = true;
            continue;
        }
        let taken = choices[..place].iter().map(|choice| choice.taken).chain([option]);
        return (Some(taken.collect()), beyond);
    }
    (None, beyond)
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;
    use std::sync::{Arc, Mutex};

    use shuttle::scheduler::DfsScheduler;
    use shuttle::{Config, MaxSteps, Runner};

    use super::*;
    use crate::run;

    crate::replayed! {
        mod two_by_two {
            use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
            use std::thread;
            fn main() -> u32 {
                let number = AtomicU32::new(0);
                thread::scope(|scope| {
                    scope.spawn(|| number.store(number.load(Relaxed) + 1, Relaxed));
                    scope.spawn(|| number.store(number.load(Relaxed) + 1, Relaxed));
                });
                number.load(Relaxed)
            }
        }
    }

    crate::replayed! {
        mod locks_and_a_channel {
            use std::sync::{Arc, Mutex, mpsc};
            use std::thread;
            fn main() -> u32 {
                let (sender, receiver) = mpsc::channel();
                let sum = Arc::new(Mutex::new(1));
                let own = sum.clone();
                let other = thread::spawn(move || {
                    *own.lock().unwrap() *= 2;
                    sender.send(3).unwrap();
                });
                *sum.lock().unwrap() += 1;
                let more = receiver.recv().unwrap();
                other.join().unwrap();
                *sum.lock().unwrap() + more
            }
        }
    }

    crate::replayed! {
        mod a_condition {
            use std::sync::{Arc, Condvar, Mutex};
            use std::thread;
            fn main() -> bool {
                let pair = Arc::new((Mutex::new(false), Condvar::new()));
                let other = pair.clone();
                let waiter = thread::spawn(move || {
                    let mut ready = other.0.lock().unwrap();
                    while !*ready {
                        ready = other.1.wait(ready).unwrap();
                    }
                });
                *pair.0.lock().unwrap() = true;
                pair.1.notify_all();
                waiter.join().unwrap();
                true
            }
        }
    }

    /// The orders that shuttle's own search comes upon, which leaves nothing out, and the schedules that it takes for them.
    fn by_shuttle(program: Program) -> (HashSet<u64>, usize) {
        let orders = Arc::new(Mutex::new(HashSet::new()));
        let seen = orders.clone();
        let mut config = Config::new();
        config.silence_warnings = true;
        config.max_steps = MaxSteps::FailAfter(10_000);
        let schedules = Runner::new(DfsScheduler::new(None, false), config).run(move || {
            run::begin(u32::MAX, false);
            program.call();
            seen.lock().unwrap().insert(run::end().order.finish());
        });
        let orders = orders.lock().unwrap().clone();
        (orders, schedules)
    }

    #[test]
    fn what_is_left_out_is_no_order_of_its_own() {
        for program in [two_by_two, locks_and_a_channel, a_condition] {
            let (orders, schedules) = by_shuttle(program);
            let found = explore(program, Search::default()).unwrap();
            println!(
                "{}: {} orders in {} schedules; by shuttle {} in {schedules}",
                found.program,
                found.orders,
                found.schedules,
                orders.len()
            );
            assert!(found.complete && found.schedules <= schedules);
            assert_eq!(found.orders, orders.len(), "{}", program.name());
        }
    }
}
