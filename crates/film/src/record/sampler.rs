//! A light sampler: how much of each millisecond every thread of this process, and every child, was on a core.
//!
//! Recorded events say what code claims to do; a thread that never records (a rayon worker, a reader's own
//! loop), or that the system took off its core, shows here. The sampler reads each thread's processor-time
//! clock and stretches its period so that it takes at most a hundredth of one core.

use std::collections::BTreeMap;
use std::fs;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::batch::Batch;
use super::clock;
use crate::event::{Event, EventKind, Reading, Who};
use crate::recording::Thread;

const SHORTEST_PERIOD: u64 = 1_000_000;
/// A film of any length gets about this many samples, and then a logarithm more.
const SAMPLES: u64 = 2_000;
/// More threads than this are not sampled.
const MOST_THREADS: usize = 256;

/// A reading that took longer than this was interrupted, and nobody knows which moment it is of.
const PROMPT: u64 = 20_000;

/// What the sampler is told, locked while this process forks.
#[derive(Default)]
pub(super) struct Told {
    /// Threads that serve the watching itself and are nobody's work.
    hidden: Vec<u32>,
    /// Processes that this one started and that have not ended, as far as is known.
    children: Vec<u32>,
}

static TOLD: Mutex<Told> = Mutex::new(Told { hidden: Vec::new(), children: Vec::new() });

/// What the sampler was told; in a forked child neither those threads nor those children are its own.
pub(super) fn told() -> MutexGuard<'static, Told> {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Leaves the calling thread out of all recordings: for threads of this crate that carry messages or print.
pub fn hide_thread() {
    let hidden = &mut told().hidden;
    // The number of one that has ended may be a reader's thread's by now.
    hidden.retain(|thread| clock::thread_cpu_of(*thread).is_some());
    hidden.push(nix::unistd::gettid().as_raw() as u32);
}

/// Tells the recorder of a child process, so that it can see when that is on a core.
pub fn child_started(pid: u32) {
    let children = &mut told().children;
    children.retain(|child| clock::process_cpu_of(*child).is_some());
    children.push(pid);
}

/// The sampler's thread and the way to stop it.
pub(super) struct Sampler {
    stop: Sender<()>,
    thread: JoinHandle<Batch>,
}

impl Sampler {
    /// Starts sampling for recording `id`; `None` where the system refuses another thread.
    pub(super) fn start(id: u64) -> Option<Self> {
        let (stop, stopped) = mpsc::channel();
        let first = Samples::new(id);
        let work = move || {
            hide_thread();
            let mut samples = first;
            let mut period = SHORTEST_PERIOD;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(Duration::from_nanos(period)) {
                let before = clock::thread_cpu();
                samples.take();
                // Time in which the system gave the core to others is no cost: the more of it, the more there is to see.
                let cost = clock::thread_cpu() - before;
                period = SHORTEST_PERIOD.max(100 * cost).max(clock::now().saturating_sub(id) / SAMPLES);
            }
            samples.take();
            samples.into_batch()
        };
        let thread = std::thread::Builder::new().name("recorder".into()).spawn(work).ok()?;
        Some(Self { stop, thread })
    }

    /// Ends it and hands over what it saw.
    pub(super) fn stop(self) -> Batch {
        drop(self.stop);
        self.thread.join().unwrap_or_default()
    }
}

/// What was seen of one thread, or of a child process.
#[derive(Default)]
struct Track {
    name: Option<String>,
    /// The process had more than one thread at some time.
    several: bool,
    events: Vec<Event>,
    /// For how long it had been ready without a core when it was given one last, in all; in nanoseconds.
    queued: u64,
    /// Whether the last stretch was on a core, and whether it could have been, if that was so all the time: then the next one
    /// like it extends it.
    even: Option<(bool, bool)>,
}

/// All the time off its core, and waiting.
const ASLEEP: Option<(bool, bool)> = Some((false, false));

struct Samples {
    id: u64,
    own: u32,
    /// When the threads were read last; 0 before the first time.
    last: u64,
    /// By process and thread, in the order in which they were started.
    tracks: BTreeMap<(u32, u32), Track>,
}

