//! What must be said below a timeline: what is missing, what did not end, what watching cost.

use crate::format;
use crate::timeline::tell;
use crate::trace::{By, CAPACITY, Trace, active_threads, rows};

use super::drawn::Drawn;

pub(super) fn notes(lanes: &[Drawn], by: By) -> Vec<String> {
    let mut notes = Vec::new();
    for drawn in lanes {
        let lane = drawn.lane;
        let of = if lane.name.is_empty() { String::new() } else { format!("{}: ", lane.name) };
        let mut note = |text: String| notes.push(format!("{of}{text}"));
        if let Some(failure) = &lane.failure {
            note(failure.clone());
        }
        if let Some(open) = open(&lane.trace) {
            note(open);
        }
        if drawn.all_rows > drawn.rows.len() {
            let (some, all) = (drawn.rows.len(), drawn.all_rows as u64);
            note(match drawn.packed {
                true => format!("{some} of {} are drawn, evenly chosen", format::plural(all, "row")),
                false => format!("the first {some} of {} are drawn", format::plural(all, by.name())),
            });
        }
        if let (By::Core, Some(time)) = (by, on_no_core(&lane.trace)) {
            note(format!("{} of running is in no row, since its core was not read", tell::time(time)));
        }
        if let Some(error) = lane.clock_error {
            note(format!("clocks of other machines are aligned to within {}", tell::time(error)));
        }
        let recording = &lane.trace.recording;
        if recording.lost > 0 {
            let lost = format::plural(recording.lost, "event");
            let room = format::count(CAPACITY as u64);
            note(format!("{lost} did not fit into the recorder's {room} and are missing"));
        }
        if recording.damaged > 0 {
            let reports = format::plural(recording.damaged, "report");
            note(format!("{reports} of child processes could not be read and are missing"));
        }
    }
    notes.extend(cost(lanes));
    notes
}

/// Who had not ended when the recording did.
fn open(trace: &Trace) -> Option<String> {
    let rows = rows(trace, By::Task);
    let open = rows.iter().filter_map(|row| Some(format!("{} ({})", row.name, row.unfinished?)));
    let open: Vec<String> = open.collect();
    let more = open.len().saturating_sub(5);
    let named = format::list(&open[..open.len() - more]);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    (!open.is_empty()).then(|| format!("without an end: {named}{more}"))
}

/// How long threads ran of which the core is not known, if that is more than a hundredth of what they ran.
fn on_no_core(trace: &Trace) -> Option<u64> {
    let active = active_threads(trace);
    let ran = || trace.spans.iter().filter(|span| active.contains(&span.thread));
    let missing: u64 = ran().filter(|span| span.core.is_none()).map(|span| span.on_core).sum();
    (100 * missing > ran().map(|span| span.on_core).sum()).then_some(missing)
}

/// What watching cost: "42 events recorded; measured here, recording one costs 45.0 ns".
fn cost(lanes: &[Drawn]) -> Option<String> {
    let cost = lanes.first()?.lane.trace.recording.cost;
    let steps: usize = lanes.iter().map(|drawn| drawn.lane.trace.steps.len()).sum();
    let events: usize = lanes.iter().map(|drawn| drawn.lane.trace.recording.events.len()).sum();
    let step = match steps {
        0 => String::new(),
        _ => format!(", a step {} besides printing its line", format::duration(cost.step * 1e-9)),
    };
    (cost.event > 0.0).then(|| {
        format!(
            "{} recorded; measured here, recording one costs {}{step}",
            format::plural(events as u64, "event"),
            format::duration(cost.event * 1e-9),
        )
    })
}
