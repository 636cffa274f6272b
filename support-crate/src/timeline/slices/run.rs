//! Runs what is to be sliced: threads pinned to one core, or tasks on one such thread.

use std::sync::{Arc, Barrier};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

use crate::error::Error;
use crate::format;
use crate::machine::{Restriction, allowed_cores, first_core, machine};
use crate::timeline::tell;
use crate::trace::now;
use crate::workload::yield_in_turn;

use super::clock_reader::{ClockReader, Piece, calibrate};
use super::data::{SliceTrack, Slices};

/// More pieces than these give are no longer told apart.
const MOST_AWAITS: usize = 1_000;

/// So many threads on one core.
pub(super) fn threads(number: usize, time: Duration) -> Result<Slices, Error> {
    let (core, threshold) = (last_core(), calibrate());
    let _on_one_core = Restriction::to(&[core])?;
    let together = Arc::new(Barrier::new(number));
    let started = (0..number).map(|_| {
        let together = together.clone();
        spawn(move || {
            together.wait();
            let (start, before) = (now(), involuntary());
            let mut reader = ClockReader::new(threshold);
            reader.compute_until(start + time.as_nanos() as u64);
            (start, reader.pieces, involuntary() - before)
        })
    });
    let started = started.collect::<Result<Vec<_>, _>>()?;
    let seen = started.into_iter().map(join).collect::<Result<Vec<_>, _>>()?;
    let start = seen.iter().map(|(start, ..)| *start).min().unwrap_or(0);
    let involuntary = seen.iter().map(|(.., count)| count).sum();
    let tracks = (1..).zip(seen).map(|(number, (_, pieces, count))| SliceTrack {
        name: format!("thread {number}"),
        // A thread that lost the core before its second reading has no slice to show.
        pieces: since(start, pieces.into_iter().filter(|(from, to)| to > from).collect()),
        involuntary: Some(count),
    });
    let (tracks, machine) = (tracks.collect(), machine());
    Ok(Slices { core, tracks, threshold, involuntary, machine, ..Slices::default() })
}

/// So many tasks on one thread, which is pinned too: what the threads did is held against it.
pub(super) fn tasks(number: usize, time: Duration, awaits: usize) -> Result<Slices, Error> {
    if awaits > MOST_AWAITS {
        return Err(Error::bad_input(format!(
            "{} awaits in each task: the picture shows up to {}; ask for fewer",
            format::count(awaits as u64),
            format::count(MOST_AWAITS as u64)
        )));
    }
    let (core, threshold) = (last_core(), calibrate());
    let stretch = time.as_nanos() as u64 / (number * (awaits + 1)) as u64;
    if stretch < 2 * threshold {
        return Err(Error::bad_input(format!(
            "{number} tasks with {awaits} awaits each in {}: a stretch of {} is too short to be told from a gap; \
             ask for fewer awaits or more time",
            format::duration(time.as_secs_f64()),
            tell::time(stretch)
        )));
    }
    let _on_one_core = Restriction::to(&[core])?;
    let thread = spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let (start, before) = (now(), involuntary());
        let pieces = runtime.block_on(async {
            let task = |_| tokio::spawn(task(ClockReader::new(threshold), stretch, awaits));
            let mut pieces = Vec::new();
            for handle in (0..number).map(task).collect::<Vec<_>>() {
                pieces.push(handle.await?);
            }
            Ok::<_, std::io::Error>(pieces)
        })?;
        Ok((start, pieces, involuntary() - before))
    })?;
    let ran: std::io::Result<_> = join(thread)?;
    let (start, pieces, involuntary) =
        ran.map_err(|error| Error::unavailable(format!("cannot run tasks: {error}")))?;
    let tracks = (1..).zip(pieces).map(|(number, pieces)| SliceTrack {
        name: format!("task {number}"),
        pieces: since(start, pieces),
        involuntary: None,
    });
    let (tracks, awaits, machine) = (tracks.collect(), Some(awaits), machine());
    Ok(Slices { awaits, core, tracks, threshold, involuntary, machine, problem: None })
}

fn spawn<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>, Error> {
    let refused = |error| Error::unavailable(format!("cannot start a thread: {error}; ask for fewer"));
    Builder::new().name("slices".into()).spawn(run).map_err(refused)
}

fn join<T>(thread: JoinHandle<T>) -> Result<T, Error> {
    thread.join().map_err(|_| Error::failed("a thread panicked"))
}

async fn task(mut reader: ClockReader, stretch: u64, awaits: usize) -> Vec<Piece> {
    for turn in 0..=awaits {
        reader.compute_until(now() + stretch);
        if turn < awaits {
            yield_in_turn().await;
        }
    }
    reader.pieces
}

fn since(start: u64, pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.into_iter().map(|(from, to)| (from.saturating_sub(start), to.saturating_sub(start))).collect()
}

/// The last core this process may use: the first ones serve more interrupts.
fn last_core() -> usize {
    allowed_cores().last().copied().unwrap_or_else(first_core)
}

fn involuntary() -> u64 {
    getrusage(UsageWho::RUSAGE_THREAD).map_or(0, |usage| usage.involuntary_context_switches() as u64)
}
