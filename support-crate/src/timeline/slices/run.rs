//! Runs what is to be sliced: threads pinned to one core, or tasks on one such thread.

use std::io;
use std::sync::{Arc, Barrier};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

use crate::error::Error;
use crate::format;
use crate::machine::{Restriction, allowed_cores, first_core, machine};
use crate::timeline::tell;
use crate::trace::now;
use crate::workload::{check, yield_in_turn};

use super::clock_reader::{ClockReader, Piece, calibrate};
use super::data::{SliceTrack, Slices};

/// So many threads on one core.
pub(super) fn threads(number: usize, time: Duration) -> Result<Slices, Error> {
    let (core, threshold) = (last_core(), calibrate());
    let _on_one_core = Restriction::to(&[core])?;
    let together = Arc::new(Barrier::new(number));
    let compute = move |start| {
        let mut reader = ClockReader::new(threshold);
        reader.compute_until(start + time.as_nanos() as u64);
        Ok(vec![reader.pieces])
    };
    let threads = (0..number).map(|_| watched(together.clone(), compute));
    seen(threads.collect::<Result<_, _>>()?, Slices { core, threshold, ..Slices::default() })
}

/// So many tasks on one thread, which is pinned too: what the threads did is held against it.
pub(super) fn tasks(number: usize, time: Duration, awaits: usize) -> Result<Slices, Error> {
    // More pieces than these give are no longer told apart.
    check::number("awaits", awaits, 0..=1_000)?;
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
    let compute = move |_| {
        tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
            let task = |_| tokio::spawn(task(ClockReader::new(threshold), stretch, awaits));
            let mut pieces = Vec::new();
            for handle in (0..number).map(task).collect::<Vec<_>>() {
                pieces.push(handle.await?);
            }
            Ok(pieces)
        })
    };
    let thread = watched(Arc::new(Barrier::new(1)), compute)?;
    seen(vec![thread], Slices { awaits: Some(awaits), core, threshold, ..Slices::default() })
}

/// What was seen on a thread: when it began, the pieces of each who ran there, and how often the system took the core.
type Seen = (u64, Vec<Vec<Piece>>, u64);

/// Runs it on a thread, which begins together with the others.
fn watched(
    together: Arc<Barrier>,
    run: impl FnOnce(u64) -> io::Result<Vec<Vec<Piece>>> + Send + 'static,
) -> Result<JoinHandle<io::Result<Seen>>, Error> {
    let refused = |error| Error::unavailable(format!("cannot start a thread: {error}; ask for fewer"));
    let work = move || {
        together.wait();
        let (start, before) = (now(), involuntary());
        Ok((start, run(start)?, involuntary() - before))
    };
    Builder::new().name("slices".into()).spawn(work).map_err(refused)
}

/// Slices with what these threads saw.
fn seen(threads: Vec<JoinHandle<io::Result<Seen>>>, slices: Slices) -> Result<Slices, Error> {
    let join = |thread: JoinHandle<io::Result<Seen>>| {
        let seen = thread.join().map_err(|_| Error::failed("a thread panicked"))?;
        seen.map_err(|error| Error::unavailable(format!("cannot run tasks: {error}")))
    };
    let seen = threads.into_iter().map(join).collect::<Result<Vec<_>, _>>()?;
    let start = seen.iter().map(|(start, ..)| *start).min().unwrap_or(0);
    let involuntary = seen.iter().map(|(.., count)| count).sum();
    let of_task = slices.awaits.is_some();
    let tracks =
        seen.into_iter().flat_map(|(_, pieces, count)| pieces.into_iter().map(move |own| (own, count)));
    let tracks = (1..).zip(tracks).map(|(number, (pieces, count))| SliceTrack {
        name: format!("{} {number}", if of_task { "task" } else { "thread" }),
        // Who lost the core before its second reading has no slice to show.
        pieces: pieces
            .into_iter()
            .filter(|(from, to)| to > from)
            .map(|(from, to)| (from - start, to - start))
            .collect(),
        involuntary: (!of_task).then_some(count),
    });
    Ok(Slices { tracks: tracks.collect(), involuntary, machine: machine(), ..slices })
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

/// The last core this process may use: the first ones serve more interrupts.
fn last_core() -> usize {
    allowed_cores().last().copied().unwrap_or_else(first_core)
}

fn involuntary() -> u64 {
    getrusage(UsageWho::RUSAGE_THREAD).map_or(0, |usage| usage.involuntary_context_switches() as u64)
}
