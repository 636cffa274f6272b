//! A job made ready for what is to be run, watched, and ended.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use subprocess::{Crash, Error, ErrorKind, codec, observer};

use crate::hello::Hello;
use crate::hosts::Hosts;
use crate::job;
use crate::launch::{self, Own};
use crate::line::{self, Line, unavailable};
use crate::place::Place;
use crate::wire::{Kind, Message};

/// How long hosts have to answer.
const START_LIMIT: Duration = Duration::from_secs(20);
/// How long ranks may take to load the code and make ready.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// How long a job may take to end by itself, and to be gone after it was killed.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often whoever waits looks up.
const LOOK: Duration = Duration::from_millis(50);

/// So many ranks of a job, and what they are to run.
pub(crate) struct Team {
    pub ranks: usize,
    pub line: Arc<Mutex<Line>>,
    order: Arc<Vec<u8>>,
    /// The job, unless it is that which this program is part of.
    own: Option<Own>,
    /// The first rank of this machine that has ended.
    dead: Option<u32>,
}

/// Why a message did not come.
pub(crate) enum Missing {
    Late,
    Stopped,
    Gone(String),
}

impl Team {
    /// Starts the job, unless this program is part of one, and has its ranks load what the order names.
    ///
    /// # Errors
    /// No MPI, hosts that do not answer or cannot run code of this program.
    pub fn start(ranks: usize, hosts: &Hosts, place: &Place, order: Vec<u8>) -> Result<Self, Error> {
        let (line, own) = match line::of_world() {
            Some(line) => (line, None),
            None => {
                let (own, socket) = Own::start(ranks, hosts, place, START_LIMIT)?;
                (Arc::new(Mutex::new(Line::new(socket))), Some(own))
            }
        };
        let mut team = Self { ranks, order: Arc::new(order), line: line.clone(), own, dead: None };
        team.greet(&mut lock(&line), place)?;
        team.prepare(&mut lock(&line))?;
        Ok(team)
    }

