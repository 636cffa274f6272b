//! The recorder of this process: one switch, one registry of chunks, and for every thread the chunk it fills.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use super::batch::{Batch, Labels};
use super::chunk::{CHUNK, Chunk};
use super::clock;
use crate::event::{Event, EventKind, Reading, Who, pack};
use crate::recording::Thread;

/// Number of the recording under way; 0 while there is none. This load is all that a recorder at rest costs.
static RECORDING: AtomicU64 = AtomicU64::new(0);
static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);
/// Events that found no room. Touched only once the bound is reached.
static LOST: AtomicU64 = AtomicU64::new(0);

/// A thread's processor time is two system calls away, so between two readings at least this many ns pass.
const STAMP_EVERY: u64 = 50_000;

/// Who computes and says so is read so often, in ns: a hundredth of a usual turn on a core.
const TICK_EVERY: u64 = 50_000;
/// A film of any length gets about this many such readings of a thread, and then a logarithm more.
const TICKS: u64 = 2_000;

/// What threads share: who has which chunk, texts, and what came from children.
#[derive(Default)]
pub(super) struct Registry {
    pub id: u64,
    pub capacity: usize,
    /// This process records for a parent, and so takes no recordings of its own.
    pub following: bool,
    /// Chunks handed out, each with the number of its events already taken for the parent.
    pub chunks: Vec<(Arc<Chunk>, usize)>,
    pub granted: usize,
    pub labels: Labels,
    pub names: Vec<(u32, Who, String)>,
    pub absorbed: Batch,
    pub damaged: u64,
    pub process_name: Option<String>,
}

impl Registry {
    fn room(&self) -> usize {
        self.capacity.saturating_sub(self.granted * CHUNK + self.absorbed.events.len())
    }

    fn grant(&mut self, thread: &Arc<Thread>) -> Option<Arc<Chunk>> {
        if self.room() < CHUNK {
            return None;
        }
        let chunk = Arc::new(Chunk::new(thread.clone()));
        self.chunks.push((chunk.clone(), 0));
        self.granted += 1;
        Some(chunk)
    }

    /// Makes room: full chunks whose events were all taken for the parent serve no more.
    pub(super) fn release_full_chunks(&mut self) {
        self.chunks.retain(|(_, taken)| *taken < CHUNK);
        self.granted = self.chunks.len();
    }

    /// Adds events that other processes, or the sampler, recorded.
    pub(super) fn add(&mut self, batch: Batch) {
        let room = self.room();
        self.absorbed.lost += batch.lost + batch.events.len().saturating_sub(room) as u64;
        let capacity = self.capacity;
        let numbers: Vec<u32> = batch
            .labels
            .iter()
            .map(|text| self.labels.number(text, capacity).unwrap_or(Event::NO_LABEL))
            .collect();
        self.absorbed.events.extend(batch.events.into_iter().take(room).map(|mut event| {
            event.label = numbers.get(event.label as usize).copied().unwrap_or(Event::NO_LABEL);
            event
        }));
        self.absorbed.threads.extend(batch.threads);
        self.names.extend(batch.names);
        self.absorbed.processes.extend(batch.processes);
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
    let (process_name, following) = (registry.process_name.take(), registry.following);
    *registry = Registry { id, capacity, following, process_name, ..Registry::default() };
    LOST.store(0, Ordering::Relaxed);
    RECORDING.store(id, Ordering::Relaxed);
}

/// Stops recording; what was recorded stays in the registry.
pub(super) fn pause() {
    RECORDING.store(0, Ordering::Relaxed);
}

/// Events that found no room since the last call.
pub(super) fn take_lost() -> u64 {
    LOST.swap(0, Ordering::Relaxed)
}

/// What a thread keeps for itself.
#[derive(Default)]
struct Local {
    /// The recording that the chunk belongs to.
    id: Cell<u64>,
    chunk: RefCell<Option<Arc<Chunk>>>,
    used: Cell<usize>,
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
    fn append(&self, id: u64, who: Who, kind: EventKind, label: u32, stamp: bool) {
        if self.id.get() != id || self.used.get() == CHUNK {
            self.next_chunk(id);
        }
        let chunk = self.chunk.borrow();
        let Some(chunk) = chunk.as_ref() else {
            LOST.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let mut time = clock::now();
        let reading = if stamp || time.saturating_sub(self.stamped.get()) >= STAMP_EVERY {
            self.stamped.set(time);
            let switches = clock::switches();
            let arrivals = switches.map(|(waited, taken)| waited + taken + 1);
            let stayed = switches.is_some_and(|(waited, _)| waited == self.waited.replace(waited));
            let reading = Reading::new(clock::thread_cpu(), arrivals).of_itself(stayed);
            // Whoever lost the core while it read lost it before this moment, as its readings say.
            time = clock::now();
            reading
        } else {
            Reading::NONE
        };
        let core = clock::core().unwrap_or(Event::NO_CORE);
        chunk.write(self.used.get(), pack(time, who, reading, kind, core, label));
        self.used.set(self.used.get() + 1);
    }

    fn tick(&self, id: u64) {
        let time = clock::now();
        let period = TICK_EVERY.max(time.saturating_sub(id) / TICKS);
        if self.id.get() != id || time.saturating_sub(self.stamped.get()) >= period {
            self.append(id, Who::THREAD, EventKind::Stamp, Event::NO_LABEL, true);
        }
    }

    #[cold]
    fn next_chunk(&self, id: u64) {
        let same = self.id.replace(id) == id;
        let mut chunk = self.chunk.borrow_mut();
        if same && chunk.is_none() {
            return; // the bound was reached before
        }
        let thread = match chunk.as_ref() {
            // A thread that is ending can no longer be asked for its name.
            Some(chunk) if same => chunk.thread().clone(),
            _ => Arc::new(this_thread()),
        };
        let mut registry = registry();
        *chunk = if registry.id == id { registry.grant(&thread) } else { None };
        self.used.set(0);
        if !same {
            self.stamped.set(0);
        }
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let id = current();
        if id != 0 && self.id.get() == id {
            self.append(id, Who::THREAD, EventKind::End, Event::NO_LABEL, true);
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
pub(super) fn record(who: Who, kind: EventKind, label: u32, stamp: bool) {
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

/// The number of a text in the recording under way; takes a lock.
pub(super) fn label(text: &str) -> u32 {
    let mut registry = registry();
    let room = registry.capacity;
    registry.labels.number(text, room).unwrap_or(Event::NO_LABEL)
}

/// Gives a watched future its name in the recording under way; takes a lock.
pub(super) fn name(who: Who, name: &str) {
    let mut registry = registry();
    if registry.names.len() < registry.capacity {
        registry.names.push((std::process::id(), who, name.to_owned()));
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

/// Makes the calling thread forget its chunk, which belongs to the parent it was forked from.
pub(super) fn forget_chunk() {
    let _ = LOCAL.try_with(|local| {
        local.id.set(0);
        *local.chunk.borrow_mut() = None;
        local.used.set(0);
        local.waited.set(0);
    });
}
