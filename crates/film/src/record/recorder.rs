//! The recorder of this process: one switch, and for every thread a list of its own that it appends to.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use super::batch::Batch;
use super::clock;
use crate::event::{Event, EventKind, Reading, Who};
use crate::recording::Thread;

/// Number of the recording under way; 0 while there is none. This load is all that a recorder at rest costs.
static RECORDING: AtomicU64 = AtomicU64::new(0);
static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);
/// Events for which there is room.
static ROOM: AtomicUsize = AtomicUsize::new(0);
/// Events that found no room. Touched only once the bound is reached.
static LOST: AtomicU64 = AtomicU64::new(0);

/// Room is taken for so many events of a thread at a time: few enough that thousands of threads have some.
pub(super) const BLOCK: usize = 128;

/// A thread's processor time is two system calls away, so between two readings at least this many ns pass.
const STAMP_EVERY: u64 = 50_000;

/// Who computes and says so is read so often, in ns: a hundredth of a usual turn on a core.
const TICK_EVERY: u64 = 50_000;
/// A film of any length gets about this many such readings of a thread, and then a logarithm more.
const TICKS: u64 = 2_000;

/// What one thread recorded. Nobody else wants the lock before the recording ends, or is reported to a parent.
pub(super) struct Buffer {
    thread: Thread,
    events: Mutex<Vec<Event>>,
}

impl Buffer {
    fn lock(&self) -> MutexGuard<'_, Vec<Event>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What threads share: all their lists, and what came from children.
#[derive(Default)]
pub(super) struct Registry {
    /// This process records for a parent, and so takes no recordings of its own.
    pub following: bool,
    buffers: Vec<Arc<Buffer>>,
    absorbed: Batch,
    pub damaged: u64,
}

impl Registry {
    /// Adds events that other processes, or the sampler, recorded.
    pub(super) fn add(&mut self, batch: Batch) {
        let wanted = batch.events.len();
        let take = |room: usize| Some(room.saturating_sub(wanted));
        let room = ROOM.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).unwrap_or(0);
        self.absorbed.lost += batch.lost + wanted.saturating_sub(room) as u64;
        self.absorbed.events.extend(batch.events.into_iter().take(room));
        self.absorbed.threads.extend(batch.threads);
    }

    /// Hands out everything that was recorded since the last call.
    pub(super) fn take(&mut self) -> Batch {
        let absorbed = std::mem::take(&mut self.absorbed);
        let lost = absorbed.lost + LOST.swap(0, Ordering::Relaxed);
        let mut all = Batch { threads: Vec::new(), lost, ..absorbed };
        for buffer in &self.buffers {
            let mut events = buffer.lock();
            if !events.is_empty() {
                all.threads.push(buffer.thread.clone());
                all.events.append(&mut events);
            }
        }
        // Those that recorded come first: the name a thread has itself is better than what the system calls it.
        all.threads.extend(absorbed.threads);
        all
    }
}

/// The registry, locked.
pub(super) type Locked = MutexGuard<'static, Registry>;

