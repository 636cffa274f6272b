//! The wire between parent and child: frames of a kind, a length and that many bytes, over a socket pair.

use std::io::{self, ErrorKind, Read};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, send};

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// To a child: what it waits for: how to start, arguments, or the number of a task.
    Order = 1,
    /// From a child: the encoded value of its function or task.
    Value = 2,
    /// From a child: the message of a panic.
    Panic = 3,
    /// From a child: why there is no value although nothing panicked.
    Trouble = 4,
    /// From a child: what its recorder noted.
    Report = 5,
}

impl Kind {
    /// The kind of this number.
    pub fn of(number: u8) -> Option<Self> {
        let known = [Self::Order, Self::Value, Self::Panic, Self::Trouble, Self::Report];
        known.into_iter().find(|kind| *kind as u8 == number)
    }
}

/// Kind and length ahead of every body.
const HEADER: usize = 9;

/// One side of the wire: the child's socket, or what the parent has registered.
pub(crate) struct Channel<S = OwnedFd> {
    pub socket: S,
    /// What has come of a frame, however its bytes arrive.
    head: Vec<u8>,
    body: Vec<u8>,
}

impl<S: AsFd> Channel<S> {
    /// Speaks over this socket.
    pub fn new(socket: S) -> Self {
        Self { socket, head: Vec::new(), body: Vec::new() }
    }

    /// Writes a frame, waiting as long as the other side takes to read it.
    pub fn write(&self, kind: Kind, body: &[u8]) -> nix::Result<()> {
        let socket = self.socket.as_fd().as_raw_fd();
        let mut head = [kind as u8; HEADER];
        head[1..].copy_from_slice(&(body.len() as u64).to_le_bytes());
        // Small frames go in one call: the reader then wakes up once.
        if body.len() <= 4096 {
            return write_all(socket, &[&head, body].concat());
        }
        write_all(socket, &head)?;
        write_all(socket, body)
    }

    /// Reads what is there, up to one frame; `wait` makes it wait for the rest.
    ///
    /// # Errors
    /// `WouldBlock` if there is no more for now, `UnexpectedEof` if the other side is closed; or what arrived is no frame.
    pub fn receive(&mut self, wait: bool) -> io::Result<(Kind, Vec<u8>)> {
        let flags = if wait { MsgFlags::empty() } else { MsgFlags::MSG_DONTWAIT };
        let socket = Socket(self.socket.as_fd().as_raw_fd(), flags);
        // Room is made for what comes, so that a length alone takes no memory.
        socket.take((HEADER - self.head.len()) as u64).read_to_end(&mut self.head)?;
        let (kind, length) = self.head.split_first_chunk::<1>().ok_or(ErrorKind::UnexpectedEof)?;
        let kind = Kind::of(kind[0])
            .ok_or_else(|| io::Error::other(format!("a message of unknown kind {}", kind[0])))?;
        let length = u64::from_le_bytes(length.try_into().map_err(|_| ErrorKind::UnexpectedEof)?);
        socket.take(length - self.body.len() as u64).read_to_end(&mut self.body)?;
        if self.body.len() as u64 != length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.head.clear();
        Ok((kind, std::mem::take(&mut self.body)))
    }

    /// Waits for the next order; `None` once the parent wants no more.
    pub fn read(&mut self) -> Option<Vec<u8>> {
        self.receive(true).ok().map(|(_, body)| body)
    }
}

fn write_all(socket: RawFd, mut bytes: &[u8]) -> nix::Result<()> {
    while !bytes.is_empty() {
        // No SIGPIPE: a reader that is gone is an error here, not the end of this process.
        match send(socket, bytes, MsgFlags::MSG_NOSIGNAL) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A socket to be read in this way.
#[derive(Clone, Copy)]
struct Socket(RawFd, MsgFlags);

impl Read for Socket {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match recv(self.0, room, self.1) {
            Err(Errno::ECONNRESET) => Ok(0),
            received => Ok(received?),
        }
    }
}
