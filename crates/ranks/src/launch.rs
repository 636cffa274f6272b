//! Starting an MPI job: which mpiexec, the process that it is, what it said when a job ended badly.

use std::collections::{HashMap, VecDeque};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use subprocess::{Error, ErrorKind, observer};

use crate::hosts::Hosts;
use crate::line;

/// Where rank 0 finds whoever wants tasks run: a folder with sockets.
pub(crate) const FOLDER: &str = "RANKS_FOLDER";
/// The socket in it that rank 0 connects to.
pub(crate) const SOCKET: &str = "job";
/// If this is set, a worker prints how many ranks it is one of, and nothing else.
pub(crate) const SMOKE: &str = "RANKS_SMOKE";
/// How that line begins.
pub(crate) const SMOKE_LINE: &str = "ranks of this job:";

/// How long the smoke test of an mpiexec may take.
const SMOKE_LIMIT: Duration = Duration::from_secs(20);
/// Lines of mpiexec's own that are kept.
const KEPT: usize = 60;

/// Where the worker program and its mpiexec were installed.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder: `bin/ranks-worker` and `bin/mpiexec` are below it. Without the second, an mpiexec on `PATH` serves if it works
    /// with the first.
    pub home: PathBuf,
    /// The command that installs them.
    pub mend: &'static str,
}

/// What came of trying an mpiexec with a worker.
type Tried = HashMap<(PathBuf, PathBuf), Result<(), String>>;

impl Place {
    /// The program that is each rank: this one, if it can be, or the worker.
    ///
    /// # Errors
    /// There is none: what to do.
    fn program(&self) -> Result<PathBuf, Error> {
        if line::is_its_own_worker() {
            let own = std::env::current_exe();
            return own.map_err(|error| unavailable(format!("this program cannot be found: {error}")));
        }
        let worker = self.home.join("bin").join("ranks-worker");
        worker.is_file().then_some(worker).ok_or_else(|| {
            unavailable(format!(
                "MPI is not set up here: run `{}` in a terminal, then this again (no restart is needed)",
                self.mend
            ))
        })
    }

    /// The mpiexec that goes with the worker.
    ///
    /// # Errors
    /// There is no worker, or no mpiexec that works with it: what is missing, and what to do.
    fn mpiexec(&self) -> Result<PathBuf, Error> {
        let (worker, own) = (self.program()?, self.home.join("bin").join("mpiexec"));
        if own.is_file() {
            return Ok(own);
        }
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let found =
            std::env::split_paths(&paths).map(|folder| folder.join("mpiexec")).find(|path| path.is_file());
        let found =
            found.ok_or_else(|| unavailable(format!("no mpiexec is on PATH: run `{}`", self.mend)))?;
        static TRIED: LazyLock<Mutex<Tried>> = LazyLock::new(Mutex::default);
        let mut tried = TRIED.lock().unwrap_or_else(PoisonError::into_inner);
        let works = tried.entry((found.clone(), worker.clone()));
        let works = works.or_insert_with(|| smoke_test(&found, &worker));
        works
            .clone()
            .map_err(|why| unavailable(format!("{} {why}: run `{}`", found.display(), self.mend)))?;
        Ok(found)
    }
}

/// Finds out whether ranks can be had, before any work starts.
///
/// # Errors
/// No worker, or no mpiexec that works with it: what is missing, and what to do; none in a job that this program is part of.
pub fn available(place: &Place) -> Result<(), Error> {
    if line::of_world().is_some() { Ok(()) } else { place.mpiexec().map(drop) }
}

fn unavailable(sentence: String) -> Error {
    Error::new(ErrorKind::Unavailable, sentence)
}

/// Whether two ranks that this mpiexec starts know of one another; if not, the rest of a sentence.
fn smoke_test(mpiexec: &Path, worker: &Path) -> Result<(), String> {
    let mut command = Command::new(mpiexec);
    command.args(["-n", "2"]).arg(worker).env(SMOKE, "1");
    let mut job = Job::start(command).map_err(|error| format!("cannot be started ({error})"))?;
    let deadline = Instant::now() + SMOKE_LIMIT;
    while !job.has_ended() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(10));
    }
    if !job.has_ended() {
        return Err(format!("did not end within {SMOKE_LIMIT:?} when it was tried"));
    }
    job.finish();
    let said = job.words();
    match said.iter().find_map(|line| line.split_once(SMOKE_LINE)?.1.trim().parse().ok()) {
        Some(2) => Ok(()),
        Some(other) => Err(format!("is of another MPI than the worker (of 2 ranks each saw {other})")),
        None => Err(format!("starts no ranks ({})", telling(&said).unwrap_or("it said nothing"))),
    }
}

