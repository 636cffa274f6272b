//! Which program mpiexec starts, and which mpiexec.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use subprocess::Error;

use crate::job::{Job, telling};
use crate::line::{self, unavailable};

/// If this is set, a worker prints how many ranks it is one of, and nothing else.
pub(crate) const SMOKE: &str = "RANKS_SMOKE";
/// How that line begins.
pub(crate) const SMOKE_LINE: &str = "ranks of this job:";

/// How long the smoke test of an mpiexec may take.
const SMOKE_LIMIT: Duration = Duration::from_secs(20);

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
    pub(crate) fn program(&self) -> Result<PathBuf, Error> {
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
    pub(crate) fn mpiexec(&self) -> Result<PathBuf, Error> {
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

/// Whether two ranks that this mpiexec starts know of one another; if not, the rest of a sentence.
fn smoke_test(mpiexec: &Path, worker: &Path) -> Result<(), String> {
    let mut command = Command::new(mpiexec);
    command.args(["-n", "2"]).arg(worker).env(SMOKE, "1");
    let mut job = Job::start(command).map_err(|error| format!("cannot be started ({error})"))?;
    if !job.ends_unasked(SMOKE_LIMIT) {
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
