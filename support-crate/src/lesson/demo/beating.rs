//! The hearts themselves: a loop on a thread, and a task on a one-thread runtime.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::pulse::{Beat, Place, Pulse, RATE};
use crate::model::{panic_message, quietly};
use crate::process;
use crate::trace;
use crate::units::ms;
use crate::workload::busy;

/// Beats before the work begins, and after it has ended.
const AROUND: usize = 4;

pub(crate) type Work = Arc<dyn Fn() + Send + Sync>;

/// When the work ended by the clock that processes share, or why it failed.
type End = Result<u64, String>;

/// Runs the work in one place beside a heart of its own. `yields_for` says how long work that gives way computes.
pub(crate) fn pulse(place: Place, work: Work, yields_for: Option<Duration>) -> Pulse {
    match place {
        Place::InPlace | Place::Thread | Place::Process => beat(place, work),
        // A thread of its own, so that it is no matter whether the cell runs inside a runtime already.
        _ => thread::spawn(move || beat_async(place, work, yields_for))
            .join()
            .unwrap_or_else(|_| failed(place, "the heart itself panicked")),
    }
}

fn failed(place: Place, why: &str) -> Pulse {
    Pulse { place, beats: Vec::new(), work: (0.0, 0.0), failed: Some(why.to_owned()) }
}

/// Seconds since the start, by the clock that processes share.
#[derive(Clone, Copy)]
struct Clock(u64);

impl Clock {
    fn start() -> Self {
        Self(trace::now())
    }

    fn at(self, time: u64) -> f64 {
        time.saturating_sub(self.0) as f64 * 1e-9
    }

    fn now(self) -> f64 {
        self.at(trace::now())
    }
}

/// Seconds from the start to a beat.
fn due(number: usize) -> f64 {
    number as f64 / RATE
}

/// Whether the work ended so long ago that the heart may stop: by when beats are due, so that those which are overdue
/// all come.
fn enough(number: usize, ended: Option<f64>) -> bool {
    ended.is_some_and(|end| due(number) > end + due(AROUND))
}

/// Runs the work; a panic becomes a sentence.
fn tried(work: &Work) -> End {
    match quietly(|| catch_unwind(AssertUnwindSafe(|| work()))) {
        Ok(()) => Ok(trace::now()),
        Err(payload) => Err(format!("the work panicked: {}", panic_message(payload.as_ref()))),
    }
}

/// Work under way somewhere else.
enum Elsewhere {
    Thread(JoinHandle<End>),
    Process(process::Handle<u64>),
}

impl Elsewhere {
    fn start(place: Place, work: Work) -> Self {
        match place {
            Place::Process => Self::Process(process::fork(move || {
                work();
                trace::now()
            })),
            _ => Self::Thread(thread::spawn(move || tried(&work))),
        }
    }

    fn is_finished(&self) -> bool {
        match self {
            Self::Thread(thread) => thread.is_finished(),
            Self::Process(process) => process.is_finished(),
        }
    }

    fn end(self) -> End {
        match self {
            Self::Thread(thread) => thread.join().unwrap_or_else(|_| Err("the work panicked".to_owned())),
            Self::Process(process) => process.join().map_err(|crash| crash.to_string()),
        }
    }
}

/// A heart on this thread.
fn beat(place: Place, work: Work) -> Pulse {
    let clock = Clock::start();
    let (mut beats, mut began, mut end) = (Vec::new(), 0.0, None::<End>);
    let mut elsewhere = None;
    for number in 1.. {
        thread::sleep(Duration::from_secs_f64((due(number) - clock.now()).max(0.0)));
        beats.push(Beat { due: due(number), came: clock.now() });
        if number == AROUND {
            began = clock.now();
            match place {
                Place::InPlace => end = Some(tried(&work)),
                _ => elsewhere = Some(Elsewhere::start(place, work.clone())),
            }
        }
        if let Some(done) = elsewhere.take_if(|work| work.is_finished()) {
            end = Some(done.end());
        }
        if finished(number, clock, end.as_ref()) {
            break;
        }
    }
    told(place, beats, began, clock, end)
}

fn finished(number: usize, clock: Clock, end: Option<&End>) -> bool {
    match end {
        Some(Err(_)) => true,
        Some(Ok(end)) => enough(number, Some(clock.at(*end))),
        None => false,
    }
}

fn told(place: Place, beats: Vec<Beat>, began: f64, clock: Clock, end: Option<End>) -> Pulse {
    let (ended, failed) = match end {
        Some(Ok(end)) => (clock.at(end), None),
        Some(Err(why)) => (began, Some(why)),
        None => (began, Some("the work did not end".to_owned())),
    };
    Pulse { place, beats, work: (began, ended), failed }
}

/// A heart that is a task on a one-thread runtime.
fn beat_async(place: Place, work: Work, yields_for: Option<Duration>) -> Pulse {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else {
        return failed(place, "no runtime could be made");
    };
    let (clock, start) = (Clock::start(), Instant::now());
    let end = Rc::new(RefCell::new(None::<End>));
    let begun = Rc::new(Cell::new(0.0));
    let mut beats = Vec::new();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        for number in 1.. {
            tokio::time::sleep_until((start + Duration::from_secs_f64(due(number))).into()).await;
            beats.push(Beat { due: due(number), came: clock.now() });
            if number == AROUND {
                begun.set(clock.now());
                let (work, end) = (work.clone(), end.clone());
                tokio::task::spawn_local(async move {
                    let seen = match (place, yields_for) {
                        (Place::SpawnBlocking, _) => tokio::task::spawn_blocking(move || tried(&work))
                            .await
                            .unwrap_or_else(|error| Err(error.to_string())),
                        (Place::TaskThatYields, Some(span)) => give_way_for(span).await,
                        _ => tried(&work),
                    };
                    *end.borrow_mut() = Some(seen);
                });
            }
            if finished(number, clock, end.borrow().as_ref()) {
                break;
            }
        }
    });
    let end = end.take();
    told(place, beats, begun.get(), clock, end)
}

/// Computes for so long, and gives way about every millisecond.
async fn give_way_for(span: Duration) -> End {
    let start = Instant::now();
    while start.elapsed() < span {
        busy(ms(1));
        tokio::task::yield_now().await;
    }
    Ok(trace::now())
}
