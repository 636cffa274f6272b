//! Claims 6, 15 and 20: what processes have apart, and what that costs.

use serde::Deserialize;

use super::{Claim, GOTCHAS, MULTIPROCESSING, WHEN};
use crate::format;
use crate::lesson::demo::{isolation, survivors};
use crate::lesson::ledger::{Bench, Finding, Ruling, UNCLEAR};
use crate::lesson::python;
use crate::measure::{Interval, Unit};

/// Claim 6.
pub(super) const PROCESSES_SHARE_NOTHING: Claim = Claim {
    says: "each process has its own memory, and threads share theirs",
    notebook: MULTIPROCESSING,
    python: |bench| {
        #[derive(Deserialize)]
        struct Printed {
            from_process: u64,
            from_thread: u64,
            to_process: u64,
        }
        bench.ask_python(python::ISOLATION, &[], |said: Printed| {
            // The script writes 7 in a process and in a thread, and 9 in the parent.
            seen(said.from_thread == 7, said.from_process == 7, said.to_process == 9)
        })
    },
    rust: |_| {
        let sights = isolation().sights;
        seen(sights[0].seen() && sights[1].seen(), sights[2].seen(), sights[3].seen())
    },
};

/// Claim 15.
pub(super) const CRASHES_STAY_APART: Claim = Claim {
    says: "a crash in one process leaves the others and their memory alone",
    notebook: WHEN,
    python: |bench| {
        #[derive(Deserialize)]
        struct Printed {
            processes: usize,
            done: usize,
        }
        bench.ask_python(python::CRASH, &[], |said: Printed| survived(said.processes, said.done))
    },
    rust: |_| {
        let survivors = survivors(4);
        survived(survivors.workers.len(), survivors.answered())
    },
};

/// Claim 20.
pub(super) const PROCESSES_ARE_HEAVY: Claim = Claim {
    says: "processes are heavy on memory",
    notebook: GOTCHAS,
    python: |bench| {
        #[derive(Deserialize)]
        struct Processes {
            bytes_forked: f64,
            bytes_spawned: f64,
        }
        #[derive(Deserialize)]
        struct Many {
            bytes_a_thread: f64,
        }
        let processes: Processes = match bench.printed(python::PROCESSES, &[])? {
            Ok(processes) => processes,
            Err(failed) => return Some(failed),
        };
        bench.ask_python(python::MANY, &[], |many: Many| {
            let evidence = format!(
                "Each further forked process took {}, each spawned one {}, each thread {}.",
                format::measured_bytes(processes.bytes_forked),
                format::measured_bytes(processes.bytes_spawned),
                format::measured_bytes(many.bytes_a_thread)
            );
            let thread = single(many.bytes_a_thread);
            let heavier = |bytes| heavy(single(bytes), thread);
            Finding::new(both(heavier(processes.bytes_forked), heavier(processes.bytes_spawned)), evidence)
        })
    },
    rust: in_rust,
};

fn in_rust(bench: &Bench) -> Finding {
    let bytes = |unit| bench.costs().unit(unit).and_then(|cost| cost.bytes);
    let (Some(task), Some(thread), Some(forked), Some(spawned)) =
        (bytes(Unit::Task), bytes(Unit::Thread), bytes(Unit::Forked), bytes(Unit::Spawned))
    else {
        return Finding::none("memory could not be measured here");
    };
    let shown = |bytes: Interval| {
        format!(
            "{} [{}, {}]",
            format::measured_bytes(bytes.estimate),
            format::measured_bytes(bytes.low.max(0.0)),
            format::measured_bytes(bytes.high)
        )
    };
    let evidence = format!(
        "Each further forked process took {}, each spawned one {}, each thread {}, each async task {}.",
        shown(forked),
        shown(spawned),
        shown(thread),
        shown(task)
    );
    Finding::new(both(heavy(forked, thread), heavy(spawned, thread)), evidence)
}

/// What forked and spawned processes say together.
fn both(forked: Ruling, spawned: Ruling) -> Ruling {
    match (&forked, &spawned) {
        (Ruling::Holds, Ruling::Holds) | (Ruling::DoesNotHold, Ruling::DoesNotHold) => forked,
        (Ruling::NotDecided(_), Ruling::Holds) => {
            Ruling::NotDecided("spawned ones are heavy; whether forked ones are this run cannot tell".into())
        }
        (_, Ruling::Holds) | (Ruling::Holds, _) => Ruling::Depends("on how they are started".into()),
        _ => spawned,
    }
}

fn single(value: f64) -> Interval {
    Interval { estimate: value, low: value, high: value }
}

/// Heavy: more than four times what a thread takes, whatever the intervals leave open.
fn heavy(process: Interval, thread: Interval) -> Ruling {
    if process.low > 4.0 * thread.high {
        Ruling::Holds
    } else if process.high < 4.0 * thread.low {
        Ruling::DoesNotHold
    } else {
        Ruling::NotDecided(UNCLEAR.into())
    }
}

fn seen(between_threads: bool, from_process: bool, to_process: bool) -> Finding {
    let word = |seen| if seen { "seen" } else { "not seen" };
    let evidence = format!(
        "A thread's write was {} by the others; a process's write was {} by its parent, and the parent's {} by it.",
        word(between_threads),
        word(from_process),
        word(to_process)
    );
    Finding::new(Ruling::by(between_threads && !from_process && !to_process), evidence)
}

fn survived(processes: usize, done: usize) -> Finding {
    let evidence = format!(
        "Of {processes} processes one was ended hard; {done} gave their answers, and the parent went on."
    );
    Finding::new(Ruling::by(done + 1 == processes), evidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rulings_follow_what_was_seen() {
        assert_eq!(seen(true, false, false).ruling, Ruling::Holds);
        assert_eq!(seen(true, true, false).ruling, Ruling::DoesNotHold);
        assert_eq!(survived(4, 3).ruling, Ruling::Holds);
        assert_eq!(survived(4, 0).ruling, Ruling::DoesNotHold);
    }

    #[test]
    fn memory_is_heavy_beyond_four_threads_worth() {
        let about = |value: f64| Interval { estimate: value, low: 0.9 * value, high: 1.1 * value };
        assert_eq!(heavy(about(500.0), about(10.0)), Ruling::Holds);
        assert_eq!(heavy(about(20.0), about(10.0)), Ruling::DoesNotHold);
        assert!(matches!(heavy(about(40.0), about(10.0)), Ruling::NotDecided(_)));
    }
}
