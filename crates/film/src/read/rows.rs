//! The rows of a timeline: one for each task, thread, core or process.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::active::active_threads;
use super::actor::thread_names;
use super::span::{Span, State, Step};
use super::trace::Trace;

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// A task; a thread or process where it is none.
    Task,
    /// A thread.
    Thread,
    /// A core.
    Core,
    /// A process.
    Process,
}

impl By {
    /// The word for titles.
    pub fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Thread => "thread",
            Self::Core => "core",
            Self::Process => "process",
        }
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What stands before it.
    pub name: String,
    /// What it shows, in the order of starts.
    pub spans: Vec<Span>,
    /// Steps made in it.
    pub steps: Vec<Step>,
    /// Why it has no end: "left running", "stopped before its end".
    pub unfinished: Option<&'static str>,
}

impl Row {
    /// Nanoseconds on a core.
    pub fn on_core(&self) -> u64 {
        self.spans.iter().map(|span| span.on_core).sum()
    }

    /// Nanoseconds off a core in a state.
    pub fn off_core(&self, state: State) -> u64 {
        let off = self.spans.iter().filter(|span| span.state == state);
        off.map(|span| span.length().saturating_sub(span.on_core)).sum()
    }

    /// How many stretches there are with time on a core, those that follow one another counted as one.
    pub fn stretches(&self) -> usize {
        let mut until = HashMap::new();
        let on = self.spans.iter().filter(|span| span.on_core > 0);
        on.filter(|span| until.insert(span.actor, span.end) != Some(span.start)).count()
    }

    /// When something was first seen in it, in nanoseconds since the recording began.
    pub fn start(&self) -> Option<u64> {
        let first = self.spans.iter().find(|span| span.state != State::Queued).map(|span| span.start);
        first.into_iter().chain(self.steps.first().map(|step| step.time)).min()
    }

    /// When something was first drawn in it, in nanoseconds since the recording began.
    pub fn first_seen(&self) -> Option<u64> {
        let first = self.spans.first().map(|span| span.start);
        first.into_iter().chain(self.steps.first().map(|step| step.time)).min()
    }

    /// When something was last seen in it, in nanoseconds since the recording began.
    pub fn end(&self) -> Option<u64> {
        let last = self.spans.iter().map(|span| span.end).max();
        last.into_iter().chain(self.steps.last().map(|step| step.time)).max()
    }
}

/// The rows of a trace.
pub fn rows(trace: &Trace, by: By) -> Vec<Row> {
    let active = active_threads(trace);
    let mut rows = match by {
        By::Task => by_task(trace, &active),
        By::Thread => by_thread(trace, &active),
        By::Core => by_core(trace, &active),
        By::Process => by_process(trace, &active),
    };
    for row in &mut rows {
        row.spans.sort_by_key(|span| (span.start, span.end));
    }
    rows
}

/// Spans and steps by a key, in the order of the keys.
struct Groups<K>(BTreeMap<K, (Vec<Span>, Vec<Step>)>);

impl<K: Ord> Groups<K> {
    fn new(
        trace: &Trace,
        of_span: impl Fn(&Span) -> Option<K>,
        of_step: impl Fn(&Step) -> Option<K>,
    ) -> Self {
        let mut groups: BTreeMap<K, (Vec<Span>, Vec<Step>)> = BTreeMap::new();
        for span in &trace.spans {
            if let Some(key) = of_span(span) {
                groups.entry(key).or_default().0.push(*span);
            }
        }
        for step in &trace.steps {
            if let Some(key) = of_step(step) {
                groups.entry(key).or_default().1.push(*step);
            }
        }
        Self(groups)
    }

    fn rows(self, name: impl Fn(&K) -> String, unfinished: impl Fn(&K) -> Option<&'static str>) -> Vec<Row> {
        let row =
            |(key, (spans, steps))| Row { name: name(&key), spans, steps, unfinished: unfinished(&key) };
        self.0.into_iter().map(row).collect()
    }
}

