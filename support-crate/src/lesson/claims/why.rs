//! Claims 7 to 10 and 13: what concurrency is for.

use serde::Deserialize;

use super::{Claim, WHY};
use crate::format;
use crate::lesson::demo::{Heartbeat, Place, Pulse, Server, server_load, sharing};
use crate::lesson::ledger::{Finding, Ruling, speedup, times};
use crate::lesson::python;
use crate::measure::{Interval, compare, paired_speedup};
use crate::model::Model::{Async, Sequential, Threads};
use crate::units::{ms, secs};
use crate::workload::{Compute, Waits};

/// Claim 7.
pub(super) const FASTER: Claim = Claim {
    says: "concurrency makes programs faster",
    notebook: WHY,
    python: |bench| {
        #[derive(Deserialize)]
        struct Printed {
            sequential: Vec<f64>,
            asyncio: Vec<f64>,
            tiny_sequential: Vec<f64>,
            tiny_threads: Vec<f64>,
        }
        bench.ask_python(python::WAITS, &[], |said: Printed| {
            let compute =
                bench.python_compute().and_then(Result::ok).and_then(|times| times.speedup(&times.threads));
            faster(
                paired_speedup(&said.asyncio, &said.sequential),
                compute,
                bench.workers(),
                paired_speedup(&said.tiny_threads, &said.tiny_sequential),
            )
        })
    },
    rust: |bench| {
        let n = bench.workers();
        let waits = compare(Waits { tasks: 16, wait: ms(5) }).models([Sequential, Async]).rounds(4).run();
        let tiny = compare(Compute::new(200, |number| number as u64 + 1))
            .models([Sequential, Threads(n)])
            .rounds(9)
            .budget(secs(1))
            .run();
        let compute = speedup(bench.compute(), Threads(n));
        faster(speedup(&waits, Async), compute, n, speedup(&tiny, Threads(n)))
    },
};

/// Claim 8.
pub(super) const RESPONSIVE: Claim = Claim {
    says: "concurrency keeps a program responsive while it works",
    notebook: WHY,
    python: |bench| {
        bench.ask_python(python::HEARTBEAT, &[], |beats: PythonBeats| {
            responsive(
                beats.latest(),
                &[
                    ("a thread", beats.late(&beats.thread)),
                    ("a process", beats.late(&beats.process)),
                    ("an asyncio task that yields", beats.late(&beats.task_that_yields)),
                    ("an asyncio task that never awaits", beats.late(&beats.task)),
                ],
            )
        })
    },
    rust: |bench| {
        let heart = bench.heartbeat();
        let late = |place| heart.pulse(place).map_or(f64::NAN, Pulse::latest);
        responsive(
            late(Place::InPlace),
            &[
                ("a thread", late(Place::Thread)),
                ("a process", late(Place::Process)),
                ("an async task that yields", late(Place::TaskThatYields)),
                ("an async task that never awaits", late(Place::Task)),
            ],
        )
    },
};

/// Claim 13.
pub(super) const INTERFACE_ON_THREADS: Claim = Claim {
    says: "threads keep a graphical interface responsive",
    notebook: WHY,
    python: |bench| {
        bench.ask_python(python::HEARTBEAT, &[], |beats: PythonBeats| {
            let missed = |late: &[f64]| late.iter().filter(|late| **late > beats.period).count();
            interface(missed(&beats.in_place), missed(&beats.thread))
        })
    },
    rust: |bench| {
        let heart: &Heartbeat = bench.heartbeat();
        let missed = |place| heart.pulse(place).map_or(0, Pulse::missed);
        interface(missed(Place::InPlace), missed(Place::Thread))
    },
};

