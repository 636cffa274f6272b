//! Rank 0: it hands out tasks, and passes on what becomes of them.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};
use subprocess::{codec, hosted};

use super::bell::Bell;
use super::comm::Comm;
use crate::hello::Hello;
use crate::wire::{Kind, Message, Wire};

/// A rank whose tasks take less than this has the next one while it runs one: beside them a message takes long.
const SHORT_TASK: Duration = Duration::from_millis(5);
/// The same over a long wire, in times of a message there and back.
const SHORT_TRIPS: f64 = 20.0;
/// How long answers may wait for others, to go to the one who asked in one piece.
const HOLD: Duration = Duration::from_millis(5);
/// Readings of a rank's clock.
const READINGS: usize = 30;

pub struct Coordinator<'a> {
    comm: &'a Comm,
    wire: Wire,
    bell: Bell,
    /// Seconds that a task takes, about, and its messages.
    task: Option<f64>,
    /// Seconds below which a task is short.
    short: f64,
    flushed: Instant,
}

impl<'a> Coordinator<'a> {
    pub fn new(comm: &'a Comm, wire: Wire, bell: Bell) -> Self {
        Self { comm, wire, bell, task: None, short: SHORT_TASK.as_secs_f64(), flushed: Instant::now() }
    }

    /// Does what it is told until it is told to end.
    ///
    /// # Errors
    /// Whoever wants tasks run is gone.
    pub fn run(mut self) -> io::Result<()> {
        self.greet()?;
        loop {
            // While nothing runs it waits for the socket alone: ranks have nothing to say.
            let Some(message) = self.wire.read(None)? else { continue };
            match message.kind {
                Kind::Start => self.start(&message)?,
                Kind::Run => self.hand_out(&message)?,
                Kind::End => {
                    self.tell_all(Kind::End);
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    /// The next message, from a rank or from whoever wants tasks run.
    fn next(&mut self) -> io::Result<Message> {
        loop {
            if let Some(message) = self.comm.receive() {
                self.bell.came();
                return Ok(message);
            }
            if let Some(message) = self.wire.read(Some(Duration::ZERO))? {
                // It is not waited for any more: nothing that a rank does is of use.
                return if message.kind == Kind::End {
                    Err(io::ErrorKind::ConnectionReset.into())
                } else {
                    Ok(message)
                };
            }
            if self.flushed.elapsed() > HOLD {
                self.flush()?;
            }
            self.bell.wait(Some(self.wire.socket()));
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flushed = Instant::now();
        self.wire.flush()
    }

    /// Sends a message to a rank that may sleep.
    fn tell(&self, rank: u32, message: &Message) {
        self.comm.send(rank, message, &message.body);
        self.bell.ring(rank);
    }

    fn tell_all(&self, kind: Kind) {
        (1..self.comm.size()).for_each(|rank| self.tell(rank, &Message::new(kind, rank, 0)));
    }

    /// Passes on where each rank is.
    fn greet(&mut self) -> io::Result<()> {
        let (here, size) = (Hello::here(), self.comm.size());
        let own = Message::new(Kind::Hello, 0, 0).with(codec::to_bytes(&here).unwrap_or_default());
        let mut hellos = vec![own];
        while hellos.len() < size as usize {
            let message = self.next()?;
            let hello = codec::from_bytes::<Hello>(message.body.clone());
            if hello.is_ok_and(|hello| hello.boot != here.boot) {
                self.bell.look_up();
            }
            hellos.push(message);
        }
        hellos.iter_mut().for_each(|hello| hello.number = u64::from(size));
        hellos.iter().try_for_each(|hello| self.wire.put(hello))?;
        self.flush()
    }

    /// Has the first ranks load what is to be run, their clocks compared with this one.
    fn start(&mut self, start: &Message) -> io::Result<()> {
        self.task = None;
        self.tell_all(Kind::Rest);
        // All of them first: until it loads something a rank says nothing else.
        let clocks: Vec<_> = (1..=start.rank).map(|rank| (rank, self.compare_clocks(rank))).collect();
        let trip = clocks.iter().map(|(_, (_, error))| 2e-9 * *error as f64).fold(0.0, f64::max);
        self.short = SHORT_TASK.as_secs_f64().max(SHORT_TRIPS * trip);
        for (rank, (behind, error)) in clocks {
            if behind != 0 {
                self.wire.put(&Message::new(Kind::Clock, rank, error))?;
            }
            self.comm.send(rank, &Message::new(Kind::Start, rank, behind as u64), &start.body);
            self.bell.ring(rank);
        }
        let mut waited_for = start.rank;
        while waited_for > 0 {
            let message = self.next()?;
            if matches!(message.kind, Kind::Ready | Kind::Refused) {
                waited_for -= 1;
            }
            self.wire.put(&message)?;
            self.flush()?;
        }
        Ok(())
    }

    /// Nanoseconds that a rank's clock is behind this one, and the error of that: half of the shortest round trip. A difference
    /// that the error covers is none: the clock is the same one.
    fn compare_clocks(&mut self, rank: u32) -> (i64, u64) {
        let ask = Message::new(Kind::Clock, rank, 0);
        self.bell.ring(rank);
        let reading = || {
            let sent = now();
            self.comm.send(rank, &ask, &[]);
            let answer = loop {
                match self.comm.receive() {
                    Some(message) if message.kind == Kind::Clock => break message,
                    _ => thread::yield_now(),
                }
            };
            let back = now();
            let middle = sent + (back - sent) / 2;
            ((back - sent).div_ceil(2), middle.wrapping_sub(answer.number) as i64)
        };
        let (error, behind) = (0..READINGS).map(|_| reading()).min().unwrap_or_default();
        if behind.unsigned_abs() <= error { (0, error) } else { (behind, error) }
    }

    /// Runs tasks: each on the next free rank.
    fn hand_out(&mut self, run: &Message) -> io::Result<()> {
        let ranks = run.rank as usize;
        let flag = run.body[..].try_into().map_or(0, u64::from_le_bytes);
        let mut tasks = 0..run.number;
        // What each rank has to do, and since when it is at the first of it.
        let mut open = vec![(0, Instant::now()); ranks + 1];
        for (rank, open) in open.iter_mut().enumerate().skip(1) {
            self.give(rank, open, &mut tasks, flag)?;
        }
        self.flush()?;
        let mut held = self.hands_out_ahead();
        while open.iter().any(|(count, _)| *count > 0) {
            let message = self.next()?;
            match message.kind {
                Kind::Value | Kind::Panic | Kind::Trouble => {
                    let rank = message.rank as usize;
                    let (count, since) = &mut open[rank];
                    let took = since.elapsed().as_secs_f64();
                    self.task = Some(self.task.map_or(took, |task| 0.8 * task + 0.2 * took));
                    (*count, *since) = (*count - 1, Instant::now());
                    self.give(rank, &mut open[rank], &mut tasks, flag)?;
                }
                Kind::Stop => tasks = 0..0,
                _ => {}
            }
            if message.kind != Kind::Stop {
                self.wire.put(&message)?;
            }
            // That answers are held is told at once: who was at which task is not known from then on.
            let holds = self.hands_out_ahead();
            if !(holds && held) || matches!(message.kind, Kind::Panic | Kind::Trouble) {
                self.flush()?;
            }
            held = holds;
        }
        self.wire.put(&Message::new(Kind::Done, 0, 0))?;
        self.flush()
    }

    /// Whether a rank is given its next task while it runs one. Long tasks are not: one that is given may have to wait for a long
    /// one while other ranks are free.
    fn hands_out_ahead(&self) -> bool {
        self.task.is_some_and(|task| task < self.short)
    }

    fn give(
        &mut self,
        rank: usize,
        (count, since): &mut (usize, Instant),
        tasks: &mut std::ops::Range<u64>,
        flag: u64,
    ) -> io::Result<()> {
        while *count < 1 + usize::from(self.hands_out_ahead())
            && let Some(task) = tasks.next()
        {
            let order = hosted::task(task as usize, flag);
            self.tell(rank as u32, &Message::new(Kind::Task, rank as u32, task).with(order));
            if *count == 0 {
                *since = Instant::now();
            }
            *count += 1;
            let given = Message::new(Kind::Given, rank as u32, task);
            self.wire.put(&given.with(vec![1; usize::from(self.hands_out_ahead())]))?;
        }
        Ok(())
    }
}

/// Nanoseconds of the monotonic clock.
pub fn now() -> u64 {
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC);
    time.map_or(0, |time| time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64)
}