pub(super) fn registry() -> Locked {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number of the recording under way; 0 without one.
#[inline]
pub(super) fn current() -> u64 {
    RECORDING.load(Ordering::Relaxed)
}

/// Lowest bit of a recording's number: its steps are not printed. So children know with the number.
const QUIET: u64 = 1;

/// The number of a recording that begins at `time`: unlike any before, and never 0.
pub(super) fn number(time: u64, print_steps: bool) -> u64 {
    (time & !QUIET).max(2) | if print_steps { 0 } else { QUIET }
}

/// Whether steps are recorded but not printed, as the recording under way wants it.
pub(super) fn is_quiet() -> bool {
    current() & QUIET != 0
}

/// Forgets all that was recorded and starts recording `id`; 0 stops.
pub(super) fn switch(registry: &mut Registry, id: u64, capacity: usize) {
    *registry = Registry { following: registry.following, ..Registry::default() };
    make_room(capacity);
    LOST.store(0, Ordering::Relaxed);
    RECORDING.store(id, Ordering::Relaxed);
}

/// From now on there is room for so many events.
pub(super) fn make_room(events: usize) {
    ROOM.store(events, Ordering::Relaxed);
}

/// Stops recording; what was recorded stays in the registry.
pub(super) fn pause() {
    RECORDING.store(0, Ordering::Relaxed);
}

/// What a thread keeps for itself.
#[derive(Default)]
struct Local {
    /// The recording that the buffer belongs to.
    id: Cell<u64>,
    buffer: RefCell<Option<Arc<Buffer>>>,
    who: Cell<Option<Who>>,
    stamped: Cell<u64>,
    /// How often it had given its core away of its own will when that was last read.
    waited: Cell<u64>,
}

thread_local! {
    static LOCAL: Local = Local::default();
}

impl Local {
    #[inline]
    fn append(&self, id: u64, who: Who, kind: EventKind, label: Option<Box<str>>, stamp: bool) {
        if self.id.get() != id {
            self.begin(id);
        }
        let buffer = self.buffer.borrow();
        let Some(buffer) = buffer.as_deref() else { return };
        let Thread { pid, tid, .. } = buffer.thread;
        let mut events = buffer.lock();
        let take = |room: usize| room.checked_sub(BLOCK);
        if events.len().is_multiple_of(BLOCK)
            && ROOM.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err()
        {
            LOST.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let mut time = clock::now();
        let mut reading = None;
        if stamp || time.saturating_sub(self.stamped.get()) >= STAMP_EVERY {
            self.stamped.set(time);
            let switches = clock::switches();
            let arrivals = switches.map(|(waited, taken)| waited + taken + 1);
            let stayed = switches.is_some_and(|(waited, _)| waited == self.waited.replace(waited));
            reading = Some(Reading { own: true, stayed, ..Reading::new(clock::thread_cpu(), arrivals) });
            // Whoever lost the core while it read lost it before this moment, as its readings say.
            time = clock::now();
        }
        events.push(Event { time, who, reading, pid, tid, label, core: clock::core(), kind });
    }

    fn tick(&self, id: u64) {
        let time = clock::now();
        let period = TICK_EVERY.max(time.saturating_sub(id) / TICKS);
        if self.id.get() != id || time.saturating_sub(self.stamped.get()) >= period {
            self.append(id, Who::Thread, EventKind::Stamp, None, true);
        }
    }

    /// The thread's first event of a recording; nothing is kept if that is over by now.
    #[cold]
    fn begin(&self, id: u64) {
        let buffer = Arc::new(Buffer { thread: this_thread(), events: Mutex::default() });
        let mut registry = registry();
        let runs = current() == id;
        if runs {
            registry.buffers.push(buffer.clone());
        }
        self.id.set(id);
        self.stamped.set(0);
        *self.buffer.borrow_mut() = runs.then_some(buffer);
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let id = current();
        // A thread that is ending can no longer be asked for its name, and so begins nothing.
        if id != 0 && self.id.get() == id {
            self.append(id, Who::Thread, EventKind::End, None, true);
        }
    }
}

fn this_thread() -> Thread {
    Thread {
        pid: std::process::id(),
        tid: nix::unistd::gettid().as_raw() as u32,
        name: std::thread::current().name().map(str::to_owned),
    }
}

/// Appends one event of the calling thread, if a recording is under way.
#[inline]
pub(super) fn record(who: Who, kind: EventKind) {
    record_with(who, kind, None, false);
}

/// Appends an event with a label, or one that also reads the thread's processor time.
#[inline]
pub(super) fn record_with(who: Who, kind: EventKind, label: Option<Box<str>>, stamp: bool) {
    let id = current();
    if id != 0 {
        // A thread that is being torn down has no buffer any more; it has nothing to say either.
        let _ = LOCAL.try_with(|local| local.append(id, who, kind, label, stamp));
    }
}

/// Reads the calling thread's processor time, unless that was done a moment ago.
#[inline]
pub(super) fn tick() {
    let id = current();
    if id != 0 {
        let _ = LOCAL.try_with(|local| local.tick(id));
    }
}

/// The task that the calling thread runs, as models and watched futures told.
pub(super) fn current_task() -> Option<Who> {
    LOCAL.try_with(|local| local.who.get()).ok().flatten()
}

/// Sets the calling thread's task and returns the one before.
pub(super) fn set_task(who: Option<Who>) -> Option<Who> {
    LOCAL.try_with(|local| local.who.replace(who)).ok().flatten()
}

/// Makes the calling thread forget its buffer, which belongs to the parent it was forked from.
pub(super) fn forget_buffer() {
    let _ = LOCAL.try_with(|local| {
        local.id.set(0);
        *local.buffer.borrow_mut() = None;
        local.waited.set(0);
    });
}
