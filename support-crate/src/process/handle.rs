//! The parent's side of one child: wait for its answer, with or without a limit, or end it.

use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd, RawFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::de::DeserializeOwned;

use super::channel::{Inbox, Kind, Received};
use super::codec;
use super::crash::Crash;
use super::output::Output;
use super::own::{self, Owned};
use super::sys::{self, Ended};
use crate::error::Error;
use crate::trace;

/// How often a wait looks up from its descriptor: to print for a reader's thread that holds stdout, and to see
/// that a child is gone although somebody else keeps its channel open.
const TICK: Duration = Duration::from_millis(200);

/// A running child, whatever it was started for.
pub(super) struct Child {
    pid: Pid,
    channel: Owned,
    inbox: Inbox,
    output: Arc<Output>,
    ended: Option<Option<Ended>>,
}

impl Child {
    pub fn new(pid: Pid, channel: Owned, output: Arc<Output>) -> Self {
        Self { pid, channel, inbox: Inbox::default(), output, ended: None }
    }

    pub fn pid(&self) -> Pid {
        self.pid
    }

    pub fn channel(&self) -> RawFd {
        self.channel.raw()
    }

    pub fn is_here(&self) -> bool {
        self.channel.is_here()
    }

    /// Asks the system to end it now.
    pub fn kill(&self) {
        // Not after it was waited for: the number may be another process's by then.
        if self.ended.is_none() && self.is_here() {
            let _ = kill(self.pid, Signal::SIGKILL);
        }
    }

    /// Reads what has come: an answer, nothing yet, or how it ended without one.
    pub fn check(&mut self) -> Option<Result<Vec<u8>, Crash>> {
        loop {
            match self.inbox.receive(self.channel.raw(), false) {
                Ok(Received::Frame(frame)) => match frame.kind {
                    Kind::Value => return Some(Ok(frame.body)),
                    Kind::Panic => return Some(Err(Crash::Panicked(text(frame.body)))),
                    Kind::Trace => trace::absorb(&frame.body),
                    _ => return Some(Err(Crash::Lost(text(frame.body)))),
                },
                Ok(Received::Nothing) => return None,
                Ok(Received::End) => return Some(Err(self.reap())),
                Err(error) => {
                    self.kill();
                    self.reap();
                    return Some(Err(Crash::Lost(error.to_string())));
                }
            }
        }
    }

    /// Waits until the process is gone; how it ended, read as a crash.
    pub fn reap(&mut self) -> Crash {
        let pid = self.pid;
        let ended = self.ended.get_or_insert_with(|| sys::wait(pid, true).ok().flatten());
        ended.map_or_else(
            || Crash::Lost("somebody else in this process waited for it".into()),
            |ended| Crash::from_status(ended.status),
        )
    }

    /// What the system counted for it; `None` before [`Child::reap`].
    pub fn ended(&self) -> Option<Ended> {
        self.ended.flatten()
    }

    /// Whether it still runs; waits for it if it is gone.
    pub fn is_alive(&mut self) -> bool {
        if self.ended.is_none() {
            match sys::wait(self.pid, false) {
                Ok(None) => return true,
                Ok(ended) => self.ended = Some(ended),
                Err(_) => self.ended = Some(None),
            }
            self.output.finish();
        }
        false
    }

    /// Prints the rest of what it printed; it is gone.
    pub fn finish(&self) {
        self.output.finish();
    }

    /// Waits for a child that was told to stop, and ends one that does not within `patience`.
    pub fn stop(mut self, patience: Duration) {
        if !self.is_here() {
            return;
        }
        let started = Instant::now();
        // Its channel closes when it is gone.
        while self.ended.is_none() && self.check().is_none() {
            let left = patience.saturating_sub(started.elapsed());
            if left.is_zero() {
                break;
            }
            let wait = PollTimeout::try_from(left.as_millis() as u64 + 1).unwrap_or(PollTimeout::MAX);
            let _ = poll(&mut [PollFd::new(self.channel.as_fd(), PollFlags::POLLIN)], wait);
        }
        self.kill();
        self.reap();
        self.output.finish();
    }

    /// Prints what it has printed so far.
    pub fn pump(&self) {
        self.output.pump();
    }

