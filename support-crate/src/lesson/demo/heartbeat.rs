//! A heartbeat of 60 beats a second while work runs in one place or another.

use std::cell::{Cell as StdCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::process;
use crate::units::ms;
use crate::workload::busy;

/// Beats a second: a screen's usual rate.
pub(crate) const RATE: f64 = 60.0;
/// Beats before the work begins, and after it has ended.
const AROUND: usize = 4;

/// Where the work runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    /// On the heart's own thread.
    InPlace,
    /// As a task on the heart's async thread that never awaits.
    Task,
    /// As a task on the heart's async thread that gives way about every millisecond.
    TaskThatYields,
    /// Handed to tokio's threads for blocking work.
    SpawnBlocking,
    /// On a thread of its own.
    Thread,
    /// In a process of its own.
    Process,
}

impl Place {
    /// Its name in tables and charts.
    pub fn name(self) -> &'static str {
        match self {
            Self::InPlace => "in place",
            Self::Task => "async task",
            Self::TaskThatYields => "async task that yields",
            Self::SpawnBlocking => "spawn_blocking",
            Self::Thread => "thread",
            Self::Process => "process",
        }
    }

    pub(super) const ALL: [Self; 6] =
        [Self::InPlace, Self::Task, Self::TaskThatYields, Self::SpawnBlocking, Self::Thread, Self::Process];
}

/// One beat, in seconds from the start.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beat {
    /// When it was due.
    pub due: f64,
    /// When it came.
    pub came: f64,
}

impl Beat {
    /// Seconds it came late.
    pub fn late(&self) -> f64 {
        self.came - self.due
    }
}

/// The beats around and during the work in one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pulse {
    /// Where the work ran.
    pub place: Place,
    /// Every beat, in order.
    pub beats: Vec<Beat>,
    /// When the work began and ended, in seconds from the start.
    pub work: (f64, f64),
    /// Why it could not be run, if so.
    pub failed: Option<String>,
}

impl Pulse {
    /// The latest beat, in seconds after it was due.
    pub fn latest(&self) -> f64 {
        self.beats.iter().map(Beat::late).fold(0.0, f64::max)
    }

    /// Beats that came later than the next one was due: an interface would have skipped those frames.
    pub fn missed(&self) -> usize {
        self.beats.iter().filter(|beat| beat.late() > 1.0 / RATE).count()
    }
}

/// Heartbeats while the same work runs in each place; see [`heartbeat`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// What the work was.
    pub title: String,
    /// Beats by place.
    pub pulses: Vec<Pulse>,
    pub(in crate::lesson) problem: Option<String>,
}

/// Keeps a heartbeat of 60 beats a second while a computation of the given length runs in six places.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let heart = heartbeat(ms(60));
/// assert!(heart.pulse(Place::InPlace).unwrap().missed() > 0);
/// ```
pub fn heartbeat(work: Duration) -> Heartbeat {
    let (least, most) = (ms(1), ms(5_000));
    if work < least || work > most {
        let problem = Error::bad_input(format!("work for {work:?}: allowed are {least:?} to {most:?}"));
        return Heartbeat { problem: Some(problem.to_string()), ..Heartbeat::default() };
    }
    let compute = Arc::new(move || busy(work));
    Heartbeat {
        title: format!("a computation of {}", crate::format::duration(work.as_secs_f64())),
        pulses: Place::ALL.into_iter().map(|place| pulse(place, compute.clone(), Some(work))).collect(),
        problem: None,
    }
}

/// Keeps a heartbeat while the reader's own work runs in place, as an async task, by `spawn_blocking`, on a thread and
/// in a process. A closure cannot give way, so there is no task that yields.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let heart = heartbeat_of("a nap", || std::thread::sleep(ms(60)));
/// assert_eq!(heart.pulses.len(), 5);
/// ```
pub fn heartbeat_of(title: &str, work: impl Fn() + Send + Sync + 'static) -> Heartbeat {
    let work = Arc::new(work);
    let places = Place::ALL.into_iter().filter(|place| *place != Place::TaskThatYields);
    Heartbeat {
        title: title.to_owned(),
        pulses: places.map(|place| pulse(place, work.clone(), None)).collect(),
        problem: None,
    }
}

impl Heartbeat {
    /// The beats while the work ran there.
    pub fn pulse(&self, place: Place) -> Option<&Pulse> {
        self.pulses.iter().find(|pulse| pulse.place == place)
    }
}

type Work = Arc<dyn Fn() + Send + Sync>;

/// Runs the work in one place beside a heart of its own.
pub(crate) fn pulse(place: Place, work: Work, yields_for: Option<Duration>) -> Pulse {
    let beaten = match place {
        Place::InPlace | Place::Thread | Place::Process => beat(place, work),
        // A thread of its own, so that it is no matter whether the cell runs inside a runtime already.
        _ => thread::spawn(move || beat_async(place, work, yields_for))
            .join()
            .unwrap_or_else(|_| failed(place)),
    };
    Pulse { place, ..beaten }
}

fn failed(place: Place) -> Pulse {
    Pulse { place, beats: Vec::new(), work: (0.0, 0.0), failed: Some("the work panicked".into()) }
}

fn due(number: usize) -> Duration {
    Duration::from_secs_f64(number as f64 / RATE)
}

