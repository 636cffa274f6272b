//! A recording as a file in the Chrome trace format, which Perfetto and chrome://tracing open.
//!
//! The format is the "Trace Event Format" (docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU):
//! complete events (`X`) with a start and a duration in microseconds on a process and thread, instants (`i`) for
//! steps, and metadata (`M`) for names. Each model of a comparison keeps the processes it had; all begin at 0.

use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::error::Error;
use crate::format;

use super::actor::thread_names;
use super::rows::{By, packed, rows};
use super::scene::{Scene, State};
use super::view::Lane;

/// Threads of tasks that wait are numbered from here on: Linux hands out none above 4,194,304.
const WAITING_ROWS: u64 = 5_000_000;

/// Writes the lanes to a file and says so.
pub(super) fn save(lanes: &[Lane], path: &Path) -> Result<String, Error> {
    let events = events(lanes);
    let number = events.len();
    let document = json!({
        "displayTimeUnit": "ms",
        "otherData": { "clock": "CLOCK_MONOTONIC, microseconds since the recording began" },
        "traceEvents": events,
    });
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(std::fs::File::create(path)?);
        serde_json::to_writer(&mut file, &document)?;
        file.write_all(b"\n")?;
        file.flush()
    };
    write().map_err(|error| {
        let reason = error.to_string().to_lowercase();
        let reason = reason.split(" (os error").next().unwrap_or_default().to_owned();
        Error::unavailable(format!(
            "cannot write {}: {reason}; name a file in a folder that exists and may be written to",
            path.display()
        ))
    })?;
    Ok(format!(
        "saved {} ({}); open it at https://ui.perfetto.dev",
        path.display(),
        format::plural(number as u64, "trace event")
    ))
}

/// All events of the lanes, in the order in which they are written.
pub fn events(lanes: &[Lane]) -> Vec<Value> {
    let mut events = Vec::new();
    for (place, lane) in lanes.iter().enumerate() {
        // Two models of one comparison run in the same process: each gets a process of its own to be told apart.
        let offset = if lanes.len() > 1 { (place as u64 + 1) * 10_000_000 } else { 0 };
        lane_events(lane, offset, &mut events);
    }
    events
}

fn lane_events(lane: &Lane, offset: u64, events: &mut Vec<Value>) {
    let scene = &lane.scene;
    let pid = |thread: u32| u64::from(scene.thread(thread).pid) + offset;
    names(lane, &pid, events);
    for span in &scene.spans {
        let actor = &scene.actors[span.actor as usize];
        if span.state == State::Running || span.state == State::Blocked || span.state == State::Ready {
            events.push(json!({
                "ph": "X",
                "name": actor.name,
                "cat": span.state.name(),
                "pid": pid(span.thread),
                "tid": scene.thread(span.thread).tid,
                "ts": microseconds(span.start),
                "dur": microseconds(span.length()),
                "args": { "state": span.state.name(), "core": span.core },
            }));
        }
    }
    waits(scene, &pid, events);
    for step in &scene.steps {
        events.push(json!({
            "ph": "i",
            "s": "t",
            "name": scene.label(step),
            "cat": "step",
            "pid": pid(step.thread),
            "tid": scene.thread(step.thread).tid,
            "ts": microseconds(step.time),
            "args": { "by": scene.actors[step.actor as usize].name, "core": step.core },
        }));
    }
}

/// A task that gave its thread back waits on none: rows of their own, as few as hold all waits side by side.
fn waits(scene: &Scene, pid: &impl Fn(u32) -> u64, events: &mut Vec<Value>) {
    let mut waiting = rows(scene, By::Task);
    for row in &mut waiting {
        row.spans
            .retain(|span| span.state == State::Waiting && !scene.actors[span.actor as usize].is_thread());
        row.steps.clear();
    }
    for (number, row) in packed(waiting).iter().enumerate() {
        let tid = WAITING_ROWS + number as u64;
        let mut named = Vec::new();
        for span in &row.spans {
            let pid = pid(span.thread);
            if !named.contains(&pid) {
                named.push(pid);
                let name = format!("waiting {}", number + 1);
                events.push(json!({
                    "ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": { "name": name },
                }));
            }
            events.push(json!({
                "ph": "X",
                "name": scene.actors[span.actor as usize].name,
                "cat": span.state.name(),
                "pid": pid,
                "tid": tid,
                "ts": microseconds(span.start),
                "dur": microseconds(span.length()),
                "args": { "state": span.state.name() },
            }));
        }
    }
}

fn names(lane: &Lane, pid: &impl Fn(u32) -> u64, events: &mut Vec<Value>) {
    let scene = &lane.scene;
    let threads = thread_names(&scene.recording);
    let mut named = Vec::new();
    for (place, name) in (0..).zip(&threads) {
        let thread = scene.thread(place);
        let pid = pid(place);
        if !named.contains(&pid) {
            named.push(pid);
            let home = thread.pid == scene.recording.home.0;
            let process = match (home, thread.pid == thread.tid) {
                (true, _) => format!("this process (pid {})", thread.pid),
                (false, true) => name.clone(),
                (false, false) => format!("process (pid {})", thread.pid),
            };
            let process = if lane.name.is_empty() { process } else { format!("{}: {process}", lane.name) };
            events
                .push(json!({ "ph": "M", "name": "process_name", "pid": pid, "args": { "name": process } }));
            events.push(json!({
                "ph": "M", "name": "process_sort_index", "pid": pid, "args": { "sort_index": named.len() },
            }));
        }
        events.push(json!({
            "ph": "M", "name": "thread_name", "pid": pid, "tid": thread.tid, "args": { "name": name },
        }));
    }
}

/// The format counts in microseconds; fractions keep the nanoseconds.
fn microseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1_000.0
}
