//! A pool of ranks that run tasks by number: what `subprocess::Workers` is on one machine.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::Serialize;
use serde::de::DeserializeOwned;
use subprocess::{Crash, Error, ErrorKind, codec, hosted, observer};

use crate::hello::Hello;
use crate::hosts::Hosts;
use crate::launch::{self, Own, Place};
use crate::line::{self, Line};
use crate::wire::{Kind, Message};

/// How long hosts have to answer.
const START_LIMIT: Duration = Duration::from_secs(20);
/// How long ranks may take to load the code and make ready.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// How long a job may take to end by itself, and to be gone after it was killed.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often whoever waits looks up.
const LOOK: Duration = Duration::from_millis(50);

/// Ranks of an MPI job that run tasks by number, every task exactly once, each on the next free rank.
///
/// Rank 0 only hands out tasks; the others run them. Ranks that have nothing to do sleep. One that dies ends the job, as MPI has it:
/// what was answered by then is kept. Dropping this ends the job.
pub struct Ranks<T> {
    ranks: usize,
    order: Arc<Vec<u8>>,
    line: Arc<Mutex<Line>>,
    /// The job, unless it is that which this program is part of.
    own: Option<Own>,
    /// The first rank of this machine that has ended.
    dead: Option<u32>,
    /// Why it cannot run any more.
    ended: Option<Crash>,
    answer: PhantomData<fn() -> T>,
}

/// Why a message did not come.
enum Missing {
    Late,
    Stopped,
    Gone(String),
}

impl<T: Serialize + DeserializeOwned + 'static> Ranks<T> {
    /// Starts `ranks` ranks on these hosts. In each, `make` turns the arguments into the function that runs tasks.
    ///
    /// In a program that mpiexec started and that called `world`, its own ranks are taken.
    ///
    /// # Errors
    /// 0 ranks, no MPI, hosts that do not answer or cannot run code of this program, arguments that cannot be encoded.
    pub fn start<A, G>(
        ranks: usize,
        hosts: &Hosts,
        place: &Place,
        make: fn(A) -> G,
        arguments: A,
    ) -> Result<Self, Error>
    where
        A: Serialize + DeserializeOwned + 'static,
        G: FnMut(usize) -> T + 'static,
    {
        if ranks == 0 {
            return Err(Error::new(ErrorKind::BadInput, "0 ranks run nothing; ask for 1 or more"));
        }
        hosts.arguments(ranks)?;
        let order = Arc::new(hosted::order(make, arguments, PhantomData::<T>)?);
        let (line, own) = match line::of_world() {
            Some(line) => (line, None),
            None => {
                let (own, socket) = Own::start(ranks, hosts, place, START_LIMIT)?;
                (Arc::new(Mutex::new(Line::new(socket))), Some(own))
            }
        };
        let mut started = Self { ranks, order, line, own, dead: None, ended: None, answer: PhantomData };
        let line = started.line.clone();
        started.greet(&mut lock(&line), place)?;
        started.prepare(&mut lock(&line))?;
        Ok(started)
    }

    /// Runs the tasks `0..tasks`; results in task order. No task is begun after a result that `go_on` refuses. At the deadline, or
    /// when the observer wants waiting to end, the job is ended: [`Crash::Stopped`] for a task without a result therefore.
    pub fn run_while(
        &mut self,
        tasks: usize,
        deadline: Option<Instant>,
        go_on: impl Fn(&Result<T, Crash>) -> bool,
    ) -> Vec<Result<T, Crash>> {
        let mut results: Vec<_> = (0..tasks).map(|_| None).collect();
        let line = self.line.clone();
        let left = match self.collect(&mut lock(&line), &mut results, deadline, go_on) {
            Ok(()) => Crash::Stopped,
            Err(crash) => self.ended.insert(crash).clone(),
        };
        results.into_iter().map(|result| result.unwrap_or_else(|| Err(left.clone()))).collect()
    }

    fn collect(
        &mut self,
        line: &mut Line,
        results: &mut [Option<Result<T, Crash>>],
        deadline: Option<Instant>,
        go_on: impl Fn(&Result<T, Crash>) -> bool,
    ) -> Result<(), Crash> {
        if let Some(crash) = &self.ended {
            return Err(crash.clone());
        }
        self.prepare(line).map_err(|error| Crash::JobEnded(error.to_string()))?;
        let flag = (observer().flag)().to_le_bytes();
        let run = Message::new(Kind::Run, self.ranks as u32, results.len() as u64).with(flag);
        // If nobody reads it any more, the next read tells why.
        let _ = line.wire.send(&run);
        let mut held: HashMap<u64, u32> = HashMap::new();
        loop {
            let message = match self.next(line, deadline) {
                Ok(message) => message,
                Err(Missing::Gone(_)) => return Err(self.autopsy(line, &held)),
                Err(_) => {
                    self.kill(line);
                    return Err(Crash::Stopped);
                }
            };
            let Message { kind, rank, number, body } = message;
            let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
            let result = match kind {
                Kind::Done => return Ok(()),
                Kind::Given => {
                    held.insert(number, rank);
                    continue;
                }
                Kind::Report => {
                    (observer().absorb)(&body);
                    continue;
                }
                Kind::Value => codec::from_bytes(body).map_err(|error| Crash::Lost(error.to_string())),
                Kind::Panic => Err(Crash::Panicked(text(&body))),
                Kind::Trouble => Err(Crash::Lost(text(&body))),
                _ => continue,
            };
            held.remove(&number);
            if !go_on(&result) {
                let _ = line.wire.send(&Message::new(Kind::Stop, 0, 0));
            }
            if let Some(place) = results.get_mut(number as usize) {
                *place = Some(result);
            }
        }
    }
}

