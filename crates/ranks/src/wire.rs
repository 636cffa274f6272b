//! The messages between whoever wants tasks run, the coordinator and the ranks: over a socket as over MPI a head of fixed length,
//! then that many bytes.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// What a message is about. `Message::number` is the number of a task unless something else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// From a rank: it is there, and so many ranks are; the body is a `Hello`.
    Hello,
    /// To ranks: load this and make ready. The number is how many nanoseconds the rank's clock is behind.
    Start,
    /// From a rank: it is ready.
    Ready,
    /// From a rank: why it cannot be.
    Refused,
    /// To the coordinator: run so many tasks on so many ranks; the body is the recorder's flag.
    Run,
    /// To a rank: run this task.
    Task,
    /// From the coordinator: the rank was given this task. With a body, such messages may come late from now on.
    Given,
    /// From a rank: the encoded value of a task.
    Value,
    /// From a rank: what a task's panic said.
    Panic,
    /// From a rank: why a task has no value although nothing panicked.
    Trouble,
    /// From a rank: what its recorder noted.
    Report,
    /// To the coordinator: give out no more tasks.
    Stop,
    /// From the coordinator: every task that was given out is answered.
    Done,
    /// To ranks: no more tasks of what was started; something else may be.
    Rest,
    /// To all: the job is over.
    End,
    /// To a rank: what does your clock say? From it: this many nanoseconds. To whoever wants tasks run: the error of it.
    Clock,
}

const KINDS: [Kind; 16] = {
    use Kind::*;
    [
        Hello, Start, Ready, Refused, Run, Task, Given, Value, Panic, Trouble, Report, Stop, Done, Rest, End,
        Clock,
    ]
};

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is about.
    pub kind: Kind,
    /// Which rank sent it or is to have it; for [`Kind::Run`] and [`Kind::Start`] how many are.
    pub rank: u32,
    /// A number.
    pub number: u64,
    /// Anything.
    pub body: Vec<u8>,
}

/// Kind, rank, number, and the length of the body.
pub const HEAD: usize = 24;

impl Message {
    /// A message without a body.
    pub fn new(kind: Kind, rank: u32, number: u64) -> Self {
        Self { kind, rank, number, body: Vec::new() }
    }

    /// The same with a body.
    pub fn with(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// What goes ahead of a body of this length.
    pub fn head(&self, length: usize) -> [u8; HEAD] {
        let mut head = [0; HEAD];
        head[0] = self.kind as u8;
        head[4..8].copy_from_slice(&self.rank.to_le_bytes());
        head[8..16].copy_from_slice(&self.number.to_le_bytes());
        head[16..].copy_from_slice(&(length as u64).to_le_bytes());
        head
    }

    /// A message by its head, still without its body, and how long that is.
    ///
    /// # Errors
    /// These bytes are no head.
    pub fn of_head(head: [u8; HEAD]) -> io::Result<(Self, u64)> {
        let word = |from: usize| u64::from_le_bytes(std::array::from_fn(|i| head[from + i]));
        let kind = KINDS.get(usize::from(head[0])).ok_or_else(|| io::Error::other("no message"))?;
        Ok((Self::new(*kind, word(0).wrapping_shr(32) as u32, word(8)), word(16)))
    }
}

/// One side of the socket.
pub struct Wire {
    socket: UnixStream,
    /// What has come of a message, however its bytes arrive.
    head: Vec<u8>,
    body: Vec<u8>,
    /// What is to be sent with the next [`Wire::flush`].
    waiting: Vec<u8>,
}

impl Wire {
    /// Speaks over this socket.
    pub fn new(socket: UnixStream) -> Self {
        Self { socket, head: Vec::new(), body: Vec::new(), waiting: Vec::new() }
    }

    /// The socket, to wait on.
    pub fn socket(&self) -> &UnixStream {
        &self.socket
    }

    /// The next message; `None` if it is not there within this time, zero for now, nothing for any time.
    ///
    /// # Errors
    /// The other side is gone, or speaks another language.
    pub fn read(&mut self, within: Option<Duration>) -> io::Result<Option<Message>> {
        self.socket.set_nonblocking(within == Some(Duration::ZERO))?;
        if within != Some(Duration::ZERO) {
            self.socket.set_read_timeout(within)?;
        }
        match self.receive() {
            Ok(message) => Ok(Some(message)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn receive(&mut self) -> io::Result<Message> {
        let missing = HEAD - self.head.len();
        (&self.socket).take(missing as u64).read_to_end(&mut self.head)?;
        let head = self.head[..].try_into().map_err(|_| ErrorKind::UnexpectedEof)?;
        let (message, length) = Message::of_head(head)?;
        // Room is made for what comes, so that a length alone takes no memory.
        (&self.socket).take(length - self.body.len() as u64).read_to_end(&mut self.body)?;
        if self.body.len() as u64 != length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.head.clear();
        Ok(message.with(std::mem::take(&mut self.body)))
    }

    /// Sends a message with the next [`Wire::flush`], and all that wait if they are many bytes.
    ///
    /// # Errors
    /// The other side is gone.
    pub fn put(&mut self, message: &Message) -> io::Result<()> {
        self.waiting.extend(message.head(message.body.len()));
        if message.body.len() > 64 * 1024 {
            self.flush()?;
            return self.write(&message.body);
        }
        self.waiting.extend(&message.body);
        if self.waiting.len() > 64 * 1024 { self.flush() } else { Ok(()) }
    }

    /// Sends what waits.
    ///
    /// # Errors
    /// The other side is gone.
    pub fn flush(&mut self) -> io::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        self.write(&waiting)
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.socket.set_nonblocking(false)?;
        (&self.socket).write_all(bytes)
    }

    /// Sends a message now.
    ///
    /// # Errors
    /// The other side is gone.
    pub fn send(&mut self, message: &Message) -> io::Result<()> {
        self.put(message)?;
        self.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_as_they_were_sent_in_whatever_pieces() {
        let (one, other) = UnixStream::pair().unwrap();
        let (mut one, mut other) = (Wire::new(one), Wire::new(other));
        assert_eq!(other.read(Some(Duration::ZERO)).unwrap(), None);
        let messages: Vec<Message> =
            KINDS.into_iter().zip(0..).map(|(kind, n)| Message::new(kind, n, u64::MAX)).collect();
        let long = Message::new(Kind::Value, u32::MAX, 7).with(vec![5; 1_000_000]);
        messages.iter().for_each(|message| one.put(message).unwrap());
        let sent = long.clone();
        let sender = std::thread::spawn(move || {
            one.send(&sent).unwrap();
            let half = sent.head(sent.body.len());
            (&one.socket).write_all(&half[..9]).unwrap();
            std::thread::sleep(Duration::from_millis(20));
            (&one.socket).write_all(&half[9..]).unwrap();
        });
        for message in messages.iter().chain([&long]) {
            assert_eq!(other.read(None).unwrap().as_ref(), Some(message));
        }
        while other.read(Some(Duration::from_millis(1))).unwrap_or(None).is_none() && !sender.is_finished() {}
        sender.join().unwrap();
        assert!(other.read(None).is_err(), "the other side is gone");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        assert!(Message::of_head([255; HEAD]).is_err());
    }
}
