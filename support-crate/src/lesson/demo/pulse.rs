//! A pulse as data: beats beside work that ran in one place or another.

use serde::{Deserialize, Serialize};

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