impl Samples {
    /// Readings at the start tell the pool threads of before from threads that the film itself starts.
    fn new(id: u64) -> Self {
        let mut samples = Self { id, own: std::process::id(), last: 0, tracks: BTreeMap::new() };
        samples.take();
        for track in samples.tracks.values_mut() {
            track.events.iter_mut().for_each(|event| event.time = id);
        }
        samples
    }

    fn take(&mut self) {
        let hidden = told().hidden.clone();
        for tid in threads().filter(|tid| !hidden.contains(tid)).take(MOST_THREADS) {
            self.read(self.own, tid, || clock::thread_cpu_of(tid));
        }
        let children = told().children.clone();
        for pid in children.into_iter().take(MOST_THREADS) {
            self.read(pid, pid, || clock::process_cpu_of(pid));
        }
        self.last = clock::now();
    }

    fn read(&mut self, pid: u32, tid: u32, cpu: impl Fn() -> Option<u64>) {
        for _ in 0..2 {
            let before = clock::now();
            let Some(cpu) = cpu() else { return };
            let time = clock::now();
            let known = self.tracks.get(&(pid, tid)).and_then(|track| track.events.last());
            let (arrivals, queued) = match known {
                // Who has not run since was given no core.
                Some(last) if last.cpu() == Some(cpu) => {
                    (last.reading.and_then(|reading| reading.arrivals).map(u64::from), None)
                }
                _ => clock::arrivals_of(pid, tid).unzip(),
            };
            if clock::now() - before < PROMPT {
                let track = self.tracks.entry((pid, tid)).or_default();
                if track.events.is_empty() && self.last > 0 {
                    // It began since then, when it had not been given a core.
                    track.events.push(stamp(self.last, Reading::new(1, Some(0)), pid, tid));
                }
                track.add(time, Reading::new(cpu, arrivals), queued, pid, tid);
                return;
            }
        }
    }

    fn into_batch(self) -> Batch {
        let mut batch = Batch { id: self.id, ..Batch::default() };
        for ((pid, tid), track) in self.tracks {
            let (first, last) = (track.events.first(), track.events.last());
            let busy = first.and_then(Event::cpu) != last.and_then(Event::cpu);
            // The clock of a process counts all its threads: with several it tells nothing of the first one.
            let one_thread = pid == self.own || !track.several;
            let new = first.is_some_and(|first| first.time > self.id);
            if (busy || new) && one_thread {
                batch.events.extend(track.events);
                let inherited = track.name == own_name() || pid != self.own;
                batch.threads.push(Thread { pid, tid, name: track.name.filter(|_| !inherited) });
            }
        }
        batch
    }
}

/// What threads are called that nobody named: they inherit it.
fn own_name() -> Option<String> {
    Some(fs::read_to_string("/proc/self/comm").ok()?.trim_end().to_owned())
}

fn stamp(time: u64, reading: Reading, pid: u32, tid: u32) -> Event {
    let (who, kind, reading) = (Who::Thread, EventKind::Stamp, Some(reading));
    Event { time, who, reading, pid, tid, label: None, core: None, kind }
}

impl Track {
    fn add(&mut self, time: u64, reading: Reading, queued: Option<u64>, pid: u32, tid: u32) {
        let mut event = stamp(time, reading, pid, tid);
        let queued = queued.map(|queued| queued.saturating_sub(std::mem::replace(&mut self.queued, queued)));
        let Some(last) = self.events.last() else {
            self.events.push(event);
            self.even = ASLEEP;
            return;
        };
        let (before, cpu) = (last.cpu().unwrap_or(0), event.cpu().unwrap_or(0));
        let (wall, on_core) = (time.saturating_sub(last.time).max(1), cpu.saturating_sub(before));
        // A thread that slept and has not moved sleeps on; the file need not be read to know.
        let asleep = on_core == 0 && self.even == ASLEEP;
        let state = if asleep { None } else { state(pid, tid) };
        // Who is ready now and was given a core meanwhile may have waited before; how long it was ready was counted then.
        let given = last.reading.is_some_and(|last| reading.arrivals_since(last) != Some(0));
        let most = |queued: u64| 2 * (queued + on_core) >= wall;
        let ready = state.as_ref().is_some_and(|state| state.ready) && (!given || queued.is_none_or(most));
        if let Some(state) = state {
            event.core = state.core;
            // A thread gets its name a moment after it starts.
            self.name = Some(state.name);
            self.several |= state.threads > 1;
        }
        let even = match on_core as f64 / wall as f64 {
            share if share > 0.95 => Some((true, true)),
            share if share < 0.05 => Some((false, ready)),
            _ => None,
        };
        if even == Some((false, true)) {
            event.kind = EventKind::Ready;
        }
        if even.is_some() && even == self.even && self.events.len() > 1 && event.core == last.core {
            self.events.pop();
        }
        self.even = even;
        self.events.push(event);
    }
}

