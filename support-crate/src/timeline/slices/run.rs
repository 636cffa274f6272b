//! Runs what is to be sliced: threads pinned to one core, or tasks on one such thread.

use std::sync::{Arc, Barrier};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::resource::{UsageWho, getrusage};
use nix::unistd::Pid;

use crate::error::Error;
use crate::machine::{allowed_cores, machine};
use crate::timeline::tell;
use crate::trace::now;

use super::clock_reader::{ClockReader, Piece, calibrate};
use super::data::{SliceTrack, Slices, Switched};

/// So many threads on one core.
pub(super) fn threads(number: usize, time: Duration) -> Result<Slices, Error> {
    let core = one_core()?;
    let threshold = calibrate();
    let together = Arc::new(Barrier::new(number));
    let threads: Vec<_> = (0..number)
        .map(|_| {
            let together = together.clone();
            let run = move || {
                // A thread that cannot be pinned still meets the others, who would wait for ever.
                let pinned = pin(core);
                together.wait();
                let (start, before) = (now(), involuntary());
                let mut reader = ClockReader::new(threshold);
                reader.compute_until(start + time.as_nanos() as u64);
                pinned.map(|()| (start, reader.into_pieces(), involuntary() - before))
            };
            thread::Builder::new().name("slices".into()).spawn(run)
        })
        .collect::<Result<_, _>>()
        .map_err(|error| {
            Error::unavailable(format!("cannot start {number} threads: {error}; ask for fewer"))
        })?;
    let seen: Vec<(u64, Vec<Piece>, u64)> = threads
        .into_iter()
        .map(|thread| thread.join().unwrap_or_else(|_| Err(Error::failed("a thread panicked"))))
        .collect::<Result<_, _>>()?;
    let start = seen.iter().map(|(start, ..)| *start).min().unwrap_or(0);
    let total = seen.iter().map(|(.., count)| count).sum();
    let tracks = (1..).zip(seen).map(|(number, (_, pieces, count))| SliceTrack {
        name: format!("thread {number}"),
        // A thread that lost the core before its second reading has no slice to show.
        pieces: since(start, pieces.into_iter().filter(|(from, to)| to > from).collect()),
        involuntary: Some(count),
    });
    let tracks = tracks.collect();
    let switched = Switched::Threads;
    Ok(Slices { switched, core, tracks, threshold, involuntary: total, machine: machine(), problem: None })
}

/// So many tasks on one thread, which is pinned too: what the threads did is held against it.
pub(super) fn tasks(number: usize, time: Duration, awaits: usize) -> Result<Slices, Error> {
    let core = one_core()?;
    let threshold = calibrate();
    let stretch = time.as_nanos() as u64 / (number * (awaits + 1)) as u64;
    if stretch < 2 * threshold {
        return Err(Error::bad_input(format!(
            "{number} tasks with {awaits} awaits each in {}: a stretch of {} is too short to be told from a gap; \
             ask for fewer awaits or more time",
            crate::format::duration(time.as_secs_f64()),
            tell::time(stretch)
        )));
    }
    let run = move || -> Result<_, Error> {
        pin(core)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|error| Error::unavailable(format!("cannot start a runtime: {error}")))?;
        let before = involuntary();
        let start = now();
        let tasks = tokio::task::LocalSet::new();
        let handles: Vec<_> = (0..number)
            .map(|_| tasks.spawn_local(task(ClockReader::new(threshold), stretch, awaits)))
            .collect();
        let pieces = tasks.block_on(&runtime, async {
            let mut pieces = Vec::new();
            for handle in handles {
                pieces.push(handle.await.map_err(|error| Error::failed(error.to_string()))?);
            }
            Ok::<_, Error>(pieces)
        })?;
        Ok((start, pieces, involuntary() - before))
    };
    let (start, pieces, involuntary) = thread::Builder::new()
        .name("slices".into())
        .spawn(run)
        .map_err(|error| Error::unavailable(format!("cannot start a thread: {error}")))?
        .join()
        .unwrap_or_else(|_| Err(Error::failed("a task panicked")))?;
    let tracks = (1..).zip(pieces).map(|(number, pieces)| SliceTrack {
        name: format!("task {number}"),
        pieces: since(start, pieces),
        involuntary: None,
    });
    let (tracks, switched) = (tracks.collect(), Switched::Tasks { awaits });
    Ok(Slices { switched, core, tracks, threshold, involuntary, machine: machine(), problem: None })
}

async fn task(mut reader: ClockReader, stretch: u64, awaits: usize) -> Vec<Piece> {
    for turn in 0..=awaits {
        reader.compute_until(now() + stretch);
        if turn < awaits {
            give_way().await;
        }
    }
    reader.into_pieces()
}

/// Goes to the end of the line. Tokio's own `yield_now` lets those that yielded in the same turn come back last to
/// first, so that the last one follows itself.
async fn give_way() {
    let mut gave_way = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut gave_way, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn since(start: u64, pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.into_iter().map(|(from, to)| (from.saturating_sub(start), to.saturating_sub(start))).collect()
}

/// The last core this process may use: the first ones serve more interrupts.
fn one_core() -> Result<usize, Error> {
    let none = || Error::unavailable("the system does not say which cores this process may use");
    allowed_cores().last().copied().ok_or_else(none)
}

fn pin(core: usize) -> Result<(), Error> {
    let refused = |errno: nix::Error| {
        Error::unavailable(format!("cannot pin a thread to core {core}: {}", errno.desc().to_lowercase()))
    };
    let mut set = CpuSet::new();
    set.set(core).map_err(refused)?;
    sched_setaffinity(Pid::from_raw(0), &set).map_err(refused)
}

fn involuntary() -> u64 {
    getrusage(UsageWho::RUSAGE_THREAD).map_or(0, |usage| usage.involuntary_context_switches() as u64)
}
