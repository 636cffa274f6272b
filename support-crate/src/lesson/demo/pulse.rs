//! A pulse as data: beats beside work that ran in one place or another.

use crate::chart::HeartbeatRow;
use crate::model::Model;

/// Beats a second: a screen's usual rate.
pub(crate) const RATE: f64 = 60.0;

/// Where the work runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// Every place, with its name in tables and charts, and the model whose colour it is drawn in.
pub(super) const PLACES: [(Place, &str, Model); 6] = [
    (Place::InPlace, "in place", Model::Sequential),
    (Place::Task, "async task", Model::Async),
    (Place::TaskThatYields, "async task that yields", Model::Async),
    (Place::SpawnBlocking, "spawn_blocking", Model::Async),
    (Place::Thread, "thread", Model::Threads(1)),
    (Place::Process, "process", Model::Processes(1)),
];

/// The beats around and during the work in one place.
#[derive(Clone, Debug)]
pub struct Pulse {
    /// Where the work ran.
    pub place: Place,
    /// Every beat, when the work ran, and why it could not, if so.
    pub row: HeartbeatRow,
}

impl Pulse {
    /// The latest beat, in seconds after it was due.
    pub fn latest(&self) -> f64 {
        self.row.rhythm(1.0 / RATE).latest
    }

    /// Beats that came later than the next one was due: an interface would have skipped those frames.
    pub fn missed(&self) -> usize {
        self.row.rhythm(1.0 / RATE).missed.len()
    }
}
