//! Judges of what was seen, counted and waited for.

use crate::format::{self, count, duration, plural};
use crate::lesson::ledger::bench::{BUSY, Bench};
use crate::lesson::ledger::ruling::{Finding, Ruling};
use crate::measure::Interval;

/// More changes than threads means that one was taken from the core before it had ended.
pub(crate) fn threads_are_interrupted([threads, changes, involuntary]: [u64; 3]) -> Finding {
    let one_turn_each = changes <= threads || involuntary == 0;
    let ruling = Ruling::Holds.unless(one_turn_each, "each thread ended within its first turn");
    let (changes, switches) = (count(changes), plural(involuntary, "involuntary switch"));
    ruling.because(format!(
        "{threads} threads that compute and never yield, pinned to one core, took turns {changes} times; the system \
         counted {switches}."
    ))
}

/// Seconds of work, and how long a ready task waited beside it without and with awaits.
pub(crate) fn tasks_give_way([work, without, with]: [f64; 3]) -> Finding {
    // The work begins a little before the other task is ready. Where somebody else held the core, this says nothing about tasks.
    let ruling = Ruling::by(without >= 0.9 * work).unless(with >= work, "the machine was too busy to tell");
    let [work, without, with] = [work, without, with].map(duration);
    ruling.because(format!(
        "Beside {work} of work without an await a ready task waited {without}; with awaits its longest wait was {with}."
    ))
}

/// Which writes were seen: between threads, a process's by its parent, the parent's by the process.
pub(crate) fn processes_share_nothing(seen: [bool; 3]) -> Finding {
    let [threads, from, to] = seen.map(|seen| if seen { "seen" } else { "not seen" });
    Ruling::by(seen == [true, false, false]).because(format!(
        "A thread's write was {threads} by the others; a process's write was {from} by its parent, and the parent's {to} \
         by it."
    ))
}

/// How late the most delayed beat was with the work in place, on a thread, in a process, in a task that yields and in
/// one that never awaits. Responsive: less than half as late as in place.
pub(crate) fn responsive(late: [f64; 5]) -> Finding {
    let [thread, process, yields, never] = [1, 2, 3, 4].map(|other| late[other] < 0.5 * late[0]);
    let on = "on whether the work leaves the thread or gives way on it";
    let ruling = Ruling::all(&[thread, process, yields, never], on);
    let [in_place, thread, process, yields, never] = late.map(duration);
    ruling.because(format!(
        "The most delayed of 60 beats a second was {in_place} late with the work in place, and with it done otherwise \
         {thread} by a thread, {process} by a process, {yields} by an async task that yields, {never} by an async task \
         that never awaits."
    ))
}

/// Beats missed with the work in place and on a thread.
pub(crate) fn interface_on_threads(bench: &Bench, [in_place, thread]: [u64; 2]) -> Finding {
    let holds = 2 * thread < in_place;
    let ruling = Ruling::by(holds).unless(in_place == 0, "the work was too short to miss a beat");
    let ruling = ruling.unless(!holds && bench.is_busy(), BUSY);
    let (beats, thread) = (plural(in_place, "beat"), count(thread));
    ruling.because(format!("With the work in place {beats} were missed, with it on a thread {thread}."))
}

/// Requests a second that clients, who ask in the way told, had answered by a sequential server, by threads and by async;
/// and the median seconds of a request in async and in sequential. Scalable: each way of being concurrent served more
/// than twice what the sequential server did.
pub(crate) fn scalable(
    (clients, [sequential, threads, tasks]): (u64, [f64; 3]),
    how: &str,
    took: Option<[f64; 2]>,
) -> Finding {
    let ruling = Ruling::all(&[threads, tasks].map(|rate| rate > 2.0 * sequential), "on the model")
        .unless(sequential <= 0.0, "the sequential server answered nothing");
    let [sequential, threads, tasks] = [sequential, threads, tasks].map(|rate| count(rate.round() as u64));
    let took = took.map_or_else(String::new, |took| {
        let [in_async, in_sequential] = took.map(duration);
        format!(
            " Counted from the intended start, a request typically took {in_async} in async and {in_sequential} in \
             sequential."
        )
    });
    ruling.because(format!(
        "With {clients} clients ({how}), a sequential server answered {sequential} requests a second; {threads} by \
         threads, {tasks} by async.{took}"
    ))
}

