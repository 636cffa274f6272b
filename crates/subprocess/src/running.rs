//! A child as its parent sees it: wait for its answer, end it, see how it ended.

use std::io::ErrorKind;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use serde::de::DeserializeOwned;

use crate::codec;
use crate::crash::Crash;
use crate::deadlock::Asleep;
use crate::descriptors::Registered;
use crate::frame::{Channel, Kind};
use crate::observer::observer;
use crate::output::Output;

/// How often a wait looks up from its descriptor: to print for a reader's thread that holds stdout, and to see
/// that a child is gone although somebody else keeps its channel open.
pub(crate) const TICK: Duration = Duration::from_millis(200);

/// How long a process whose channel is closed may take to be gone.
const GRACE: Duration = Duration::from_millis(500);

/// The encoded value, or why there is none.
pub(crate) type Answer = Result<Vec<u8>, Crash>;

/// A running child, whatever it was started for. Dropped, it is killed and waited for.
pub(crate) struct Child {
    pid: Pid,
    channel: Channel<Registered>,
    output: Arc<Output>,
    /// How it ended, once it was waited for.
    ended: Option<Crash>,
    asleep: Option<Asleep>,
}

impl Child {
    pub fn new(pid: Pid, channel: Registered, output: Arc<Output>) -> Self {
        Self { pid, channel: Channel::new(channel), output, ended: None, asleep: None }
    }

    pub fn pid(&self) -> u32 {
        self.output.pid()
    }

