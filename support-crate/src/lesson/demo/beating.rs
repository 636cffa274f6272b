//! The heart itself: a task on a one-thread runtime, as an interface's loop would be, with work beside it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::pulse::{Place, Pulse, RATE};
use crate::chart::{Heartbeat, HeartbeatRow};
use crate::lesson::threads::block_on;
use crate::model::Model;
use crate::process::{self, panics};
use crate::stop;
use crate::trace;
use crate::units::ms;
use crate::workload::busy;

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
) -> Pulse {
    // A thread of its own, so that it is no matter whether the cell runs inside a runtime already.
    let heart = thread::spawn(move || block_on(beat(place, work, yields_for)));
    let panicked = |_| (Vec::new(), None, Some("the heart itself panicked".to_owned()));
    let (beats, work, failed) = heart.join().unwrap_or_else(panicked);
    Pulse { place, row: HeartbeatRow { look: Some(model.look()), name: name.into(), beats, work, failed } }
}

/// The beats, when the work began and ended, and why it failed, if so.
async fn beat(
    place: Place,
    work: Work,
    yields_for: Option<Duration>,
) -> (Vec<Heartbeat>, Option<(f64, f64)>, Option<String>) {
    // Two clocks of the same moment: the timer's, and the one that processes share.
    let (start, zero) = (Instant::now(), trace::now());
    let seconds = |time: u64| time.saturating_sub(zero) as f64 * 1e-9;
    let due = |number: usize| number as f64 / RATE;
    let (mut beats, mut began, mut under_way, mut end) = (Vec::new(), 0.0, None, None);
    let mut number = 0;
    let (ended, failed) = loop {
        number += 1;
        tokio::time::sleep_until((start + Duration::from_secs_f64(due(number))).into()).await;
        beats.push(Heartbeat { due: due(number), came: seconds(trace::now()) });
        if number == AROUND {
            began = seconds(trace::now());
            under_way = Some(begin(place, work.clone(), yields_for));
        }
        end = end.or_else(|| under_way.as_ref()?.try_recv().ok());
        end = end.or_else(|| stop::check().err().map(|stopped| Err(stopped.into())));
        match &end {
            // By when beats are due, so that those which are overdue all come.
            Some(Ok(end)) if due(number) > seconds(*end) + due(AROUND) => break (seconds(*end), None),
            Some(Err(why)) => break (began, Some(why.clone())),
            _ => {}
        }
    };
    (beats, Some((began, ended)), failed)
}

/// Begins the work, which sends its end.
fn begin(place: Place, work: Work, yields_for: Option<Duration>) -> Receiver<End> {
    let (sender, receiver) = channel();
    // A heart that has stopped needs no news.
    let ended = move |end: End| drop(sender.send(end));
    match (place, yields_for) {
        (Place::InPlace, _) => ended(tried(&work)),
        (Place::TaskThatYields, Some(span)) => {
            tokio::task::spawn_local(async move {
                give_way_for(span).await;
                ended(Ok(trace::now()));
            });
        }
        (Place::Task | Place::TaskThatYields, _) => {
            tokio::task::spawn_local(async move { ended(tried(&work)) });
        }
        (Place::SpawnBlocking, _) => drop(tokio::task::spawn_blocking(move || ended(tried(&work)))),
        (Place::Thread, _) => drop(thread::spawn(move || ended(tried(&work)))),
        (Place::Process, _) => drop(thread::spawn(move || {
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
pub(super) async fn give_way_for(span: Duration) {
    let start = Instant::now();
    while start.elapsed() < span {
        busy(ms(1));
        tokio::task::yield_now().await;
    }
}
