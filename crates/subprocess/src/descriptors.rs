//! The descriptors of this process that no forked copy of it may hold on to.
//!
//! A fork copies every descriptor, close-on-exec or not. A copy of the other end of a sibling's pipe would keep that
//! pipe from ever ending, so a forked child closes all of them first. One lock guards the list, and the
//! short time in which both ends of a new child's pipes are open here.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::sys;

/// The one record of what belongs to this process; see [`lock`].
pub(crate) struct Registry {
    numbers: Vec<RawFd>,
    /// Both ends of the pipe whose closing tells the children that this process is gone.
    lifeline: Option<(PipeReader, PipeWriter)>,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { numbers: Vec::new(), lifeline: None });

/// Locks the record; a thread that forks holds this lock meanwhile.
pub(crate) fn lock() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    /// Lets go of what belongs to the parent.
    ///
    /// # Safety
    /// This is a process that has just been forked.
    pub unsafe fn start_over(&mut self) {
        for number in self.numbers.drain(..) {
            // SAFETY: these are the numbers of `Registered` descriptors, which close nothing in a forked copy and cannot be
            // used there, and of the output pump's epoll instance, which a forked copy lets go of without closing it.
            unsafe { sys::close_inherited(number) };
        }
        // Dropped here, so this copy closes its descriptors; the parent's stay open.
        self.lifeline = None;
    }

    /// Takes charge of a descriptor.
    pub fn adopt(&mut self, fd: OwnedFd) -> Registered {
        self.note(&fd);
        Registered { fd: Some(fd), process: std::process::id() }
    }

    /// Notes a descriptor that lives as long as this process; in a forked copy its owner must be forgotten.
    pub fn note(&mut self, fd: &impl AsRawFd) {
        self.numbers.push(fd.as_raw_fd());
    }

    /// The read end of the lifeline, made when it is first needed.
    pub fn lifeline(&mut self) -> io::Result<BorrowedFd<'_>> {
        let pipe = match &mut self.lifeline {
            Some(pipe) => pipe,
            none => none.insert(io::pipe()?),
        };
        Ok(pipe.0.as_fd())
    }
}

/// A descriptor of this process alone: closed when dropped here, and in every forked child.
pub(crate) struct Registered {
    fd: Option<OwnedFd>,
    process: u32,
}

impl Registered {
    /// Whether this is the process that opened it, not a forked copy.
    pub fn is_here(&self) -> bool {
        self.process == std::process::id()
    }
}

impl AsFd for Registered {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_ref().expect("open until dropped").as_fd()
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let Some(fd) = self.fd.take() else { return };
        if self.is_here() {
            let mut registry = lock();
            registry.numbers.retain(|number| *number != fd.as_raw_fd());
            // Closed under the lock: a fork in between would not know that it is to be closed.
            drop(fd);
        } else {
            // This copy's descriptor is closed already, and its number may be somebody else's.
            std::mem::forget(fd);
        }
    }
}