    pub fn channel(&self) -> BorrowedFd<'_> {
        self.channel.socket.as_fd()
    }

    /// Whether this is the process that started it, not a forked copy.
    pub fn is_here(&self) -> bool {
        self.channel.socket.is_here()
    }

    /// Sends an order. If the child is gone by now, its end is read as the answer.
    pub fn order(&self, body: &[u8]) {
        let _ = self.channel.write(Kind::Order, body);
    }

    /// Asks the system to end it now.
    pub fn kill(&self) {
        // Not after it was waited for: the number may be another process's by then.
        if self.ended.is_none() && self.is_here() {
            let _ = kill(self.pid, Signal::SIGKILL);
        }
    }

    /// Reads what has come: an answer, nothing yet, or how it ended without one.
    pub fn check(&mut self) -> Option<Answer> {
        loop {
            let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
            return match self.channel.receive(false) {
                Ok((Kind::Report, body)) => {
                    (observer().absorb)(&body);
                    continue;
                }
                Ok((Kind::Value, body)) => Some(Ok(body)),
                Ok((Kind::Panic, body)) => Some(Err(Crash::Panicked(text(&body)))),
                Ok((_, body)) => Some(Err(Crash::Lost(text(&body)))),
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => None,
                    ErrorKind::UnexpectedEof => Some(Err(self.hung_up())),
                    _ => Some(Err(self.end(Crash::Lost(error.to_string())))),
                },
            };
        }
    }

    /// Whether there is something to read, at once or within a time.
    pub fn wait(&self, limit: Duration) -> bool {
        let mut polled = [PollFd::new(self.channel(), PollFlags::POLLIN)];
        poll(&mut polled, poll_timeout(limit)) != Ok(0)
    }

    /// Waits for an answer and prints what comes meanwhile; `false` if nothing came for a while.
    fn listen(&self, limit: Duration) -> bool {
        let mut polled = vec![PollFd::new(self.channel(), PollFlags::POLLIN)];
        polled.extend(self.output.open_pipes().map(|pipe| PollFd::new(pipe, PollFlags::POLLIN)));
        let seen = poll(&mut polled, poll_timeout(limit));
        if polled[1..].iter().any(|pipe| pipe.any() == Some(true)) {
            self.output.pump();
        }
        seen != Ok(0)
    }

    /// Done whenever nothing came for a while: prints what there is, and sees whether an answer can still come.
    pub fn tick(&mut self) -> Option<Answer> {
        self.output.pump();
        // Gone, although somebody else keeps its channel open: what it sent before is still there.
        if let Some(crash) = self.ended(WaitPidFlag::WNOHANG) {
            return Some(self.check().unwrap_or(Err(crash)));
        }
        let asleep = Asleep::look(self.pid);
        if asleep.is_some() && asleep == self.asleep {
            return Some(Err(self.end(Crash::Deadlocked)));
        }
        self.asleep = asleep;
        None
    }

    /// How it ended, after its side of the channel was closed, as at its end; no answer can come from one that lives on.
    fn hung_up(&mut self) -> Crash {
        let since = Instant::now();
        while since.elapsed() < GRACE {
            if let Some(crash) = self.ended(WaitPidFlag::WNOHANG) {
                return crash;
            }
            self.output.pump();
            sleep(Duration::from_micros(100));
        }
        self.end(Crash::Lost("it closed its channel, so no answer could come, and was killed".into()))
    }

    /// Kills it, waits until it is gone and tells why it had to be.
    fn end(&mut self, why: Crash) -> Crash {
        self.kill();
        self.wait_for_end();
        why
    }

    /// Waits until the process is gone and has printed everything.
    fn wait_for_end(&mut self) -> Option<Crash> {
        self.ended(WaitPidFlag::empty())
    }

    /// How it ended, read as a crash; `None` if it still runs.
    fn ended(&mut self, options: WaitPidFlag) -> Option<Crash> {
        if self.ended.is_none() {
            self.ended = Some(match waitpid(self.pid, Some(options)) {
                Ok(WaitStatus::StillAlive) => return None,
                Err(Errno::EINTR) => return self.ended(options),
                Ok(WaitStatus::Exited(_, code)) => Crash::Exited(code),
                Ok(WaitStatus::Signaled(_, signal, _)) => Crash::Signalled(signal as i32, signal.to_string()),
                _ => Crash::Lost("something else in this process waited for it".into()),
            });
            self.output.finish();
        }
        self.ended.clone()
    }

    /// Whether it still runs; if not, it is waited for.
    pub fn is_alive(&mut self) -> bool {
        self.ended(WaitPidFlag::WNOHANG).is_none()
    }

    /// Prints what it has printed so far.
    pub fn pump(&self) {
        self.output.pump();
    }

    /// Waits for the answer and the end of the process.
    pub fn answer(mut self, limit: Option<Duration>) -> Answer {
        if !self.is_here() {
            return Err(Crash::Lost("only the process that started it can join it".into()));
        }
        let started = Instant::now();
        // This thread listens itself: waking the pump for it too would only be in the way.
        self.output.unwatch();
        let answer = loop {
            if let Some(answer) = self.check() {
                break answer;
            }
            if (observer().stop_asked)() {
                break Err(self.end(Crash::Stopped));
            }
            let left = limit.map(|limit| (limit, limit.saturating_sub(started.elapsed())));
            if let Some((limit, Duration::ZERO)) = left {
                break Err(self.end(Crash::TimedOut(limit)));
            }
            if !self.listen(left.map_or(TICK, |(_, left)| left.min(TICK)))
                && let Some(answer) = self.tick()
            {
                break answer;
            }
        };
        self.wait_for_end();
        answer
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.is_here() {
            self.kill();
            self.wait_for_end();
        }
    }
}

/// `limit` as `poll` and `epoll` take it: whole milliseconds, rounded up, so that the last wait before a limit is not many of no
/// length.
///
/// ```
/// let limit = subprocess::poll_timeout(std::time::Duration::from_micros(1));
/// assert_eq!(limit.as_millis(), Some(1));
/// ```
pub fn poll_timeout(limit: Duration) -> PollTimeout {
    PollTimeout::try_from(limit.as_nanos().div_ceil(1_000_000)).unwrap_or(PollTimeout::MAX)
}

/// The value in an answer.
pub(crate) fn decode<T: DeserializeOwned + 'static>(bytes: Vec<u8>) -> Result<T, Crash> {
    codec::from_bytes(bytes).map_err(|error| Crash::Lost(error.to_string()))
}
