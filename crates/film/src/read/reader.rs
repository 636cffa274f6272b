//! Goes through the events of a recording once and makes spans and steps of them.

use std::collections::HashMap;

use crate::event::{Event, EventKind, Who};
use crate::recording::Recording;

use super::actor::{Actor, Ending, key};
use super::attribute::attribute;
use super::intervals::Intervals;
use super::samples::CpuSamples;
use super::span::{Span, State, Step};

/// A wait that began and has not ended yet.
#[derive(Clone, Copy)]
struct Gap {
    state: State,
    since: u64,
    thread: u32,
}

/// Goes through the events once, in the order of time.
pub(super) struct Reader<'a> {
    recording: &'a Recording,
    thread_of: HashMap<(u32, u32), u32>,
    actor_of: HashMap<(Who, u32, u32), u32>,
    actors: Vec<Actor>,
    gaps: Vec<Option<Gap>>,
    threads: Vec<Option<Intervals>>,
    samples: Vec<CpuSamples>,
    spans: Vec<Span>,
    steps: Vec<Step>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(recording: &'a Recording) -> Self {
        let threads = recording.threads.len();
        let thread_of = (0..).zip(&recording.threads).map(|(place, t)| ((t.pid, t.tid), place)).collect();
        Self {
            recording,
            thread_of,
            actor_of: HashMap::new(),
            actors: Vec::new(),
            gaps: Vec::new(),
            threads: (0..threads).map(|_| None).collect(),
            samples: (0..threads).map(|_| CpuSamples::default()).collect(),
            spans: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn actor(&mut self, who: Who, event: &Event, thread: u32) -> u32 {
        *self.actor_of.entry(key(who, event)).or_insert_with(|| {
            self.actors.push(Actor::new(who, thread, event.time <= self.recording.start));
            self.gaps.push(None);
            self.actors.len() as u32 - 1
        })
    }

    pub(super) fn read(&mut self, event: &Event) {
        let Some(&thread) = self.thread_of.get(&(event.pid, event.tid)) else { return };
        let time = event.time.saturating_sub(self.recording.start).min(self.recording.length());
        let sampled = event.who.is_thread() && matches!(event.kind, EventKind::Stamp | EventKind::Ready);
        let new_thread = time > 0 && event.kind != EventKind::Begin;
        self.samples[thread as usize].add(time, event, sampled && event.kind == EventKind::Ready, new_thread);

        let own = self.actor(Who::Thread, event, thread);
        let begin = self.samples[thread as usize].begin().unwrap_or(time).min(time);
        let new = || Intervals::new(own, begin, event.core);
        self.threads[thread as usize].get_or_insert_with(new).last = time;
        if sampled {
            return;
        }
        let actor = self.actor(event.who, event, thread);
        let Some(intervals) = &mut self.threads[thread as usize] else { return };
        match event.kind {
            EventKind::Begin | EventKind::Stamp => {}
            EventKind::End => {
                intervals.end(time);
                self.actors[actor as usize].ending = Ending::Done;
            }
            EventKind::Ready => {
                self.gaps[actor as usize] = Some(Gap { state: State::Queued, since: time, thread })
            }
            EventKind::Running if event.who.is_thread() => intervals.unblock(time, event.core),
            EventKind::Running => {
                intervals.run(actor, time, event.core);
                self.close_gap(actor, time);
                let actor = &mut self.actors[actor as usize];
                actor.ending = Ending::Open;
                if let Some(name) = &event.label {
                    actor.name = name.to_string();
                }
            }
            EventKind::Blocked => intervals.block(actor, time, event.core),
            EventKind::Waiting => {
                self.actors[actor as usize].future = true;
                intervals.leave(actor, time, event.core);
                self.gaps[actor as usize] = Some(Gap { state: State::Waiting, since: time, thread });
            }
            EventKind::Done | EventKind::Dropped => {
                intervals.leave(actor, time, event.core);
                self.close_gap(actor, time);
                let done = event.kind == EventKind::Done;
                self.actors[actor as usize].ending = if done { Ending::Done } else { Ending::Dropped };
            }
            EventKind::Mark => {
                intervals.mark(actor, time, event.core);
                let label = event.label.clone().unwrap_or_default();
                self.steps.push(Step { actor, thread, core: event.core, time, label });
            }
        }
    }

    fn close_gap(&mut self, actor: u32, time: u64) {
        if let Some(Gap { state, since, thread }) = self.gaps[actor as usize].take()
            && time > since
        {
            self.spans.push(Span { actor, thread, core: None, state, start: since, end: time, on_core: 0 });
        }
    }

    pub(super) fn finish(mut self, length: u64) -> (Vec<Actor>, Vec<Span>, Vec<Step>) {
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
        for (thread, (intervals, samples)) in (0..).zip(self.threads.into_iter().zip(&self.samples)) {
            let Some(intervals) = intervals else { continue };
            let intervals = intervals.finish(length, |actor| last_step.get(&actor).copied());
            self.spans.extend(attribute(thread, &intervals, samples, finest));
        }
        self.spans.sort_by_key(|span| span.start);
        waits_between_steps(&mut self.spans, &self.steps, &last_step);
        for span in &self.spans {
            // Sorted by start, and one actor's stretches do not overlap.
            let last = if span.on_core > 0 { State::Running } else { span.state };
            self.actors[span.actor as usize].last = Some(last);
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
            let state = State::Waiting;
            waits.push(Span { actor, thread, core: None, state, start: since, end: start, on_core: 0 });
        }
        until.insert(actor, end);
    }
    spans.append(&mut waits);
    spans.sort_by_key(|span| span.start);
}
