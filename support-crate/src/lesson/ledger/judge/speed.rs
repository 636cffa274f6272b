//! Judges of speed-ups: which work gained, and by which model.

use crate::format;
use crate::lesson::ledger::bench::{Bench, LITTLE_GAIN, Speedup};
use crate::lesson::ledger::ruling::{Finding, Ruling};
use crate::measure::Interval;

/// "1.96x [1.93, 1.99]", or that there is no figure.
fn times(speedup: Speedup) -> String {
    speedup.map_or_else(|| "(no figure)".into(), |x| format::ratio(x.estimate, Some((x.low, x.high))))
}

/// Whether so many cores as claimed were used: `many` or one.
fn uses(many: bool, parallel: Result<bool, &str>) -> Ruling {
    parallel.map_or_else(Ruling::open, |parallel| Ruling::by(parallel == many))
}

/// A claim that a computation uses many cores, or one, by how much faster it became.
pub(crate) fn uses_cores(bench: &Bench, many: bool, who: &str, speedup: Speedup) -> Finding {
    let (n, times) = (bench.workers(), times(speedup));
    uses(many, bench.parallel(speedup))
        .because(format!("{n} {who} computed {times} as fast as one after the other."))
}

/// Tasks on a runtime with one thread, and on one with several.
pub(crate) fn tasks_use_one_core(bench: &Bench, alone: Speedup, many: Speedup) -> Finding {
    let ruling = match (bench.parallel(alone), bench.parallel(many)) {
        (Ok(false), Ok(true)) => Ruling::depends("on how many threads the runtime has"),
        (Ok(false), many) => uses(false, many),
        (alone, _) => uses(false, alone),
    };
    let (n, alone, many) = (bench.workers(), times(alone), times(many));
    ruling.because(format!(
        "Tasks on a runtime with one thread computed {alone} as fast as one after the other; on {n} threads {many}."
    ))
}

/// Waits, a computation, and tiny tasks: faster or slower, by which work it is. An interval clear of 1 decides.
pub(crate) fn faster(bench: &Bench, all: [Speedup; 3]) -> Finding {
    let gains = all.iter().flatten().filter(|speedup| speedup.low > 1.05).count();
    let losses = all.iter().flatten().filter(|speedup| speedup.high < 0.95).count();
    let ruling = match (gains, losses) {
        (0, 0) => Ruling::open("no difference was clear"),
        (0, _) => Ruling::DoesNotHold,
        (3, _) => Ruling::Holds,
        _ => Ruling::depends("on the work"),
    };
    let (n, [waits, compute, tiny]) = (bench.workers(), all.map(times));
    ruling.because(format!(
        "Against one after the other: 16 waits as tasks {waits}, a computation on {n} threads {compute}, 200 tiny tasks \
         on threads {tiny}."
    ))
}

pub(crate) fn fetching(files: usize, threads: Speedup, tasks: Option<Speedup>) -> Finding {
    let clear = |of: fn(Interval) -> bool| threads.is_some_and(of);
    let ruling = Ruling::clear(clear(|speedup| speedup.low > 1.5), clear(|speedup| speedup.high < 1.5));
    let more = tasks.map_or_else(String::new, |tasks| format!(", as async tasks {}", times(tasks)));
    let threads = times(threads);
    ruling.because(format!(
        "{files} downloads on {files} threads {threads} as fast as one after the other{more}."
    ))
}

pub(crate) fn images_in_processes(bench: &Bench, [processes, threads]: [Speedup; 2]) -> Finding {
    let ruling = match (bench.parallel(processes), bench.parallel(threads)) {
        (Ok(true), Ok(true)) => Ruling::depends("on what else they are for: threads did it in parallel too"),
        // In rounds taken in turn the cores were free, as the processes show.
        (Ok(true), Err(_)) if threads.is_some_and(|speedup| speedup.high < LITTLE_GAIN) => Ruling::Holds,
        (Ok(true), Err(_)) => {
            Ruling::open("processes did it in parallel; whether threads do as well this run cannot tell")
        }
        (processes, _) => uses(true, processes),
    };
    let (n, processes, threads) = (bench.workers(), times(processes), times(threads));
    ruling.because(format!(
        "A blur in chunks, against one after the other: {n} processes {processes}, {n} threads {threads}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x(estimate: f64) -> Speedup {
        Some(Interval { estimate, low: 0.98 * estimate, high: 1.02 * estimate })
    }

    #[test]
    fn faster_depends_where_some_gain_and_some_lose() {
        let bench = Bench::new(2);
        let ruling = |all| faster(&bench, all).ruling;
        assert_eq!(ruling([x(15.0), x(1.9), x(0.01)]), Ruling::Depends("on the work".into()));
        assert_eq!(ruling([x(15.0), x(1.0), x(0.5)]), Ruling::Depends("on the work".into()));
        assert_eq!(ruling([x(1.0), x(1.0), x(0.5)]), Ruling::DoesNotHold);
        assert_eq!(ruling([x(2.0), x(2.0), x(2.0)]), Ruling::Holds);
        assert!(matches!(ruling([x(1.0), None, x(1.0)]), Ruling::NotDecided(_)));
    }

    #[test]
    fn speedups_decide_or_leave_it_open() {
        let bench = Bench::new(2);
        assert_eq!(images_in_processes(&bench, [x(1.9), x(1.0)]).ruling, Ruling::Holds);
        assert!(matches!(images_in_processes(&bench, [x(1.9), x(1.9)]).ruling, Ruling::Depends(_)));
        let busy = Bench::new(2);
        busy.taken.set(0.9);
        assert_eq!(images_in_processes(&busy, [x(1.9), x(1.0)]).ruling, Ruling::Holds);
        let wide = Some(Interval { estimate: 1.1, low: 0.9, high: 1.4 });
        assert!(matches!(images_in_processes(&busy, [x(1.9), wide]).ruling, Ruling::NotDecided(_)));
        assert!(matches!(images_in_processes(&busy, [x(1.0), x(1.0)]).ruling, Ruling::NotDecided(_)));
        let chunks = |bench, speedup| uses_cores(bench, true, "threads", speedup).ruling;
        assert_eq!(chunks(&bench, x(1.9)), Ruling::Holds);
        assert_eq!(fetching(10, x(8.0), None).ruling, Ruling::Holds);
        assert!(matches!(fetching(10, x(1.5), None).ruling, Ruling::NotDecided(_)));
        let lone = Bench::new(1);
        assert!(matches!(images_in_processes(&lone, [x(1.0), x(1.0)]).ruling, Ruling::NotDecided(_)));
        assert!(matches!(chunks(&lone, x(1.0)), Ruling::NotDecided(_)));
    }

    #[test]
    fn tasks_use_one_core_unless_their_runtime_has_more_threads() {
        let bench = Bench::new(2);
        let ruling = |many| tasks_use_one_core(&bench, x(1.0), many).ruling;
        assert_eq!(ruling(x(1.0)), Ruling::Holds);
        assert!(matches!(ruling(x(1.9)), Ruling::Depends(_)));
    }
}
