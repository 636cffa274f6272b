//! Claims 4 and 5: who decides when a thread or a task is switched.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use serde::Deserialize;

use super::{ASYNC, Claim, THREADING};
use crate::format;
use crate::lesson::demo::turns;
use crate::lesson::ledger::{Finding, Ruling};
use crate::lesson::python;
use crate::machine::{allowed_cores, on_cores};
use crate::process;
use crate::units::ms;

/// Claim 4.
pub(super) const THREADS_ARE_INTERRUPTED: Claim = Claim {
    says: "the system may switch from a thread at any time, unasked",
    notebook: THREADING,
    python: |bench| {
        #[derive(Deserialize)]
        struct Printed {
            threads: usize,
            changes: usize,
            involuntary: usize,
        }
        bench.ask_python(python::SWITCHES, &[], |said: Printed| {
            switched(said.threads, said.changes, said.involuntary)
        })
    },
    rust: |_| {
        const THREADS: usize = 3;
        match switches_on_one_core(THREADS) {
            Ok((changes, involuntary)) => switched(THREADS, changes, involuntary),
            Err(why) => Finding::none(why),
        }
    },
};

/// Claim 5.
pub(super) const TASKS_GIVE_WAY: Claim = Claim {
    says: "an async task is switched only where it gives way itself",
    notebook: ASYNC,
    python: |bench| {
        #[derive(Deserialize)]
        struct Printed {
            seconds: f64,
            without_await: f64,
            with_await: f64,
        }
        bench.ask_python(python::GIVES_WAY, &[], |said: Printed| {
            waited(said.seconds, said.without_await, said.with_await)
        })
    },
    rust: |_| {
        let turns = turns(ms(100));
        waited(turns.work, turns.without_await, turns.with_await)
    },
};

/// More changes than threads means that one was taken from the core before it had ended.
fn switched(threads: usize, changes: usize, involuntary: usize) -> Finding {
    let evidence = format!(
        "{threads} threads that compute and never yield, pinned to one core, took turns {} times; the system counted \
         {}.",
        format::count(changes as u64),
        format::plural(involuntary as u64, "involuntary switch"),
    );
    let ruling = if changes > threads && involuntary > 0 {
        Ruling::Holds
    } else {
        Ruling::NotDecided("each thread ended within its first turn".into())
    };
    Finding::new(ruling, evidence)
}

fn waited(work: f64, without: f64, with: f64) -> Finding {
    let evidence = format!(
        "Beside {} of work without an await a ready task waited {}; with awaits its longest wait was {}.",
        format::duration(work),
        format::duration(without),
        format::duration(with)
    );
    let ruling = if with >= work {
        // Somebody else held the core: this says nothing about tasks.
        Ruling::NotDecided("the machine was too busy to tell".into())
    } else {
        // A clock's last digit must not decide.
        Ruling::by(without >= 0.99 * work)
    };
    Finding::new(ruling, evidence)
}

/// Threads that never yield, in a process pinned to one core: how often another one was found to have run, and the
/// involuntary context switches that the system counted.
fn switches_on_one_core(threads: usize) -> Result<(usize, usize), String> {
    let core = *allowed_cores().first().ok_or("no core is allowed")?;
    let measured = process::fork(move || {
        on_cores([core], || compute(threads)).into_result().map_err(|error| error.to_string())
    });
    measured.join().map_err(|crash| crash.to_string())?
}

fn compute(threads: usize) -> (usize, usize) {
    let (last, changes, involuntary) = (AtomicUsize::new(threads), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for number in 0..threads {
            let (last, changes, involuntary) = (&last, &changes, &involuntary);
            scope.spawn(move || {
                let counted = || {
                    getrusage(UsageWho::RUSAGE_THREAD).map_or(0, |usage| usage.involuntary_context_switches())
                };
                let (before, start) = (counted(), Instant::now());
                while start.elapsed() < ms(150) {
                    if last.swap(number, SeqCst) != number {
                        changes.fetch_add(1, SeqCst);
                    }
                }
                involuntary.fetch_add((counted() - before).max(0) as usize, SeqCst);
            });
        }
    });
    (changes.into_inner(), involuntary.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_beyond_the_first_decide() {
        assert_eq!(switched(3, 12, 9).ruling, Ruling::Holds);
        assert!(matches!(switched(3, 3, 0).ruling, Ruling::NotDecided(_)));
    }

    #[test]
    fn a_wait_as_long_as_the_work_decides() {
        assert_eq!(waited(0.1, 0.1001, 0.001).ruling, Ruling::Holds);
        assert_eq!(waited(0.1, 0.02, 0.001).ruling, Ruling::DoesNotHold);
        assert!(matches!(waited(0.1, 0.3, 0.2).ruling, Ruling::NotDecided(_)));
    }
}
