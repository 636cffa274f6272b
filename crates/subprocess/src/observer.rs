//! The one thing this crate knows of its surroundings: what it tells a recorder and asks it, and when.

use std::sync::OnceLock;

/// A recorder that follows work across process borders.
///
/// Every function is called by this crate alone. A child is told the [`flag`](Observer::flag) of its parent, does
/// [`follow`](Observer::follow) with it, and what it [`report`](Observer::report)s goes ahead of each answer to its
/// parent, which does [`absorb`](Observer::absorb).
pub struct Observer {
    /// What a child has to know in order to record for this process; 0 while nothing is recorded.
    pub flag: fn() -> u64,
    /// In a child: record from now on for the parent's recording of that flag; 0 stops. It comes with every message.
    pub follow: fn(u64),
    /// In a child: what was recorded since the last call; empty for nothing.
    pub report: fn() -> Vec<u8>,
    /// In the parent: takes in the report of a child.
    pub absorb: fn(&[u8]),
    /// In the parent: a child of this process number was started.
    pub child_started: fn(u32),
    /// In a forked child: it runs the function of this type name.
    pub runs: fn(&str),
    /// In a process that another program hosts: the number that it goes by there, and how many nanoseconds its clock is behind
    /// that of the process which sends its tasks.
    pub hosted: fn(u32, i64),
    /// Whether waiting for processes is to end now, and they with it; asked five times a second.
    pub stop_asked: fn() -> bool,
    /// The calling thread only carries messages of this crate, and is not worth recording.
    pub hide_thread: fn(),
    /// Takes the locks of the recorder, because this process is about to fork. What comes back holds them: the parent
    /// drops it; the child calls it, which gives the locks back and forgets what the parent recorded.
    pub hold_for_fork: fn() -> Box<dyn FnOnce()>,
}

/// Stands in where nobody records.
static NOBODY: Observer = Observer {
    flag: || 0,
    follow: |_| {},
    report: Vec::new,
    absorb: |_| {},
    child_started: |_| {},
    runs: |_| {},
    hosted: |_, _| {},
    stop_asked: || false,
    hide_thread: || {},
    hold_for_fork: || Box::new(|| {}),
};

/// Gives the recorder; a function, so that a fresh process can be told where to find it.
pub(crate) type Source = fn() -> &'static Observer;

static SOURCE: OnceLock<Source> = OnceLock::new();

/// Sets the recorder of this process; the first stays.
pub(crate) fn set(source: Source) {
    let _ = SOURCE.set(source);
}

pub(crate) fn source() -> Option<Source> {
    SOURCE.get().copied()
}

/// The recorder of this process, or one that records nothing.
pub fn observer() -> &'static Observer {
    source().map_or(&NOBODY, |source| source())
}
