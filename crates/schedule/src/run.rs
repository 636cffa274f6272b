//! What one run of a program notes about itself: which operation each thread stands before, and those that were done.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::Location;

use serde::{Deserialize, Serialize};

/// A place in the source.
pub(crate) type At = &'static Location<'static>;

/// Equal reads, one after the other, after which a thread that goes on reading is taken for one that waits for a change.
pub(crate) const SPINS: u32 = 3;

/// Something that threads share and that one of them does to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// A verb: "locks", "stores".
    pub kind: &'static str,
    /// Which lock, number or end of a channel: its address.
    pub object: usize,
    pub at: At,
}

/// A place in the source, as data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, as the compiler was told its name.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

impl Place {
    pub(crate) fn of(at: At) -> Self {
        Self { file: at.file().to_owned(), line: at.line() }
    }
}

/// One operation that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which thread or task, in the order of their start; 0 is `main`.
    pub thread: usize,
    /// What it did, and what it saw: "loads 0".
    pub what: String,
    /// Where.
    pub place: Place,
}

/// A moment at which several threads could go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Those that could, the one that did the operation before first.
    pub options: Vec<usize>,
    /// Which of `options` went on.
    pub taken: usize,
    /// Whether the first of `options` did the operation before, so that to take another is a pre-emption.
    pub running: bool,
    /// Steps that were done before.
    pub after: usize,
}

impl Choice {
    /// How many pre-emptions it costs to take the option with this number.
    pub(crate) fn cost(&self, option: usize) -> usize {
        usize::from(self.running && option > 0)
    }
}

/// A lock that a thread holds, or the end of a channel that it used last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub object: usize,
    pub thread: usize,
    pub at: At,
    /// Others may hold it too.
    pub shared: bool,
}

/// Where a thread stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stand {
    /// What it is about to do, if it said.
    pub next: Option<Operation>,
    /// Whether what it does next can be seen by other threads; if not, no order needs to be tried.
    pub visible: bool,
    /// Its last read, and how often in a row it saw the same.
    spin: Option<(At, u64, u32)>,
}

/// One run, from the start of `main` to its end.
#[derive(Default)]
pub(crate) struct Run {
    /// Which of this process, counted from 1.
    pub number: u32,
    /// Whether steps are kept with their words, or only their order.
    keeps: bool,
    pub threads: Vec<Stand>,
    pub steps: Vec<Step>,
    pub done: usize,
    /// Who did the last of them.
    pub last: Option<usize>,
    pub choices: Vec<Choice>,
    pub held: Vec<Held>,
    /// What tells this order of operations from others.
    pub order: DefaultHasher,
    /// What `main` returned, or the message of its panic.
    pub ended: Option<Result<String, String>>,
    /// What the first panic of any thread said.
    pub panicked: Option<String>,
    /// Who can go on, where nobody said who does.
    pub asks: Option<Vec<usize>>,
    /// Whether a thread that reads the same again and again was taken for one that waits.
    pub waited: bool,
    /// Why these runs can say nothing.
    pub refused: Option<String>,
}

thread_local! {
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
}

/// Begins a run on this thread of the system, on which all of the program's threads will run.
pub(crate) fn begin(number: u32, keeps: bool) {
    RUN.set(Some(Run { number, keeps, ..Run::default() }));
}

/// Ends the run.
pub(crate) fn end() -> Run {
    RUN.take().unwrap_or_default()
}

/// Looks into the run, if there is one.
pub(crate) fn with<R>(look: impl FnOnce(&mut Run) -> R) -> Option<R> {
    // While a run is being looked into nothing of the program runs.
    RUN.with_borrow_mut(|run| run.as_mut().map(look))
}

/// The thread or task that runs.
pub(crate) fn me() -> usize {
    shuttle::current::get_current_task().map_or(0, usize::from)
}

impl Run {
    pub fn stand(&mut self, thread: usize) -> &mut Stand {
        if self.threads.len() <= thread {
            self.threads.resize(thread + 1, Stand::default());
        }
        &mut self.threads[thread]
    }

    /// Whether a thread stands before a lock that is held.
    pub fn is_barred(&mut self, thread: usize) -> bool {
        let Some(Operation { kind, object, .. }) = self.stand(thread).next else { return false };
        let exclusive = kind != "reads";
        matches!(kind, "locks" | "reads" | "writes")
            && self.held.iter().any(|held| held.object == object && (exclusive || !held.shared))
    }

    /// Whether a thread reads the same again and again.
    pub fn spins(&mut self, thread: usize) -> bool {
        self.stand(thread).spin.is_some_and(|(.., times)| times >= SPINS)
    }
}

impl Operation {
    pub fn new<T: ?Sized>(kind: &'static str, object: &T, at: At) -> Self {
        Self { kind, object: std::ptr::from_ref(object).cast::<()>().addr(), at }
    }

    /// Does it: `act` gives other threads a turn, and then acts.
    pub fn perform<R>(self, act: impl FnOnce() -> R, tell: impl FnOnce(&R) -> String) -> R {
        self.announce();
        let result = act();
        self.done(|| tell(&result));
        result
    }

    /// The thread stands before it.
    pub fn announce(self) {
        let me = me();
        with(|run| {
            let stand = run.stand(me);
            (stand.next, stand.visible) = (Some(self), true);
        });
    }

    /// It was done; `tell` says what was seen.
    pub fn done(self, tell: impl FnOnce() -> String) {
        let me = me();
        with(|run| {
            (me, self.kind, self.at.line(), self.at.column()).hash(&mut run.order);
            run.done += 1;
            run.last = Some(me);
            let reads = matches!(self.kind, "loads" | "tries" | "compares");
            let seen = if run.keeps || reads { tell() } else { String::new() };
            let stand = run.stand(me);
            stand.next = None;
            stand.spin = reads.then(|| {
                let mut hash = DefaultHasher::new();
                seen.hash(&mut hash);
                let hash = hash.finish();
                match stand.spin {
                    Some((at, before, times)) if at == self.at && before == hash => (at, hash, times + 1),
                    _ => (self.at, hash, 1),
                }
            });
            if run.keeps {
                let what = [self.kind, &seen].join(" ").trim_end().to_owned();
                run.steps.push(Step { thread: me, what, place: Place::of(self.at) });
            }
        });
    }

    /// The thread holds the lock from here on, or used this end of a channel.
    pub fn hold(self, shared: bool) {
        let held = Held { object: self.object, thread: me(), at: self.at, shared };
        with(|run| run.held.push(held));
    }

    /// It no longer does.
    pub fn release(self) {
        let me = me();
        with(|run| {
            let place = run.held.iter().position(|held| held.object == self.object && held.thread == me);
            place.map(|place| run.held.swap_remove(place));
        });
    }
}

/// Runs what no other thread can see, whatever turns it gives: to start a thread, to wait for its end.
pub(crate) fn unseen<R>(next: Option<Operation>, act: impl FnOnce() -> R) -> R {
    let me = me();
    with(|run| {
        let stand = run.stand(me);
        (stand.next, stand.visible) = (next, false);
    });
    let result = act();
    with(|run| run.stand(me).next = None);
    result
}

/// Gives other threads a turn.
pub(crate) fn turn() {
    shuttle::thread::sleep(std::time::Duration::ZERO);
}