fn threads() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

/// What the system's file on a thread says of it.
#[derive(Debug, PartialEq)]
struct State {
    name: String,
    /// It runs or could run; otherwise it waits.
    ready: bool,
    /// The core it was last on.
    core: Option<u16>,
    /// Threads of its process.
    threads: u32,
}

fn state(pid: u32, tid: u32) -> Option<State> {
    parse(&fs::read_to_string(format!("/proc/{pid}/task/{tid}/stat")).ok()?)
}

/// Fields of proc_pid_stat(5): the state is the third, the number of threads the twentieth, the core the thirty-ninth. The second, a name in
/// brackets, may hold spaces and brackets of its own.
fn parse(text: &str) -> Option<State> {
    let (start, rest) = text.rsplit_once(')')?;
    let name = start.split_once('(')?.1.to_owned();
    let mut fields = rest.split_ascii_whitespace();
    let ready = fields.next()? == "R";
    let threads = fields.nth(16)?.parse().ok()?;
    Some(State { name, ready, threads, core: fields.nth(18).and_then(|core| core.parse().ok()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(readings: &[(u64, u64)]) -> Vec<(u64, u64)> {
        let mut track = Track::default();
        for &(time, cpu) in readings {
            // Process number 0 does not exist, so nothing of this machine is read.
            track.add(time, Reading::new(cpu, None), None, 0, 0);
        }
        track.events.iter().map(|event| (event.time, event.cpu().unwrap())).collect()
    }

    #[test]
    fn even_stretches_are_kept_as_one() {
        assert_eq!(track(&[(0, 10), (100, 110), (200, 210), (300, 310)]), [(0, 10), (300, 310)]);
        assert_eq!(track(&[(0, 10), (100, 10), (200, 10), (300, 110)]), [(0, 10), (200, 10), (300, 110)]);
        let uneven = [(0, 10), (100, 60), (200, 110)];
        assert_eq!(track(&uneven), uneven);
    }

    #[test]
    fn who_woke_just_now_was_not_ready_all_along() {
        let (pid, tid) = (std::process::id(), nix::unistd::gettid().as_raw() as u32);
        let told = |given: u64, queued: Option<u64>| {
            let mut track = Track::default();
            track.add(0, Reading::new(10, Some(5)), Some(0), pid, tid);
            // This thread is on a core as it reads its own state.
            track.add(1_000, Reading::new(20, Some(5 + given)), queued, pid, tid);
            track.events[1].kind == EventKind::Ready
        };
        assert!(told(0, None), "it lost its core and was given none");
        assert!(told(1, Some(900)), "it was ready for nearly all of the time");
        assert!(!told(1, Some(3)), "it slept");
    }

    #[test]
    fn the_core_is_found_behind_any_name() {
        let fields: Vec<String> = (4..=38).map(|n| n.to_string()).collect();
        let line = format!("12 (a) R (b) R {} 7 40 41", fields.join(" "));
        let state = State { name: "a) R (b".into(), ready: true, core: Some(7), threads: 20 };
        assert_eq!(parse(&line), Some(state));
        assert_eq!(parse("12 (cut"), None);
    }

    #[test]
    fn this_thread_is_among_the_threads() {
        let tid = nix::unistd::gettid().as_raw() as u32;
        assert!(threads().any(|id| id == tid));
        assert!(state(std::process::id(), tid).unwrap().ready);
    }
}