impl<T> Ranks<T> {
    /// Process numbers of the ranks that are on this machine, rank 0 among them.
    pub fn pids(&self) -> Vec<u32> {
        lock(&self.line).pids()
    }

    /// By how many nanoseconds the clock of a rank may be off, beside this process's; `None` where all read the same clock.
    pub fn clock_error(&self) -> Option<u64> {
        lock(&self.line).clock_error
    }

    /// The next message.
    fn next(&mut self, line: &mut Line, deadline: Option<Instant>) -> Result<Message, Missing> {
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
                Some(own) => self.dead = self.dead.or(own.watch(line.wire.socket(), within)),
                None => _ = launch::watch([line.wire.socket()], within),
            }
        }
    }

    /// As [`Ranks::next`], while the job is made ready: what is missing is an error.
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
    fn greet(&mut self, line: &mut Line, place: &Place) -> Result<(), Error> {
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
    fn prepare(&mut self, line: &mut Line) -> Result<(), Error> {
        let has = |(order, ranks): &(Arc<Vec<u8>>, usize)| *order == self.order && *ranks >= self.ranks;
        if line.started.as_ref().is_some_and(has) {
            return Ok(());
        }
        line.started = None;
        let start = Message::new(Kind::Start, self.ranks as u32, 0).with(self.order.as_slice());
        let _ = line.wire.send(&start);
        let deadline = Instant::now() + READY_LIMIT;
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
    fn autopsy(&mut self, line: &Line, held: &HashMap<u64, u32>) -> Crash {
        let Some(Own { job, .. }) = &mut self.own else {
            return Crash::JobEnded("the MPI job that this program is part of has ended".into());
        };
        let deadline = Instant::now() + PATIENCE;
        while !job.has_ended() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        job.finish();
        let (pid, how) = launch::end(&job.words());
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
        let (pid, host) = (hello.pid, &hello.host);
        Crash::JobEnded(format!(
            "rank {rank} (pid {pid} on {host}) {how}{tasks}, and MPI ended the job with it"
        ))
    }

    /// Ends the job and waits until its processes on this machine are gone.
    fn kill(&mut self, line: &Line) {
        let Some(Own { job, .. }) = &mut self.own else { return };
        job.finish();
        let deadline = Instant::now() + PATIENCE;
        let workers = || line.pids().into_iter().filter(|pid| is_worker(*pid));
        while workers().next().is_some() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        workers().for_each(|pid| _ = kill(Pid::from_raw(pid as i32), Signal::SIGKILL));
    }
}

impl<T> Drop for Ranks<T> {
    fn drop(&mut self) {
        let line = self.line.clone();
        let mut line = lock(&line);
        if let Some(Own { job, .. }) = &mut self.own {
            let told = line.wire.send(&Message::new(Kind::End, 0, 0));
            let deadline = Instant::now() + PATIENCE;
            while told.is_ok() && !job.has_ended() && Instant::now() < deadline {
                thread::sleep(Duration::from_millis(1));
            }
            self.kill(&line);
        }
    }
}

fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unavailable(sentence: String) -> Error {
    Error::new(ErrorKind::Unavailable, sentence)
}

/// Whether a process is a rank's, and not another one that has its number by now.
fn is_worker(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim_end() == "ranks-worker")
}
