//! Children die with their parent, however it dies.
//!
//! Linux can signal a child when its parent dies (`PR_SET_PDEATHSIG`), but means the parent's *thread*: a child forked
//! by a thread of a pool would die with that thread. So each child also holds the read end of a pipe whose only
//! write end is the parent's, and asks the system for SIGKILL when that end closes. No thread has to watch.

use std::os::fd::{AsFd, OwnedFd, RawFd};

use nix::fcntl::{OFlag, open};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::stat::Mode;

use crate::sys;

/// Opens the lifeline anew, for this process alone. Call it before the inherited one is closed.
pub(crate) fn open_own(inherited: RawFd) -> Option<OwnedFd> {
    let path = format!("/proc/self/fd/{inherited}");
    open(path.as_str(), OFlag::O_RDONLY | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK, Mode::empty()).ok()
}

/// Ties this process to its parent's life. The write end of the lifeline must be closed here already.
pub(crate) fn tie(lifeline: Option<OwnedFd>) {
    let Some(pipe) = lifeline else { return };
    let _ = sys::kill_me_on_hangup(pipe.as_fd());
    // A parent that was gone before the system knew whom to tell.
    let mut polled = [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)];
    let _ = poll(&mut polled, PollTimeout::ZERO);
    if polled[0].revents().is_some_and(|seen| seen.contains(PollFlags::POLLHUP)) {
        sys::exit_now(71);
    }
    // Open for the rest of this process's life.
    std::mem::forget(pipe);
}
