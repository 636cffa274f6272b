//! Claims 17 to 19: what goes wrong.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use serde::Deserialize;

use super::{Claim, GOTCHAS};
use crate::format;
use crate::lesson::demo::{Place, Pulse, pulse, race};
use crate::lesson::ledger::{Finding, Ruling};
use crate::lesson::python;
use crate::measure::median;
use crate::units::ms;

/// Claim 17.
pub(super) const BLOCKING_DEFEATS_ASYNC: Claim = Claim {
    says: "a library that blocks, such as a database client, defeats async",
    notebook: GOTCHAS,
    python: |bench| {
        #[derive(Deserialize)]
        struct Beside {
            query: f64,
            longest: f64,
        }
        #[derive(Deserialize)]
        struct Printed {
            in_place: Beside,
            on_thread: Beside,
        }
        bench.ask_python(python::SQLITE, &[], |said: Printed| {
            blocked(said.in_place.query, said.in_place.longest, said.on_thread.longest, "asyncio.to_thread")
        })
    },
    rust: |_| {
        let query: Arc<dyn Fn() + Send + Sync> = Arc::new(|| drop(recursive_query()));
        let (task, mended) =
            (pulse(Place::Task, query.clone(), None), pulse(Place::SpawnBlocking, query, None));
        let took = |pulse: &Pulse| pulse.work.1 - pulse.work.0;
        blocked(took(&task), task.latest(), mended.latest(), "spawn_blocking")
    },
};

/// Claim 18.
pub(super) const NOT_THREAD_SAFE: Claim = Claim {
    says: "async is not thread-safe, so it cannot be combined with threads",
    notebook: GOTCHAS,
    python: |bench| {
        #[derive(Deserialize)]
        struct Printed {
            r#unsafe: f64,
            safe: f64,
            refused: Option<String>,
        }
        bench.ask_python(python::THREAD_SAFETY, &[], |said: Printed| {
            let evidence = format!(
                "A result set from another thread was noticed only when a timer woke the loop, {} later; by call_soon_threadsafe \
                 after {}; debug mode {} the \
                 call from another thread.",
                format::duration(said.r#unsafe),
                format::duration(said.safe),
                if said.refused.is_some() { "refuses" } else { "allows" }
            );
            let ruling = if said.r#unsafe > 10.0 * said.safe {
                Ruling::Depends("on the call: the plain one is not safe, the one made for threads is".into())
            } else {
                Ruling::DoesNotHold
            };
            Finding::new(ruling, evidence)
        })
    },
    rust: |_| match handed_over() {
        None => Finding::none("no runtime could be made"),
        Some(noticed) => {
            let (rc, sender) = (Sendable::<Rc<u8>>::YES, Sendable::<tokio::sync::oneshot::Sender<u8>>::YES);
            let word = |may| if may { "may" } else { "may not" };
            let evidence = format!(
                "A result sent from another thread was noticed {} later. By the compiler's word an Rc {} go to another \
                 thread, and a channel's sender {}.",
                format::duration(noticed),
                word(rc),
                word(sender)
            );
            // The idle loop has nothing else to wake it for a whole second.
            Finding::new(Ruling::by(rc || !sender || noticed > 0.5), evidence)
        }
    },
};

/// Claim 19.
pub(super) const THREADS_RACE: Claim = Claim {
    says: "threads that change the same data race and corrupt it",
    notebook: GOTCHAS,
    python: |bench| {
        #[derive(Deserialize)]
        struct Count {
            expected: u64,
            lost: u64,
        }
        #[derive(Deserialize)]
        struct Printed {
            plain: Count,
            forced: Count,
            locked: Count,
        }
        bench.ask_python(python::RACE, &[], |said: Printed| {
            let count = |count: &Count| (count.lost, count.expected);
            raced(count(&said.plain), count(&said.forced), &[("with a lock", said.locked.lost)])
        })
    },
    rust: |_| {
        let race = race(4, 50_000);
        let lost = |at: usize| race.ways[at].lost.iter().sum::<u64>();
        let all = |at: usize| race.ways[at].expected * race.ways[at].lost.len() as u64;
        let mends = [("with an atomic add", lost(2)), ("with a mutex", lost(3)), ("with messages", lost(4))];
        let found = raced((lost(1), all(1)), (lost(0), all(0)), &mends);
        // A shared plain number cannot even be handed to a second thread.
        match found.ruling {
            Ruling::Holds if !Sendable::<&Cell<u64>>::YES => Finding {
                ruling: Ruling::Depends(
                    "on the data: a plain number that several threads change the compiler refuses, an atomic one that is \
                     read and written in two steps lost updates"
                        .into(),
                ),
                ..found
            },
            _ => found,
        }
    },
};