/// Claim 9.
pub(super) const SCALABLE: Claim = Claim {
    says: "concurrency lets a server serve more clients",
    notebook: WHY,
    python: |bench| {
        #[derive(Deserialize)]
        struct Printed {
            clients: [usize; 2],
            sequential: [f64; 2],
            threads: [f64; 2],
            asyncio: [f64; 2],
        }
        bench.ask_python(python::SERVER, &["0.005".into()], |said: Printed| {
            let served = [("threads", said.threads[1]), ("asyncio", said.asyncio[1])];
            scalable(said.clients[1], said.sequential[1], &served, " (each asks again once answered)", "")
        })
    },
    rust: |_| {
        const CLIENTS: usize = 40;
        let load = server_load(ms(5), [CLIENTS]);
        let of = |server| load.load(server, CLIENTS);
        let served = |server| of(server).map_or(0.0, |load| load.per_second);
        let waited = of(Server::Async).and_then(|load| crate::measure::median(&load.latencies));
        let sequential = of(Server::Sequential).and_then(|load| crate::measure::median(&load.latencies));
        let latency = match (waited, sequential) {
            (Some(waited), Some(sequential)) => format!(
                " Counted from the intended start, a request typically took {} in async and {} in sequential.",
                format::duration(waited),
                format::duration(sequential)
            ),
            _ => String::new(),
        };
        let others = [("threads", served(Server::ThreadEach)), ("async", served(Server::Async))];
        // Every client asks at fixed times (open loop): more than is asked cannot be served.
        scalable(CLIENTS, served(Server::Sequential), &others, " (each asks at fixed times)", &latency)
    },
};

/// Claim 10.
pub(super) const SHARES_RESOURCES: Claim = Claim {
    says: "concurrency shares resources",
    notebook: WHY,
    python: |bench| {
        #[derive(Deserialize)]
        struct Used {
            hits: u64,
            entries: u64,
        }
        #[derive(Deserialize)]
        struct Printed {
            lookups: u64,
            threads: Used,
            processes: Used,
        }
        bench.ask_python(python::CACHE, &[], |said: Printed| {
            let (threads, processes) = (said.threads, said.processes);
            shared(said.lookups, (threads.hits, threads.entries), (processes.hits, processes.entries))
        })
    },
    rust: |_| {
        let sharing = sharing(4, 50, 200);
        let used = |at: usize| (sharing.uses[at].hits, sharing.uses[at].entries);
        shared((sharing.workers * sharing.lookups) as u64, used(0), used(1))
    },
};

/// Lateness of beats in CPython, in seconds.
#[derive(Deserialize)]
struct PythonBeats {
    period: f64,
    in_place: Vec<f64>,
    thread: Vec<f64>,
    process: Vec<f64>,
    task: Vec<f64>,
    task_that_yields: Vec<f64>,
}

impl PythonBeats {
    fn late(&self, beats: &[f64]) -> f64 {
        beats.iter().copied().fold(0.0, f64::max)
    }

    fn latest(&self) -> f64 {
        self.late(&self.in_place)
    }
}

