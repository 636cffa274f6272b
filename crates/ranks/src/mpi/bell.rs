//! Waiting without a core: a rank that has sent a message to a sleeping one wakes it through a socket beside MPI, where both are on
//! one machine; elsewhere the sleeper looks up by itself.

use std::os::fd::AsFd;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, poll};

/// How long to sleep at first, and at most, where nobody can ring.
const SHORTEST: Duration = Duration::from_micros(20);
const LONGEST: Duration = Duration::from_millis(1);
/// The same where somebody can.
const SHORTEST_RINGING: Duration = Duration::from_millis(5);
const LONGEST_RINGING: Duration = Duration::from_millis(40);

/// How often to look again before a sleep, once something was heard or said: a message may take MPI more than one step.
const LOOKS: u32 = 20;

/// A rank's bell, and the way to those of others.
pub struct Bell {
    folder: Option<PathBuf>,
    own: Option<UnixDatagram>,
    others: Option<UnixDatagram>,
    nap: Duration,
    looks: u32,
}

impl Bell {
    /// The bell of rank `rank`; without a folder that others can reach there is none.
    pub fn new(folder: Option<&Path>, rank: u32) -> Self {
        let bell = folder.and_then(|folder| UnixDatagram::bind(at(folder, rank)).ok());
        let own = bell.filter(|bell| bell.set_nonblocking(true).is_ok());
        let others = UnixDatagram::unbound().ok().filter(|socket| socket.set_nonblocking(true).is_ok());
        Self { folder: folder.map(Path::to_owned), own, others, nap: SHORTEST, looks: LOOKS }
    }

    /// From now on it looks up by itself: some who send messages cannot ring.
    pub fn look_up(&mut self) {
        self.own = None;
    }

    /// Wakes a rank. One that cannot be rung looks up by itself.
    pub fn ring(&self, rank: u32) {
        if let (Some(folder), Some(others)) = (&self.folder, &self.others) {
            let _ = others.send_to(&[1], at(folder, rank));
        }
    }

    /// Something came: the next nap is short.
    pub fn came(&mut self) {
        (self.nap, self.looks) = (SHORTEST, LOOKS);
    }

    /// Sleeps for a while, until the bell rings, or until `socket` can be read.
    pub fn wait(&mut self, socket: Option<&UnixStream>) {
        if self.looks > 0 {
            self.looks -= 1;
            return std::hint::spin_loop();
        }
        let nap = self.nap;
        let Some(bell) = &self.own else {
            thread::sleep(nap);
            self.nap = LONGEST.min(nap * 2);
            return;
        };
        let nap = nap.max(SHORTEST_RINGING);
        self.nap = LONGEST_RINGING.min(nap * 2);
        let mut polled = vec![PollFd::new(bell.as_fd(), PollFlags::POLLIN)];
        polled.extend(socket.map(|socket| PollFd::new(socket.as_fd(), PollFlags::POLLIN)));
        let _ = poll(&mut polled, nap.as_millis() as u16);
        let mut rang = false;
        while bell.recv(&mut [0; 8]).is_ok() {
            rang = true;
        }
        if rang {
            self.came();
        }
    }
}

fn at(folder: &Path, rank: u32) -> PathBuf {
    folder.join(format!("bell-{rank}"))
}
