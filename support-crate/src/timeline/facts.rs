//! What a recording proves, as numbers: threads, processes, cores, time together, switches.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::scene::{Scene, Span, State};

/// Numbers computed from one recording. Times are in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Threads that ran a task, made a step or computed; the film's own thread only if it did more than wait.
    pub threads: usize,
    /// Their processes, by number.
    pub pids: Vec<u32>,
    /// Cores they ran on.
    pub cores: Vec<usize>,
    /// Time in which at least one core ran one of them.
    pub busy: u64,
    /// Time in which at least two cores ran one of them each.
    pub overlap: u64,
    /// Whether it may have been more: some ran beside others on a core that is not known.
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
    pub fn of(scene: &Scene) -> Self {
        let active = active_threads(scene);
        let counts = |span: &&Span| span.state == State::Running && active.contains(&span.thread);
        let running: Vec<&Span> = scene.spans.iter().filter(counts).collect();
        let mut pids = Vec::new();
        for (place, thread) in (0..).zip(&scene.recording.threads) {
            if active.contains(&place) && !pids.contains(&thread.pid) {
                pids.push(thread.pid);
            }
        }
        pids.sort_unstable();
        let steps = scene.steps.iter().filter_map(|step| step.core);
        let cores: BTreeSet<u16> = running.iter().filter_map(|span| span.core).chain(steps).collect();
        let Together { busy, overlap, unknown } = Together::of(&running);
        let (switches, ends) = switches(scene, &running);
        let tasks = scene.actors.iter().filter(|actor| !actor.is_thread()).count();
        Self {
            threads: active.len(),
            pids,
            cores: cores.into_iter().map(usize::from).collect(),
            busy,
            overlap,
            at_least: unknown > overlap / 20 + SHORTEST_OVERLAP,
            met: met(scene, &running),
            switches,
            ends,
            turns: scene.steps.windows(2).filter(|pair| pair[0].actor != pair[1].actor).count(),
            steps: scene.steps.len(),
            cooperative: scene.cooperative(),
            tasks,
        }
    }
}

/// Threads with something to show. A thread that ran no task and made no step counts if it computed for a
/// millisecond, which is how finely it is watched, and a hundredth of the recording; the thread that films, and only
/// waits for the others, does not.
pub(super) fn active_threads(scene: &Scene) -> HashSet<u32> {
    let mut active: HashSet<u32> = scene.steps.iter().map(|step| step.thread).collect();
    let mut computed: HashMap<u32, u64> = HashMap::new();
    let mut ran_tasks = false;
    for span in scene.spans.iter().filter(|span| matches!(span.state, State::Running | State::Blocked)) {
        if !scene.actors[span.actor as usize].is_thread() {
            active.insert(span.thread);
            ran_tasks = true;
        } else if span.state == State::Running {
            *computed.entry(span.thread).or_default() += span.length();
        }
    }
    let enough = (scene.length() / 100).max(1_000_000);
    let home = scene.home();
    for (thread, time) in computed {
        let child = scene.thread(thread).pid != scene.recording.home.0;
        // Beside tasks, a thread's own code is the machinery that hands them out.
        if Some(thread) != home && !ran_tasks && (child || time >= enough) {
            active.insert(thread);
        }
    }
    if active.is_empty() {
        active.extend(home);
    }
    active
}

const SHORTEST_OVERLAP: u64 = 200;

/// How long one core or more, and two cores or more, were at work.
struct Together {
    busy: u64,
    overlap: u64,
    /// Time in which only a core that is not known may have been the second one.
    unknown: u64,
}

impl Together {
    /// Two stretches on one core at once are one core that goes from one to the other.
    fn of(running: &[&Span]) -> Self {
        let mut edges: Vec<(u64, bool, Option<u16>)> = Vec::with_capacity(2 * running.len());
        for span in running {
            edges.push((span.start, true, span.core));
            edges.push((span.end, false, span.core));
        }
        edges.sort_unstable_by_key(|edge| (edge.0, edge.1));
        let mut on: HashMap<Option<u16>, usize> = HashMap::new();
        let mut sum = Self { busy: 0, overlap: 0, unknown: 0 };
        let (mut any, mut cores, mut since) = (0, 0, 0);
        for (time, starts, place) in edges {
            let span = time - since;
            if any >= 1 {
                sum.busy += span;
            }
            // Who follows whom on two cores may seem to overlap for the moment between two clocks.
            if span >= SHORTEST_OVERLAP {
                let nowhere = on.get(&None).copied().unwrap_or(0);
                match cores {
                    2.. => sum.overlap += span,
                    _ if cores + nowhere >= 2 => sum.unknown += span,
                    _ => {}
                }
            }
            since = time;
            let count = on.entry(place).or_default();
            if starts {
                any += 1;
                *count += 1;
                cores += usize::from(*count == 1 && place.is_some());
            } else {
                any -= 1;
                *count -= 1;
                cores -= usize::from(*count == 0 && place.is_some());
            }
        }
        sum
    }
}

/// A thread that mostly waits may be known by its steps only: whether one fell into another's stretch elsewhere.
fn met(scene: &Scene, running: &[&Span]) -> bool {
    let mut stretches = running.to_vec();
    stretches.sort_unstable_by_key(|span| span.start);
    let mut steps: Vec<_> = scene.steps.iter().collect();
    steps.sort_unstable_by_key(|step| step.time);
    let mut next = stretches.into_iter().peekable();
    // The stretch that each thread began last: one pass, however long the film.
    let mut latest: HashMap<u32, &Span> = HashMap::new();
    steps.into_iter().any(|step| {
        while let Some(span) = next.next_if(|span| span.start + SHORTEST_OVERLAP < step.time) {
            latest.insert(span.thread, span);
        }
        latest.values().any(|span| {
            span.thread != step.thread
                && span.core.is_some_and(|core| step.core.is_some_and(|other| other != core))
                && step.time + SHORTEST_OVERLAP < span.end
        })
    })
}

/// How often a thread went on with another task, and how often because the one before had ended.
fn switches(scene: &Scene, running: &[&Span]) -> (usize, usize) {
    let mut stretches: Vec<(u64, u32, u32)> =
        running.iter().map(|span| (span.start, span.thread, span.actor)).collect();
    // A task that is only known by its steps runs at each of them.
    stretches.extend(scene.steps.iter().map(|step| (step.time, step.thread, step.actor)));
    stretches.retain(|(_, _, actor)| !scene.actors[*actor as usize].is_thread());
    stretches.sort_unstable();
    let latest: HashMap<u32, u64> = stretches.iter().map(|&(start, _, actor)| (actor, start)).collect();
    let mut on: HashMap<u32, u32> = HashMap::new();
    let (mut switches, mut ends) = (0, 0);
    for (start, thread, actor) in stretches {
        let Some(before) = on.insert(thread, actor).filter(|before| *before != actor) else { continue };
        switches += 1;
        ends += usize::from(latest[&before] <= start && scene.unfinished(before).is_none());
    }
    (switches, ends)
}
