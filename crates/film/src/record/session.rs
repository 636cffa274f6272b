//! One recording from start to end. There is at most one in a process at a time.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::batch::Batch;
use super::recorder;
use super::sampler::Sampler;
use super::{clock, cost};
use crate::error::AlreadyRecording;
use crate::event::{Event, EventKind, Who};
use crate::recording::{CAPACITY, Cost, Recording, Thread};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

thread_local! {
    static FILMING: Cell<bool> = const { Cell::new(false) };
}

/// A recording under way; [`Session::finish`] ends it and hands it over.
pub struct Session {
    id: u64,
    home: (u32, u32),
    cost: Cost,
    sampler: Option<Sampler>,
    _turn: MutexGuard<'static, ()>,
}

impl Session {
    /// Starts recording, once a recording that another thread has under way is over.
    ///
    /// # Errors
    /// Inside another recording, of this thread or of the process that this one is a child of.
    pub fn start() -> Result<Self, AlreadyRecording> {
        Self::start_with(CAPACITY, true)
    }

    /// Starts a recording that keeps at most about `capacity` events. Its [`step!`](crate::step!)s are recorded in any
    /// case and printed only if `print_steps`, here and in child processes.
    ///
    /// # Errors
    /// As [`Session::start`].
    pub fn start_with(capacity: usize, print_steps: bool) -> Result<Self, AlreadyRecording> {
        if FILMING.get() || recorder::registry().following {
            return Err(AlreadyRecording);
        }
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        FILMING.set(true);
        let cost = cost::measure(clock::now());
        let id = recorder::number(clock::now(), print_steps);
        let home = (std::process::id(), nix::unistd::gettid().as_raw() as u32);
        recorder::switch(&mut recorder::registry(), id, capacity);
        recorder::record_with(Who::Thread, EventKind::Begin, None, true);
        Ok(Self { id, home, cost, sampler: Sampler::start(id), _turn: turn })
    }

    /// Ends the recording.
    pub fn finish(mut self) -> Recording {
        recorder::record_with(Who::Thread, EventKind::End, None, true);
        let end = clock::now();
        let samples = self.sampler.take().map(Sampler::stop);
        recorder::pause();
        let mut registry = recorder::registry();
        let mut samples = samples.unwrap_or_default();
        for event in &mut samples.events {
            // The sampler's last reading is taken as it stops, a moment after the end.
            event.time = event.time.min(end);
        }
        registry.add(samples);
        let (start, home, cost, damaged) = (self.id, self.home, self.cost, registry.damaged);
        let Batch { mut events, threads, lost, .. } = registry.take();
        events.sort_by_key(|event| event.time);
        let threads = in_order_of_appearance(&events, threads);
        let alive = still_alive(&events, &threads);
        Recording { start, end, events, threads, home, alive, lost, damaged, cost }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        recorder::switch(&mut recorder::registry(), 0, 0);
        FILMING.set(false);
    }
}

/// Threads that have not ended. One that is joined through a scope may be about to: it gets a moment.
fn still_alive(events: &[Event], threads: &[Thread]) -> Vec<(u32, u32)> {
    let ended: HashSet<u32> =
        events.iter().filter(|event| event.kind == EventKind::End).map(|event| event.tid).collect();
    let open = threads.iter().filter(|t| !ended.contains(&t.tid));
    let exists = |pid: u32, tid: u32| std::path::Path::new(&format!("/proc/{pid}/task/{tid}")).exists();
    let patience = clock::now() + 2_000_000;
    open.map(|thread| (thread.pid, thread.tid))
        .filter(|&(pid, tid)| {
            loop {
                match exists(pid, tid) {
                    true if clock::now() < patience => std::thread::yield_now(),
                    exists => return exists,
                }
            }
        })
        .collect()
}

/// Threads that recorded something themselves come before those that were only sampled.
fn in_order_of_appearance(events: &[Event], mut threads: Vec<Thread>) -> Vec<Thread> {
    let mut first: HashMap<(u32, u32), (bool, u64)> = HashMap::new();
    for event in events {
        let sampled = event.who.is_thread() && event.reading.is_some_and(|reading| !reading.own);
        let place = first.entry((event.pid, event.tid)).or_insert((sampled, event.time));
        *place = (sampled, event.time).min(*place);
    }
    let mut seen = HashSet::new();
    threads.retain(|thread| seen.insert((thread.pid, thread.tid)));
    threads.sort_by_key(|thread| first.get(&(thread.pid, thread.tid)).copied().unwrap_or((true, u64::MAX)));
    threads
}
