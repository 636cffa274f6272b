//! What children print, on its way to the reader: whole lines, marked with the child's pid.
//!
//! One thread, the pump, reads what all of them print while nobody waits for them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use crate::descriptors::{Registered, Registry};
use crate::observer::{observer, source};

/// Longest piece of a line without an end that is held back for the rest.
const LONGEST: usize = 64 * 1024;

/// The two streams of one child.
pub(crate) struct Output {
    pid: u32,
    /// What wakes the thread that prints when nobody else listens.
    epoll: Arc<Epoll>,
    streams: [Stream; 2],
}

struct Stream {
    // Beside the state, so that it can be watched without its lock.
    pipe: Registered,
    /// Locks stdout or stderr; always ahead of the state, because a reader's thread may hold those while it joins.
    shown: fn() -> Box<dyn Write>,
    state: Mutex<State>,
}

/// What has come of a line whose end has not.
#[derive(Default)]
struct State {
    partial: Vec<u8>,
    ended: bool,
}

impl Output {
    /// The process that prints.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Ends what [`Pump::watch`] began.
    pub fn unwatch(&self) {
        self.streams.iter().for_each(|stream| _ = self.epoll.delete(&stream.pipe));
    }

    /// Prints the lines that have come.
    pub fn pump(&self) {
        self.drain(4, false);
    }

    /// Prints the rest, an unfinished line included, and stops watching. The child is gone.
    pub fn finish(&self) {
        // Bounded, because a process that the child left behind may hold the pipe and print for ever.
        self.drain(256, true);
        self.unwatch();
    }

    /// The pipes that have not ended.
    pub fn open_pipes(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.streams.iter().filter(|stream| !stream.lock().ended).map(|stream| stream.pipe.as_fd())
    }

    /// Prints what is in the pipes, up to so many pieces of each.
    fn drain(&self, pieces: usize, last: bool) {
        let mut piece = [0u8; 16 * 1024];
        for stream in &self.streams {
            let mut shown = (stream.shown)();
            let mut state = stream.lock();
            for _ in 0..pieces {
                if state.ended {
                    break;
                }
                match nix::unistd::read(&stream.pipe, &mut piece) {
                    // Nobody can be told that stdout is closed.
                    Ok(got @ 1..) => _ = shown.write_all(state.add(self.pid, &piece[..got]).as_bytes()),
                    Err(Errno::EINTR) => {}
                    Err(Errno::EAGAIN) => break,
                    Ok(0) | Err(_) => {
                        state.ended = true;
                        // Its end would wake the watching thread without rest.
                        let _ = self.epoll.delete(&stream.pipe);
                    }
                }
            }
            if last && !state.partial.is_empty() {
                let _ = shown.write_all(
                    marked(&format!("pid {}", self.pid), &std::mem::take(&mut state.partial)).as_bytes(),
                );
            }
            let _ = shown.flush();
        }
    }
}

impl Stream {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes in what came and gives the lines that are whole now, marked and ready to print.
    fn add(&mut self, pid: u32, bytes: &[u8]) -> String {
        let mut lines = String::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.partial.len() >= LONGEST {
                lines += &marked(&format!("pid {pid}"), &self.partial);
                self.partial.clear();
            }
        }
        lines
    }
}

/// A line that `by` printed, as the reader sees it.
///
/// The kernel reads its orders from stdout, wherever in a line they stand; a child's text is never an order.
pub fn marked(by: &str, line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    format!("[{by}] {}\n", text.replace("EVCXR_", "EVCXR-"))
}

/// The pump of this process; see [`lock_pump`].
pub(crate) struct Pump {
    epoll: Option<Arc<Epoll>>,
    /// By the number under which they wake the thread.
    outputs: BTreeMap<u64, Weak<Output>>,
    next: u64,
}

static PUMP: Mutex<Pump> = Mutex::new(Pump { epoll: None, outputs: BTreeMap::new(), next: 0 });

/// Locks the pump; a thread that forks holds this lock meanwhile. Taken ahead of that of the descriptors.
pub(crate) fn lock_pump() -> MutexGuard<'static, Pump> {
    PUMP.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pump {
    /// In a forked copy: lets go of what the parent's thread serves; that thread keeps the epoll instance alive.
    pub fn start_over(&mut self) {
        self.epoll = None;
        self.outputs.clear();
    }

    /// What wakes the thread, which is started unless it runs.
    pub fn start(&mut self, registry: &mut Registry) -> io::Result<Arc<Epoll>> {
        if let Some(epoll) = &self.epoll {
            return Ok(epoll.clone());
        }
        let epoll = Arc::new(Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?);
        let watched = Arc::clone(&epoll);
        thread::Builder::new()
            .name("process output".into())
            .stack_size(128 * 1024)
            .spawn(move || run(&watched))?;
        registry.note(&epoll.0);
        Ok(self.epoll.insert(epoll).clone())
    }

    /// A child's output from these pipes, which must not block, watched from now on. One that cannot be watched is still
    /// read when it is joined.
    pub fn watch(&mut self, epoll: Arc<Epoll>, pid: u32, out: Registered, err: Registered) -> Arc<Output> {
        let stream = |pipe, shown| Stream { pipe, shown, state: Mutex::default() };
        let streams =
            [stream(out, || Box::new(io::stdout().lock())), stream(err, || Box::new(io::stderr().lock()))];
        let output = Arc::new(Output { pid, epoll, streams });
        self.next += 1;
        self.outputs.retain(|_, output| output.strong_count() > 0);
        self.outputs.insert(self.next, Arc::downgrade(&output));
        let event = EpollEvent::new(EpollFlags::EPOLLIN, self.next);
        let _ = output.streams.iter().try_for_each(|stream| output.epoll.add(&stream.pipe, event));
        output
    }
}

fn run(epoll: &Epoll) {
    let mut hidden = false;
    let mut events = [EpollEvent::empty(); 64];
    loop {
        let seen = match epoll.wait(&mut events, EpollTimeout::NONE) {
            Ok(seen) => seen,
            Err(Errno::EINTR) => 0,
            Err(_) => return,
        };
        if !hidden && source().is_some() {
            (observer().hide_thread)();
            hidden = true;
        }
        for event in &events[..seen] {
            let output = lock_pump().outputs.get(&event.data()).and_then(Weak::upgrade);
            // Printed once the lock is free again.
            if let Some(output) = output {
                output.pump();
            }
        }
    }
}
