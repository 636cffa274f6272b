//! What this process keeps for its children: descriptors that no forked copy of it may hold on to.
//!
//! A fork copies every descriptor, close-on-exec or not. A copy of the other end of a sibling's pipe would keep that
//! pipe from ever ending, so a forked child closes all of them first. One lock guards the list, and the
//! short time in which both ends of a new child's pipes are open here.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::relay::Relay;
use super::sys;

/// The one record of what belongs to this process; see [`lock`].
#[derive(Default)]
pub(super) struct Own {
    /// Process that the rest of the record is about: a fork copies it.
    process: u32,
    descriptors: Vec<RawFd>,
    /// Both ends of the pipe whose closing tells the children that this process is gone.
    lifeline: Option<(OwnedFd, OwnedFd)>,
    /// Reads what children print.
    pub relay: Option<Relay>,
    /// Whether the panic hook of children is in place; survives a fork.
    pub hook: bool,
}

static OWN: Mutex<Own> =
    Mutex::new(Own { process: 0, descriptors: Vec::new(), lifeline: None, relay: None, hook: false });

/// Locks the record; a thread that forks holds this lock meanwhile.
pub(super) fn lock() -> MutexGuard<'static, Own> {
    let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
    let here = std::process::id();
    if own.process != here {
        own.start_over(here);
    }
    own
}

impl Own {
    /// Forgets, in a forked copy, what belongs to the process it was copied from.
    pub fn start_over(&mut self, process: u32) {
        for number in self.descriptors.drain(..) {
            sys::close_inherited(number);
        }
        // Dropped here, so this copy closes its descriptors; the parent's stay open.
        self.lifeline = None;
        if let Some(relay) = self.relay.take() {
            relay.leave_to_parent();
        }
        self.process = process;
    }

    /// Takes charge of a descriptor.
    pub fn adopt(&mut self, fd: OwnedFd) -> Owned {
        self.descriptors.push(fd.as_raw_fd());
        Owned { fd: Some(fd), process: self.process }
    }

    /// Starts the relay unless it runs.
    pub fn relay(&mut self) -> std::io::Result<&mut Relay> {
        if self.relay.is_none() {
            let relay = Relay::start()?;
            self.descriptors.push(relay.descriptor());
            self.relay = Some(relay);
        }
        Ok(self.relay.as_mut().expect("started just above"))
    }

    /// The read end of the lifeline, made when it is first needed.
    pub fn lifeline(&mut self) -> nix::Result<BorrowedFd<'_>> {
        if self.lifeline.is_none() {
            self.lifeline = Some(nix::unistd::pipe2(nix::fcntl::OFlag::O_CLOEXEC)?);
        }
        let (read, _write) = self.lifeline.as_ref().expect("made just above");
        Ok(read.as_fd())
    }
}

/// A descriptor of this process alone: closed when dropped here, and in every forked child.
pub(super) struct Owned {
    fd: Option<OwnedFd>,
    process: u32,
}

impl Owned {
    /// Whether this is the process that opened it, not a forked copy.
    pub fn is_here(&self) -> bool {
        self.process == std::process::id()
    }

    /// Its number.
    pub fn raw(&self) -> RawFd {
        self.fd.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }
}

impl AsFd for Owned {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_ref().expect("open until dropped").as_fd()
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let Some(fd) = self.fd.take() else { return };
        if !self.is_here() {
            // This copy's descriptor is closed already, and its number may be somebody else's.
            std::mem::forget(fd);
            return;
        }
        let mut own = lock();
        own.descriptors.retain(|number| *number != fd.as_raw_fd());
        // Closed under the lock: a fork in between would not know that it is to be closed.
        drop(fd);
    }
}
