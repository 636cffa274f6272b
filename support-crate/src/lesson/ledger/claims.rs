//! The table of claims: the deck's, in our own words, each with the page that shows it, and with what is measured for it
//! in Rust and in CPython and handed to the claim's judge.

use super::bench::{Bench, WORK, speedup};
use super::judge;
use super::probes;
use super::ruling::Finding;
use crate::lesson::demo::beating::Place;
use crate::lesson::demo::{isolation, race, server, sharing, survivors};
use crate::lesson::python::script;
use crate::measure::{Unit, compare};
use crate::model::Model::{Async, AsyncOn, Processes, Sequential, Threads};
use crate::timeline::slices;
use crate::units::{KIB, ms, secs};
use crate::workload::{Blur, Downloads};

/// A claim, and how it is put to the machine.
pub(crate) struct Claim {
    /// The claim.
    pub(crate) says: &'static str,
    /// The notebook that shows it.
    pub(crate) page: &'static str,
    /// What Rust does.
    pub(crate) rust: Ask,
    /// What CPython does.
    pub(crate) python: Ask,
}

/// Measures and judges; or why nothing could be measured.
pub(crate) type Ask = fn(&Bench) -> Result<Finding, String>;

const WAYS: &str = "02-ways-to-achieve-concurrency";
const THREADING: &str = "03-threading";
const ASYNC: &str = "04-async";
const MULTIPROCESSING: &str = "05-multiprocessing";
const WHY: &str = "06-why-concurrency";
const DOWNLOADERS: &str = "10-multiprocess-execution";
const WHEN: &str = "11-when-to-use-what";
const GOTCHAS: &str = "12-gotchas";

/// Whether a claim is that many cores are used, or one.
const MANY: bool = true;
const ONE: bool = false;

