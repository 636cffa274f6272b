//! The one thing this crate knows of its surroundings: what it tells a recorder and asks it, and when.

use std::sync::OnceLock;

/// A recorder that follows work across process borders.
///
/// Every method is called by this crate alone. A child is told [`flag`](Observer::flag) of its parent, does
/// [`follow`](Observer::follow) with it, and what it [`report`](Observer::report)s goes ahead of each answer to its
/// parent, which does [`absorb`](Observer::absorb).
pub trait Observer: Sync {
    /// What a child has to know in order to record for this process; 0 while nothing is recorded.
    fn flag(&self) -> u64;

    /// In a child: record from now on for the parent's recording of that flag; 0 stops. It comes with every message.
    fn follow(&self, flag: u64);

    /// In a child: what was recorded since the last call; empty for nothing.
    fn report(&self) -> Vec<u8>;

    /// In the parent: takes in the report of a child.
    fn absorb(&self, report: &[u8]);

    /// In the parent: a child was started.
    fn child_started(&self, pid: u32);

    /// In a forked child: it runs the function of this type name.
    fn runs(&self, function: &str);

    /// Whether waiting for processes is to end now, and they with it; asked five times a second.
    fn stop_asked(&self) -> bool {
        false
    }

    /// The calling thread only carries messages of this crate, and is not worth recording.
    fn hide_thread(&self);

    /// Takes the locks of the recorder, because this process is about to fork. What comes back holds them: the parent
    /// drops it; the child calls it, which gives the locks back and forgets what the parent recorded.
    fn hold_for_fork(&self) -> Box<dyn FnOnce()>;
}

/// Gives the recorder; a function, so that a fresh process can be told where to find it.
pub(crate) type Source = fn() -> &'static dyn Observer;

static SOURCE: OnceLock<Source> = OnceLock::new();

/// Sets the recorder of this process; the first stays.
pub(crate) fn set(source: Source) {
    let _ = SOURCE.set(source);
}

pub(crate) fn source() -> Option<Source> {
    SOURCE.get().copied()
}

/// Whether nobody wants the answers any more.
pub(crate) fn stop_asked() -> bool {
    observer().is_some_and(Observer::stop_asked)
}

/// The recorder, if there is one.
pub(crate) fn observer() -> Option<&'static dyn Observer> {
    SOURCE.get().map(|source| source())
}