/// A running mpiexec. Dropped, it is ended.
pub(crate) struct Job {
    mpiexec: Child,
    said: Arc<Mutex<VecDeque<String>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Job {
    /// Starts it; what its ranks print is printed here, what it says itself is kept.
    fn start(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // In a group of its own: a terminal's or a notebook's interrupt is for this program to answer.
        let mpiexec = subprocess::start_tied(command.process_group(0))?;
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let mut job = Self { readers: Vec::new(), said: said.clone(), mpiexec };
        let (out, err) = (job.mpiexec.stdout.take(), job.mpiexec.stderr.take());
        let out = out.map(|out| read_lines(out, said.clone(), || Box::new(io::stdout().lock())));
        let err = err.map(|err| read_lines(err, said, || Box::new(io::stderr().lock())));
        job.readers = [out, err].into_iter().flatten().collect::<Result<_, _>>()?;
        Ok(job)
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.mpiexec.try_wait(), Ok(None))
    }

    /// Ends it, unless it has ended, with all that it started, and prints what is left to print.
    pub fn finish(&mut self) {
        let _ = self.mpiexec.kill();
        let _ = self.mpiexec.wait();
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
    }

    /// What mpiexec said itself.
    pub fn words(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.finish();
    }
}

fn read_lines(
    source: impl Read + Send + 'static,
    said: Arc<Mutex<VecDeque<String>>>,
    shown: fn() -> Box<dyn Write>,
) -> io::Result<JoinHandle<()>> {
    let read = move || {
        (observer().hide_thread)();
        for line in BufReader::new(source).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&line);
            if let Some((rank, printed)) = of_rank(&text) {
                // Nobody can be told that stdout is closed.
                let printed = subprocess::marked(&format!("rank {rank}"), printed.as_bytes());
                let _ = shown().write_all(printed.as_bytes());
            } else if !text.trim().is_empty() {
                let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
                said.push_back(text.into_owned());
                if said.len() > KEPT {
                    said.pop_front();
                }
            }
        }
    };
    thread::Builder::new().name("MPI output".into()).stack_size(128 * 1024).spawn(read)
}

/// A line that a rank printed: `[3] text`.
fn of_rank(line: &str) -> Option<(u32, &str)> {
    let (rank, text) = line.strip_prefix('[')?.split_once(']')?;
    Some((rank.parse().ok()?, text.strip_prefix(' ').unwrap_or(text)))
}

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

/// What became of a job, by what mpiexec said: the process that it names, and how that ended; or whatever it said.
pub(crate) fn end(said: &[String]) -> (Option<u32>, String) {
    let field = |name: &str| Some(said.iter().find_map(|line| line.split_once(name))?.1.trim().to_owned());
    // MPICH: "= PID 42 RUNNING AT vm", "= EXIT CODE: 9", and "… WITH THE EXIT STRING: Killed (signal 9)".
    let pid = field(" PID ").and_then(|text| text.split(' ').next()?.parse().ok());
    let signal = field("EXIT STRING: ");
    let signal = signal.as_deref().and_then(|text| text.strip_suffix(')')?.split_once(" (signal "));
    let how = match (signal, field("EXIT CODE: ")) {
        (Some((name, number)), _) => format!("was ended by signal {number} ({name})"),
        (None, Some(code)) => format!("exited with code {code}"),
        (None, None) => telling(said).unwrap_or("it said nothing").to_owned(),
    };
    (pid, how)
}

/// The line that tells most: the first that speaks of an error, else the last.
fn telling(said: &[String]) -> Option<&str> {
    let tells = |line: &&String| {
        let line = line.to_ascii_lowercase();
        ["error", "fail", "refused", "unable", "could not", "not found", "no such"]
            .iter()
            .any(|word| line.contains(word))
    };
    said.iter().find(tells).or(said.last()).map(|line| line.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_that_died_is_named() {
        let banner = |code: &str, rest: &str| {
            let text = format!(
                "=====\n=   BAD TERMINATION\n=   PID 4711 RUNNING AT alpha\n=   EXIT CODE: {code}\n====\n{rest}"
            );
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let said = banner("9", "YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)\nThis");
        assert_eq!(end(&said), (Some(4711), "was ended by signal 9 (Killed)".to_owned()));
        assert_eq!(end(&banner("7", "")), (Some(4711), "exited with code 7".to_owned()));
        let said = ["starting", "ssh: connect to host beta: Connection refused", "end"].map(str::to_owned);
        assert_eq!(end(&said), (None, said[1].clone()));
        assert_eq!(end(&[]).1, "it said nothing");
    }

    #[test]
    fn only_what_a_rank_printed_has_its_number() {
        assert_eq!(of_rank("[3] [x] 7"), Some((3, "[x] 7")));
        assert_eq!(of_rank("[3]"), Some((3, "")));
        assert_eq!(of_rank("[mpiexec@vm] control_cb failed"), None);
        assert_eq!(of_rank("= RANK 1"), None);
    }
}
