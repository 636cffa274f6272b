//! The descriptors of this process that no forked copy of it may hold on to.
//!
//! A fork copies every descriptor, close-on-exec or not. A copy of the other end of a sibling's pipe would keep that
//! pipe from ever ending, so a forked child closes all of them first. One lock guards the list, and the
//! short time in which both ends of a new child's pipes are open here.
//!
//! One pipe is a lifeline. Linux can signal a child when its parent dies (`PR_SET_PDEATHSIG`), but means the parent's
//! *thread*: a child forked by a thread of a pool would die with that thread. So each child holds the read end of a pipe
//! whose only write end is the parent's, and asks the system for SIGKILL when that end closes. No thread has to watch.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::fcntl::{OFlag, open};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::stat::Mode;
use nix::unistd::Pid;

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

/// Opens the lifeline anew, for one process alone. Call it before the inherited one is closed.
pub(crate) fn open_lifeline(inherited: RawFd) -> Option<OwnedFd> {
    open_again(inherited, OFlag::O_CLOEXEC).ok()
}

/// Opens the read end of a pipe once more.
pub(crate) fn open_again(pipe: RawFd, flags: OFlag) -> nix::Result<OwnedFd> {
    let path = format!("/proc/self/fd/{pipe}");
    open(path.as_str(), OFlag::O_RDONLY | OFlag::O_NONBLOCK | flags, Mode::empty())
}

/// Ties this process to its parent's life. The write end of the lifeline must be closed here already.
pub(crate) fn tie_to_parent(lifeline: Option<OwnedFd>) {
    let Some(pipe) = lifeline else { return };
    let _ = sys::kill_on_hangup(pipe.as_fd(), Pid::this());
    // A parent that was gone before the system knew whom to tell.
    let mut polled = [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)];
    let _ = poll(&mut polled, PollTimeout::ZERO);
    if polled[0].revents().is_some_and(|seen| seen.contains(PollFlags::POLLHUP)) {
        sys::exit_now(71);
    }
    // Open for the rest of this process's life.
    std::mem::forget(pipe);
}
