//! The heart itself: a task on a one-thread runtime, as an interface's loop would be, with work beside it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use tokio::task::{spawn_blocking, spawn_local, yield_now};

use crate::chart::{Heartbeat, HeartbeatRow, Rhythm};
use crate::lesson::threads::block_on;
use crate::model::Model;
use crate::process::{self, panics};
use crate::stop;
use crate::trace;
use crate::units::ms;
use crate::workload::busy;

/// Beats a second: a screen's usual rate.
pub(crate) const RATE: f64 = 60.0;

/// Where the work runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// On the heart's own thread.
    HeartsThread,
    /// As a task on the heart's async thread that never awaits.
    Task,
    /// As a task on the heart's async thread that gives way about every millisecond.
    TaskThatYields,
    /// Handed to tokio's threads for blocking work.
    SpawnBlocking,
    /// On a thread of its own.
    Thread,
    /// In a process of its own.
    Process,
}

/// Every place, with its name in tables and charts, and the model whose colour it is drawn in.
pub(crate) const PLACES: [(Place, &str, Model); 6] = [
    (Place::HeartsThread, "in place", Model::Sequential),
    (Place::Task, "async task", Model::Async),
    (Place::TaskThatYields, "async task that yields", Model::Async),
    (Place::SpawnBlocking, "spawn_blocking", Model::Async),
    (Place::Thread, "thread", Model::Threads(1)),
    (Place::Process, "process", Model::Processes(1)),
];

/// How late the beats of a row came, and which missed their turn: an interface would have skipped those frames.
pub(crate) fn rhythm(row: &HeartbeatRow) -> Rhythm {
    row.rhythm(1.0 / RATE)
}

/// Beats before the work begins, and after it has ended.
const AROUND: usize = 4;

pub(crate) type Work = Arc<dyn Fn() + Send + Sync>;

/// When the work ended by the clock that processes share, or why it failed.
type End = Result<u64, String>;

/// Runs the work in one place beside a heart of its own. `yields_for` says how long work that gives way computes.
pub(crate) fn pulse(
    (place, name, model): (Place, &str, Model),
    work: Work,
    yields_for: Option<Duration>,
) -> HeartbeatRow {
    let (look, name) = (Some(model.look()), name.into());
    let mut row = HeartbeatRow { look, name, beats: Vec::new(), work: None, failed: None };
    // A thread of its own, so that it is no matter whether the cell runs inside a runtime already.
    let heart =
        thread::scope(|scope| scope.spawn(|| block_on(beat(place, work, yields_for, &mut row))).join());
    if heart.is_err() {
        row.failed = Some("the heart itself panicked".to_owned());
    }
    row
}

/// Notes the beats, and when the work began and ended, or why it failed.
async fn beat(place: Place, work: Work, yields_for: Option<Duration>, row: &mut HeartbeatRow) {
    // Two clocks of the same moment: the timer's, and the one that processes share.
    let (start, zero) = (Instant::now(), trace::now());
    let seconds = |time: u64| time.saturating_sub(zero) as f64 * 1e-9;
    let due = |number: usize| number as f64 / RATE;
    let (mut began, mut under_way, mut end) = (0.0, None, None);
    for number in 1.. {
        tokio::time::sleep_until((start + Duration::from_secs_f64(due(number))).into()).await;
        row.beats.push(Heartbeat { due: due(number), came: seconds(trace::now()) });
        if number == AROUND {
            began = seconds(trace::now());
            under_way = Some(begin(place, work.clone(), yields_for));
        }
        end = end.or_else(|| under_way.as_ref()?.try_recv().ok());
        end = end.or_else(|| stop::check().err().map(|stopped| Err(stopped.into())));
        row.failed = end.as_ref().and_then(|end| end.as_ref().err().cloned());
        row.work = end.as_ref().and_then(|end| Some((began, seconds(*end.as_ref().ok()?))));
        // By when beats are due, so that those which are overdue all come.
        if row.failed.is_some() || row.work.is_some_and(|(_, ended)| due(number) > ended + due(AROUND)) {
            return;
        }
    }
}

/// Begins the work, which sends its end.
fn begin(place: Place, work: Work, yields_for: Option<Duration>) -> Receiver<End> {
    let (sender, receiver) = channel();
    // A heart that has stopped needs no news.
    let ended = move |end: End| drop(sender.send(end));
    match place {
        Place::HeartsThread => ended(tried(&work)),
        Place::Task => drop(spawn_local(async move { ended(tried(&work)) })),
        Place::TaskThatYields => drop(spawn_local(async move {
            give_way_for(yields_for.unwrap_or_default()).await;
            ended(Ok(trace::now()));
        })),
        Place::SpawnBlocking => drop(spawn_blocking(move || ended(tried(&work)))),
        Place::Thread => drop(thread::spawn(move || ended(tried(&work)))),
        Place::Process => drop(thread::spawn(move || {
            let process = process::fork(move || {
                work();
                trace::now()
            });
            ended(process.join().map_err(|crash| crash.to_string()));
        })),
    }
    receiver
}

/// Runs the work; a panic becomes a sentence.
fn tried(work: &Work) -> End {
    let ended = panics::catch(|| work()).map(|()| trace::now());
    ended.map_err(|panic| format!("the work panicked: {}", panic.message))
}

/// Computes for so long, and gives way about every millisecond.
async fn give_way_for(span: Duration) {
    let start = Instant::now();
    while start.elapsed() < span {
        busy(ms(1));
        yield_now().await;
    }
}
