//! Every rank but the first: it loads code and runs tasks.

use std::fs::File;
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::dup2_stdin;
use subprocess::codec;
use subprocess::hosted::{self, Kind as Said, Parent};

use super::bell::Bell;
use super::comm::Comm;
use super::coordinator::now;
use crate::hello::Hello;
use crate::wire::{Kind, Message};

/// How long to look out for the next question about the clock without a pause: one would count as the way of the message.
const ATTENTION: Duration = Duration::from_millis(2);

pub struct Rank<'a> {
    comm: &'a Comm,
    bell: Bell,
    /// Whether what was started is loaded.
    ready: bool,
    /// The task that is run.
    task: u64,
    over: bool,
}

impl<'a> Rank<'a> {
    pub fn new(comm: &'a Comm, bell: Bell) -> Self {
        Self { comm, bell, ready: false, task: 0, over: false }
    }

    /// Does what it is told until the job is over.
    pub fn run(mut self) {
        // mpiexec hands what it reads to rank 0 alone: another one that reads would wait for ever.
        let _ = File::open("/dev/null").map(|null| dup2_stdin(&null));
        self.say(Kind::Hello, 0, &codec::to_bytes(&Hello::here()).unwrap_or_default());
        while !self.over {
            let message = self.receive();
            match message.kind {
                Kind::Start => self.start(message),
                Kind::End => self.over = true,
                _ => {}
            }
        }
    }

    fn start(&mut self, start: Message) {
        self.ready = false;
        let number = self.comm.rank();
        // SAFETY: orders come from the coordinator alone, which has them from the program that started this job: its user's own. That
        // passes on none before it has found `hosted::LANGUAGE` of every rank to be its own (`Team::greet`).
        let served = unsafe { hosted::serve(start.body, number, start.number as i64, self) };
        if let Err(error) = served {
            self.say(Kind::Refused, 0, error.to_string().as_bytes());
        }
    }

    fn say(&self, kind: Kind, number: u64, body: &[u8]) {
        let head = Message::new(kind, self.comm.rank(), number);
        self.comm.send_waking(0, &head, body, || self.bell.ring(0));
        // The coordinator reads a report together with what follows it.
        if kind != Kind::Report {
            self.bell.ring(0);
        }
    }

    /// Waits for a message. Questions about the clock are answered on the way.
    fn receive(&mut self) -> Message {
        let mut attentive = None;
        loop {
            match self.comm.receive() {
                Some(message) if message.kind == Kind::Clock => {
                    self.comm.send(0, &Message::new(Kind::Clock, self.comm.rank(), now()), &[]);
                    attentive = Some(Instant::now());
                }
                Some(message) => {
                    self.bell.came();
                    return message;
                }
                None if attentive.is_some_and(|since| since.elapsed() < ATTENTION) => thread::yield_now(),
                None => self.bell.wait(None),
            }
        }
    }
}

impl Parent for Rank<'_> {
    fn next(&mut self) -> Option<Vec<u8>> {
        if !self.ready {
            self.ready = true;
            self.say(Kind::Ready, 0, &[]);
        }
        loop {
            let message = self.receive();
            match message.kind {
                Kind::Task => {
                    self.task = message.number;
                    return Some(message.body);
                }
                Kind::Rest => return None,
                Kind::End => {
                    self.over = true;
                    return None;
                }
                _ => {}
            }
        }
    }

    fn tell(&mut self, kind: Said, body: &[u8]) -> bool {
        let kind = match kind {
            _ if !self.ready => Kind::Refused,
            Said::Value => Kind::Value,
            Said::Panic => Kind::Panic,
            Said::Report => Kind::Report,
            _ => Kind::Trouble,
        };
        self.say(kind, self.task, body);
        true
    }
}