    /// Waits for the answer and the end of the process.
    pub fn answer(mut self, limit: Option<Duration>) -> Result<Vec<u8>, Crash> {
        if !self.is_here() {
            return Err(Crash::Lost("only the process that started it can join it".into()));
        }
        let started = Instant::now();
        let answer = loop {
            if let Some(answer) = self.check() {
                break answer;
            }
            let mut wait = TICK;
            if let Some(limit) = limit {
                let left = limit.saturating_sub(started.elapsed());
                if left.is_zero() {
                    self.kill();
                    break Err(Crash::TimedOut(limit));
                }
                wait = wait.min(left);
            }
            // Rounded up, so that the last wait before a limit is not many of no length.
            let wait = PollTimeout::try_from(wait.as_millis() as u64 + 1).unwrap_or(PollTimeout::MAX);
            if poll(&mut [PollFd::new(self.channel.as_fd(), PollFlags::POLLIN)], wait) == Ok(0) {
                self.output.pump();
            }
        };
        self.reap();
        self.output.finish();
        answer
    }
}

impl AsFd for Child {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A process that was started, and the way to its answer; shaped like [`std::thread::JoinHandle`].
///
/// Dropped without [`join`](Handle::join), the process runs on by itself, and what it prints still comes.
pub struct Handle<T> {
    child: Option<Result<Child, Error>>,
    answer: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned + 'static> Handle<T> {
    pub(super) fn new(child: Result<Child, Error>) -> Self {
        Self { child: Some(child), answer: PhantomData }
    }

    /// Waits until the process has answered and is gone, and everything it printed is shown.
    ///
    /// # Errors
    /// The [`Crash`] that kept it from answering.
    pub fn join(self) -> Result<T, Crash> {
        self.end(None)
    }

    /// Like [`join`](Handle::join), but kills the process if it has not answered within `limit`.
    ///
    /// ```
    /// use concurrency_lab::process::{self, Crash};
    /// use std::{thread::sleep, time::Duration};
    /// let slow = process::fork(|| sleep(Duration::from_secs(60)));
    /// let limit = Duration::from_millis(30);
    /// assert_eq!(slow.join_within(limit), Err(Crash::TimedOut(limit)));
    /// ```
    ///
    /// # Errors
    /// [`Crash::TimedOut`], or any other [`Crash`] that came first.
    pub fn join_within(self, limit: Duration) -> Result<T, Crash> {
        self.end(Some(limit))
    }

    fn end(mut self, limit: Option<Duration>) -> Result<T, Crash> {
        match self.child.take() {
            Some(Ok(child)) => decode(child.answer(limit)?),
            Some(Err(error)) => Err(Crash::NotStarted(error)),
            None => Err(Crash::Lost("it was joined before".into())),
        }
    }
}

/// The value in an answer.
pub(super) fn decode<T: DeserializeOwned + 'static>(bytes: Vec<u8>) -> Result<T, Crash> {
    codec::from_bytes(bytes).map_err(|error| Crash::Lost(error.to_string()))
}

impl<T> Handle<T> {
    /// The process's number in the system; 0 if it could not be started.
    pub fn pid(&self) -> u32 {
        self.running().map_or(0, |child| child.pid().as_raw().unsigned_abs())
    }

    /// Ends the process at once, as `kill -9` does; [`join`](Handle::join) then tells so.
    pub fn kill(&self) {
        if let Some(child) = self.running() {
            child.kill();
        }
    }

    /// Whether [`join`](Handle::join) would return without waiting for work: the answer is on its way, or the
    /// process is gone.
    pub fn is_finished(&self) -> bool {
        let Some(child) = self.running() else { return true };
        let mut polled = [PollFd::new(child.channel.as_fd(), PollFlags::POLLIN)];
        !child.is_here() || poll(&mut polled, PollTimeout::ZERO) != Ok(0)
    }

    fn running(&self) -> Option<&Child> {
        self.child.as_ref()?.as_ref().ok()
    }
}

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        let Some(Ok(child)) = self.child.take() else { return };
        if !child.is_here() {
            return;
        }
        let Child { pid, channel, output, .. } = child;
        let mut own = own::lock();
        if let Some(relay) = own.relay.as_mut() {
            relay.detach(pid, channel, output);
        }
    }
}
