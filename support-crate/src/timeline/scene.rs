//! One recording read as a picture: who was in which state when, and which steps were made.

use std::collections::HashMap;

use crate::trace::{Event, Kind, Recording, Thread, Who};

use super::actor::{Actor, Ending, Key, names};
use super::claims::Claimed;
use super::on_core::{Curve, settle};
use super::one_core::one_at_a_time;

/// What someone was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// On a core.
    Running,
    /// Could run on, but the system gave the core to another.
    Ready,
    /// Was handed over, and has not begun yet.
    Queued,
    /// Waits, and holds its thread while it does.
    Blocked,
    /// Waits, and has given its thread back.
    Waiting,
}

impl State {
    /// All states, each at the place of its number.
    pub const ALL: [Self; 5] = [Self::Running, Self::Ready, Self::Queued, Self::Blocked, Self::Waiting];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The word for legends and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ready => "ready, off its core",
            Self::Queued => "not begun",
            Self::Blocked => "waiting, thread held",
            Self::Waiting => "waiting",
        }
    }
}

/// A stretch of time in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Place in [`Scene::actors`].
    pub actor: u32,
    /// Place in the recording's threads: where it ran, or ran last.
    pub thread: u32,
    /// The core, while it is known to be on one.
    pub core: Option<u16>,
    /// What it was doing.
    pub state: State,
    /// Nanoseconds since the recording began.
    pub start: u64,
    /// Nanoseconds since the recording began.
    pub end: u64,
}

impl Span {
    /// Nanoseconds from start to end.
    pub fn length(&self) -> u64 {
        self.end - self.start
    }
}

/// A labelled moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Place in [`Scene::actors`].
    pub actor: u32,
    /// Place in the recording's threads.
    pub thread: u32,
    /// The core it was made on.
    pub core: Option<u16>,
    /// Nanoseconds since the recording began.
    pub time: u64,
    /// Place in the recording's labels.
    pub label: u32,
}

/// A recording and what it shows.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Where all of it comes from.
    pub recording: Recording,
    /// Tasks and threads, in the order in which they first did something.
    pub actors: Vec<Actor>,
    /// In the order of their starts.
    pub spans: Vec<Span>,
    /// In the order of time.
    pub steps: Vec<Step>,
}

impl Scene {
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

    /// The text of a step.
    pub fn label(&self, step: &Step) -> &str {
        self.recording.labels.get(step.label as usize).map_or("", String::as_str)
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
                (alive && Some(who.thread) != self.home()).then_some("still there when the film ended")
            }
            Ending::Open => Some(match who.last {
                Some(State::Queued) => "never begun",
                Some(State::Waiting | State::Blocked) => "still waiting when the film ended",
                _ => "still running when the film ended",
            }),
        }
    }
}

/// A wait that began and has not ended yet.
#[derive(Clone, Copy)]
struct Gap {
    state: State,
    since: u64,
    thread: u32,
}

/// Goes through the events once, in the order of time.
struct Reader<'a> {
    recording: &'a Recording,
    thread_of: HashMap<(u32, u32), u32>,
    actor_of: HashMap<Key, u32>,
    actors: Vec<Actor>,
    gaps: Vec<Option<Gap>>,
    threads: Vec<Claimed>,
    curves: Vec<Curve>,
    spans: Vec<Span>,
    steps: Vec<Step>,
}

