//! One run of a program, guided: who goes on at each choice, and what came of it.

use std::cell::RefCell;
use std::fmt;
use std::hash::Hasher;
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use serde::{Deserialize, Serialize};
use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use crate::deadlock::{self, Wait};
use crate::program::Program;
use crate::run::{self, Choice, Place, Run, Step};

/// Operations after which a run is not waited for any longer.
pub const MOST_STEPS: usize = 5_000;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Outcome {
    /// `main` returned, and what.
    Answer(String),
    /// A thread panicked, and what it said.
    Panic(String),
    /// Threads wait for one another, or for what never comes.
    Deadlock,
    /// It had not ended after [`MOST_STEPS`].
    Endless,
}

/// What a run does: "answers 2", "deadlocks".
impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(answer) if answer == "()" => out.write_str("ends"),
            Self::Answer(answer) => write!(out, "answers {answer}"),
            Self::Panic(said) => write!(out, "panics: {said}"),
            Self::Deadlock => out.write_str("deadlocks"),
            Self::Endless => write!(out, "has not ended after {MOST_STEPS} steps"),
        }
    }
}

impl Outcome {
    /// Whether the program itself says that this is wrong.
    pub fn is_failure(&self) -> bool {
        !matches!(self, Self::Answer(_))
    }
}

/// What came of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// How it ended.
    pub outcome: Outcome,
    /// The operations in their order; none where only their number was wanted.
    pub steps: Vec<Step>,
    /// Where several threads could go on.
    pub choices: Vec<Choice>,
    /// In a deadlock: who waits for what.
    pub waits: Vec<Wait>,
    /// Where each thread that has not ended stands: its number, what it does next, and where.
    pub stands: Vec<(usize, String, Place)>,
    /// Who can go on, where the run ended because nobody said who does.
    pub asks: Option<Vec<usize>>,
    /// Of a schedule run again: its last switch, if it ends otherwise without.
    pub decisive: Option<Decisive>,
    pub(crate) order: u64,
    pub(crate) waited: bool,
    pub(crate) threads: usize,
    pub(crate) refused: Option<String>,
}

/// A switch without which a program ends otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decisive {
    /// How many steps are before it.
    pub after: usize,
    /// The thread that goes on there instead.
    pub instead: usize,
    /// How the program ends then.
    pub outcome: Outcome,
}

impl Trace {
    /// How often a thread was switched that could have gone on.
    pub fn preemptions(&self) -> usize {
        self.choices.iter().map(|choice| choice.cost(choice.taken)).sum()
    }
}

/// Who decides.
#[derive(Clone)]
pub(crate) enum Decider {
    /// These options one after the other; after them whoever runs goes on.
    Given(Vec<usize>),
    /// As given, and the run ends where they do.
    Until(Vec<usize>),
    /// One of shuttle's schedulers.
    Shuttle(Rc<RefCell<dyn Scheduler>>),
}

struct Guide {
    decider: Decider,
    begun: bool,
}

/// Runs the program once.
pub(crate) fn run(program: Program, decider: Decider, keeps: bool) -> Trace {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    prepare();
    run::begin(RUNS.fetch_add(1, Relaxed) + 1, keeps);
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    config.max_steps = MaxSteps::ContinueAfter(4 * MOST_STEPS);
    config.stack_size = 0x1_0000;
    let runner = Runner::new(Guide { decider, begun: false }, config);
    let ran = panic::catch_unwind(AssertUnwindSafe(|| {
        runner.run(move || {
            let answer = panic::catch_unwind(AssertUnwindSafe(|| program.call()));
            let answer = answer.map_err(|payload| message(&*payload));
            run::with(|run| run.ended = Some(answer));
        })
    }));
    let failed = ran.err().map(|payload| message(&*payload));
    told(run::end(), failed)
}

fn told(mut run: Run, failed: Option<String>) -> Trace {
    // Shuttle's own words: `panic!("deadlock!")` in a program is a panic.
    let is_deadlock = |said: &String| {
        let held = said.starts_with("deadlock! task ") && said.ends_with(" it already holds");
        held || said.starts_with("deadlock! blocked tasks: [")
    };
    let outcome = match (run.ended.take(), failed) {
        (Some(Ok(answer)), _) => Outcome::Answer(answer),
        (Some(Err(said)), _) | (None, Some(said)) if is_deadlock(&said) => Outcome::Deadlock,
        (Some(Err(said)), _) | (None, Some(said)) => Outcome::Panic(run.panicked.take().unwrap_or(said)),
        (None, None) => Outcome::Endless,
    };
    let waits = if outcome == Outcome::Deadlock { deadlock::waits(&run) } else { Vec::new() };
    let stands = run.threads.iter().enumerate().filter_map(|(thread, stand)| {
        stand.next.map(|next| (thread, next.kind.to_owned(), Place::of(next.at)))
    });
    Trace {
        stands: stands.collect(),
        asks: run.asks,
        decisive: None,
        order: run.order.finish(),
        waited: run.waited,
        threads: run.threads.len(),
        waits,
        outcome,
        steps: run.steps,
        choices: run.choices,
        refused: run.refused,
    }
}

