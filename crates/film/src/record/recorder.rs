//! The recorder of this process: one switch, and for every thread a block of its own that it fills.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use super::batch::Batch;
use super::block::{BLOCK, Block};
use super::clock;
use crate::event::{EventKind, Reading, Who};
use crate::recording::Thread;

/// Number of the recording under way; 0 while there is none. This load is all that a recorder at rest costs.
static RECORDING: AtomicU64 = AtomicU64::new(0);
static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// A thread's processor time is two system calls away, so between two readings at least this many ns pass.
const STAMP_EVERY: u64 = 50_000;

/// Who computes and says so is read so often, in ns: a hundredth of a usual turn on a core.
const TICK_EVERY: u64 = 50_000;
/// A film of any length gets about this many such readings of a thread, and then a logarithm more.
const TICKS: u64 = 2_000;

/// What threads share: all their blocks, and what came from children.
#[derive(Default)]
pub(super) struct Registry {
    /// This process records for a parent, and so takes no recordings of its own.
    pub following: bool,
    /// Events for which there is room.
    room: usize,
    blocks: Vec<Arc<Block>>,
    absorbed: Batch,
    pub damaged: u64,
}

impl Registry {
    /// Adds events that other processes, or the sampler, recorded.
    pub(super) fn add(&mut self, batch: Batch) {
        let kept = batch.events.len().min(self.room);
        self.room -= kept;
        self.absorbed.lost += batch.lost + (batch.events.len() - kept) as u64;
        self.absorbed.events.extend(batch.events.into_iter().take(kept));
        self.absorbed.threads.extend(batch.threads);
    }

    /// Hands out everything that was recorded since the last call, which makes room.
    pub(super) fn take(&mut self) -> Batch {
        let absorbed = std::mem::take(&mut self.absorbed);
        self.room += absorbed.events.len();
        let mut all = Batch { threads: Vec::new(), ..absorbed };
        self.blocks.retain_mut(|block| {
            // Asked before it is read: nothing comes after that.
            let over = Arc::get_mut(block).is_some();
            let events = block.read();
            if !events.is_empty() {
                all.threads.push(Thread::clone(&block.thread));
                all.events.extend(events);
            }
            self.room += if over { BLOCK } else { 0 };
            !over
        });
        // Those that recorded come first: the name a thread has itself is better than what the system calls it.
        all.threads.extend(absorbed.threads);
        all
    }
}

pub(super) fn registry() -> MutexGuard<'static, Registry> {
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
    *registry = Registry { following: registry.following, room: capacity, ..Registry::default() };
    RECORDING.store(id, Ordering::Relaxed);
}

/// Stops recording; what was recorded stays in the registry.
pub(super) fn pause() {
    RECORDING.store(0, Ordering::Relaxed);
}

/// What a thread keeps for itself.
#[derive(Default)]
struct Local {
    /// The recording that the block belongs to.
    id: Cell<u64>,
    block: RefCell<Option<Arc<Block>>>,
    stamped: Cell<u64>,
    /// How often it had given its core away of its own will when that was last read.
    waited: Cell<u64>,
}

thread_local! {
    static LOCAL: Local = Local::default();
    /// The task that the thread runs, as models and watched futures told.
    pub(super) static TASK: Cell<Option<Who>> = const { Cell::new(None) };
}

impl Local {
    #[inline]
    fn append(&self, id: u64, who: Who, kind: EventKind, label: Option<Box<str>>, stamp: bool) {
        let mut block = self.block.borrow_mut();
        if self.id.get() != id || block.as_ref().is_none_or(|block| block.is_full()) {
            self.next_block(id, &mut block);
        }
        let Some(block) = block.as_deref() else { return };
        let mut time = clock::now();
        let stamp = stamp || time.saturating_sub(self.stamped.get()) >= STAMP_EVERY;
        let noted = stamp || label.is_some();
        if noted {
            block.note((stamp.then(|| self.read(time)), label));
        }
        if stamp {
            // Whoever lost the core while it read lost it before this moment, as its readings say.
            time = clock::now();
        }
        block.push(time, who, kind, clock::core(), noted);
    }

    /// Reads the thread's processor time.
    #[cold]
    fn read(&self, time: u64) -> Reading {
        self.stamped.set(time);
        let switches = clock::switches();
        let arrivals = switches.map(|(waited, taken)| waited + taken + 1);
        let stayed = switches.is_some_and(|(waited, _)| waited == self.waited.replace(waited));
        Reading { own: true, stayed, ..Reading::new(clock::thread_cpu(), arrivals) }
    }

    fn tick(&self, id: u64) {
        let time = clock::now();
        let period = TICK_EVERY.max(time.saturating_sub(id) / TICKS);
        if self.id.get() != id || time.saturating_sub(self.stamped.get()) >= period {
            self.append(id, Who::Thread, EventKind::Stamp, None, true);
        }
    }

    /// Room for the thread's next events; none if the recording is over by now, or has no more.
    #[cold]
    fn next_block(&self, id: u64, mine: &mut Option<Arc<Block>>) {
        let full = mine.take().filter(|_| self.id.get() == id);
        if self.id.replace(id) != id {
            self.stamped.set(0);
        }
        let mut registry = registry();
        match registry.room.checked_sub(BLOCK) {
            _ if current() != id => {}
            None => registry.absorbed.lost += 1,
            Some(room) => {
                let thread = full.map_or_else(this_thread, |full| full.thread.clone());
                registry.room = room;
                registry.blocks.push(mine.insert(Arc::new(Block::new(thread))).clone());
            }
        }
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let id = current();
        // A thread that is ending can no longer be asked for its name, and so begins nothing.
        if id != 0 && self.id.get() == id && self.block.borrow().is_some() {
            self.append(id, Who::Thread, EventKind::End, None, true);
        }
    }
}

fn this_thread() -> Arc<Thread> {
    let (pid, tid) = (std::process::id(), nix::unistd::gettid().as_raw() as u32);
    Arc::new(Thread { pid, tid, name: std::thread::current().name().map(str::to_owned) })
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
        // A thread that is being torn down has no block any more; it has nothing to say either.
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

/// Makes the calling thread forget its block, which belongs to the parent it was forked from.
pub(super) fn forget_block() {
    let _ = LOCAL.try_with(|local| {
        local.id.set(0);
        *local.block.borrow_mut() = None;
        local.waited.set(0);
    });
}