impl<'a> Reader<'a> {
    fn new(recording: &'a Recording) -> Self {
        let threads = recording.threads.len();
        let thread_of = (0..).zip(&recording.threads).map(|(place, t)| ((t.pid, t.tid), place)).collect();
        Self {
            recording,
            thread_of,
            actor_of: HashMap::new(),
            actors: Vec::new(),
            gaps: Vec::new(),
            threads: (0..threads).map(|_| Claimed::default()).collect(),
            curves: (0..threads).map(|_| Curve::default()).collect(),
            spans: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn actor(&mut self, event: &Event, thread: u32) -> u32 {
        let key = Key::new(event);
        *self.actor_of.entry(key).or_insert_with(|| {
            self.actors.push(Actor::new(key, thread));
            self.gaps.push(None);
            self.actors.len() as u32 - 1
        })
    }

    fn read(&mut self, event: &Event) {
        let Some(&thread) = self.thread_of.get(&(event.pid, event.tid)) else { return };
        let time = event.time.saturating_sub(self.recording.start).min(self.recording.length());
        let sampled = event.who.is_thread() && matches!(event.kind, Kind::Stamp | Kind::Ready);
        let new_thread = time > 0 && event.kind != Kind::Begin;
        self.curves[thread as usize].add(time, event, sampled && event.kind == Kind::Ready, new_thread);

        let own = self.actor(&Event { who: Who::THREAD, ..*event }, thread);
        let claimed = &mut self.threads[thread as usize];
        claimed.seen(own, self.curves[thread as usize].begin().unwrap_or(time).min(time), event.core);
        claimed.last = time;
        if sampled {
            return;
        }
        let actor = self.actor(event, thread);
        let claimed = &mut self.threads[thread as usize];
        match event.kind {
            Kind::Begin | Kind::Stamp => {}
            Kind::End => {
                claimed.end(time);
                self.actors[actor as usize].ending = Ending::Done;
            }
            Kind::Ready => {
                self.gaps[actor as usize] = Some(Gap { state: State::Queued, since: time, thread })
            }
            Kind::Running if event.who.is_thread() => claimed.unblock(time, event.core),
            Kind::Running => {
                claimed.run(actor, time, event.core);
                self.close_gap(actor, time);
            }
            Kind::Blocked => claimed.block(actor, time, event.core),
            Kind::Waiting => {
                self.actors[actor as usize].future = true;
                claimed.leave(actor, time, event.core);
                self.gaps[actor as usize] = Some(Gap { state: State::Waiting, since: time, thread });
            }
            Kind::Done | Kind::Dropped => {
                claimed.leave(actor, time, event.core);
                self.close_gap(actor, time);
                let done = event.kind == Kind::Done;
                self.actors[actor as usize].ending = if done { Ending::Done } else { Ending::Dropped };
            }
            Kind::Mark => {
                claimed.mark(actor, time, event.core);
                let core = event.core().map(|core| core as u16);
                self.steps.push(Step { actor, thread, core, time, label: event.label });
            }
        }
        if event.kind == Kind::Running && !event.who.is_thread() {
            self.actors[actor as usize].ending = Ending::Open;
        }
    }

    fn close_gap(&mut self, actor: u32, time: u64) {
        if let Some(Gap { state, since, thread }) = self.gaps[actor as usize].take()
            && time > since
        {
            self.spans.push(Span { actor, thread, core: None, state, start: since, end: time });
        }
    }

    fn finish(mut self, length: u64) -> (Vec<Actor>, Vec<Span>, Vec<Step>) {
        for actor in 0..self.actors.len() as u32 {
            self.close_gap(actor, length);
        }
        let mut last_step = HashMap::new();
        for step in &self.steps {
            if self.actors[step.actor as usize].who.is_tokio() {
                last_step.insert(step.actor, step.time);
            }
        }
        // A shorter hole is not seen in a picture of any width, or not told from the time that reading clocks takes.
        let finest = (length / 1_000).max(10_000);
        for (thread, (claimed, curve)) in (0..).zip(self.threads.into_iter().zip(&self.curves)) {
            let claims = claimed.finish(length, |actor| last_step.get(&actor).copied());
            settle(&claims, curve, finest, |claim, state, core, start, end| {
                self.spans.push(Span { actor: claim.actor, thread, core, state, start, end });
            });
        }
        self.spans.sort_by_key(|span| span.start);
        one_at_a_time(&mut self.spans, &self.steps);
        waits_between_steps(&mut self.spans, &self.steps, &last_step);
        for span in &self.spans {
            // Sorted by start, and one actor's stretches do not overlap.
            self.actors[span.actor as usize].last = Some(span.state);
        }
        (self.actors, self.spans, self.steps)
    }
}

/// A tokio task that only makes steps waits from the end of one stretch to the step that begins the next.
fn waits_between_steps(spans: &mut Vec<Span>, steps: &[Step], last_step: &HashMap<u32, u64>) {
    let mut until: HashMap<u32, u64> = HashMap::new();
    let mut waits = Vec::new();
    let stretches = spans.iter().filter(|span| last_step.contains_key(&span.actor));
    let ticks = steps.iter().filter(|step| last_step.get(&step.actor) == Some(&step.time));
    let mut seen: Vec<(u32, u32, u64, u64)> = stretches
        .map(|span| (span.actor, span.thread, span.start, span.end))
        .chain(ticks.map(|step| (step.actor, step.thread, step.time, step.time)))
        .collect();
    seen.sort_by_key(|&(_, _, start, _)| start);
    for (actor, thread, start, end) in seen {
        if let Some(&since) = until.get(&actor)
            && since < start
        {
            waits.push(Span { actor, thread, core: None, state: State::Waiting, start: since, end: start });
        }
        until.insert(actor, end);
    }
    spans.append(&mut waits);
    spans.sort_by_key(|span| span.start);
}
