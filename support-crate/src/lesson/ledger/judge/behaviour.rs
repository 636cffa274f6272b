//! Judges of what was seen, counted and waited for.

use serde::Deserialize;

use crate::format;
use crate::lesson::ledger::bench::Bench;
use crate::lesson::ledger::probes;
use crate::lesson::ledger::ruling::{Finding, Ruling, UNCLEAR};
use crate::measure::Interval;

/// More changes than threads means that one was taken from the core before it had ended.
pub(crate) fn threads_are_interrupted(_: &Bench, [threads, changes, involuntary]: [usize; 3]) -> Finding {
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

/// Seconds of work, and how long a ready task waited beside it without and with awaits.
pub(crate) fn tasks_give_way(_: &Bench, [work, without, with]: [f64; 3]) -> Finding {
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

/// Which writes were seen.
pub(crate) fn processes_share_nothing(
    _: &Bench,
    [between_threads, from_process, to_process]: [bool; 3],
) -> Finding {
    let word = |seen| if seen { "seen" } else { "not seen" };
    let evidence = format!(
        "A thread's write was {} by the others; a process's write was {} by its parent, and the parent's {} by it.",
        word(between_threads),
        word(from_process),
        word(to_process)
    );
    Finding::new(Ruling::by(between_threads && !from_process && !to_process), evidence)
}

/// How late the most delayed beat was with the work in place, on a thread, in a process, in a task that yields and in
/// one that never awaits. Responsive: less than half as late as in place.
pub(crate) fn responsive(_: &Bench, late: [f64; 5]) -> Finding {
    let (in_place, others) = (late[0], &late[1..]);
    let names = ["a thread", "a process", "an async task that yields", "an async task that never awaits"];
    let told = others.iter().zip(names).map(|(late, who)| format!("{} by {who}", format::duration(*late)));
    let evidence = format!(
        "The most delayed of 60 beats a second was {} late with the work in place, and with it done otherwise {}.",
        format::duration(in_place),
        told.collect::<Vec<_>>().join(", ")
    );
    let ruling = match others.iter().filter(|late| **late < 0.5 * in_place).count() {
        0 => Ruling::DoesNotHold,
        4 => Ruling::Holds,
        _ => Ruling::Depends("on whether the work leaves the thread or gives way on it".into()),
    };
    Finding::new(ruling, evidence)
}

/// Beats missed with the work in place and on a thread.
pub(crate) fn interface_on_threads(_: &Bench, [in_place, thread]: [usize; 2]) -> Finding {
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

/// Requests a second that servers answered.
pub(crate) struct Served {
    pub(crate) clients: usize,
    /// When a client asks.
    pub(crate) how: &'static str,
    pub(crate) sequential: f64,
    pub(crate) threads: f64,
    pub(crate) tasks: f64,
    /// Median seconds of a request in async and in sequential.
    pub(crate) took: Option<(f64, f64)>,
}

/// Scalable: each way of being concurrent served more than twice what the sequential server did.
pub(crate) fn scalable(_: &Bench, served: Served) -> Finding {
    let Served { clients, how, sequential, threads, tasks, took } = served;
    let shown = |rate: f64| format::count(rate.round() as u64);
    let mut evidence = format!(
        "With {clients} clients ({how}), a sequential server answered {} requests a second; {} by threads, {} by async.",
        shown(sequential),
        shown(threads),
        shown(tasks)
    );
    if let Some((in_async, in_sequential)) = took {
        evidence += &format!(
            " Counted from the intended start, a request typically took {} in async and {} in sequential.",
            format::duration(in_async),
            format::duration(in_sequential)
        );
    }
    let more = [threads, tasks].iter().filter(|rate| **rate > 2.0 * sequential).count();
    let ruling = match more {
        _ if sequential <= 0.0 => Ruling::NotDecided("the sequential server answered nothing".into()),
        0 => Ruling::DoesNotHold,
        2 => Ruling::Holds,
        _ => Ruling::Depends("on the model".into()),
    };
    Finding::new(ruling, evidence)
}

/// Look-ups, and the hits and entries of one cache for all threads and of one for each process.
pub(crate) fn shares_resources(
    _: &Bench,
    (lookups, threads, processes): (u64, [u64; 2], [u64; 2]),
) -> Finding {
    let [hits, entries] = threads.map(format::count);
    let [copied_hits, copies] = processes.map(format::count);
    let evidence = format!(
        "Of {} look-ups threads with one cache found {hits} and kept {entries} values; processes found {copied_hits} and kept \
         {copies}.",
        format::count(lookups)
    );
    let ruling = if processes[1] > threads[1] {
        Ruling::Depends("on the model: threads share, processes keep a copy each".into())
    } else {
        Ruling::Holds
    };
    Finding::new(ruling, evidence)
}

/// Tasks, then threads: how many, seconds for all besides the one wait that they have in common, bytes for each. Too
/// heavy: a thread takes over three times the memory of a task, and starting and ending it over three times as long.
pub(crate) fn thousands_of_tasks(_: &Bench, [tasks, threads]: [[f64; 3]; 2]) -> Finding {
    let told = |[count, seconds, bytes]: [f64; 3], what: &str| {
        let count = format::count(count as u64);
        let (took, each) = (format::duration(seconds), format::bytes(bytes));
        format!("{count} {what} took {took} besides the wait, {each} each")
    };
    let memory = threads[2] / tasks[2];
    let time = (threads[1] / threads[0]) / (tasks[1] / tasks[0]);
    let evidence = format!(
        "{}; {}. So a thread took {} the memory and {} the time of a task; from three times on it counts as heavier.",
        told(tasks, "waiting tasks"),
        told(threads, "waiting threads"),
        format::times(memory),
        format::times(time)
    );
    let scarce = |heavy: &str, light: &str| {
        Ruling::Depends(format!("on what is scarce: in {heavy} threads are heavier, in {light} they are not"))
    };
    let ruling = match (memory > 3.0, time > 3.0) {
        (true, true) => Ruling::Holds,
        (true, false) => scarce("memory", "time"),
        (false, true) => scarce("time", "memory"),
        (false, false) => Ruling::DoesNotHold,
    };
    Finding::new(ruling, evidence)
}

/// Processes, of which one crashed, and how many gave their answers.
pub(crate) fn crashes_stay_apart(_: &Bench, [processes, done]: [usize; 2]) -> Finding {
    let evidence = format!(
        "Of {processes} processes one was ended hard; {done} gave their answers, and the parent went on."
    );
    Finding::new(Ruling::by(done + 1 == processes), evidence)
}

/// Seconds of a query, the longest wait of another task beside it, and the same with the fix. Defeated: the task waited
/// for at least half of the query, and with the fix it did not.
pub(crate) fn blocking_defeats_async(
    _: &Bench,
    ([query, in_place, fixed], fix): ([f64; 3], &str),
) -> Finding {
    let evidence = format!(
        "During a SQLite query of {} another task had to wait {}; with {fix} {}.",
        format::duration(query),
        format::duration(in_place),
        format::duration(fixed)
    );
    let ruling = match (in_place > 0.5 * query, fixed < 0.5 * query) {
        (true, true) => Ruling::Holds,
        (false, _) => Ruling::DoesNotHold,
        (true, false) => Ruling::NotDecided("the machine was too busy to tell the fix from the fault".into()),
    };
    Finding::new(ruling, evidence)
}

/// How long after a thread had sent a result the loop noticed it, in seconds.
pub(crate) enum Handed {
    Rust(f64),
    Python { plain: f64, safe: f64, refuses: bool },
}

pub(crate) fn not_thread_safe(_: &Bench, handed: Handed) -> Finding {
    match handed {
        Handed::Rust(noticed) => {
            let word = |may| if may { "may" } else { "may not" };
            let evidence = format!(
                "A result sent from another thread was noticed {} later. By the compiler's word an Rc {} go to another thread, \
                 and a channel's sender {}.",
                format::duration(noticed),
                word(probes::RC_MAY_GO),
                word(probes::SENDER_MAY_GO)
            );
            // The idle loop has nothing else to wake it for a whole second.
            Finding::new(Ruling::by(probes::RC_MAY_GO || !probes::SENDER_MAY_GO || noticed > 0.5), evidence)
        }
        Handed::Python { plain, safe, refuses } => {
            let evidence = format!(
                "A result set from another thread was noticed only when a timer woke the loop, {} later; by \
                 call_soon_threadsafe after {}; debug mode {} the call from another thread.",
                format::duration(plain),
                format::duration(safe),
                if refuses { "refuses" } else { "allows" }
            );
            let ruling = if plain > 10.0 * safe {
                Ruling::Depends("on the call: the plain one is not safe, the one made for threads is".into())
            } else {
                Ruling::DoesNotHold
            };
            Finding::new(ruling, evidence)
        }
    }
}

/// Updates lost, of how many.
#[derive(Clone, Copy, Deserialize)]
pub(crate) struct Count {
    pub(crate) lost: u64,
    pub(crate) expected: u64,
}

/// What was lost as it came, with a switch forced, and with each fix.
pub(crate) struct Raced {
    pub(crate) natural: Count,
    pub(crate) forced: Count,
    pub(crate) fixes: Vec<(&'static str, u64)>,
    /// Whether the compiler refuses to share a plain number.
    pub(crate) refused: bool,
}

pub(crate) fn threads_race(_: &Bench, raced: Raced) -> Finding {
    let Raced { natural, forced, fixes, refused } = raced;
    let of = |count: Count| format!("{} of {}", format::count(count.lost), format::count(count.expected));
    let told: Vec<_> =
        fixes.iter().map(|(how, lost)| format!("with {how} {}", format::count(*lost))).collect();
    let evidence = format!(
        "Lost updates: {} as it came, {} with a switch made between load and store, {}.",
        of(natural),
        of(forced),
        told.join(", ")
    );
    let ruling = match (natural.lost > 0, forced.lost > 0) {
        (true, _) if refused => Ruling::Depends(
            "on the data: a plain number that several threads change the compiler refuses, an atomic one that is read \
             and written in two steps lost updates"
                .into(),
        ),
        (true, _) => Ruling::Holds,
        (false, true) => {
            Ruling::Depends("on where threads are switched: as it came, nothing was lost in this run".into())
        }
        (false, false) => Ruling::DoesNotHold,
    };
    Finding::new(ruling, evidence)
}

/// Bytes that one more of each takes.
pub(crate) struct Bytes {
    pub(crate) forked: Interval,
    pub(crate) spawned: Interval,
    pub(crate) thread: Interval,
    pub(crate) task: Option<Interval>,
}

/// A figure without an interval.
pub(crate) fn exactly(value: f64) -> Interval {
    Interval { estimate: value, low: value, high: value }
}

pub(crate) fn processes_are_heavy(_: &Bench, bytes: Bytes) -> Finding {
    let Bytes { forked, spawned, thread, task } = bytes;
    let shown = |bytes: Interval| {
        let [estimate, low, high] =
            [bytes.estimate, bytes.low.max(0.0), bytes.high].map(format::measured_bytes);
        if bytes.low == bytes.high { estimate } else { format!("{estimate} [{low}, {high}]") }
    };
    let mut evidence = format!(
        "Each further forked process took {}, each spawned one {}, each thread {}",
        shown(forked),
        shown(spawned),
        shown(thread)
    );
    evidence += &task.map_or(".".to_owned(), |task| format!(", each async task {}.", shown(task)));
    let (forked, spawned) = (heavy(forked, thread), heavy(spawned, thread));
    let ruling = match (&forked, &spawned) {
        (Ruling::Holds, Ruling::Holds) | (Ruling::DoesNotHold, Ruling::DoesNotHold) => forked,
        (Ruling::NotDecided(_), Ruling::Holds) => {
            Ruling::NotDecided("spawned ones are heavy; whether forked ones are this run cannot tell".into())
        }
        (_, Ruling::Holds) | (Ruling::Holds, _) => Ruling::Depends("on how they are started".into()),
        _ => spawned,
    };
    Finding::new(ruling, evidence)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn bench() -> Bench {
        Bench::with_cores(2)
    }

    #[test]
    fn turns_beyond_the_first_decide() {
        assert_eq!(threads_are_interrupted(&bench(), [3, 12, 9]).ruling, Ruling::Holds);
        assert!(matches!(threads_are_interrupted(&bench(), [3, 3, 0]).ruling, Ruling::NotDecided(_)));
    }

    #[test]
    fn a_wait_as_long_as_the_work_decides() {
        let ruling = |waits| tasks_give_way(&bench(), waits).ruling;
        assert_eq!(ruling([0.1, 0.1001, 0.001]), Ruling::Holds);
        assert_eq!(ruling([0.1, 0.02, 0.001]), Ruling::DoesNotHold);
        assert!(matches!(ruling([0.1, 0.3, 0.2]), Ruling::NotDecided(_)));
    }

    #[test]
    fn what_was_seen_of_processes_decides() {
        assert_eq!(processes_share_nothing(&bench(), [true, false, false]).ruling, Ruling::Holds);
        assert_eq!(processes_share_nothing(&bench(), [true, true, false]).ruling, Ruling::DoesNotHold);
        assert_eq!(crashes_stay_apart(&bench(), [4, 3]).ruling, Ruling::Holds);
        assert_eq!(crashes_stay_apart(&bench(), [4, 0]).ruling, Ruling::DoesNotHold);
    }

    #[test]
    fn memory_is_heavy_beyond_four_threads_worth() {
        let about = |value: f64| Interval { estimate: value, low: 0.9 * value, high: 1.1 * value };
        assert_eq!(heavy(about(500.0), about(10.0)), Ruling::Holds);
        assert_eq!(heavy(about(20.0), about(10.0)), Ruling::DoesNotHold);
        assert!(matches!(heavy(about(40.0), about(10.0)), Ruling::NotDecided(_)));
    }

    #[test]
    fn a_task_that_blocks_makes_responsiveness_depend() {
        let ruling = |late| responsive(&bench(), late).ruling;
        assert_eq!(ruling([0.25, 0.001, 0.001, 0.001, 0.001]), Ruling::Holds);
        assert!(matches!(ruling([0.25, 0.001, 0.001, 0.001, 0.24]), Ruling::Depends(_)));
        assert_eq!(ruling([0.25, 0.2, 0.2, 0.2, 0.2]), Ruling::DoesNotHold);
        assert_eq!(interface_on_threads(&bench(), [14, 0]).ruling, Ruling::Holds);
        assert_eq!(interface_on_threads(&bench(), [14, 9]).ruling, Ruling::DoesNotHold);
        assert!(matches!(interface_on_threads(&bench(), [0, 0]).ruling, Ruling::NotDecided(_)));
    }

    #[test]
    fn servers_and_caches_are_judged_by_their_counts() {
        let ruling = |sequential, threads, tasks| {
            let served = Served { clients: 40, how: "", sequential, threads, tasks, took: None };
            scalable(&bench(), served).ruling
        };
        assert_eq!(ruling(190.0, 790.0, 800.0), Ruling::Holds);
        assert_eq!(ruling(190.0, 200.0, 210.0), Ruling::DoesNotHold);
        assert!(matches!(ruling(0.0, 1.0, 1.0), Ruling::NotDecided(_)));
        let shared = shares_resources(&bench(), (800, [750, 50], [600, 200]));
        assert!(matches!(shared.ruling, Ruling::Depends(_)));
    }

    #[test]
    fn crowds_are_weighed_by_memory_and_time() {
        let ruling = |tasks, threads| thousands_of_tasks(&bench(), [tasks, threads]).ruling;
        let threads = [1_000.0, 0.15, 12_000.0];
        assert_eq!(ruling([10_000.0, 0.1, 500.0], threads), Ruling::Holds);
        assert!(matches!(ruling([10_000.0, 0.5, 500.0], [1_000.0, 0.06, 12_000.0]), Ruling::Depends(_)));
        assert_eq!(ruling([10_000.0, 0.5, 5_000.0], [1_000.0, 0.06, 6_000.0]), Ruling::DoesNotHold);
    }

    #[test]
    fn lost_updates_and_queries_decide() {
        let ruling = |natural, forced, refused| {
            let count = |lost| Count { lost, expected: 1_000 };
            let raced = Raced { natural: count(natural), forced: count(forced), fixes: Vec::new(), refused };
            threads_race(&bench(), raced).ruling
        };
        assert_eq!(ruling(17, 75, false), Ruling::Holds);
        assert!(matches!(ruling(17, 75, true), Ruling::Depends(_)));
        assert!(matches!(ruling(0, 75, false), Ruling::Depends(_)));
        assert_eq!(ruling(0, 0, false), Ruling::DoesNotHold);
        let blocked = |waits| blocking_defeats_async(&bench(), (waits, "a thread")).ruling;
        assert_eq!(blocked([0.1, 0.1, 0.001]), Ruling::Holds);
        assert_eq!(blocked([0.1, 0.01, 0.001]), Ruling::DoesNotHold);
        assert!(matches!(blocked([0.1, 0.1, 0.1]), Ruling::NotDecided(_)));
    }
}
