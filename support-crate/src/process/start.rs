//! What both start methods share: the pipes of a new child, and what the parent keeps of it.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, StderrLock, StdoutLock, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{Arc, MutexGuard};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::unistd::{Pid, dup2_stderr, dup2_stdin, dup2_stdout, pipe2};

use super::channel::Channel;
use super::output::Output;
use super::own::{self, Own};
use super::running::Child;
use super::{child, lifeline, sys};
use crate::error::Error;
use crate::trace;

/// Both ends of a new child's three connections.
pub(super) struct Pipes {
    parent: [OwnedFd; 3],
    /// Channel, stdout, stderr.
    pub child: [OwnedFd; 3],
}

impl Pipes {
    fn new() -> nix::Result<Self> {
        let (channel, theirs) =
            socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::SOCK_CLOEXEC)?;
        let (out, out_theirs) = pipe2(OFlag::O_CLOEXEC)?;
        let (err, err_theirs) = pipe2(OFlag::O_CLOEXEC)?;
        for pipe in [&out, &err] {
            fcntl(pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        Ok(Self { parent: [channel, out, err], child: [theirs, out_theirs, err_theirs] })
    }
}

/// Makes ready what every start needs, and the pipes of one more child.
///
/// The record stays locked from here until the child has its ends and this process has closed them.
pub(super) fn prepare(own: &mut Own) -> Result<Pipes, Error> {
    child::install_panic_hook(own);
    own.relay().map_err(|error| {
        refused(
            "a thread that reads what processes print",
            Errno::from_raw(error.raw_os_error().unwrap_or(0)),
        )
    })?;
    Pipes::new().map_err(|errno| refused("the pipes of another process", errno))
}

/// What the parent keeps of a child that was just started.
pub(super) fn keep(own: &mut Own, pid: Pid, pipes: Pipes) -> Child {
    let [channel, out, err] = pipes.parent.map(|fd| own.adopt(fd));
    let output = Arc::new(Output::new(pid, out, err));
    if let Some(relay) = own.relay.as_mut() {
        // A child that cannot be watched is still read when it is joined.
        let _ = relay.watch(&output);
    }
    crate::trace::child_started(pid.as_raw() as u32);
    Child::new(pid, channel, output)
}

/// The locks that a forked child will take, held by the thread that forks: one held by another thread at that moment
/// would stay locked in the child for ever. Taken in this order everywhere.
struct Held {
    stdout: StdoutLock<'static>,
    stderr: StderrLock<'static>,
    own: MutexGuard<'static, Own>,
    recorder: trace::ForkGuard,
}

/// Forks; the child runs `body` and ends.
pub(super) fn fork(body: impl FnOnce(Channel) -> Infallible) -> Result<Child, Error> {
    // Declared ahead of the locks, so that the parent drops what it captured after they are free.
    let mut body = Some(body);
    let (stdout, stderr) = (io::stdout().lock(), io::stderr().lock());
    let mut own = own::lock();
    let pipes = prepare(&mut own)?;
    let lifeline = own.lifeline().map_err(|errno| refused("a pipe", errno))?.as_raw_fd();
    let recorder = trace::hold_for_fork();
    let parent = Pid::this();
    let from_main_thread = nix::unistd::gettid() == parent;

    let mut held = Some((Held { stdout, stderr, own, recorder }, pipes));
    let started = sys::fork(|| {
        let (Some((held, pipes)), Some(body)) = (held.take(), body.take()) else { sys::exit_now(70) };
        let lifeline = lifeline::open_own(lifeline);
        let channel = settle(held, pipes);
        if from_main_thread {
            lifeline::die_with_main_thread(parent);
        }
        lifeline::tie(lifeline);
        body(channel)
    });
    let Some((Held { mut own, recorder, .. }, pipes)) = held else { unreachable!("only the child takes it") };
    drop(recorder);
    let pid = started.map_err(|errno| refused("another process", errno))?;
    Ok(keep(&mut own, pid, pipes))
}

/// Makes a forked copy a process of its own: nothing of the parent's is held, nothing printed reaches the kernel.
fn settle(held: Held, pipes: Pipes) -> Channel {
    let Held { mut stdout, stderr, mut own, recorder } = held;
    let Pipes { parent, child: [channel, out, err] } = pipes;
    child::become_forked();
    drop(parent);
    own.start_over(std::process::id());
    sys::default_crash_signals();
    let null = File::options().read(true).write(true).open("/dev/null");
    if let Ok(null) = null {
        retire_event_loops(&null, &channel);
        let _ = dup2_stdin(&null);
        // Half a line that the parent has not printed yet is the parent's to print.
        let _ = dup2_stdout(&null);
        let _ = stdout.flush();
    }
    let _ = dup2_stdout(&out);
    let _ = dup2_stderr(&err);
    recorder.in_child();
    drop((own, stderr, stdout));
    Channel::new(channel)
}

/// Puts the epoll instances of the parent's runtimes out of use here: what a child adds to one would be reported to the
/// parent, as an event of an object that the parent does not have. Using such a runtime is an error instead.
fn retire_event_loops(null: &File, pollable: &OwnedFd) {
    // The system hands out the lowest free number, so after a long gap there are no more; a look at all that
    // are open, in /proc/self/fd, takes as long as half a fork.
    let mut gap = 0;
    for number in 3.. {
        match sys::is_epoll(number, pollable.as_raw_fd()) {
            None if gap == 128 => break,
            None => gap += 1,
            Some(true) => sys::overwrite(number, null.as_raw_fd()),
            Some(false) => gap = 0,
        }
    }
}

/// One sentence for what the system would not give.
pub(super) fn refused(what: &str, errno: Errno) -> Error {
    Error::unavailable(match errno {
        Errno::EMFILE => format!(
            "no file descriptor is left for {what} (this process may open {}): join or drop some processes first, \
             or raise the limit with `ulimit -n`",
            open_limit().map_or_else(|| "a limited number".into(), |limit| limit.to_string()),
        ),
        Errno::ENFILE => {
            format!("no file descriptor is left on this machine for {what}: close other programs first")
        }
        Errno::EAGAIN => format!(
            "the system refuses {what}: the limit of processes and threads is reached (`ulimit -u`, or the \
             container's `pids.max`); join or drop some first"
        ),
        Errno::ENOMEM => format!("there is not enough memory for {what}: free some, or use fewer processes"),
        other => format!("the system refuses {what}: {}", other.desc()),
    })
}

/// How many descriptors this process may open.
pub(super) fn open_limit() -> Option<u64> {
    nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE).ok().map(|(soft, _)| soft)
}
