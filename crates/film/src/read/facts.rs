//! What a recording proves, as numbers: threads, processes, cores, time together, switches.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::active::active_threads;
use super::span::{Span, State};
use super::together::{SHORTEST, together};
use super::trace::Trace;

/// Numbers computed from one recording. Times are in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Threads that ran a task, made a step or computed; the film's own thread only if it did more than wait.
    pub threads: usize,
    /// Their processes, by number.
    pub pids: Vec<u32>,
    /// Cores they ran on.
    pub cores: Vec<usize>,
    /// Time in which at least one core ran one of them; where the readings leave that open, the most it can be.
    pub busy: u64,
    /// Time in which at least two cores ran one of them each; where the readings leave that open, the least it can be.
    pub overlap: u64,
    /// Whether they leave room for notably more overlap.
    pub at_least: bool,
    /// Whether a step on one core was seen while another thread ran on another.
    pub met: bool,
    /// How often a thread went on with another task than it had run before.
    pub switches: usize,
    /// How many of these switches came because the task before had ended.
    pub ends: usize,
    /// How often a step was made by another one than the step before it.
    pub turns: usize,
    /// How many steps there were.
    pub steps: usize,
    /// Whether every task is a future, so that a switch is only possible where one awaits.
    pub cooperative: bool,
    /// Tasks (rows of their own that are not threads).
    pub tasks: usize,
}

impl Facts {
    /// Computes them.
    pub fn of(trace: &Trace) -> Self {
        let active = active_threads(trace);
        let counts = |span: &&Span| span.on_core > 0 && active.contains(&span.thread);
        let running: Vec<&Span> = trace.spans.iter().filter(counts).collect();
        let pids: BTreeSet<u32> = active.iter().map(|place| trace.thread(*place).pid).collect();
        let steps = trace.steps.iter().filter_map(|step| step.core);
        let cores: BTreeSet<u16> = running.iter().filter_map(|span| span.core).chain(steps).collect();
        let (busy, overlap, possible) = together(&running);
        let overlap = overlap.max(crowded(&running, active.len()));
        let (switches, ends) = switches(trace, &running);
        let tasks = trace.actors.iter().filter(|actor| !actor.is_thread()).count();
        Self {
            threads: active.len(),
            pids: pids.into_iter().collect(),
            cores: cores.into_iter().map(usize::from).collect(),
            busy,
            overlap,
            at_least: possible > overlap + overlap / 20 + SHORTEST,
            met: met(trace, &running),
            switches,
            ends,
            turns: trace.steps.windows(2).filter(|pair| pair[0].actor != pair[1].actor).count(),
            steps: trace.steps.len(),
            cooperative: trace.cooperative(),
            tasks,
        }
    }
}

/// More on several cores than fits into the time one after the other was at the same time; of that all threads but one have a share
/// at the most.
fn crowded(running: &[&Span], threads: usize) -> u64 {
    let mut cores = BTreeMap::<u16, u64>::new();
    let known = running.iter().filter_map(|span| Some((span.core?, span.on_core)));
    known.for_each(|(core, on_core)| *cores.entry(core).or_default() += on_core);
    let begin = running.iter().map(|span| span.start).min().unwrap_or(0);
    let length = running.iter().map(|span| span.end).max().unwrap_or(0) - begin;
    // One core is one, whatever those on it claim.
    let on_cores: u64 = cores.values().map(|on_core| *on_core.min(&length)).sum();
    on_cores.saturating_sub(length) / threads.saturating_sub(1).max(1) as u64
}

/// A thread that mostly waits may be known by its steps only: whether one fell into another's stretch elsewhere.
fn met(trace: &Trace, running: &[&Span]) -> bool {
    // Of a stretch that was only partly on a core nobody knows whether it was when the step was made.
    let mut stretches: Vec<&Span> =
        running.iter().copied().filter(|span| span.state == State::Running).collect();
    stretches.sort_unstable_by_key(|span| span.start);
    let mut steps: Vec<_> = trace.steps.iter().collect();
    steps.sort_unstable_by_key(|step| step.time);
    let mut next = stretches.into_iter().peekable();
    // The stretch that each thread began last: one pass, however long the film.
    let mut latest: HashMap<u32, &Span> = HashMap::new();
    steps.into_iter().any(|step| {
        while let Some(span) = next.next_if(|span| span.start + SHORTEST < step.time) {
            latest.insert(span.thread, span);
        }
        latest.values().any(|span| {
            span.thread != step.thread
                && span.core.is_some_and(|core| step.core.is_some_and(|other| other != core))
                && step.time + SHORTEST < span.end
        })
    })
}

/// How often a thread went on with another task, and how often because the one before had ended.
fn switches(trace: &Trace, running: &[&Span]) -> (usize, usize) {
    let mut stretches: Vec<(u64, u32, u32)> =
        running.iter().map(|span| (span.start, span.thread, span.actor)).collect();
    // A task that is only known by its steps runs at each of them.
    stretches.extend(trace.steps.iter().map(|step| (step.time, step.thread, step.actor)));
    stretches.retain(|(_, _, actor)| !trace.actors[*actor as usize].is_thread());
    stretches.sort_unstable();
    let latest: HashMap<u32, u64> = stretches.iter().map(|&(start, _, actor)| (actor, start)).collect();
    let mut on: HashMap<u32, u32> = HashMap::new();
    let (mut switches, mut ends) = (0, 0);
    for (start, thread, actor) in stretches {
        let Some(before) = on.insert(thread, actor).filter(|before| *before != actor) else { continue };
        switches += 1;
        ends += usize::from(latest[&before] <= start && trace.unfinished(before).is_none());
    }
    (switches, ends)
}
