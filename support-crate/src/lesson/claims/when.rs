//! Claims 11, 12, 14 and 16: which model for which work.

use std::time::{Duration, Instant};

use serde::Deserialize;

use super::{Claim, WHEN};
use crate::format;
use crate::lesson::ledger::{Bench, Finding, Parallel, Ruling, UNCLEAR, speedup, times};
use crate::lesson::python;
use crate::measure::{Interval, Unit, compare, paired_speedup, scaling};
use crate::model::Model::{self, Async, Processes, Sequential, Threads};
use crate::model::values;
use crate::units::{KIB, ms, secs};
use crate::workload::{Blur, Downloads, Waits};

/// Claim 11.
pub(super) const THOUSANDS_OF_TASKS: Claim = Claim {
    says: "async suits thousands of waiting tasks, for which threads are too heavy",
    notebook: WHEN,
    python: |bench| {
        #[derive(Deserialize)]
        struct Printed {
            tasks: [usize; 2],
            task_seconds: [f64; 2],
            bytes_a_task: f64,
            threads: [usize; 2],
            thread_seconds: [f64; 2],
            bytes_a_thread: f64,
        }
        bench.ask_python(python::MANY, &[], |said: Printed| {
            thousands(
                (said.tasks[1], said.task_seconds[1], said.bytes_a_task),
                (said.threads[1], said.thread_seconds[1], said.bytes_a_thread),
            )
        })
    },
    rust: |bench| {
        const TASKS: usize = 10_000;
        const THREADS: usize = 1_000;
        const WAIT: Duration = Duration::from_millis(50);
        let bytes = |unit| bench.costs().unit(unit).and_then(|cost| cost.bytes).map(|bytes| bytes.estimate);
        let seconds = |tasks, model: Model| {
            let start = Instant::now();
            // All wait at the same time, once: that is no cost of theirs.
            values(Waits { tasks, wait: WAIT }, model)
                .map(|_| start.elapsed().saturating_sub(WAIT).as_secs_f64())
        };
        let measured =
            seconds(TASKS, Async).and_then(|tasks| Ok((tasks, seconds(THREADS, Threads(THREADS))?)));
        match (measured, bytes(Unit::Task), bytes(Unit::Thread)) {
            (Ok((tasks, threads)), Some(task), Some(thread)) => {
                thousands((TASKS, tasks, task), (THREADS, threads, thread))
            }
            (Err(error), ..) => Finding::none(error),
            _ => Finding::none("memory could not be measured here"),
        }
    },
};

/// Claim 12.
pub(super) const FETCHING: Claim = Claim {
    says: "threads suit fetching from several sources at once",
    notebook: WHEN,
    python: |bench| {
        #[derive(Deserialize)]
        struct Printed {
            files: usize,
            sequential: Vec<f64>,
            threads: Vec<f64>,
        }
        bench.ask_python(python::DOWNLOADS, &[], |said: Printed| {
            fetching(said.files, paired_speedup(&said.threads, &said.sequential), None)
        })
    },
    rust: |_| {
        const FILES: usize = 10;
        let fetched = compare(Downloads { files: FILES, size: 16 * KIB, latency: ms(10) })
            .models([Sequential, Threads(FILES), Async])
            .rounds(5)
            .run();
        match &fetched.problem {
            Some(problem) => Finding::none(problem),
            None => fetching(FILES, speedup(&fetched, Threads(FILES)), Some(speedup(&fetched, Async))),
        }
    },
};

/// Claim 14.
pub(super) const IMAGES_IN_PROCESSES: Claim = Claim {
    says: "processes suit computing work such as image processing",
    notebook: WHEN,
    python: |bench| {
        #[derive(Deserialize)]
        struct Printed {
            sequential: Vec<f64>,
            threads: Vec<f64>,
            processes: Vec<f64>,
        }
        bench.ask_python(python::IMAGE, &[bench.workers().to_string()], |said: Printed| {
            let against = |times: &[f64]| paired_speedup(times, &said.sequential);
            images(bench, against(&said.processes), against(&said.threads))
        })
    },
    rust: |bench| {
        let n = bench.workers();
        let blurred = compare(picture(n))
            .models([Sequential, Threads(n), Processes(n)])
            .rounds(5)
            .budget(secs(10))
            .run();
        match &blurred.problem {
            Some(problem) => Finding::none(problem),
            None => images(bench, speedup(&blurred, Processes(n)), speedup(&blurred, Threads(n))),
        }
    },
};

/// Claim 16.
pub(super) const CHUNKS_PARALLELISE: Claim = Claim {
    says: "work that splits into independent chunks can be done in parallel",
    notebook: WHEN,
    python: |bench| {
        Some(match bench.python_compute()? {
            Ok(times) => chunks(bench, times.speedup(&times.processes), "processes", ""),
            Err(failed) => failed,
        })
    },
    rust: |bench| {
        let n = bench.workers();
        let curve = scaling(bench.primes(), 1..=2 * n).rounds(5).budget(secs(10)).run();
        let at = |workers| {
            curve.points.iter().find(|point| point.workers == workers).and_then(|point| point.speedup)
        };
        let serial = match (&curve.serial, &curve.not_fitted) {
            (Some(serial), _) if serial.high - serial.low > 0.5 => {
                " The share that is serial, by Amdahl's law, could not be told from the noise.".into()
            }
            (Some(serial), _) => format!(
                " By Amdahl's law {} [{}, {}] of the work is serial.",
                format::percent(serial.estimate.clamp(0.0, 1.0)),
                format::percent(serial.low.max(0.0)),
                format::percent(serial.high.min(1.0))
            ),
            (None, Some(why)) => format!(" The serial share: {why}."),
            (None, None) => String::new(),
        };
        match &curve.problem {
            Some(problem) => Finding::none(problem),
            None => {
                let decided = matches!(bench.parallel(at(n)), Parallel::Yes | Parallel::No);
                chunks(bench, at(n), "threads", if decided { &serial } else { "" })
            }
        }
    },
};

