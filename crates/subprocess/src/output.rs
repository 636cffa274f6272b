//! What a child prints, on its way to the reader: whole lines, marked with the child's pid.

use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollEvent, EpollFlags};
use nix::unistd::Pid;

use crate::descriptors::Registered;

/// Longest piece of a line without an end that is held back for the rest.
const LONGEST: usize = 64 * 1024;

/// The two streams of one child.
pub(crate) struct Output {
    pid: Pid,
    /// What wakes the thread that prints when nobody else listens.
    watched: OnceLock<Arc<Epoll>>,
    out: Mutex<Stream>,
    err: Mutex<Stream>,
    // The descriptors beside the state, so that they can be watched without its lock.
    pipes: [Registered; 2],
}

/// One stream: what has come of a line whose end has not.
#[derive(Default)]
struct Stream {
    partial: Vec<u8>,
    ended: bool,
}

impl Output {
    /// Reads from these pipes, which must not block.
    pub fn new(pid: Pid, out: Registered, err: Registered) -> Self {
        Self {
            pid,
            watched: OnceLock::new(),
            out: Mutex::default(),
            err: Mutex::default(),
            pipes: [out, err],
        }
    }

    /// The process that prints.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Has both pipes wake `epoll` under this number.
    pub fn watch(&self, epoll: &Arc<Epoll>, number: u64) -> nix::Result<()> {
        let _ = self.watched.set(Arc::clone(epoll));
        self.pipes.iter().try_for_each(|pipe| epoll.add(pipe, EpollEvent::new(EpollFlags::EPOLLIN, number)))
    }

    /// Ends what [`watch`](Self::watch) began.
    pub fn unwatch(&self) {
        self.pipes.iter().for_each(|pipe| self.ignore(pipe));
    }

    fn ignore(&self, pipe: &Registered) {
        if let Some(epoll) = self.watched.get() {
            let _ = epoll.delete(pipe);
        }
    }

    /// Prints the lines that have come.
    pub fn pump(&self) {
        // The stream's own lock first, then ours, always: a reader's thread may hold stdout while it joins.
        self.drain(&mut io::stdout().lock(), &self.out, &self.pipes[0], 4);
        self.drain(&mut io::stderr().lock(), &self.err, &self.pipes[1], 4);
    }

    /// Prints the rest, an unfinished line included, and stops watching. The child is gone.
    pub fn finish(&self) {
        let (mut stdout, mut stderr) = (io::stdout().lock(), io::stderr().lock());
        // Bounded, because a process that the child left behind may hold the pipe and print for ever.
        self.drain(&mut stdout, &self.out, &self.pipes[0], 256);
        self.drain(&mut stderr, &self.err, &self.pipes[1], 256);
        self.last(&mut stdout, &self.out);
        self.last(&mut stderr, &self.err);
        self.unwatch();
    }

    /// The pipes that have not ended.
    pub fn open_pipes(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let streams = [&self.out, &self.err].into_iter().zip(&self.pipes);
        streams.filter(|(stream, _)| !locked(stream).ended).map(|(_, pipe)| pipe.as_fd())
    }

    fn drain(&self, to: &mut impl Write, stream: &Mutex<Stream>, pipe: &Registered, pieces: usize) {
        let mut stream = locked(stream);
        let mut piece = [0u8; 16 * 1024];
        for _ in 0..pieces {
            if stream.ended {
                break;
            }
            match nix::unistd::read(pipe, &mut piece) {
                Ok(0) => self.end(&mut stream, pipe),
                Ok(got) => {
                    let lines = stream.add(self.pid, &piece[..got]);
                    // Nobody can be told that stdout is closed.
                    let _ = to.write_all(lines.as_bytes());
                }
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => break,
                Err(_) => self.end(&mut stream, pipe),
            }
        }
        let _ = to.flush();
    }

    /// Notes the end of a pipe, which would wake the watching thread without rest.
    fn end(&self, stream: &mut Stream, pipe: &Registered) {
        stream.ended = true;
        self.ignore(pipe);
    }

    fn last(&self, to: &mut impl Write, stream: &Mutex<Stream>) {
        let rest = std::mem::take(&mut locked(stream).partial);
        if !rest.is_empty() {
            let _ = to.write_all(marked(self.pid, &rest).as_bytes());
            let _ = to.flush();
        }
    }
}

fn locked(stream: &Mutex<Stream>) -> MutexGuard<'_, Stream> {
    stream.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stream {
    /// Takes in what came and gives the lines that are whole now, marked and ready to print.
    fn add(&mut self, pid: Pid, bytes: &[u8]) -> String {
        let mut lines = String::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.partial.len() >= LONGEST {
                lines += &marked(pid, &self.partial);
                self.partial.clear();
            }
        }
        lines
    }
}

/// A line as the reader sees it.
///
/// The kernel reads its orders from stdout, wherever in a line they stand; a child's text is never an order.
fn marked(pid: Pid, line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    format!("[pid {pid}] {}\n", text.replace("EVCXR_", "EVCXR-"))
}