/// Faster or slower, by which work it is: an interval clear of 1 decides.
fn faster(
    waits: Option<Interval>,
    compute: Option<Interval>,
    workers: usize,
    tiny: Option<Interval>,
) -> Finding {
    let evidence = format!(
        "Against one after the other: 16 waits as tasks {}, a computation on {workers} threads {}, 200 tiny tasks on \
         threads {}.",
        times(waits),
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

/// Responsive: the latest beat came in less than half the time that it took in place.
fn responsive(in_place: f64, others: &[(&str, f64)]) -> Finding {
    let told: Vec<_> =
        others.iter().map(|(who, late)| format!("{} by {who}", format::duration(*late))).collect();
    let evidence = format!(
        "The most delayed of 60 beats a second was {} late with the work in place, and with it done otherwise {}.",
        format::duration(in_place),
        told.join(", ")
    );
    let kept: Vec<bool> = others.iter().map(|(_, late)| *late < 0.5 * in_place).collect();
    let ruling = if kept.iter().all(|kept| *kept) {
        Ruling::Holds
    } else if kept.iter().any(|kept| *kept) {
        Ruling::Depends("on whether the work leaves the thread or gives way on it".into())
    } else {
        Ruling::DoesNotHold
    };
    Finding::new(ruling, evidence)
}

fn interface(in_place: usize, thread: usize) -> Finding {
    let evidence = format!(
        "With the work in place {} were missed, with it on a thread {}.",
        format::plural(in_place as u64, "beat"),
        format::count(thread as u64)
    );
    let ruling = match in_place {
        0 => Ruling::NotDecided("the work was too short to miss a beat".into()),
        _ => Ruling::by(2 * thread < in_place),
    };
    Finding::new(ruling, evidence)
}

/// Scalable: each way of being concurrent served more than twice what the sequential server did.
fn scalable(clients: usize, sequential: f64, others: &[(&str, f64)], how: &str, more: &str) -> Finding {
    let shown = |rate: f64| format::count(rate.round() as u64);
    let told: Vec<_> = others.iter().map(|(who, served)| format!("{} by {who}", shown(*served))).collect();
    let evidence = format!(
        "With {clients} clients{how}, a sequential server answered {} requests a second; {}.{more}",
        shown(sequential),
        told.join(", ")
    );
    if sequential <= 0.0 {
        return Finding::new(Ruling::NotDecided("the sequential server answered nothing".into()), evidence);
    }
    let more = others.iter().filter(|(_, served)| *served > 2.0 * sequential).count();
    let ruling = match more {
        0 => Ruling::DoesNotHold,
        all if all == others.len() => Ruling::Holds,
        _ => Ruling::Depends("on the model".into()),
    };
    Finding::new(ruling, evidence)
}

fn shared(lookups: u64, threads: (u64, u64), processes: (u64, u64)) -> Finding {
    let evidence = format!(
        "Of {} look-ups threads with one cache found {} and kept {} values; processes found {} and kept {}.",
        format::count(lookups),
        format::count(threads.0),
        format::count(threads.1),
        format::count(processes.0),
        format::count(processes.1)
    );
    let ruling = if processes.1 > threads.1 {
        Ruling::Depends("on the model: threads share, processes keep a copy each".into())
    } else {
        Ruling::Holds
    };
    Finding::new(ruling, evidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x(estimate: f64) -> Option<Interval> {
        Some(Interval { estimate, low: 0.98 * estimate, high: 1.02 * estimate })
    }

    #[test]
    fn faster_depends_where_some_gain_and_some_lose() {
        assert_eq!(faster(x(15.0), x(1.9), 2, x(0.01)).ruling, Ruling::Depends("on the work".into()));
        assert_eq!(faster(x(15.0), x(1.0), 2, x(0.5)).ruling, Ruling::Depends("on the work".into()));
        assert_eq!(faster(x(1.0), x(1.0), 2, x(0.5)).ruling, Ruling::DoesNotHold);
        assert_eq!(faster(x(2.0), x(2.0), 2, x(2.0)).ruling, Ruling::Holds);
        assert!(matches!(faster(x(1.0), None, 2, x(1.0)).ruling, Ruling::NotDecided(_)));
    }

    #[test]
    fn a_task_that_blocks_makes_responsiveness_depend() {
        assert_eq!(responsive(0.25, &[("a thread", 0.001), ("a process", 0.001)]).ruling, Ruling::Holds);
        assert!(matches!(
            responsive(0.25, &[("a thread", 0.001), ("a task", 0.24)]).ruling,
            Ruling::Depends(_)
        ));
        assert_eq!(responsive(0.25, &[("a thread", 0.2)]).ruling, Ruling::DoesNotHold);
        assert_eq!(interface(14, 0).ruling, Ruling::Holds);
        assert_eq!(interface(14, 9).ruling, Ruling::DoesNotHold);
        assert!(matches!(interface(0, 0).ruling, Ruling::NotDecided(_)));
    }

    #[test]
    fn servers_and_caches_are_judged_by_their_counts() {
        assert_eq!(
            scalable(40, 190.0, &[("threads", 790.0), ("async", 800.0)], "", "").ruling,
            Ruling::Holds
        );
        assert_eq!(
            scalable(40, 190.0, &[("threads", 200.0), ("async", 210.0)], "", "").ruling,
            Ruling::DoesNotHold
        );
        assert!(matches!(scalable(40, 0.0, &[("threads", 1.0)], "", "").ruling, Ruling::NotDecided(_)));
        assert!(matches!(shared(800, (750, 50), (600, 200)).ruling, Ruling::Depends(_)));
    }
}
