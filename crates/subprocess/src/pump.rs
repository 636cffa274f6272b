//! One thread reads what all children print, and prints it here line by line, marked with the child's pid.

use std::collections::HashMap;
use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use crate::descriptors::Registry;
use crate::observer::{Observer, observer};
use crate::output::Output;
use crate::running::Child;

/// What wakes the thread: lines of a child, or the end of one that nobody waits for.
enum Source {
    Output(Weak<Output>),
    Detached(Box<Child>),
}

/// The pump of this process; see [`lock`].
pub(crate) struct Pump {
    /// Process that the rest is about: a fork copies it.
    process: u32,
    epoll: Option<Arc<Epoll>>,
    sources: Option<HashMap<u64, Source>>,
    next: u64,
}

static PUMP: Mutex<Pump> = Mutex::new(Pump { process: 0, epoll: None, sources: None, next: 0 });

/// Locks the pump; a thread that forks holds this lock meanwhile. Taken ahead of that of the descriptors.
pub(crate) fn lock() -> MutexGuard<'static, Pump> {
    let mut pump = PUMP.lock().unwrap_or_else(PoisonError::into_inner);
    pump.start_over();
    pump
}

/// Tells an observer that comes late of the children that are here.
pub(crate) fn tell(observer: &dyn Observer) {
    let pump = lock();
    for source in pump.sources.iter().flat_map(HashMap::values) {
        if let Source::Output(output) = source
            && let Some(output) = output.upgrade()
        {
            observer.child_started(output.pid().as_raw().unsigned_abs());
        }
    }
}

/// Looks after a child whose handle was dropped: its output goes on, and it is waited for when it ends.
pub(crate) fn detach(child: Child) {
    if !child.is_here() {
        return;
    }
    let refused = lock().take_in(Box::new(child));
    if let Some(child) = refused {
        // A thread of its own waits for it; if that is refused too, it is ended as the closure is dropped.
        let _ = thread::Builder::new().spawn(move || child.answer(None));
    }
}

impl Pump {
    /// In a forked copy: lets go of everything without touching what the parent still uses.
    pub fn start_over(&mut self) {
        let here = std::process::id();
        if self.process != here {
            // Dropping them would lock what is locked now; they are a few words each, and copies.
            mem::forget((self.epoll.take(), self.sources.take()));
            self.process = here;
        }
    }

    /// Starts the thread unless it runs.
    pub fn start(&mut self, registry: &mut Registry) -> io::Result<()> {
        if self.epoll.is_some() {
            return Ok(());
        }
        let epoll = Arc::new(Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?);
        let watched = Arc::clone(&epoll);
        thread::Builder::new()
            .name("process output".into())
            .stack_size(128 * 1024)
            .spawn(move || run(&watched))?;
        registry.note(&epoll.0);
        self.epoll = Some(epoll);
        Ok(())
    }

    /// Watches a child's output from now on. One that cannot be watched is still read when it is joined.
    pub fn watch(&mut self, output: &Arc<Output>) {
        let Some(epoll) = self.epoll.clone() else { return };
        self.next += 1;
        if output.watch(&epoll, self.next).is_ok() {
            let sources = self.sources.get_or_insert_default();
            sources
                .retain(|_, source| !matches!(source, Source::Output(output) if output.strong_count() == 0));
            sources.insert(self.next, Source::Output(Arc::downgrade(output)));
        }
    }

    /// Watches for a child's end; gives the child back if that is refused.
    fn take_in(&mut self, child: Box<Child>) -> Option<Box<Child>> {
        self.next += 1;
        let event = EpollEvent::new(EpollFlags::EPOLLIN, self.next);
        match self.epoll.as_ref().map(|epoll| epoll.add(&*child, event)) {
            Some(Ok(())) => {
                self.sources.get_or_insert_default().insert(self.next, Source::Detached(child));
                None
            }
            _ => Some(child),
        }
    }

    /// Attends to what woke the thread: an output to print, or a child that has closed its channel.
    fn woken(&mut self, number: u64) -> (Option<Arc<Output>>, Option<Box<Child>>) {
        let Some(sources) = self.sources.as_mut() else { return (None, None) };
        match sources.get(&number) {
            Some(Source::Output(output)) => (output.upgrade(), None),
            // Its answer is nobody's: read and let go.
            Some(Source::Detached(child)) if !child.discard() => {
                if let Some(epoll) = &self.epoll {
                    let _ = epoll.delete(&**child);
                }
                match sources.remove(&number) {
                    Some(Source::Detached(child)) => (None, Some(child)),
                    _ => (None, None),
                }
            }
            _ => (None, None),
        }
    }
}

fn run(epoll: &Epoll) {
    let mut hidden = false;
    let mut events = [EpollEvent::empty(); 64];
    // Detached children that have closed their channels and are about to be gone.
    let mut leaving: Vec<Box<Child>> = Vec::new();
    loop {
        let timeout = if leaving.is_empty() { EpollTimeout::NONE } else { EpollTimeout::from(5u8) };
        let seen = match epoll.wait(&mut events, timeout) {
            Ok(seen) => seen,
            Err(Errno::EINTR) => 0,
            Err(_) => return,
        };
        if !hidden && let Some(observer) = observer() {
            observer.hide_thread();
            hidden = true;
        }
        for event in &events[..seen] {
            // Printed, and dropped, once the lock is free again.
            let (output, child) = lock().woken(event.data());
            if let Some(output) = output {
                output.pump();
            }
            leaving.extend(child);
        }
        leaving.retain_mut(|child| child.is_alive());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sys;

    #[test]
    fn a_detached_child_that_cannot_be_watched_is_waited_for_all_the_same() {
        let gone = crate::fork(|| {
            let child = crate::fork(|| ());
            let pid = child.pid();
            let null = std::fs::File::open("/dev/null").unwrap();
            // SAFETY: a process of one thread that has just forked; nobody in it uses the runtimes of its parent. The
            // pump's own epoll instance is put out of use like theirs, which is what is wanted here.
            unsafe { sys::retire_event_loops(&null, std::os::fd::AsFd::as_fd(&null)) };
            drop(child);
            (0..1000).any(|_| {
                thread::sleep(Duration::from_millis(2));
                !std::path::Path::new(&format!("/proc/{pid}")).exists()
            })
        });
        assert_eq!(gone.join_within(Duration::from_secs(10)), Ok(true));
    }
}
