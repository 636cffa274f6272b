//! What both start methods share: the pipes of a new child, and what the parent keeps of it.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, MutexGuard};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::epoll::Epoll;
use nix::sys::resource::{Resource, getrlimit};
use nix::unistd::Pid;

use crate::descriptors::{self, Registry};
use crate::error::Error;
use crate::observer::observer;
use crate::output::{self, Pump};
use crate::panics;
use crate::running::Child;

/// A child that is about to be started: what it and this process will speak over.
///
/// Both records stay locked from here until the child has its ends and this process has closed them.
pub(crate) struct Starting {
    pub pump: MutexGuard<'static, Pump>,
    pub registry: MutexGuard<'static, Registry>,
    epoll: Arc<Epoll>,
    parent: [OwnedFd; 3],
    /// Channel, stdout, stderr.
    pub child: [OwnedFd; 3],
}

impl Starting {
    pub fn new() -> Result<Self, Error> {
        panics::install();
        let (mut pump, mut registry) = (output::lock_pump(), descriptors::lock());
        let epoll = pump
            .start(&mut registry)
            .map_err(|error| refused("a thread that reads what processes print", &error))?;
        let (parent, child) = pipes().map_err(|error| refused("the pipes of another process", &error))?;
        Ok(Self { pump, registry, epoll, parent, child })
    }

    /// In the parent: what it keeps of the child, now that this is started.
    pub fn keep(self, pid: Pid) -> Child {
        let Self { mut pump, mut registry, epoll, parent, child } = self;
        drop(child);
        let [channel, out, err] = parent.map(|fd| registry.adopt(fd));
        drop(registry);
        let output = pump.watch(epoll, pid.as_raw().unsigned_abs(), out, err);
        (observer().child_started)(output.pid());
        Child::new(pid, channel, output)
    }

    /// In a forked child: its own ends; nothing of the parent's is held.
    ///
    /// # Safety
    /// This is a process that has just been forked.
    pub unsafe fn in_child(self) -> [OwnedFd; 3] {
        let Self { mut pump, mut registry, child, .. } = self;
        pump.start_over();
        // SAFETY: by the contract of this function.
        unsafe { registry.start_over() };
        child
    }
}

fn pipes() -> io::Result<([OwnedFd; 3], [OwnedFd; 3])> {
    let (channel, theirs) = UnixStream::pair()?;
    let ((out, out_theirs), (err, err_theirs)) = (io::pipe()?, io::pipe()?);
    for pipe in [&out, &err] {
        fcntl(pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    }
    Ok(([channel.into(), out.into(), err.into()], [theirs.into(), out_theirs.into(), err_theirs.into()]))
}

/// One sentence for what the system would not give.
pub(crate) fn refused(what: &str, error: &io::Error) -> Error {
    Error::unavailable(match error.raw_os_error() {
        Some(libc::EMFILE) => format!(
            "no file descriptor is left for {what} (this process may open {}): join or drop some processes first, \
             or raise the limit with `ulimit -n`",
            open_limit()
        ),
        Some(libc::EAGAIN) => format!(
            "the system refuses {what}: the limit of processes and threads is reached (`ulimit -u`, or the \
             container's `pids.max`); join or drop some first"
        ),
        _ => format!("the system refuses {what}: {error}"),
    })
}

/// How many descriptors this process may open.
pub(crate) fn open_limit() -> u64 {
    getrlimit(Resource::RLIMIT_NOFILE).map_or(1024, |(soft, _)| soft)
}
