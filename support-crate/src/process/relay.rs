//! One thread reads what all children print, and prints it here line by line, marked with the child's pid.

use std::collections::HashMap;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::sync::Arc;
use std::thread;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::unistd::Pid;

use super::output::Output;
use super::own::{self, Owned};
use super::sys;

/// What wakes the relay: lines of a child, or the end of one that nobody waits for.
enum Source {
    Output(Arc<Output>),
    Detached(Pid, Owned, Arc<Output>),
}

/// The relay's side of [`own::Own`].
pub(super) struct Relay {
    epoll: Arc<Epoll>,
    sources: HashMap<u64, Source>,
    next: u64,
}

/// What the relay knows a source by.
pub(super) type Token = u64;

impl Relay {
    /// Starts the thread.
    pub fn start() -> std::io::Result<Self> {
        let epoll = Arc::new(Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?);
        let watched = Arc::clone(&epoll);
        thread::Builder::new()
            .name("process output".into())
            .stack_size(128 * 1024)
            .spawn(move || run(&watched))?;
        Ok(Self { epoll, sources: HashMap::new(), next: 0 })
    }

    /// In a forked copy: lets go of everything without touching what the parent still uses.
    pub fn leave_to_parent(self) {
        // Dropping the sources would lock what is locked now; they are a few words each, and copies.
        std::mem::forget(self);
    }

    /// Watches a child's output from now on.
    pub fn watch(&mut self, output: &Arc<Output>) -> nix::Result<()> {
        let token = self.token();
        for pipe in output.pipes() {
            self.epoll.add(pipe, EpollEvent::new(EpollFlags::EPOLLIN, token))?;
        }
        output.set_token(token);
        self.sources.insert(token, Source::Output(Arc::clone(output)));
        Ok(())
    }

    /// Stops watching an output. The caller holds it too, so that its descriptors are still open, and close
    /// only after the record's lock is free again.
    pub fn unwatch(&mut self, token: Token, output: &Output) {
        for pipe in output.pipes() {
            let _ = self.epoll.delete(pipe);
        }
        self.sources.remove(&token);
    }

    /// Number of the descriptor that the thread sleeps on.
    pub fn descriptor(&self) -> RawFd {
        self.epoll.0.as_raw_fd()
    }

    /// Stops waking for a pipe that has ended.
    pub fn ignore(&self, pipe: impl AsFd) {
        let _ = self.epoll.delete(pipe);
    }

    /// Looks after a child whose handle was dropped: its output goes on, and it is waited for when it ends.
    pub fn detach(&mut self, pid: Pid, channel: Owned, output: Arc<Output>) {
        let token = self.token();
        if self.epoll.add(&channel, EpollEvent::new(EpollFlags::EPOLLIN, token)).is_ok() {
            self.sources.insert(token, Source::Detached(pid, channel, output));
        }
    }

    fn token(&mut self) -> Token {
        self.next += 1;
        self.next
    }
}

/// A detached child that has closed its channel and is about to be gone.
struct Leaving {
    pid: Pid,
    output: Arc<Output>,
}

fn run(epoll: &Epoll) {
    crate::trace::hide_thread();
    let mut events = [EpollEvent::empty(); 64];
    let mut leaving: Vec<Leaving> = Vec::new();
    loop {
        let timeout = if leaving.is_empty() { EpollTimeout::NONE } else { EpollTimeout::from(5u8) };
        let seen = match epoll.wait(&mut events, timeout) {
            Ok(seen) => seen,
            Err(Errno::EINTR) => 0,
            Err(_) => return,
        };
        for event in &events[..seen] {
            attend(event.data(), &mut leaving);
        }
        leaving.retain(|child| match sys::wait(child.pid, false) {
            Ok(None) => true,
            _ => {
                child.output.finish();
                false
            }
        });
    }
}

fn attend(token: Token, leaving: &mut Vec<Leaving>) {
    let mut own = own::lock();
    let Some(relay) = own.relay.as_mut() else { return };
    match relay.sources.get(&token) {
        Some(Source::Output(output)) => {
            let output = Arc::clone(output);
            drop(own);
            output.pump();
        }
        Some(Source::Detached(_, channel, _)) => {
            // Its answer is nobody's: read and let go.
            let mut scrap = [0u8; 64 * 1024];
            let flags = nix::sys::socket::MsgFlags::MSG_DONTWAIT;
            let got = nix::sys::socket::recv(channel.raw(), &mut scrap, flags);
            if matches!(got, Ok(1..) | Err(Errno::EAGAIN | Errno::EINTR)) {
                return;
            }
            let _ = relay.epoll.delete(channel);
            if let Some(Source::Detached(pid, channel, output)) = relay.sources.remove(&token) {
                drop(own);
                drop(channel);
                leaving.push(Leaving { pid, output });
            }
        }
        None => {}
    }
}