/// Defeated: while the query ran, another task waited for at least half of it, and on a thread it did not.
fn blocked(query: f64, in_place: f64, mended: f64, mend: &str) -> Finding {
    let evidence = format!(
        "During a SQLite query of {} another task had to wait {}; with {mend} {}.",
        format::duration(query),
        format::duration(in_place),
        format::duration(mended)
    );
    let ruling = match (in_place > 0.5 * query, mended < 0.5 * query) {
        (true, true) => Ruling::Holds,
        (false, _) => Ruling::DoesNotHold,
        (true, false) => {
            Ruling::NotDecided("the machine was too busy to tell the mend from the fault".into())
        }
    };
    Finding::new(ruling, evidence)
}

fn raced(natural: (u64, u64), forced: (u64, u64), mends: &[(&str, u64)]) -> Finding {
    let told: Vec<_> = mends.iter().map(|(how, lost)| format!("{how} {}", format::count(*lost))).collect();
    let evidence = format!(
        "Lost updates: {} of {} as it came, {} of {} with a switch made between load and store, {}.",
        format::count(natural.0),
        format::count(natural.1),
        format::count(forced.0),
        format::count(forced.1),
        told.join(", ")
    );
    let ruling = match (natural.0 > 0, forced.0 > 0) {
        (true, _) => Ruling::Holds,
        (false, true) => {
            Ruling::Depends("on where threads are switched: as it came, nothing was lost in this run".into())
        }
        (false, false) => Ruling::DoesNotHold,
    };
    Finding::new(ruling, evidence)
}

/// A real query that computes for about a tenth of a second, by a client that blocks.
fn recursive_query() -> rusqlite::Result<i64> {
    let database = rusqlite::Connection::open_in_memory()?;
    let query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT sum(i * i % 7) FROM n";
    database.query_row(query, [], |row| row.get(0))
}

/// Median time in which an idle runtime notices what another thread sends it.
fn handed_over() -> Option<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().ok()?;
    // A thread of its own: the cell may already be inside a runtime.
    std::thread::spawn(move || {
        let once = || {
            runtime.block_on(async {
                let (sender, receiver) = tokio::sync::oneshot::channel();
                std::thread::spawn(move || {
                    std::thread::sleep(ms(2));
                    sender.send(Instant::now())
                });
                let sent = tokio::time::timeout(ms(1000), receiver).await;
                sent.ok().and_then(Result::ok).map_or(1.0, |sent| sent.elapsed().as_secs_f64())
            })
        };
        median(&(0..15).map(|_| once()).collect::<Vec<_>>())
    })
    .join()
    .ok()?
}

/// Whether a type may go to another thread, as the compiler sees it: the constant of the type itself wins over the
/// trait's where its bound is met.
struct Sendable<T>(PhantomData<T>);

trait Otherwise {
    const YES: bool = false;
}

impl<T> Otherwise for Sendable<T> {}

impl<T: Send> Sendable<T> {
    const YES: bool = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rulings_follow_the_counts() {
        assert_eq!(raced((17, 1_000), (75, 100), &[("with a lock", 0)]).ruling, Ruling::Holds);
        assert!(matches!(raced((0, 1_000), (75, 100), &[]).ruling, Ruling::Depends(_)));
        assert_eq!(raced((0, 1_000), (0, 100), &[]).ruling, Ruling::DoesNotHold);
        assert_eq!(blocked(0.1, 0.1, 0.001, "a thread").ruling, Ruling::Holds);
        assert_eq!(blocked(0.1, 0.01, 0.001, "a thread").ruling, Ruling::DoesNotHold);
        assert!(matches!(blocked(0.1, 0.1, 0.1, "a thread").ruling, Ruling::NotDecided(_)));
    }

    #[test]
    fn the_compiler_says_what_may_go_to_another_thread() {
        const { assert!(!Sendable::<Rc<u8>>::YES && Sendable::<Arc<u8>>::YES) };
    }

    #[test]
    fn the_query_gives_its_answer() {
        assert!(recursive_query().unwrap() > 0);
    }
}
