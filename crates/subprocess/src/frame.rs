//! The wire between parent and child: frames of a kind, a length and that many bytes, over a socket pair.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, send};

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// To a spawned child: which function to run, with what.
    Start = 1,
    /// To a spawned child, next: the encoded arguments of the function.
    Arguments = 2,
    /// To a worker: the number of a task, and the recorder's flag.
    Task = 3,
    /// From a child: the encoded value of its function or task.
    Value = 4,
    /// From a child: the message of a panic.
    Panic = 5,
    /// From a child: why there is no value although nothing panicked.
    Trouble = 6,
    /// From a child: what its recorder noted.
    Report = 7,
}

impl Kind {
    fn from_byte(byte: u8) -> Option<Self> {
        [Self::Start, Self::Arguments, Self::Task, Self::Value, Self::Panic, Self::Trouble, Self::Report]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

/// One message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub kind: Kind,
    pub body: Vec<u8>,
}

/// Kind and length ahead of every body.
const HEADER: usize = 9;
/// Room that is made for any body at first, or half of it.
const LEAST: usize = 64 * 1024;

fn header(kind: Kind, length: usize) -> [u8; HEADER] {
    let mut bytes = [kind as u8; HEADER];
    bytes[1..].copy_from_slice(&(length as u64).to_le_bytes());
    bytes
}

/// Writes a frame, waiting as long as the other side takes to read it.
pub(crate) fn write(socket: RawFd, kind: Kind, body: &[u8]) -> nix::Result<()> {
    let head = header(kind, body.len());
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
    head: [u8; HEADER],
    headed: usize,
    body: Vec<u8>,
    bodied: usize,
}

impl FrameReader {
    /// Reads what is there, up to one frame; `wait` makes it wait for the rest.
    ///
    /// # Errors
    /// What arrived is no frame, or cannot be held in memory.
    pub fn receive(&mut self, socket: RawFd, wait: bool) -> io::Result<Received> {
        let flags = if wait { MsgFlags::empty() } else { MsgFlags::MSG_DONTWAIT };
        loop {
            if self.headed == HEADER && self.bodied == self.body.len() {
                if self.bodied as u64 == self.length() {
                    return self.take().map(Received::Frame);
                }
                self.make_room()?;
            }
            let room = if self.headed < HEADER {
                &mut self.head[self.headed..]
            } else {
                &mut self.body[self.bodied..]
            };
            match recv(socket, room, flags) {
                Ok(0) | Err(Errno::ECONNRESET) => return Ok(Received::End),
                Ok(got) if self.headed < HEADER => self.headed += got,
                Ok(got) => self.bodied += got,
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return Ok(Received::Nothing),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn length(&self) -> u64 {
        u64::from_le_bytes(self.head[1..].try_into().expect("eight bytes of length"))
    }

    /// Makes room for more of the body: twice what has come, so that a length alone takes no memory.
    fn make_room(&mut self) -> io::Result<()> {
        let announced = self.length();
        let wanted = usize::try_from(announced).unwrap_or(usize::MAX).min(self.body.len().max(LEAST) * 2);
        if self.body.try_reserve_exact(wanted - self.body.len()).is_err() {
            return Err(io::Error::other(format!("an answer of {announced} bytes does not fit in memory")));
        }
        self.body.resize(wanted, 0);
        Ok(())
    }

    fn take(&mut self) -> io::Result<Frame> {
        self.headed = 0;
        self.bodied = 0;
        let body = std::mem::take(&mut self.body);
        let kind = Kind::from_byte(self.head[0])
            .ok_or_else(|| io::Error::other(format!("a message of unknown kind {}", self.head[0])))?;
        Ok(Frame { kind, body })
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

    /// Waits for the next frame; `None` once the parent wants no more.
    pub fn read(&mut self) -> Option<Frame> {
        match self.reader.receive(self.socket.as_raw_fd(), true) {
            Ok(Received::Frame(frame)) => Some(frame),
            _ => None,
        }
    }
}