    /// The next message.
    pub fn next(&mut self, line: &mut Line, deadline: Option<Instant>) -> Result<Message, Missing> {
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Err(Missing::Late);
            }
            if (observer().stop_asked)() {
                return Err(Missing::Stopped);
            }
            match line.wire.read(Some(Duration::ZERO)) {
                Ok(Some(message)) => return Ok(message),
                Ok(None) => {}
                Err(error) => return Err(Missing::Gone(error.to_string())),
            }
            let within = left.map_or(LOOK, |left| left.min(LOOK));
            match &mut self.own {
                Some(own) => self.dead = self.dead.or(own.watch(within)),
                None => launch::wait_for(line.wire.socket(), within),
            }
        }
    }

    /// As [`Team::next`], while the job is made ready: what is missing is an error.
    fn await_ready(&mut self, line: &mut Line, limit: Duration, deadline: Instant) -> Result<Message, Error> {
        let why = match self.next(line, Some(deadline)) {
            Ok(message) => return Ok(message),
            Err(Missing::Late) => format!("not all ranks were ready within {limit:?}"),
            Err(Missing::Stopped) => "stopped before the ranks were ready".to_owned(),
            Err(Missing::Gone(error)) => match self.autopsy(line, &HashMap::new()) {
                Crash::JobEnded(how) => how,
                _ => error,
            },
        };
        self.kill(line);
        Err(unavailable(why))
    }

    /// Hears from every rank where it is, and finds those that cannot run code of this program.
    pub fn greet(&mut self, line: &mut Line, place: &Place) -> Result<(), Error> {
        let deadline = Instant::now() + START_LIMIT;
        while line.hellos.is_empty() || line.hellos.len() < line.size {
            let message = self.await_ready(line, START_LIMIT, deadline)?;
            line.size = message.number as usize;
            let hello = codec::from_bytes(message.body).ok().filter(Hello::speaks);
            let other = || {
                let mend = place.mend;
                unavailable(format!(
                    "the program that MPI starts is of another version than this one: run `{mend}`"
                ))
            };
            line.hellos.push((message.rank, hello.ok_or_else(other)?));
        }
        if let Some(own) = &mut self.own {
            own.admit();
        }
        if line.size <= self.ranks {
            return Err(Error::new(
                ErrorKind::BadInput,
                format!(
                    "{} ranks: mpiexec started this program with {}, one of which hands out the tasks; start it with \
                     `mpiexec -n {}`",
                    self.ranks,
                    line.size,
                    self.ranks + 1
                ),
            ));
        }
        let here = Hello::here();
        let unfit =
            line.hellos.iter().find_map(|(rank, hello)| Some((rank, &hello.host, hello.unfit(&here)?)));
        unfit.map_or(Ok(()), |(rank, host, why)| {
            Err(unavailable(format!("host {host}, where rank {rank} is, {why}: nothing was run there")))
        })
    }

    /// Has the ranks load the code, unless they have it.
    pub fn prepare(&mut self, line: &mut Line) -> Result<(), Error> {
        let deadline = Instant::now() + READY_LIMIT;
        while line.unfinished {
            let message = self.await_ready(line, READY_LIMIT, deadline)?;
            line.unfinished = message.kind != Kind::Done;
        }
        let has = |(order, ranks): &(Arc<Vec<u8>>, usize)| *order == self.order && *ranks >= self.ranks;
        if line.started.as_ref().is_some_and(has) {
            return Ok(());
        }
        line.started = None;
        let start = Message::new(Kind::Start, self.ranks as u32, 0).with(self.order.as_slice());
        let _ = line.wire.send(&start);
        let mut ready = 0;
        while ready < self.ranks {
            let message = self.await_ready(line, READY_LIMIT, deadline)?;
            match message.kind {
                Kind::Clock => line.clock_error = line.clock_error.max(Some(message.number)),
                Kind::Ready => ready += 1,
                Kind::Refused => {
                    let host = line.host(message.rank);
                    let why = String::from_utf8_lossy(&message.body).into_owned();
                    self.kill(line);
                    return Err(unavailable(format!("rank {} on {host}: {why}", message.rank)));
                }
                _ => {}
            }
        }
        line.started = Some((self.order.clone(), self.ranks));
        Ok(())
    }

    /// How the job came to its end, which it was not told to.
    pub fn autopsy(&mut self, line: &Line, held: &HashMap<u64, u32>) -> Crash {
        let Some(own) = &mut self.own else {
            return Crash::JobEnded("the MPI job that this program is part of has ended".into());
        };
        let job = &mut own.job;
        job.ends_within(PATIENCE);
        job.finish();
        let (pid, how) = job::end(&job.words(), job.code());
        self.dead = self.dead.or(own.watch(Duration::ZERO));
        // What mpiexec names may be one that it ended itself, where all were killed.
        let dead = line.hellos.iter().find(|(rank, hello)| match self.dead {
            Some(dead) => *rank == dead,
            None => Some(hello.pid) == pid,
        });
        let Some((rank, hello)) = dead else { return Crash::JobEnded(format!("the MPI job ended: {how}")) };
        let mut tasks: Vec<u64> = held.iter().filter(|(_, at)| *at == rank).map(|(task, _)| *task).collect();
        tasks.sort_unstable();
        let tasks = match tasks[..] {
            [] => String::new(),
            [task] => format!(" at task {task}"),
            [one, ref more @ ..] => format!(" at task {one} or {}", more[0]),
        };
        let how = match pid {
            // That of another one, which was ended for it.
            Some(pid) if pid != hello.pid => "ended by itself or was killed".to_owned(),
            _ => how,
        };
        let (pid, host) = (hello.pid, &hello.host);
        Crash::JobEnded(format!(
            "rank {rank} (pid {pid} on {host}) {how}{tasks}, and MPI ended the job with it"
        ))
    }

    /// Ends what runs: the job, or, where this program is part of it, the handing out of its tasks.
    pub fn give_up(&mut self, line: &mut Line) {
        if self.own.is_none() {
            line.unfinished = line.wire.send(&Message::new(Kind::Stop, 0, 0)).is_ok();
        }
        self.kill(line);
    }

    /// Ends the job, unless this program is part of it, and waits until its processes on this machine are gone.
    pub fn kill(&mut self, line: &Line) {
        let Some(Own { job, program, .. }) = &mut self.own else { return };
        job.finish();
        let deadline = Instant::now() + PATIENCE;
        let workers = || line.pids().into_iter().filter(|pid| runs(*pid, program));
        while workers().next().is_some() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        workers().for_each(|pid| _ = kill(Pid::from_raw(pid as i32), Signal::SIGKILL));
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        let line = self.line.clone();
        let mut line = lock(&line);
        if let Some(Own { job, .. }) = &mut self.own {
            if line.wire.send(&Message::new(Kind::End, 0, 0)).is_ok() {
                job.ends_within(PATIENCE);
            }
            self.kill(&line);
        }
    }
}

pub(crate) fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a process runs this program, and is not another one that has its number by now.
fn runs(pid: u32, program: &Path) -> bool {
    std::fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|running| running == program)
}
