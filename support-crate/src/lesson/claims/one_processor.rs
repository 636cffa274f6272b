//! Claims 1 to 3: which models use one processor, and which use many.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::{Claim, MULTIPROCESSING, WAYS};
use crate::format;
use crate::lesson::ledger::{Bench, Finding, Parallel, PythonCompute, Ruling, speedup, times};
use crate::measure::Interval;
use crate::model::Model::{Async, AsyncOn, Processes, Threads};
use crate::process;
use crate::trace;
use crate::units::ms;

/// Claim 1.
pub(super) const THREADS_USE_ONE: Claim = Claim {
    says: "threads share one processor and run one instruction at a time",
    notebook: WAYS,
    python: |bench| {
        python_compute(
            bench,
            |times| &times.threads,
            |bench, speedup| one(bench, speedup, &format!("{} threads", bench.workers())),
        )
    },
    rust: |bench| {
        let n = bench.workers();
        one(bench, speedup(bench.compute(), Threads(n)), &format!("{n} threads"))
    },
};

/// Claim 2.
pub(super) const ASYNC_USES_ONE: Claim = Claim {
    says: "async tasks share one processor",
    notebook: WAYS,
    python: |bench| {
        python_compute(
            bench,
            |times| &times.asyncio,
            |bench, speedup| one(bench, speedup, &format!("{} asyncio tasks", bench.workers())),
        )
    },
    rust: |bench| {
        let n = bench.workers();
        let (alone, many) = (speedup(bench.compute(), Async), speedup(bench.compute(), AsyncOn(n)));
        let ruling = match (bench.parallel(alone), bench.parallel(many)) {
            (Parallel::No, Parallel::Yes) => Ruling::Depends("on how many threads the runtime has".into()),
            (Parallel::No, many) => many.uses_one(),
            (alone, _) => alone.uses_one(),
        };
        let evidence = format!(
            "Tasks on a runtime with one thread computed {} as fast as one after the other; on {n} threads {}.",
            times(alone),
            times(many)
        );
        Finding::new(ruling, evidence)
    },
};

/// Claim 3.
pub(super) const PROCESSES_USE_MANY: Claim = Claim {
    says: "processes use several processors at the same time",
    notebook: MULTIPROCESSING,
    python: |bench| {
        python_compute(
            bench,
            |times| &times.processes,
            |bench, speedup| many(bench, speedup, &format!("{} processes", bench.workers()), String::new()),
        )
    },
    rust: |bench| {
        let n = bench.workers();
        let seen = seen_on_cores(n).filter(|(_, both)| *both > 0);
        let told_seen = match seen {
            Some((apart, both)) => format!(
                " In {} of {} moments when several were caught computing, they were on different cores.",
                format::count(apart as u64),
                format::count(both as u64)
            ),
            None => String::new(),
        };
        let finding =
            many(bench, speedup(bench.compute(), Processes(n)), &format!("{n} processes"), told_seen);
        // Being seen on two cores at the same moment proves it, whatever the clock says of the gain.
        match (seen, &finding.ruling) {
            (Some((apart, both)), Ruling::NotDecided(_)) if 2 * apart > both => {
                Finding { ruling: Ruling::Holds, ..finding }
            }
            _ => finding,
        }
    },
};

/// Judges one column of the computation in CPython.
fn python_compute(
    bench: &Bench,
    column: fn(&PythonCompute) -> &Vec<f64>,
    judge: impl FnOnce(&Bench, Option<Interval>) -> Finding,
) -> Option<Finding> {
    Some(match bench.python_compute()? {
        Ok(times) => judge(bench, times.speedup(column(&times))),
        Err(failed) => failed,
    })
}

fn one(bench: &Bench, speedup: Option<Interval>, who: &str) -> Finding {
    Finding::new(bench.parallel(speedup).uses_one(), told(speedup, who))
}

fn many(bench: &Bench, speedup: Option<Interval>, who: &str, more: String) -> Finding {
    Finding::new(bench.parallel(speedup).uses_many(), told(speedup, who) + &more)
}

fn told(speedup: Option<Interval>, who: &str) -> String {
    format!("{who} computed {} as fast as one after the other.", times(speedup))
}

/// Lets `n` processes compute at the same time and note where they are: in how many moments several were caught on
/// different cores, of how many in which several were caught at all.
fn seen_on_cores(n: usize) -> Option<(usize, usize)> {
    const MOMENT: u64 = 2_000_000;
    let watch = || {
        let (start, mut seen) = (Instant::now(), Vec::new());
        while start.elapsed() < ms(60) {
            seen.extend(nix::sched::sched_getcpu().ok().map(|core| (trace::now() / MOMENT, core)));
            std::hint::black_box((0..500u64).fold(1u64, |a, b| a.rotate_left(3) ^ b));
        }
        seen.dedup();
        seen
    };
    let started: Vec<_> = (0..n).map(|_| process::fork(watch)).collect();
    let mut moments: BTreeMap<u64, BTreeMap<usize, usize>> = BTreeMap::new();
    for (number, process) in started.into_iter().enumerate() {
        for (moment, core) in process.join().ok()? {
            moments.entry(moment).or_default().insert(number, core);
        }
    }
    let several: Vec<_> = moments.values().filter(|seen| seen.len() > 1).collect();
    let apart = several.iter().filter(|seen| seen.values().collect::<BTreeSet<_>>().len() > 1).count();
    Some((apart, several.len()))
}