/// Tasks, and threads that are no mere machinery for tasks. Actors are in the order of appearance already.
fn by_task(trace: &Trace, active: &HashSet<u32>) -> Vec<Row> {
    let with_steps: HashSet<u32> = trace.steps.iter().map(|step| step.actor).collect();
    let ran_task: HashSet<u32> = trace
        .spans
        .iter()
        .filter(|span| span.state != State::Queued && !trace.actors[span.actor as usize].is_thread())
        .map(|span| span.thread)
        .collect();
    let tasks = trace.actors.iter().any(|actor| !actor.is_thread());
    let shown = |actor: u32| {
        let who = &trace.actors[actor as usize];
        let home = Some(who.thread) == trace.home();
        !who.is_thread()
            || with_steps.contains(&actor)
            || if home { !tasks } else { active.contains(&who.thread) && !ran_task.contains(&who.thread) }
    };
    Groups::new(trace, |span| shown(span.actor).then_some(span.actor), |step| Some(step.actor))
        .rows(|&actor| trace.actors[actor as usize].name.clone(), |&actor| trace.unfinished(actor))
}

fn by_thread(trace: &Trace, active: &HashSet<u32>) -> Vec<Row> {
    let names = thread_names(&trace.recording);
    let waits_for_others = trace.home().filter(|_| !trace.actors.iter().any(|actor| !actor.is_thread()));
    let shown = |thread: u32| active.contains(&thread) || Some(thread) == waits_for_others;
    let holds = |span: &Span| match span.state {
        State::Queued => false,
        // Who gave the thread back is on none.
        State::Waiting => trace.actors[span.actor as usize].is_thread(),
        _ => true,
    };
    Groups::new(
        trace,
        |span| (shown(span.thread) && holds(span)).then_some(span.thread),
        |step| Some(step.thread),
    )
    .rows(|&thread| names[thread as usize].clone(), |_| None)
}

fn by_core(trace: &Trace, active: &HashSet<u32>) -> Vec<Row> {
    let running = |span: &Span| span.on_core > 0 && active.contains(&span.thread);
    Groups::new(trace, |span| span.core.filter(|_| running(span)), |step| step.core)
        .rows(|core| format!("core {core}"), |_| None)
}

fn by_process(trace: &Trace, active: &HashSet<u32>) -> Vec<Row> {
    let first: Vec<u32> = {
        let mut seen = HashSet::new();
        trace.recording.threads.iter().map(|t| t.pid).filter(|pid| seen.insert(*pid)).collect()
    };
    let names = thread_names(&trace.recording);
    let place: HashMap<u32, usize> = first.iter().enumerate().map(|(place, pid)| (*pid, place)).collect();
    let process = |thread: u32| place[&trace.thread(thread).pid];
    let shown = |span: &Span| {
        let own = trace.actors[span.actor as usize].is_thread();
        span.state != State::Queued
            && (own || span.state != State::Waiting)
            && (active.contains(&span.thread) || (Some(span.thread) == trace.home() && first.len() > 1))
    };
    Groups::new(trace, |span| shown(span).then(|| process(span.thread)), |step| Some(process(step.thread)))
        .rows(
            |&place| {
                let pid = first[place];
                let main = trace.recording.threads.iter().position(|t| t.pid == pid && t.tid == pid);
                match main {
                    _ if pid == trace.recording.home.0 => format!("this process (pid {pid})"),
                    Some(main) => names[main].clone(),
                    None => format!("process (pid {pid})"),
                }
            },
            |_| None,
        )
}

/// As few rows as hold all of these without two tasks in one at a time: their number is how many are under way.
pub fn packed(rows: Vec<Row>) -> Vec<Row> {
    let mut rows: Vec<(u64, Row)> = rows.into_iter().filter_map(|row| Some((row.start()?, row))).collect();
    rows.sort_by_key(|(start, _)| *start);
    let mut full_until: Vec<u64> = Vec::new();
    let mut packed: Vec<Row> = Vec::new();
    for (start, mut row) in rows {
        row.spans.retain(|span| span.state != State::Queued);
        let end = row.end().unwrap_or(start);
        let place = full_until.iter().position(|until| *until <= start);
        let place = place.unwrap_or_else(|| {
            full_until.push(0);
            packed.push(Row { name: String::new(), spans: Vec::new(), steps: Vec::new(), unfinished: None });
            packed.len() - 1
        });
        full_until[place] = end;
        packed[place].spans.append(&mut row.spans);
        packed[place].steps.append(&mut row.steps);
    }
    packed
}
