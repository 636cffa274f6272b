//! A job that this program starts: on which hosts, and who of it is alive.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use subprocess::{Error, observer};

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
    listener: UnixListener,
    /// A socket of each rank on this machine: its other end is closed when that ends.
    lives: Vec<(u32, UnixStream)>,
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
        let mpiexec = place.mpiexec()?;
        let failed =
            |error: io::Error| unavailable(format!("{} cannot be started: {error}", mpiexec.display()));
        let folder = tempfile::Builder::new().prefix("ranks-").tempdir().map_err(failed)?;
        let listener = UnixListener::bind(folder.path().join(SOCKET)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let mut command = Command::new(&mpiexec);
        command.arg("-prepend-rank").args(["-n", &(ranks + 1).to_string()]).args(hosts.arguments(ranks)?);
        command.arg(place.program()?).env(FOLDER, folder.path());
        // Otherwise a crash is told by MPI's own handler, which may wait for a debugger.
        command.env("UCX_HANDLE_ERRORS", "none");
        let job = Job::start(command).map_err(failed)?;
        let mut own = Self { job, listener, lives: Vec::new(), _folder: folder };
        let deadline = Instant::now() + limit;
        loop {
            own.admit();
            if let Some(place) = own.lives.iter().position(|(rank, _)| *rank == 0) {
                let (_, coordinator) = own.lives.swap_remove(place);
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
                self.lives.push((u32::from_le_bytes(rank), socket));
            }
        }
    }

    /// Waits until `socket` can be read or a rank on this machine has ended; which one, if it has.
    pub fn watch(&mut self, socket: &UnixStream, within: Duration) -> Option<u32> {
        let sockets = self.lives.iter().map(|(_, socket)| socket).chain([socket]);
        let ended = watch(sockets, within).filter(|place| *place < self.lives.len())?;
        Some(self.lives.swap_remove(ended).0)
    }
}

/// Waits until one of these can be read, or is closed on the other side: which one.
pub(crate) fn watch<'a>(
    sockets: impl IntoIterator<Item = &'a UnixStream>,
    within: Duration,
) -> Option<usize> {
    let polled = sockets.into_iter().map(|socket| PollFd::new(socket.as_fd(), PollFlags::POLLIN));
    let mut polled: Vec<PollFd> = polled.collect();
    let within = PollTimeout::try_from(within.as_micros().div_ceil(1_000)).unwrap_or(PollTimeout::MAX);
    let _ = poll(&mut polled, within);
    polled.iter().position(|socket| socket.any() == Some(true))
}