/// Look-ups, and the hits and entries of one cache for all threads and of one for each process.
pub(crate) fn shares_resources((lookups, threads, processes): (u64, [u64; 2], [u64; 2])) -> Finding {
    let on = "on the model: threads share, processes keep a copy each";
    let ruling = if processes[1] > threads[1] { Ruling::depends(on) } else { Ruling::Holds };
    let (lookups, [hits, entries], [copied_hits, copies]) =
        (count(lookups), threads.map(count), processes.map(count));
    ruling.because(format!(
        "Of {lookups} look-ups threads with one cache found {hits} and kept {entries} values; processes found \
         {copied_hits} and kept {copies}."
    ))
}

/// Tasks, then threads: how many, seconds for all besides the one wait that they have in common, bytes for each. Too
/// heavy: a thread takes over three times the memory of a task, and starting and ending it over three times as long.
pub(crate) fn thousands_of_tasks([tasks, threads]: [[f64; 3]; 2]) -> Finding {
    let memory = threads[2] / tasks[2];
    let time = (threads[1] / threads[0]) / (tasks[1] / tasks[0]);
    let heavier = [memory, time].map(|times| times > 3.0);
    let (scarce, plenty) = if heavier[0] { ("memory", "time") } else { ("time", "memory") };
    let on = format!("on what is scarce: in {scarce} threads are heavier, in {plenty} they are not");
    let ruling = Ruling::all(&heavier, &on);
    let told = |[number, seconds, bytes]: [f64; 3], what: &str| {
        let (number, took, each) = (count(number as u64), duration(seconds), format::bytes(bytes));
        format!("{number} waiting {what} took {took} besides the wait, {each} each")
    };
    let (tasks, threads) = (told(tasks, "tasks"), told(threads, "threads"));
    let [memory, time] = [memory, time].map(format::times);
    ruling.because(format!(
        "{tasks}; {threads}. So a thread took {memory} the memory and {time} the time of a task; from three times on it \
         counts as heavier."
    ))
}

/// Processes, of which one crashed, and how many gave their answers.
pub(crate) fn crashes_stay_apart([processes, done]: [usize; 2]) -> Finding {
    Ruling::by(done + 1 == processes).because(format!(
        "Of {processes} processes one was ended hard; {done} gave their answers, and the parent went on."
    ))
}

/// Seconds of a query, the longest wait of another task beside it, and the same with the fix. Defeated: the task waited
/// for at least half of the query, and with the fix it did not.
pub(crate) fn blocking_defeats_async([query, in_place, fixed]: [f64; 3], fix: &str) -> Finding {
    let (defeated, still) = (in_place > 0.5 * query, fixed >= 0.5 * query);
    let ruling = Ruling::by(defeated)
        .unless(defeated && still, "the machine was too busy to tell the fix from the fault");
    let [query, in_place, fixed] = [query, in_place, fixed].map(duration);
    ruling.because(format!(
        "During a SQLite query of {query} another task had to wait {in_place}; with {fix} {fixed}."
    ))
}

/// How long after a thread had sent a result Rust's runtime noticed it, in seconds.
pub(crate) fn rust_notices(noticed: f64) -> Finding {
    let told = duration(noticed);
    // The idle loop has nothing else to wake it for a whole second.
    Ruling::by(noticed > 0.5).because(format!(
        "A result sent from another thread was noticed {told} later. By the compiler's word an Rc may not go to another \
         thread, and a channel's sender may."
    ))
}

/// The same of asyncio's loop, for the plain call and for the one made for threads; and whether debug mode refuses the
/// plain one.
pub(crate) fn asyncio_notices((plain, safe, refuses): (f64, f64, bool)) -> Finding {
    let on = "on the call: the plain one is not safe, the one made for threads is";
    let ruling = if plain > 10.0 * safe { Ruling::depends(on) } else { Ruling::DoesNotHold };
    let ([plain, safe], word) = ([plain, safe].map(duration), if refuses { "refuses" } else { "allows" });
    ruling.because(format!(
        "A result set from another thread was noticed only when a timer woke the loop, {plain} later; by \
         call_soon_threadsafe after {safe}; debug mode {word} the call from another thread."
    ))
}

