//! One recording, read: who was in which state when, and which steps were made.

use crate::recording::{Recording, Thread};

use super::actor::{Actor, Ending, names};
use super::reader::Reader;
use super::span::{Span, State, Step};

/// A recording and what it shows.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Where all of it comes from.
    pub recording: Recording,
    /// Tasks and threads, in the order in which they first did something.
    pub actors: Vec<Actor>,
    /// In the order of their starts.
    pub spans: Vec<Span>,
    /// In the order of time.
    pub steps: Vec<Step>,
}

impl Trace {
    /// Reads a recording.
    pub fn new(recording: Recording) -> Self {
        let mut reader = Reader::new(&recording);
        for event in &recording.events {
            reader.read(event);
        }
        let (mut actors, spans, steps) = reader.finish(recording.length());
        names(&mut actors, &recording);
        Self { recording, actors, spans, steps }
    }

    /// The thread that a span or step belongs to.
    pub fn thread(&self, thread: u32) -> &Thread {
        &self.recording.threads[thread as usize]
    }

    /// Nanoseconds from start to end.
    pub fn length(&self) -> u64 {
        self.recording.length()
    }

    /// The thread that filmed.
    pub fn home(&self) -> Option<u32> {
        let home = self.recording.home;
        self.recording.threads.iter().position(|t| (t.pid, t.tid) == home).map(|place| place as u32)
    }

    /// Whether every task is a future, so that none can be switched out but where it awaits.
    pub fn cooperative(&self) -> bool {
        let mut tasks = self.actors.iter().filter(|actor| !actor.is_thread()).peekable();
        tasks.peek().is_some() && tasks.all(|task| task.future)
    }

    /// Why someone's row has no proper end.
    pub fn unfinished(&self, actor: u32) -> Option<&'static str> {
        let who = &self.actors[actor as usize];
        match who.ending {
            Ending::Done => None,
            Ending::Dropped => Some("stopped before its end"),
            // Tokio tells nobody when a task ends.
            Ending::Open if who.who.is_tokio() => None,
            Ending::Open if who.is_thread() => {
                let thread = self.thread(who.thread);
                let alive = self.recording.alive.contains(&(thread.pid, thread.tid));
                let other = Some(who.thread) != self.home();
                (alive && other && !who.was_there).then_some("left running")
            }
            Ending::Open => Some(match who.last {
                Some(State::Queued) => "never begun",
                Some(State::Waiting | State::Blocked) => "still waiting when the film ended",
                _ => "still running when the film ended",
            }),
        }
    }
}
