//! A light sampler: how much of each millisecond every thread of this process was on a core.
//!
//! Recorded events say what code claims to do; a thread that never records (a rayon worker, a reader's own
//! loop), or that the system took off its core, shows here. The sampler reads each thread's processor-time
//! clock and stretches its period so that it takes at most a hundredth of one core.

use std::collections::HashMap;
use std::fs;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use super::clock;
use super::event::{Event, Kind, Who};
use super::recording::{Batch, Thread};

const SHORTEST_PERIOD: u64 = 1_000_000;
/// A film of any length gets about this many samples, and then a logarithm more.
const SAMPLES: u64 = 2_000;
/// More threads than this are not sampled.
const MOST_THREADS: usize = 256;

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
            let mut samples = first;
            samples.skip = Some(nix::unistd::gettid().as_raw() as u32);
            let mut period = SHORTEST_PERIOD;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(Duration::from_nanos(period)) {
                let start = clock::now();
                samples.take(start);
                let cost = clock::now() - start;
                period = SHORTEST_PERIOD.max(100 * cost).max((start - id) / SAMPLES);
            }
            samples.take(clock::now());
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

/// What was seen of one thread.
struct Track {
    name: Option<String>,
    events: Vec<Event>,
    /// Whether the last stretch was all on a core, or all off it: then the next one like it extends it.
    even: Option<Share>,
}

#[derive(Clone, Copy, PartialEq)]
enum Share {
    All,
    NoneWaiting,
    NoneReady,
}

struct Samples {
    id: u64,
    pid: u32,
    skip: Option<u32>,
    tracks: HashMap<u32, Track>,
}

impl Samples {
    /// Readings at the start tell the pool threads of before from threads that the film itself starts.
    fn new(id: u64) -> Self {
        let mut samples = Self { id, pid: std::process::id(), skip: None, tracks: HashMap::new() };
        samples.take(id);
        samples
    }

    fn take(&mut self, time: u64) {
        for tid in threads().take(MOST_THREADS) {
            let Some(cpu) = clock::thread_cpu_of(tid) else { continue };
            if self.skip == Some(tid) {
                continue;
            }
            let pid = self.pid;
            let track = self.tracks.entry(tid).or_insert_with(|| Track {
                name: state(tid).map(|state| state.name),
                events: Vec::new(),
                even: Some(Share::NoneWaiting),
            });
            track.add(time, cpu.max(1), pid, tid);
        }
    }

    fn into_batch(self) -> Batch {
        let mut batch = Batch { id: self.id, ..Batch::default() };
        for (tid, track) in self.tracks {
            let busy =
                track.events.first().map(|event| event.cpu) != track.events.last().map(|event| event.cpu);
            if busy {
                batch.events.extend(track.events);
                batch.threads.push(Thread { pid: self.pid, tid, name: track.name });
            }
        }
        batch
    }
}

impl Track {
    fn add(&mut self, time: u64, cpu: u64, pid: u32, tid: u32) {
        let mut event = Event {
            time,
            who: Who::THREAD,
            cpu,
            pid,
            tid,
            label: Event::NO_LABEL,
            core: Event::NO_CORE,
            kind: Kind::Stamp,
        };
        let Some(last) = self.events.last() else {
            self.events.push(event);
            return;
        };
        let (wall, on_core) = (time.saturating_sub(last.time).max(1), cpu.saturating_sub(last.cpu));
        // A thread that slept and has not moved sleeps on; the file need not be read to know.
        let asleep = on_core == 0 && self.even == Some(Share::NoneWaiting);
        let state = if asleep { None } else { state(tid) };
        let ready = state.as_ref().is_some_and(|state| state.ready);
        if let Some(state) = state {
            event.core = state.core.unwrap_or(Event::NO_CORE);
            // A thread gets its name a moment after it starts.
            self.name = Some(state.name);
        }
        let share = match on_core as f64 / wall as f64 {
            share if share > 0.95 => Some(Share::All),
            share if share < 0.05 && ready => Some(Share::NoneReady),
            share if share < 0.05 => Some(Share::NoneWaiting),
            _ => None,
        };
        if share == Some(Share::NoneReady) {
            event.kind = Kind::Ready;
        }
        if share.is_some() && share == self.even && self.events.len() > 1 && event.core == last.core {
            self.events.pop();
        }
        self.even = share;
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
}

fn state(tid: u32) -> Option<State> {
    parse(&fs::read_to_string(format!("/proc/self/task/{tid}/stat")).ok()?)
}

/// Fields of proc_pid_stat(5): the state is the third, the core the thirty-ninth. The second, a name in
/// brackets, may hold spaces and brackets of its own.
fn parse(text: &str) -> Option<State> {
    let (start, rest) = text.rsplit_once(')')?;
    let name = start.split_once('(')?.1.to_owned();
    let mut fields = rest.split_ascii_whitespace();
    let ready = fields.next()? == "R";
    Some(State { name, ready, core: fields.nth(35).and_then(|core| core.parse().ok()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(readings: &[(u64, u64)]) -> Vec<(u64, u64)> {
        let mut track = Track { name: None, events: Vec::new(), even: None };
        for &(time, cpu) in readings {
            // Thread number 0 does not exist, so nothing of this machine is read.
            track.add(time, cpu, 1, 0);
        }
        track.events.iter().map(|event| (event.time, event.cpu)).collect()
    }

    #[test]
    fn even_stretches_are_kept_as_one() {
        assert_eq!(track(&[(0, 10), (100, 110), (200, 210), (300, 310)]), [(0, 10), (300, 310)]);
        assert_eq!(track(&[(0, 10), (100, 10), (200, 10), (300, 110)]), [(0, 10), (200, 10), (300, 110)]);
        let uneven = [(0, 10), (100, 60), (200, 110)];
        assert_eq!(track(&uneven), uneven);
    }

    #[test]
    fn the_core_is_found_behind_any_name() {
        let fields: Vec<String> = (4..=38).map(|n| n.to_string()).collect();
        let line = format!("12 (a) R (b) R {} 7 40 41", fields.join(" "));
        let state = State { name: "a) R (b".into(), ready: true, core: Some(7) };
        assert_eq!(parse(&line), Some(state));
        assert_eq!(parse("12 (cut"), None);
    }

    #[test]
    fn this_thread_is_among_the_threads() {
        let tid = nix::unistd::gettid().as_raw() as u32;
        assert!(threads().any(|id| id == tid));
        assert!(state(tid).unwrap().ready);
    }
}