/// Updates lost and how many there were, as it came and with a switch forced; what was lost with each fix; and whether the
/// compiler refuses to share a plain number.
pub(crate) fn threads_race(
    [natural, forced]: [[u64; 2]; 2],
    fixes: &[(&str, u64)],
    refused: bool,
) -> Finding {
    let ruling = match (natural[0] > 0, forced[0] > 0) {
        (true, _) if refused => Ruling::depends(
            "on the data: a plain number that several threads change the compiler refuses, an atomic one that is read \
             and written in two steps lost updates",
        ),
        (true, _) => Ruling::Holds,
        (false, true) => {
            Ruling::depends("on where threads are switched: as it came, nothing was lost in this run")
        }
        (false, false) => Ruling::DoesNotHold,
    };
    let [natural, forced] = [natural, forced].map(|[lost, all]| format!("{} of {}", count(lost), count(all)));
    let fixes: Vec<_> = fixes.iter().map(|(how, lost)| format!("with {how} {}", count(*lost))).collect();
    let fixes = fixes.join(", ");
    ruling.because(format!(
        "Lost updates: {natural} as it came, {forced} with a switch made between load and store, {fixes}."
    ))
}

/// A figure without an interval.
pub(crate) fn exactly(value: f64) -> Interval {
    Interval { estimate: value, low: value, high: value }
}

