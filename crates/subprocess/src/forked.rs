//! Forked processes: a copy of this one, which runs one closure and nothing else.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd};

use nix::unistd::{dup2_stderr, dup2_stdin, dup2_stdout};

use crate::error::Error;
use crate::frame::Channel;
use crate::link::Link;
use crate::observer::observer;
use crate::running::Child;
use crate::start::{Starting, refused};
use crate::{child, descriptors, function_ref, sys};

/// Forks; the child runs `body` and ends.
pub(crate) fn start(body: impl FnOnce(Link) -> Infallible) -> Result<Child, Error> {
    // Declared ahead of the locks, so that the parent drops what it captured after they are free.
    let mut body = Some(body);
    // The locks that a forked child will take, held by the thread that forks: one held by another thread at that moment
    // would stay locked in the child for ever. Taken in this order everywhere.
    let (stdout, stderr) = (io::stdout().lock(), io::stderr().lock());
    let functions = function_ref::lock();
    let mut starting = Starting::new()?;
    let lifeline = starting.registry.lifeline().map_err(|error| refused("a pipe", &error))?.as_raw_fd();
    let recorder = (observer().hold_for_fork)();
    let mut held = Some((stdout, stderr, functions, starting, recorder));
    let started = sys::fork(|| {
        let (Some(held), Some(body)) = (held.take(), body.take()) else { sys::exit_now(70) };
        let (mut stdout, stderr, functions, starting, recorder) = held;
        let lifeline = descriptors::open_lifeline(lifeline);
        child::become_forked();
        // SAFETY: this process has just been forked, and no code but this crate's has run in it.
        let [channel, out, err] = unsafe { starting.in_child() };
        sys::default_crash_signals();
        // Nothing of the parent's is held, and nothing printed reaches the parent's stdout.
        if let Ok(null) = File::options().read(true).write(true).open("/dev/null") {
            // SAFETY: as just above.
            unsafe { sys::retire_event_loops(&null, channel.as_fd()) };
            let _ = dup2_stdin(&null);
            // Half a line that the parent has not printed yet is the parent's to print.
            let _ = dup2_stdout(&null);
            let _ = stdout.flush();
        }
        let _ = dup2_stdout(&out);
        let _ = dup2_stderr(&err);
        recorder();
        drop((out, err, functions, stderr, stdout));
        descriptors::tie_to_parent(lifeline);
        body(Link::Socket(Channel::new(channel)))
    });
    let Some((.., starting, recorder)) = held else { unreachable!("only the child takes it") };
    drop(recorder);
    let pid = started.map_err(|error| refused("another process", &error.into()))?;
    Ok(starting.keep(pid))
}
