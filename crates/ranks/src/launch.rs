//! A job that this program starts: on which hosts, and who of it is alive.

use std::collections::HashMap;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use subprocess::{Error, observer, poll_timeout};

use crate::hosts::Hosts;
use crate::job::{Job, telling};
use crate::line::unavailable;
use crate::place::Place;

/// Where rank 0 finds whoever wants tasks run: a folder with sockets.
pub(crate) const FOLDER: &str = "RANKS_FOLDER";
/// The socket in it that rank 0 connects to.
pub(crate) const SOCKET: &str = "job";

/// A job that this program started. Dropped, it is ended.
pub(crate) struct Own {
    pub job: Job,
    /// What each rank runs.
    pub program: PathBuf,
    listener: UnixListener,
    lives: Lives,
    _folder: tempfile::TempDir,
}

impl Own {
    /// Starts `ranks` ranks and the coordinator on these hosts, and waits for that to call.
    ///
    /// # Errors
    /// What mpiexec said instead, or that it did not come so far in time.
    pub fn start(
        ranks: usize,
        hosts: &Hosts,
        place: &Place,
        limit: Duration,
    ) -> Result<(Self, UnixStream), Error> {
        let (mpiexec, program) = (place.mpiexec()?, place.program()?);
        let failed =
            |error: io::Error| unavailable(format!("{} cannot be started: {error}", mpiexec.display()));
        let folder = tempfile::Builder::new().prefix("ranks-").tempdir().map_err(failed)?;
        let listener = UnixListener::bind(folder.path().join(SOCKET)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let mut command = Command::new(&mpiexec);
        command.arg("-prepend-rank").args(["-n", &(ranks + 1).to_string()]).args(hosts.arguments(ranks)?);
        command.arg(&program).env(FOLDER, folder.path());
        // Otherwise a crash is told by MPI's own handler, which may wait for a debugger.
        command.env("UCX_HANDLE_ERRORS", "none");
        let job = Job::start(command).map_err(failed)?;
        // As the system names it.
        let program = program.canonicalize().map_err(failed)?;
        let mut own = Self { job, program, listener, lives: Lives::new().map_err(failed)?, _folder: folder };
        let deadline = Instant::now() + limit;
        loop {
            own.admit();
            if let Some(coordinator) = own.lives.sockets.remove(&COORDINATOR) {
                return Ok((own, coordinator));
            }
            let what = match () {
                () if own.job.has_ended() => format!("the ranks could not be started on {hosts}"),
                () if (observer().stop_asked)() => "stopped before the ranks were there".to_owned(),
                () if Instant::now() > deadline => {
                    format!("the ranks did not start within {limit:?} on {hosts}")
                }
                () => {
                    thread::sleep(Duration::from_millis(2));
                    continue;
                }
            };
            own.job.finish();
            let said = telling(&own.job.words()).map_or_else(String::new, |said| format!(": {said}"));
            return Err(unavailable(what + &said));
        }
    }

    /// Takes in the ranks that have called.
    pub fn admit(&mut self) {
        while let Ok((mut socket, _)) = self.listener.accept() {
            let mut rank = [0; 4];
            let read = socket.set_nonblocking(false).and_then(|()| socket.read_exact(&mut rank));
            if read.is_ok() {
                // The end of one that cannot be watched is not seen, but that of the job is.
                let _ = self.lives.add(u32::from_le_bytes(rank), socket);
            }
        }
    }

    /// Waits until the coordinator said something or a rank on this machine has ended; which one, if it has.
    pub fn watch(&mut self, within: Duration) -> Option<u32> {
        self.lives.first_to_end(within)
    }
}

/// Rank 0.
const COORDINATOR: u32 = 0;

/// A socket of each rank on this machine: its other end is closed when that ends.
struct Lives {
    epoll: Epoll,
    sockets: HashMap<u32, UnixStream>,
}

impl Lives {
    fn new() -> io::Result<Self> {
        Ok(Self { epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?, sockets: HashMap::new() })
    }

    fn add(&mut self, rank: u32, socket: UnixStream) -> io::Result<()> {
        self.epoll.add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, rank.into()))?;
        self.sockets.insert(rank, socket);
        Ok(())
    }

    /// Waits until one has ended or the coordinator's socket can be read: the one that ended first of those of which it was not told.
    fn first_to_end(&mut self, within: Duration) -> Option<u32> {
        let mut events = vec![EpollEvent::empty(); self.sockets.len() + 1];
        let count = self.epoll.wait(&mut events, poll_timeout(within)).unwrap_or(0);
        // Linux lists them in the order in which it happened: the one for which MPI ended the others comes before those, however
        // late this looks.
        let mut ended = events[..count].iter().map(|event| event.data() as u32);
        let first = ended.find(|rank| self.sockets.contains_key(rank))?;
        self.sockets.remove(&first);
        Some(first)
    }
}

/// Waits until the socket can be read.
pub(crate) fn wait_for(socket: &UnixStream, within: Duration) {
    let _ = poll(&mut [PollFd::new(socket.as_fd(), PollFlags::POLLIN)], poll_timeout(within));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rank_to_end_is_told_however_late_one_asks() {
        let mut lives = Lives::new().unwrap();
        let mut ranks: HashMap<u32, UnixStream> = HashMap::new();
        for rank in 0..=4 {
            let (ours, theirs) = UnixStream::pair().unwrap();
            lives.add(rank, ours).unwrap();
            ranks.insert(rank, theirs);
        }
        let _coordinator = lives.sockets.remove(&COORDINATOR);
        assert_eq!(lives.first_to_end(Duration::ZERO), None);
        for rank in [3, 0, 1, 4] {
            ranks.remove(&rank);
        }
        let told: Vec<u32> = std::iter::from_fn(|| lives.first_to_end(Duration::ZERO)).collect();
        assert_eq!(told, [3, 1, 4]);
    }
}
