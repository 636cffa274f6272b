//! The wire between parent and child: frames of a kind, a length and that many bytes, over a socket pair.

use std::io::{self, ErrorKind, Read};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, send};

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
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

/// One message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub kind: Kind,
    pub body: Vec<u8>,
}

/// Kind and length ahead of every body.
const HEADER: usize = 9;

/// Writes a frame, waiting as long as the other side takes to read it.
pub(crate) fn write(socket: RawFd, kind: Kind, body: &[u8]) -> nix::Result<()> {
    let mut head = [kind as u8; HEADER];
    head[1..].copy_from_slice(&(body.len() as u64).to_le_bytes());
    // Small frames go in one call: the reader then wakes up once.
    if body.len() <= 4096 {
        return write_all(socket, &[&head, body].concat());
    }
    write_all(socket, &head)?;
    write_all(socket, body)
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

/// What [`FrameReader::receive`] found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// A whole frame.
    Frame(Frame),
    /// Nothing more for now.
    Nothing,
    /// The other side is closed.
    End,
}

/// Collects frames from a socket, however their bytes arrive.
#[derive(Default)]
pub(crate) struct FrameReader {
    head: Vec<u8>,
    body: Vec<u8>,
}

impl FrameReader {
    /// Reads what is there, up to one frame; `wait` makes it wait for the rest.
    ///
    /// # Errors
    /// What arrived is no frame, or cannot be held in memory.
    pub fn receive(&mut self, socket: RawFd, wait: bool) -> io::Result<Received> {
        let socket = Socket(socket, if wait { MsgFlags::empty() } else { MsgFlags::MSG_DONTWAIT });
        match self.fill(socket) {
            Ok(true) => self.take().map(Received::Frame),
            Ok(false) => Ok(Received::End),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock => Ok(Received::Nothing),
                ErrorKind::ConnectionReset => Ok(Received::End),
                ErrorKind::OutOfMemory => Err(io::Error::other("an answer does not fit in memory")),
                _ => Err(error),
            },
        }
    }

    /// Whether a whole frame is here. Room for it is made as it comes, so that a length alone takes no memory.
    fn fill(&mut self, socket: Socket) -> io::Result<bool> {
        socket.take((HEADER - self.head.len()) as u64).read_to_end(&mut self.head)?;
        let Some(length) = self.head.get(1..HEADER).and_then(|length| length.try_into().ok()) else {
            return Ok(false);
        };
        let missing = u64::from_le_bytes(length) - self.body.len() as u64;
        Ok(socket.take(missing).read_to_end(&mut self.body)? as u64 == missing)
    }

    fn take(&mut self) -> io::Result<Frame> {
        let (head, body) = (std::mem::take(&mut self.head), std::mem::take(&mut self.body));
        let kind = [Kind::Order, Kind::Value, Kind::Panic, Kind::Trouble, Kind::Report]
            .into_iter()
            .find(|kind| *kind as u8 == head[0])
            .ok_or_else(|| io::Error::other(format!("a message of unknown kind {}", head[0])))?;
        Ok(Frame { kind, body })
    }
}

/// A socket to be read in this way.
#[derive(Clone, Copy)]
struct Socket(RawFd, MsgFlags);

impl Read for Socket {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        Ok(recv(self.0, room, self.1)?)
    }
}

/// The child's side of the wire.
pub(crate) struct Channel {
    socket: OwnedFd,
    reader: FrameReader,
}

impl Channel {
    /// Speaks over this socket.
    pub fn new(socket: OwnedFd) -> Self {
        Self { socket, reader: FrameReader::default() }
    }

    /// Writes a frame.
    pub fn write(&self, kind: Kind, body: &[u8]) -> nix::Result<()> {
        write(self.socket.as_raw_fd(), kind, body)
    }

    /// Waits for the next order; `None` once the parent wants no more.
    pub fn read(&mut self) -> Option<Vec<u8>> {
        match self.reader.receive(self.socket.as_raw_fd(), true) {
            Ok(Received::Frame(frame)) => Some(frame.body),
            _ => None,
        }
    }
}