/// Bytes that one more process takes, forked and spawned, one more thread, and one more task.
pub(crate) fn processes_are_heavy(all: [Interval; 3], task: Option<Interval>) -> Finding {
    let shown = |bytes: Interval| {
        let [estimate, low, high] =
            [bytes.estimate, bytes.low.max(0.0), bytes.high].map(format::measured_bytes);
        if bytes.low == bytes.high { estimate } else { format!("{estimate} [{low}, {high}]") }
    };
    let task = task.map_or(String::new(), |task| format!(", each async task {}", shown(task)));
    let [forked, spawned, thread] = all.map(shown);
    // Heavy: more than four times what a thread takes, whatever the intervals leave open.
    let heavy =
        |process: Interval| Ruling::clear(process.low > 4.0 * all[2].high, process.high < 4.0 * all[2].low);
    let [heavy_forked, heavy_spawned] = [heavy(all[0]), heavy(all[1])];
    let ruling = match (&heavy_forked, &heavy_spawned) {
        _ if heavy_forked == heavy_spawned => heavy_forked,
        (Ruling::NotDecided(_), Ruling::Holds) => {
            Ruling::open("spawned ones are heavy; whether forked ones are this run cannot tell")
        }
        (_, Ruling::Holds) | (Ruling::Holds, _) => Ruling::depends("on how they are started"),
        _ => heavy_spawned,
    };
    ruling.because(format!(
        "Each further forked process took {forked}, each spawned one {spawned}, each thread {thread}{task}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_beyond_the_first_decide() {
        assert_eq!(threads_are_interrupted([3, 12, 9]).ruling, Ruling::Holds);
        assert!(matches!(threads_are_interrupted([3, 3, 0]).ruling, Ruling::NotDecided(_)));
    }

    #[test]
    fn a_wait_as_long_as_the_work_decides() {
        let ruling = |waits| tasks_give_way(waits).ruling;
        assert_eq!(ruling([0.1, 0.1001, 0.001]), Ruling::Holds);
        assert_eq!(ruling([0.1, 0.02, 0.001]), Ruling::DoesNotHold);
        assert!(matches!(ruling([0.1, 0.3, 0.2]), Ruling::NotDecided(_)));
    }

    #[test]
    fn what_was_seen_of_processes_decides() {
        assert_eq!(processes_share_nothing([true, false, false]).ruling, Ruling::Holds);
        assert_eq!(processes_share_nothing([true, true, false]).ruling, Ruling::DoesNotHold);
        assert_eq!(crashes_stay_apart([4, 3]).ruling, Ruling::Holds);
        assert_eq!(crashes_stay_apart([4, 0]).ruling, Ruling::DoesNotHold);
    }

    #[test]
    fn memory_is_heavy_beyond_four_threads_worth() {
        let about = |value: f64| Interval { estimate: value, low: 0.9 * value, high: 1.1 * value };
        let ruling =
            |forked, spawned| processes_are_heavy([about(forked), about(spawned), about(10.0)], None).ruling;
        assert_eq!(ruling(500.0, 900.0), Ruling::Holds);
        assert_eq!(ruling(20.0, 10.0), Ruling::DoesNotHold);
        assert!(matches!(ruling(20.0, 500.0), Ruling::Depends(_)));
        for spawned in [40.0, 500.0] {
            assert!(matches!(ruling(40.0, spawned), Ruling::NotDecided(_)), "{spawned}");
        }
    }

    #[test]
    fn a_task_that_blocks_makes_responsiveness_depend() {
        let ruling = |late| responsive(late).ruling;
        assert_eq!(ruling([0.25, 0.001, 0.001, 0.001, 0.001]), Ruling::Holds);
        assert!(matches!(ruling([0.25, 0.001, 0.001, 0.001, 0.24]), Ruling::Depends(_)));
        assert_eq!(ruling([0.25, 0.2, 0.2, 0.2, 0.2]), Ruling::DoesNotHold);
        let bench = Bench::new(2);
        assert_eq!(interface_on_threads(&bench, [14, 0]).ruling, Ruling::Holds);
        assert_eq!(interface_on_threads(&bench, [14, 9]).ruling, Ruling::DoesNotHold);
        assert!(matches!(interface_on_threads(&bench, [0, 0]).ruling, Ruling::NotDecided(_)));
        bench.taken.set(0.9);
        assert!(matches!(interface_on_threads(&bench, [14, 9]).ruling, Ruling::NotDecided(_)));
    }

    #[test]
    fn servers_and_caches_are_judged_by_their_counts() {
        let ruling =
            |sequential, threads, tasks| scalable((40, [sequential, threads, tasks]), "", None).ruling;
        assert_eq!(ruling(190.0, 790.0, 800.0), Ruling::Holds);
        assert_eq!(ruling(190.0, 200.0, 210.0), Ruling::DoesNotHold);
        assert!(matches!(ruling(0.0, 1.0, 1.0), Ruling::NotDecided(_)));
        let shared = shares_resources((800, [750, 50], [600, 200]));
        assert!(matches!(shared.ruling, Ruling::Depends(_)));
    }

    #[test]
    fn crowds_are_weighed_by_memory_and_time() {
        let ruling = |tasks, threads| thousands_of_tasks([tasks, threads]).ruling;
        let threads = [1_000.0, 0.15, 12_000.0];
        assert_eq!(ruling([10_000.0, 0.1, 500.0], threads), Ruling::Holds);
        assert!(matches!(ruling([10_000.0, 0.5, 500.0], [1_000.0, 0.06, 12_000.0]), Ruling::Depends(_)));
        assert_eq!(ruling([10_000.0, 0.5, 5_000.0], [1_000.0, 0.06, 6_000.0]), Ruling::DoesNotHold);
    }

    #[test]
    fn lost_updates_and_queries_decide() {
        let ruling =
            |natural, forced, refused| threads_race([[natural, 1_000], [forced, 1_000]], &[], refused).ruling;
        assert_eq!(ruling(17, 75, false), Ruling::Holds);
        assert!(matches!(ruling(17, 75, true), Ruling::Depends(_)));
        assert!(matches!(ruling(0, 75, false), Ruling::Depends(_)));
        assert_eq!(ruling(0, 0, false), Ruling::DoesNotHold);
        let blocked = |waits| blocking_defeats_async(waits, "a thread").ruling;
        assert_eq!(blocked([0.1, 0.1, 0.001]), Ruling::Holds);
        assert_eq!(blocked([0.1, 0.01, 0.001]), Ruling::DoesNotHold);
        assert!(matches!(blocked([0.1, 0.1, 0.1]), Ruling::NotDecided(_)));
    }
}