/// A picture that is blurred in about 100 ms on one core, whatever the build.
fn picture(workers: usize) -> Blur {
    let probe = Blur { width: 64, height: 40, radius: 6, tasks: 1 };
    // The first run draws the picture.
    let mut took = f64::INFINITY;
    for _ in 0..3 {
        let start = Instant::now();
        let _ = values(probe, Sequential);
        took = took.min(start.elapsed().as_secs_f64());
    }
    let scale = (0.1 / took.max(1e-6)).sqrt().clamp(1.0, 20.0);
    Blur { width: (64.0 * scale) as usize, height: (40.0 * scale) as usize, tasks: 4 * workers, ..probe }
}

/// Number, seconds for all besides the one wait that they have in common, bytes for each.
type Crowd = (usize, f64, f64);

/// Too heavy: a thread takes over three times the memory of a task, and starting and ending it over three times as long.
fn thousands(tasks: Crowd, threads: Crowd) -> Finding {
    let told = |(count, seconds, bytes): Crowd, what: &str| {
        let count = format::count(count as u64);
        let (took, each) = (format::duration(seconds), format::bytes(bytes));
        format!("{count} {what} took {took} besides the wait, {each} each")
    };
    let each = |(count, seconds, _): Crowd| seconds / count as f64;
    let evidence = format!(
        "{}; {}. So a thread took {} the memory and {} the time of a task; from three times on it counts as heavier.",
        told(tasks, "waiting tasks"),
        told(threads, "waiting threads"),
        format::times(threads.2 / tasks.2),
        format::times(each(threads) / each(tasks))
    );
    let heavier = threads.2 > 3.0 * tasks.2;
    let slower = each(threads) > 3.0 * each(tasks);
    let ruling = match (heavier, slower) {
        (true, true) => Ruling::Holds,
        (true, false) => {
            Ruling::Depends("on what is scarce: in memory threads are heavier, in time they are not".into())
        }
        (false, true) => {
            Ruling::Depends("on what is scarce: in time threads are heavier, in memory they are not".into())
        }
        (false, false) => Ruling::DoesNotHold,
    };
    Finding::new(ruling, evidence)
}

fn fetching(files: usize, threads: Option<Interval>, tasks: Option<Option<Interval>>) -> Finding {
    let more = tasks.map_or_else(String::new, |tasks| format!(", as async tasks {}", times(tasks)));
    let evidence = format!(
        "{files} downloads on {files} threads {} as fast as one after the other{more}.",
        times(threads)
    );
    let ruling = match threads {
        Some(speedup) if speedup.low > 1.5 => Ruling::Holds,
        Some(speedup) if speedup.high < 1.5 => Ruling::DoesNotHold,
        _ => Ruling::NotDecided(UNCLEAR.into()),
    };
    Finding::new(ruling, evidence)
}

fn images(bench: &Bench, processes: Option<Interval>, threads: Option<Interval>) -> Finding {
    let n = bench.workers();
    let evidence = format!(
        "A blur in chunks, against one after the other: {n} processes {}, {n} threads {}.",
        times(processes),
        times(threads)
    );
    let by = |speedup| bench.parallel(speedup);
    let ruling = match (by(processes), by(threads)) {
        (Parallel::Yes, Parallel::Yes) => {
            Ruling::Depends("on what else they are for: threads did it in parallel too".into())
        }
        (Parallel::Yes, Parallel::Unclear | Parallel::Busy) => Ruling::NotDecided(
            "processes did it in parallel; whether threads do as well this run cannot tell".into(),
        ),
        (processes, _) => processes.uses_many(),
    };
    Finding::new(ruling, evidence)
}

fn chunks(bench: &Bench, speedup: Option<Interval>, who: &str, more: &str) -> Finding {
    let n = bench.workers();
    let evidence = format!("In chunks on {n} {who}: {} as fast.{more}", times(speedup));
    Finding::new(bench.parallel(speedup).uses_many(), evidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x(estimate: f64) -> Option<Interval> {
        Some(Interval { estimate, low: 0.98 * estimate, high: 1.02 * estimate })
    }

    #[test]
    fn crowds_are_weighed_by_memory_and_time() {
        assert_eq!(thousands((10_000, 0.1, 500.0), (1_000, 0.15, 12_000.0)).ruling, Ruling::Holds);
        assert!(matches!(
            thousands((10_000, 0.5, 500.0), (1_000, 0.06, 12_000.0)).ruling,
            Ruling::Depends(_)
        ));
        assert_eq!(thousands((10_000, 0.5, 5_000.0), (1_000, 0.06, 6_000.0)).ruling, Ruling::DoesNotHold);
    }

    #[test]
    fn speedups_decide_or_leave_it_open() {
        let bench = Bench::with_cores(2);
        assert_eq!(images(&bench, x(1.9), x(1.0)).ruling, Ruling::Holds);
        assert!(matches!(images(&bench, x(1.9), x(1.9)).ruling, Ruling::Depends(_)));
        assert_eq!(chunks(&bench, x(1.9), "threads", "").ruling, Ruling::Holds);
        assert_eq!(fetching(10, x(8.0), None).ruling, Ruling::Holds);
        assert!(matches!(fetching(10, x(1.5), None).ruling, Ruling::NotDecided(_)));
        let lone = Bench::with_cores(1);
        assert!(matches!(images(&lone, x(1.0), x(1.0)).ruling, Ruling::NotDecided(_)));
        assert!(matches!(chunks(&lone, x(1.0), "threads", "").ruling, Ruling::NotDecided(_)));
    }
}