/// A heart on this thread.
fn beat(place: Place, work: Work) -> Pulse {
    let start = Instant::now();
    let now = || start.elapsed().as_secs_f64();
    let (mut beats, mut began, mut ended) = (Vec::new(), 0.0, None);
    let mut ran: Option<Box<dyn Fn() -> bool>> = None;
    let mut finish: Option<Box<dyn FnOnce() -> Option<String>>> = None;
    let mut after = 0;
    for number in 1.. {
        thread::sleep(due(number).saturating_sub(start.elapsed()));
        beats.push(Beat { due: due(number).as_secs_f64(), came: now() });
        if number == AROUND {
            began = now();
            match place {
                Place::Thread => {
                    let work = work.clone();
                    let thread = Rc::new(RefCell::new(Some(thread::spawn(move || work()))));
                    let running = thread.clone();
                    ran = Some(Box::new(move || running.borrow().as_ref().is_none_or(|t| t.is_finished())));
                    finish = Some(Box::new(move || {
                        thread.borrow_mut().take()?.join().err().map(|_| "the work panicked".into())
                    }));
                }
                Place::Process => {
                    let work = work.clone();
                    let copy = Rc::new(RefCell::new(Some(process::fork(move || work()))));
                    let running = copy.clone();
                    ran = Some(Box::new(move || running.borrow().as_ref().is_none_or(|c| c.is_finished())));
                    finish = Some(Box::new(move || {
                        copy.borrow_mut().take()?.join().err().map(|crash| crash.to_string())
                    }));
                }
                _ => {
                    work();
                    ended = Some(now());
                }
            }
        }
        if ended.is_none() && ran.as_ref().is_some_and(|ran| ran()) {
            ended = Some(now());
        }
        after += usize::from(ended.is_some());
        if after > AROUND {
            break;
        }
    }
    let failed = finish.and_then(|finish| finish());
    Pulse { place, beats, work: (began, ended.unwrap_or(began)), failed }
}

/// A heart that is a task on a one-thread runtime.
fn beat_async(place: Place, work: Work, yields_for: Option<Duration>) -> Pulse {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else {
        return Pulse { failed: Some("no runtime could be made".into()), ..failed(place) };
    };
    let start = Instant::now();
    let now = move || start.elapsed().as_secs_f64();
    let ended = Rc::new(StdCell::new(None));
    let begun = Rc::new(StdCell::new(0.0));
    let beats = Rc::new(RefCell::new(Vec::new()));
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let mut worker = None;
        let mut after = 0;
        for number in 1.. {
            tokio::time::sleep_until((start + due(number)).into()).await;
            beats.borrow_mut().push(Beat { due: due(number).as_secs_f64(), came: now() });
            if number == AROUND {
                begun.set(now());
                let (work, ended) = (work.clone(), ended.clone());
                worker = Some(tokio::task::spawn_local(async move {
                    match (place, yields_for) {
                        (Place::SpawnBlocking, _) => drop(tokio::task::spawn_blocking(move || work()).await),
                        (Place::TaskThatYields, Some(span)) => {
                            let start = Instant::now();
                            while start.elapsed() < span {
                                busy(ms(1));
                                tokio::task::yield_now().await;
                            }
                        }
                        _ => work(),
                    }
                    ended.set(Some(now()));
                }));
            }
            after += usize::from(
                ended.get().is_some() || worker.as_ref().is_some_and(|worker| worker.is_finished()),
            );
            if after > AROUND {
                break;
            }
        }
    });
    let beats = beats.take();
    let failed = ended.get().is_none().then(|| "the work panicked".into());
    Pulse { place, beats, work: (begun.get(), ended.get().unwrap_or(begun.get())), failed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_due_while_the_thread_is_held_come_only_after_the_work() {
        let heart = heartbeat(ms(80));
        for place in [Place::InPlace, Place::Task] {
            let pulse = heart.pulse(place).unwrap();
            let during =
                pulse.beats.iter().filter(|beat| pulse.work.0 < beat.came && beat.came < pulse.work.1);
            assert_eq!(during.count(), 0, "{place:?}");
            assert!(pulse.latest() > 0.05 && pulse.missed() >= 2, "{place:?}: {pulse:?}");
        }
    }

    #[test]
    fn beats_come_while_the_work_is_elsewhere() {
        let heart = heartbeat(ms(120));
        for place in [Place::TaskThatYields, Place::SpawnBlocking, Place::Thread, Place::Process] {
            let pulse = heart.pulse(place).unwrap();
            let during =
                pulse.beats.iter().filter(|beat| pulse.work.0 < beat.came && beat.came < pulse.work.1);
            assert!(during.count() > 0, "{place:?}: {pulse:?}");
            assert_eq!(pulse.failed, None);
        }
    }

    #[test]
    fn work_that_panics_is_told() {
        let quiet = process::fork(|| {
            process::keep_panics();
            heartbeat_of("a fault", || panic!("no")).pulses.iter().filter(|p| p.failed.is_some()).count()
        });
        assert!(quiet.join().is_err(), "in place, the reader's panic is the reader's");
        assert!(heartbeat(ms(0)).problem.unwrap().contains("allowed are"));
    }
}
