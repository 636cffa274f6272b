//! `film`: runs a reader's code and returns what ran when.

use std::fmt;
use std::ops::Deref;

use crate::cell;
use crate::machine::machine;
use crate::process::panics;
use crate::stop::stop_asked;
use crate::trace::{CAPACITY, Session, Trace, active_threads};

use super::lane::Lane;
use super::view::Timeline;

const NOTHING: &str = "nothing happened that a film can show: print with `step!(\"…\")` instead of `println!`, wrap a \
                       future in `watch(\"name\", future)`, or start threads, tasks or processes inside the film";

/// What [`film()`] returns: the timeline, and the value of the closure. All methods of [`Timeline`] work on it, and a
/// cell that ends with it shows the timeline.
pub struct Film<T> {
    /// The timeline alone, which can be kept and shown as often as wanted.
    pub timeline: Timeline,
    /// What the closure returned; `None` if it panicked.
    pub value: Option<T>,
}

// Without asking T for it: the kernel would add a complaint about that to every other mistake in a cell.
impl<T> fmt::Debug for Film<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Film").field("timeline", &self.timeline).finish_non_exhaustive()
    }
}

impl<T> Deref for Film<T> {
    type Target = Timeline;
    fn deref(&self) -> &Timeline {
        &self.timeline
    }
}

/// Runs `run` and records what it does: std threads, tokio tasks, rayon and processes of this crate.
///
/// Rows come from what makes a step (`step!`), from tasks of a workload, from futures wrapped in
/// [`watch`](crate::trace::watch), and from threads that compute. A panic in `run` ends the film, which then shows
/// what happened up to there.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let film = film(|| {
///     let first = std::thread::spawn(|| step!("in a thread"));
///     first.join().unwrap();
///     42
/// });
/// assert_eq!(film.steps(), ["in a thread"]);
/// assert_eq!(film.facts().threads, 1);
/// assert_eq!(film.value, Some(42));
/// ```
pub fn film<T>(run: impl FnOnce() -> T) -> Film<T> {
    recorded(true, run)
}

/// A [`film()`], with or without the steps' lines on the reader's screen.
pub(super) fn recorded<T>(print_steps: bool, run: impl FnOnce() -> T) -> Film<T> {
    let machine = machine();
    crate::observe::install();
    // Rows of rayon's own pool have names, unless the program made that pool itself.
    let _ = rayon::ThreadPoolBuilder::new().thread_name(|i| format!("rayon {i}")).build_global();
    let session = match Session::start_with(CAPACITY, print_steps) {
        Ok(session) => session,
        // The outer film sees what this one runs.
        Err(error) => return Film { value: Some(run()), timeline: Timeline::of_problem(error.to_string()) },
    };
    let result = caught(run);
    let recording = session.finish();
    let mut lane = Lane::new("", None, Trace::new(recording));
    let (value, failure) = match result {
        Ok(value) => (Some(value), None),
        Err(_) if stop_asked() => (None, Some("stopped by you".to_owned())),
        Err(message) => (None, Some(format!("the film ended in a panic: {message}"))),
    };
    let problem = nothing_to_show(&lane).then(|| failure.clone().unwrap_or_else(|| NOTHING.to_owned()));
    lane.failure = failure;
    let mut timeline = Timeline::new(vec![lane], machine);
    timeline.problem = problem;
    Film { timeline, value }
}

/// No step, no task and no other thread; and the film's own thread did not compute long enough to be seen.
fn nothing_to_show(lane: &Lane) -> bool {
    let trace = &lane.trace;
    let others = active_threads(trace).into_iter().any(|thread| Some(thread) != trace.home());
    trace.steps.is_empty() && lane.facts.tasks == 0 && !others && lane.facts.busy < 1_000_000
}

/// The closure's value, or what its panic said and where; nothing is printed.
fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    panics::catch(run).map_err(|panic| match panic.place.as_ref().and_then(cell::words_at) {
        Some(words) => format!("{} (at {words})", panic.message),
        None => panic.message,
    })
}
