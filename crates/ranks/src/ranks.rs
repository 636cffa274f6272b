//! A pool of ranks that run tasks by number: what `subprocess::Workers` is on one machine.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::time::Instant;

use serde::Serialize;
use serde::de::DeserializeOwned;
use subprocess::{Crash, Error, ErrorKind, codec, hosted, observer};

use crate::hosts::Hosts;
use crate::line::Line;
use crate::place::Place;
use crate::team::{Missing, Team, lock};
use crate::wire::{Kind, Message};

/// Ranks of an MPI job that run tasks by number, every task exactly once, each on the next free rank.
///
/// Rank 0 only hands out tasks; the others run them. Ranks that have nothing to do sleep. One that dies ends the job, as MPI has it:
/// what was answered by then is kept. Dropping this ends the job.
pub struct Ranks<T> {
    team: Team,
    /// Why it cannot run any more.
    ended: Option<Crash>,
    answer: PhantomData<fn() -> T>,
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
        let order = hosted::order(make, arguments, PhantomData::<T>)?;
        Ok(Self { team: Team::start(ranks, hosts, place, order)?, ended: None, answer: PhantomData })
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
        let line = self.team.line.clone();
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
        self.team.prepare(line).map_err(|error| Crash::JobEnded(error.to_string()))?;
        let flag = (observer().flag)().to_le_bytes();
        let run = Message::new(Kind::Run, self.team.ranks as u32, results.len() as u64).with(flag);
        // If nobody reads it any more, the next read tells why.
        let _ = line.wire.send(&run);
        let (mut held, mut late) = (HashMap::<u64, u32>::new(), false);
        loop {
            let message = match self.team.next(line, deadline) {
                Ok(message) => message,
                Err(Missing::Gone(_)) => {
                    if late {
                        held.clear();
                    }
                    return Err(self.team.autopsy(line, &held));
                }
                Err(_) => {
                    self.team.give_up(line);
                    return Err(Crash::Stopped);
                }
            };
            let Message { kind, rank, number, body } = message;
            let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
            let result = match kind {
                Kind::Done => return Ok(()),
                Kind::Given => {
                    late |= !body.is_empty();
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
        lock(&self.team.line).pids()
    }

    /// By how many nanoseconds the clock of a rank may be off, beside this process's; `None` where all read the same clock.
    pub fn clock_error(&self) -> Option<u64> {
        lock(&self.team.line).clock_error
    }
}