/// All of them, by their pages; a claim's number is its place, from 1.
pub(crate) const CLAIMS: [Claim; 20] = [
    Claim {
        says: "threads share one processor and run one instruction at a time",
        page: WAYS,
        rust: |bench| Ok(judge::uses_cores(bench, ONE, "threads", bench.speedup(Threads(bench.workers())))),
        python: |bench| Ok(judge::uses_cores(bench, ONE, "threads", bench.python_computes("threads")?)),
    },
    Claim {
        says: "async tasks share one processor",
        page: WAYS,
        rust: |bench| {
            let [alone, many] = [Async, AsyncOn(bench.workers())].map(|model| bench.speedup(model));
            Ok(judge::tasks_use_one_core(bench, alone, many))
        },
        python: |bench| Ok(judge::uses_cores(bench, ONE, "asyncio tasks", bench.python_computes("asyncio")?)),
    },
    Claim {
        says: "the system may switch from a thread at any time, unasked",
        page: THREADING,
        rust: |_| {
            let seen = slices(3, ms(450));
            let counted = [3, seen.switches() as u64, seen.involuntary];
            seen.problem.map_or(Ok(judge::threads_are_interrupted(counted)), Err)
        },
        python: |bench| Ok(judge::threads_are_interrupted(bench.said(script!("switches.py"))?)),
    },
    Claim {
        says: "an async task is switched only where it gives way itself",
        page: ASYNC,
        rust: |bench| {
            let [without, with] =
                [Place::Task, Place::TaskThatYields].map(|place| bench.rhythm(place).latest);
            Ok(judge::tasks_give_way([WORK.as_secs_f64(), without, with]))
        },
        python: |bench| Ok(judge::tasks_give_way(bench.said(script!("gives_way.py"))?)),
    },
    Claim {
        says: "async suits thousands of waiting tasks, for which threads are too heavy",
        page: ASYNC,
        rust: |bench| {
            let crowd = |count: usize, model, unit| -> Result<_, String> {
                Ok([count as f64, probes::besides_the_wait(count, model)?, bench.bytes(unit)?.estimate])
            };
            let tasks = crowd(10_000, Async, Unit::Task)?;
            Ok(judge::thousands_of_tasks([tasks, crowd(1_000, Threads(1_000), Unit::Thread)?]))
        },
        python: |bench| Ok(judge::thousands_of_tasks(bench.said(script!("many.py"))?)),
    },
    Claim {
        says: "processes use several processors at the same time",
        page: MULTIPROCESSING,
        rust: |bench| {
            Ok(judge::uses_cores(bench, MANY, "processes", bench.speedup(Processes(bench.workers()))))
        },
        python: |bench| Ok(judge::uses_cores(bench, MANY, "processes", bench.python_computes("processes")?)),
    },
    Claim {
        says: "each process has its own memory, and threads share theirs",
        page: MULTIPROCESSING,
        rust: |_| {
            let sights = isolation().sights;
            let seen = |at: usize| sights[at].seen();
            Ok(judge::processes_share_nothing([seen(0) && seen(1), seen(2), seen(3)]))
        },
        python: |bench| Ok(judge::processes_share_nothing(bench.said(script!("isolation.py"))?)),
    },
    Claim {
        says: "a crash in one process leaves the others and their memory alone",
        page: MULTIPROCESSING,
        rust: |_| {
            let ends = survivors::ends(4);
            Ok(judge::crashes_stay_apart([ends.len(), ends.iter().filter(|end| end.is_ok()).count()]))
        },
        python: |bench| Ok(judge::crashes_stay_apart(bench.said(script!("crash.py"))?)),
    },
    Claim {
        says: "concurrency makes programs faster",
        page: WHY,
        rust: |bench| Ok(judge::faster(bench, probes::speedups_by_work(bench)?)),
        python: |bench| {
            let waits = bench.speedup_of(script!("waits.py"), "asyncio", "sequential")?;
            let tiny = bench.speedup_of(script!("waits.py"), "tiny_threads", "tiny_sequential")?;
            Ok(judge::faster(bench, [waits, bench.python_computes("threads").unwrap_or(None), tiny]))
        },
    },
    Claim {
        says: "concurrency keeps a program responsive while it works",
        page: WHY,
        rust: |bench| {
            let places =
                [Place::HeartsThread, Place::Thread, Place::Process, Place::TaskThatYields, Place::Task];
            Ok(judge::responsive(places.map(|place| bench.rhythm(place).latest)))
        },
        python: |bench| Ok(judge::responsive(bench.said::<([f64; 5], [u64; 2])>(script!("heartbeat.py"))?.0)),
    },
    Claim {
        says: "concurrency lets a server serve more clients",
        page: WHY,
        rust: |_| {
            const CLIENTS: usize = 40;
            // One load for each server: sequential, by threads, async.
            let loads = server::loads(ms(5), &[CLIENTS])?;
            let rates = [0, 1, 2].map(|at: usize| loads[at].per_second);
            let took = loads[2].within(0.5).zip(loads[0].within(0.5)).map(<[f64; 2]>::from);
            // Every client asks at fixed times (open loop): more than is asked cannot be served.
            Ok(judge::scalable((CLIENTS as u64, rates), "each asks at fixed times", took))
        },
        python: |bench| {
            Ok(judge::scalable(bench.said(script!("server.py"))?, "each asks again once answered", None))
        },
    },
    Claim {
        says: "concurrency shares resources",
        page: WHY,
        rust: |_| {
            let [threads, processes] = sharing::caches(4, 50, 200)?;
            Ok(judge::shares_resources((4 * 200, threads, processes)))
        },
        python: |bench| Ok(judge::shares_resources(bench.said(script!("cache.py"))?)),
    },
    Claim {
        says: "threads keep a graphical interface responsive",
        page: WHY,
        rust: |bench| {
            let missed = |place| bench.rhythm(place).missed.len() as u64;
            Ok(judge::interface_on_threads(bench, [Place::HeartsThread, Place::Thread].map(missed)))
        },
        python: |bench| {
            Ok(judge::interface_on_threads(
                bench,
                bench.said::<([f64; 5], [u64; 2])>(script!("heartbeat.py"))?.1,
            ))
        },
    },
    Claim {
        says: "threads suit fetching from several sources at once",
        page: DOWNLOADERS,
        rust: |_| {
            let downloads = Downloads { files: 10, size: 16 * KIB, latency: ms(6) };
            let fetched = compare(downloads).models([Sequential, Threads(10), Async]).rounds(5).run();
            Ok(judge::fetching(10, speedup(&fetched, Threads(10))?, Some(speedup(&fetched, Async)?)))
        },
        python: |bench| {
            let threads = bench.speedup_of(script!("downloads.py"), "threads", "sequential")?;
            Ok(judge::fetching(10, threads, None))
        },
    },
    Claim {
        says: "processes suit computing work such as image processing",
        page: WHEN,
        rust: |bench| {
            let n = bench.workers();
            let picture = Blur { width: 1_280, height: 800, radius: 6, tasks: 4 * n };
            let models = [Sequential, Threads(n), Processes(n)];
            let blurred = compare(picture).models(models).rounds(11).budget(secs(10)).run();
            let [processes, threads] = [Processes(n), Threads(n)].map(|model| speedup(&blurred, model));
            Ok(judge::images_in_processes(bench, [processes?, threads?]))
        },
        python: |bench| {
            let speedup = |way| bench.speedup_of(script!("image.py"), way, "sequential");
            Ok(judge::images_in_processes(bench, [speedup("processes")?, speedup("threads")?]))
        },
    },
    Claim {
        says: "work that splits into independent chunks can be done in parallel",
        page: WHEN,
        rust: |bench| Ok(judge::uses_cores(bench, MANY, "threads", bench.speedup(Threads(bench.workers())))),
        python: |bench| Ok(judge::uses_cores(bench, MANY, "processes", bench.python_computes("processes")?)),
    },
    Claim {
        says: "a library that blocks, such as a database client, defeats async",
        page: GOTCHAS,
        rust: |_| Ok(judge::blocking_defeats_async(probes::blocked_by_a_query(), "spawn_blocking")),
        python: |bench| {
            Ok(judge::blocking_defeats_async(bench.said(script!("sqlite.py"))?, "asyncio.to_thread"))
        },
    },
    Claim {
        says: "async is not thread-safe, so it cannot be combined with threads",
        page: GOTCHAS,
        rust: |_| Ok(judge::rust_notices(probes::handed_over())),
        python: |bench| Ok(judge::asyncio_notices(bench.said(script!("thread_safety.py"))?)),
    },
    Claim {
        says: "threads that change the same data race and corrupt it",
        page: GOTCHAS,
        rust: |_| {
            let ways = race(4, 500_000).ways;
            let [forced, natural, atomic, mutex, messages] =
                [0, 1, 2, 3, 4].map(|at: usize| ways[at].in_all());
            let fixes = [("an atomic add", atomic[0]), ("a mutex", mutex[0]), ("messages", messages[0])];
            Ok(judge::threads_race([natural, forced], &fixes, true))
        },
        python: |bench| {
            let [natural, forced, locked]: [[u64; 2]; 3] = bench.said(script!("race.py"))?;
            Ok(judge::threads_race([natural, forced], &[("a lock", locked[0])], false))
        },
    },
    Claim {
        says: "processes are heavy on memory",
        page: GOTCHAS,
        rust: |bench| {
            let [forked, spawned, thread, task] =
                [Unit::Forked, Unit::Spawned, Unit::Thread, Unit::Task].map(|unit| bench.bytes(unit));
            Ok(judge::processes_are_heavy([forked?, spawned?, thread?], Some(task?)))
        },
        python: |bench| {
            let [forked, spawned] = bench.said(script!("processes.py"))?;
            let [_, [_, _, thread]]: [[f64; 3]; 2] = bench.said(script!("many.py"))?;
            Ok(judge::processes_are_heavy([forked, spawned, thread].map(judge::exactly), None))
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_sentences_and_their_pages_are_notebooks() {
        let notebooks = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../notebooks");
        for claim in &CLAIMS {
            assert!(claim.says.len() > 20 && !claim.says.ends_with('.'), "{}", claim.says);
            assert!(notebooks.join(claim.page).with_extension("ipynb").exists(), "{}", claim.page);
        }
        assert!(CLAIMS.is_sorted_by_key(|claim| claim.page), "the ledger's numbers follow the pages");
    }
}
