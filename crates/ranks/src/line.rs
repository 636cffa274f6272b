//! The way to the coordinator of a job, and what is known of that.

use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use subprocess::{Error, ErrorKind};

use crate::hello::Hello;
use crate::wire::Wire;

/// The way to the coordinator of a job.
pub(crate) struct Line {
    pub wire: Wire,
    /// How many ranks there are, the coordinator among them; 0 before that was told.
    pub size: usize,
    /// What each rank told of itself.
    pub hellos: Vec<(u32, Hello)>,
    /// What so many ranks have loaded.
    pub started: Option<(Arc<Vec<u8>>, usize)>,
    /// Whether tasks that nobody waits for any more are still answered.
    pub unfinished: bool,
    /// Nanoseconds by which the clock of a rank on another machine may be off.
    pub clock_error: Option<u64>,
}

impl Line {
    pub fn new(socket: UnixStream) -> Self {
        let wire = Wire::new(socket);
        Self { wire, size: 0, hellos: Vec::new(), started: None, unfinished: false, clock_error: None }
    }

    /// The processes of the job that are on this machine, but for this one.
    pub fn pids(&self) -> Vec<u32> {
        let here = Hello::here();
        let others = self.hellos.iter().filter(|(_, hello)| hello.boot == here.boot && hello.pid != here.pid);
        others.map(|(_, hello)| hello.pid).collect()
    }

    /// The name of the machine that a rank is on.
    pub fn host(&self, rank: u32) -> &str {
        self.hellos
            .iter()
            .find(|(number, _)| *number == rank)
            .map_or("an unknown host", |(_, hello)| &hello.host)
    }
}

/// Something that cannot be had.
pub(crate) fn unavailable(sentence: String) -> Error {
    Error::new(ErrorKind::Unavailable, sentence)
}

/// The job that this program is part of.
static WORLD: Mutex<Option<Arc<Mutex<Line>>>> = Mutex::new(None);

pub(crate) fn of_world() -> Option<Arc<Mutex<Line>>> {
    WORLD.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Whether this program does what a worker does, if it is started as one.
static ITS_OWN_WORKER: AtomicBool = AtomicBool::new(false);

pub(crate) fn is_its_own_worker() -> bool {
    ITS_OWN_WORKER.load(Ordering::Relaxed)
}

#[cfg(feature = "mpi")]
pub(crate) fn set_its_own_worker() {
    ITS_OWN_WORKER.store(true, Ordering::Relaxed);
}

#[cfg(feature = "mpi")]
pub(crate) fn set_world(line: Option<Line>) {
    *WORLD.lock().unwrap_or_else(PoisonError::into_inner) = line.map(|line| Arc::new(Mutex::new(line)));
}
