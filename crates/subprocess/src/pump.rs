//! One thread reads what all children print, and prints it here line by line, marked with the child's pid.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollTimeout};

use crate::descriptors::Registry;
use crate::observer::{Observer, observer};
use crate::output::Output;

/// The pump of this process; see [`lock`].
pub(crate) struct Pump {
    epoll: Option<Arc<Epoll>>,
    /// By the number under which they wake the thread.
    outputs: BTreeMap<u64, Weak<Output>>,
    next: u64,
}

static PUMP: Mutex<Pump> = Mutex::new(Pump { epoll: None, outputs: BTreeMap::new(), next: 0 });

/// Locks the pump; a thread that forks holds this lock meanwhile. Taken ahead of that of the descriptors.
pub(crate) fn lock() -> MutexGuard<'static, Pump> {
    PUMP.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells an observer that comes late of the children that are here.
pub(crate) fn tell(observer: &dyn Observer) {
    for output in lock().outputs.values().filter_map(Weak::upgrade) {
        observer.child_started(output.pid());
    }
}

impl Pump {
    /// In a forked copy: lets go of what the parent's thread serves; that thread keeps the epoll instance alive.
    pub fn start_over(&mut self) {
        self.epoll = None;
        self.outputs.clear();
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
        let Some(epoll) = &self.epoll else { return };
        self.next += 1;
        if output.watch(epoll, self.next).is_ok() {
            self.outputs.retain(|_, output| output.strong_count() > 0);
            self.outputs.insert(self.next, Arc::downgrade(output));
        }
    }
}

fn run(epoll: &Epoll) {
    let mut hidden = false;
    let mut events = [EpollEvent::empty(); 64];
    loop {
        let seen = match epoll.wait(&mut events, EpollTimeout::NONE) {
            Ok(seen) => seen,
            Err(Errno::EINTR) => 0,
            Err(_) => return,
        };
        if !hidden && let Some(observer) = observer() {
            observer.hide_thread();
            hidden = true;
        }
        for event in &events[..seen] {
            let output = lock().outputs.get(&event.data()).and_then(Weak::upgrade);
            // Printed once the lock is free again.
            if let Some(output) = output {
                output.pump();
            }
        }
    }
}
