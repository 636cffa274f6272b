//! Judges of speed-ups: which work gained, and by which model.

use crate::format;
use crate::lesson::ledger::bench::{Bench, Speedup};
use crate::lesson::ledger::ruling::{Finding, Parallel, Ruling, UNCLEAR};

/// "1.96x [1.93, 1.99]", or that there is no figure.
fn times(speedup: Speedup) -> String {
    speedup.map_or_else(|| "(no figure)".into(), |x| format::ratio(x.estimate, (x.low, x.high)))
}

fn computed(bench: &Bench, who: &str, speedup: Speedup) -> String {
    format!("{} {who} computed {} as fast as one after the other.", bench.workers(), times(speedup))
}

pub(crate) fn uses_one_core(bench: &Bench, (who, speedup): (&str, Speedup)) -> Finding {
    Finding::new(bench.parallel(speedup).uses_one(), computed(bench, who, speedup))
}

/// Tasks on one thread and, where a runtime can have several, on those.
pub(crate) fn tasks_use_one_core(bench: &Bench, (alone, many): (Speedup, Option<Speedup>)) -> Finding {
    let Some(many) = many else { return uses_one_core(bench, ("asyncio tasks", alone)) };
    let ruling = match (bench.parallel(alone), bench.parallel(many)) {
        (Parallel::No, Parallel::Yes) => Ruling::Depends("on how many threads the runtime has".into()),
        (Parallel::No, many) => many.uses_one(),
        (alone, _) => alone.uses_one(),
    };
    let evidence = format!(
        "Tasks on a runtime with one thread computed {} as fast as one after the other; on {} threads {}.",
        times(alone),
        bench.workers(),
        times(many)
    );
    Finding::new(ruling, evidence)
}

pub(crate) fn uses_many_cores(bench: &Bench, (who, speedup): (&str, Speedup)) -> Finding {
    Finding::new(bench.parallel(speedup).uses_many(), computed(bench, who, speedup))
}

/// Waits, a computation, and tiny tasks: faster or slower, by which work it is. An interval clear of 1 decides.
pub(crate) fn faster(bench: &Bench, [waits, compute, tiny]: [Speedup; 3]) -> Finding {
    let evidence = format!(
        "Against one after the other: 16 waits as tasks {}, a computation on {} threads {}, 200 tiny tasks on threads {}.",
        times(waits),
        bench.workers(),
        times(compute),
        times(tiny)
    );
    let all = [waits, compute, tiny];
    let gains = all.iter().flatten().filter(|speedup| speedup.low > 1.05).count();
    let losses = all.iter().flatten().filter(|speedup| speedup.high < 0.95).count();
    let ruling = match (gains, losses) {
        (0, 0) => Ruling::NotDecided("no difference was clear".into()),
        (0, _) => Ruling::DoesNotHold,
        (3, _) => Ruling::Holds,
        _ => Ruling::Depends("on the work".into()),
    };
    Finding::new(ruling, evidence)
}

pub(crate) fn fetching(_: &Bench, (files, threads, tasks): (usize, Speedup, Option<Speedup>)) -> Finding {
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

pub(crate) fn images_in_processes(bench: &Bench, [processes, threads]: [Speedup; 2]) -> Finding {
    let n = bench.workers();
    let evidence = format!(
        "A blur in chunks, against one after the other: {n} processes {}, {n} threads {}.",
        times(processes),
        times(threads)
    );
    let ruling = match (bench.parallel(processes), bench.parallel(threads)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Interval;

    fn x(estimate: f64) -> Speedup {
        Some(Interval { estimate, low: 0.98 * estimate, high: 1.02 * estimate })
    }

    #[test]
    fn faster_depends_where_some_gain_and_some_lose() {
        let bench = Bench::with_cores(2);
        let ruling = |all| faster(&bench, all).ruling;
        assert_eq!(ruling([x(15.0), x(1.9), x(0.01)]), Ruling::Depends("on the work".into()));
        assert_eq!(ruling([x(15.0), x(1.0), x(0.5)]), Ruling::Depends("on the work".into()));
        assert_eq!(ruling([x(1.0), x(1.0), x(0.5)]), Ruling::DoesNotHold);
        assert_eq!(ruling([x(2.0), x(2.0), x(2.0)]), Ruling::Holds);
        assert!(matches!(ruling([x(1.0), None, x(1.0)]), Ruling::NotDecided(_)));
    }

    #[test]
    fn speedups_decide_or_leave_it_open() {
        let bench = Bench::with_cores(2);
        assert_eq!(images_in_processes(&bench, [x(1.9), x(1.0)]).ruling, Ruling::Holds);
        assert!(matches!(images_in_processes(&bench, [x(1.9), x(1.9)]).ruling, Ruling::Depends(_)));
        let chunks = |bench, speedup| uses_many_cores(bench, ("threads", speedup)).ruling;
        assert_eq!(chunks(&bench, x(1.9)), Ruling::Holds);
        assert_eq!(fetching(&bench, (10, x(8.0), None)).ruling, Ruling::Holds);
        assert!(matches!(fetching(&bench, (10, x(1.5), None)).ruling, Ruling::NotDecided(_)));
        let lone = Bench::with_cores(1);
        assert!(matches!(images_in_processes(&lone, [x(1.0), x(1.0)]).ruling, Ruling::NotDecided(_)));
        assert!(matches!(chunks(&lone, x(1.0)), Ruling::NotDecided(_)));
    }

    #[test]
    fn tasks_use_one_core_unless_their_runtime_has_more_threads() {
        let bench = Bench::with_cores(2);
        let ruling = |many| tasks_use_one_core(&bench, (x(1.0), many)).ruling;
        assert_eq!(ruling(None), Ruling::Holds);
        assert!(matches!(ruling(Some(x(1.9))), Ruling::Depends(_)));
    }
}
