//! Which threads have something to show.

use std::collections::{HashMap, HashSet};

use super::span::State;
use super::trace::Trace;

/// Threads with something to show, by their places in the recording. A thread that ran no task and made no step counts if it computed for a
/// millisecond, which is how finely it is watched, and a hundredth of the recording; the thread that films, which mostly waits for the
/// others, if it computed for a tenth of it.
pub fn active_threads(trace: &Trace) -> HashSet<u32> {
    let mut active: HashSet<u32> = trace.steps.iter().map(|step| step.thread).collect();
    let mut computed: HashMap<u32, u64> = HashMap::new();
    let mut ran_tasks = false;
    for span in trace.spans.iter().filter(|span| span.on_core > 0 || span.state == State::Blocked) {
        if !trace.actors[span.actor as usize].is_thread() {
            active.insert(span.thread);
            ran_tasks = true;
        } else {
            *computed.entry(span.thread).or_default() += span.on_core;
        }
    }
    let enough = (trace.length() / 100).max(1_000_000);
    let home = trace.home();
    for (thread, time) in computed {
        let child = trace.thread(thread).pid != trace.recording.home.0;
        // Beside tasks, a thread's own code is the machinery that hands them out.
        let enough = if Some(thread) == home { enough * 10 } else { enough };
        if !ran_tasks && time > 0 && (child || time >= enough) {
            active.insert(thread);
        }
    }
    if active.is_empty() {
        active.extend(home);
    }
    active
}
