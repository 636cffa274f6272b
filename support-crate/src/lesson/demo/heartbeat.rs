//! A heartbeat of 60 beats a second while work runs in one place or another.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::beating::pulse;
use crate::error::Error;
use crate::units::ms;
use crate::workload::busy;

/// Beats a second: a screen's usual rate.
pub(crate) const RATE: f64 = 60.0;
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
    fn every_beat_that_was_due_while_the_work_ran_is_there() {
        let heart = heartbeat(ms(100));
        for pulse in &heart.pulses {
            let ended = pulse.work.1;
            let last = pulse.beats.last().unwrap().due;
            assert!(last > ended + 3.0 / RATE && last < ended + 8.0 / RATE, "{pulse:?}");
        }
        assert!(heart.pulse(Place::InPlace).unwrap().missed() >= 4, "100 ms are six beats");
    }

    #[test]
    fn work_that_panics_is_told_and_harms_nothing() {
        let heart = heartbeat_of("a fault", || panic!("no more paper"));
        for pulse in &heart.pulses {
            let told = pulse.failed.as_deref().unwrap_or_default();
            assert!(told.contains("no more paper"), "{:?}: {told}", pulse.place);
        }
        assert!(heartbeat(ms(0)).problem.unwrap().contains("allowed are"));
    }
}