impl Scheduler for Guide {
    fn new_execution(&mut self) -> Option<Schedule> {
        if std::mem::replace(&mut self.begun, true) {
            return None;
        }
        match &self.decider {
            Decider::Shuttle(scheduler) => scheduler.borrow_mut().new_execution(),
            Decider::Given(_) | Decider::Until(_) => Some(Schedule::new(0)),
        }
    }

    fn next_task(&mut self, tasks: &[&Task], current: Option<TaskId>, yields: bool) -> Option<TaskId> {
        run::with(|run| self.next(run, tasks, current, yields)).flatten()
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}

impl Guide {
    fn next(&self, run: &mut Run, tasks: &[&Task], current: Option<TaskId>, yields: bool) -> Option<TaskId> {
        // A program ends with its `main`, whatever its other threads do.
        if run.ended.is_some() || run.done > MOST_STEPS || run.refused.is_some() {
            return None;
        }
        // A wait without a notification is not ended, as the system may, for no reason.
        let mut able: Vec<&Task> = tasks.iter().copied().filter(|task| task.runnable()).collect();
        if able.is_empty() {
            able = tasks.to_vec();
        }
        let is_current = |task: &&Task| Some(task.id()) == current;
        if std::thread::panicking() && able.iter().any(is_current) {
            return current;
        }
        let number = |task: &&Task| usize::from(task.id());
        // What no other thread can see is done at once: in whatever order, nothing else comes of it.
        if let Some(task) = able.iter().find(|task| !run.stand(number(task)).visible) {
            return Some(task.id());
        }
        let mut options: Vec<&Task> =
            able.iter().copied().filter(|task| !run.is_barred(number(task))).collect();
        if options.is_empty() {
            return Some(able[0].id());
        }
        // Whoever did the last operation comes first: to let another go on is a pre-emption.
        options.sort_by_key(|task| (Some(number(task)) != run.last, number(task)));
        let running = Some(number(&options[0])) == run.last;
        let waits = running && options.len() > 1 && run.spins(number(&options[0]));
        run.waited |= waits;
        let gives_way = waits || (running && options.len() > 1 && yields);
        if gives_way {
            options.remove(0);
        }
        if let [only] = options[..] {
            return Some(only.id());
        }
        let place = run.choices.len();
        let taken = match &self.decider {
            Decider::Given(given) => given.get(place).copied().unwrap_or(0),
            Decider::Until(given) => match given.get(place) {
                Some(option) => *option,
                None => {
                    run.asks = Some(options.iter().map(number).collect());
                    return None;
                }
            },
            Decider::Shuttle(scheduler) => {
                let next = scheduler.borrow_mut().next_task(&options, current, yields)?;
                options.iter().position(|task| task.id() == next)?
            }
        };
        run.choices.push(Choice {
            options: options.iter().map(number).collect(),
            taken,
            running: running && !gives_way,
            after: run.done,
        });
        match options.get(taken) {
            Some(task) => Some(task.id()),
            None => {
                run.refused = Some("no such thread could go on".to_owned());
                None
            }
        }
    }
}

/// From now on a panic in a run prints nothing; its message is noted. Whoever explores in a forked process calls this
/// before: another thread may hold the lock on what panics print while the process is forked.
pub fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        // Shuttle puts a hook of its own, which prints, before the one in force; this goes before both.
        panic::set_hook(Box::new(|_| ()));
        Runner::new(Guide { decider: Decider::Given(Vec::new()), begun: false }, Config::new()).run(|| ());
        drop(panic::take_hook());
        panic::set_hook(Box::new(move |told| {
            let noted = run::with(|run| _ = run.panicked.get_or_insert_with(|| message(told.payload())));
            if noted.is_none() {
                before(told);
            }
        }));
    });
}

fn message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "(no message)".to_owned())
}
