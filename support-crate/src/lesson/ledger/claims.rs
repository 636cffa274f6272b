//! The table of claims: the deck's, in our own words, each with the page that shows it, what is measured for it in Rust
//! and in CPython, and the judge of both.

use super::bench::{Bench, speedups};
use super::judge::{self, Count};
use super::probes;
use super::ruling::Finding;
use crate::lesson::demo::{Place, Pulse, isolation, sharing, survivors, turns};
use crate::lesson::python;
use crate::measure::{Unit, compare};
use crate::model::Model::{Async, AsyncOn, Processes, Sequential, Threads};
use crate::units::{KIB, ms, secs};
use crate::workload::Downloads;

/// A claim, and how it is put to the machine.
pub(crate) struct Claim {
    /// The claim.
    pub(crate) says: &'static str,
    /// The notebook that shows it.
    pub(crate) page: &'static str,
    rust: Box<Ask>,
    python: Box<Ask>,
}

type Ask = dyn Fn(&Bench) -> Result<Finding, String>;
type Measure<T> = fn(&Bench) -> Result<T, String>;

impl Claim {
    /// What Rust does.
    pub(crate) fn in_rust(&self, bench: &Bench) -> Finding {
        (self.rust)(bench).unwrap_or_else(Finding::none)
    }

    /// What CPython does.
    pub(crate) fn in_python(&self, bench: &Bench) -> Finding {
        (self.python)(bench).unwrap_or_else(Finding::none)
    }
}

/// Both languages are measured in their own way, and judged in the same.
fn claim<T: 'static>(
    says: &'static str,
    page: &'static str,
    judge: fn(&Bench, T) -> Finding,
    rust: Measure<T>,
    python: Measure<T>,
) -> Claim {
    let by = |measure: Measure<T>| Box::new(move |bench: &Bench| Ok(judge(bench, measure(bench)?)));
    Claim { says, page, rust: by(rust), python: by(python) }
}

const WAYS: &str = "02-ways-to-achieve-concurrency";
const THREADING: &str = "03-threading";
const ASYNC: &str = "04-async";
const MULTIPROCESSING: &str = "05-multiprocessing";
const WHY: &str = "06-why-concurrency";
const WHEN: &str = "11-when-to-use-what";
const GOTCHAS: &str = "12-gotchas";

/// All of them; a claim's number is its place, from 1.
pub(crate) fn all() -> Vec<Claim> {
    vec![
        claim(
            "threads share one processor and run one instruction at a time",
            WAYS,
            judge::uses_one_core,
            |bench| Ok(("threads", bench.speedup(Threads(bench.workers())))),
            |bench| Ok(("threads", bench.python_speedup("threads")?)),
        ),
        claim(
            "async tasks share one processor",
            WAYS,
            judge::tasks_use_one_core,
            |bench| Ok((bench.speedup(Async), Some(bench.speedup(AsyncOn(bench.workers()))))),
            |bench| Ok((bench.python_speedup("asyncio")?, None)),
        ),
        claim(
            "processes use several processors at the same time",
            MULTIPROCESSING,
            judge::uses_many_cores,
            |bench| Ok(("processes", bench.speedup(Processes(bench.workers())))),
            |bench| Ok(("processes", bench.python_speedup("processes")?)),
        ),
        claim(
            "the system may switch from a thread at any time, unasked",
            THREADING,
            judge::threads_are_interrupted,
            |_| {
                let [changes, involuntary] = probes::switches_on_one_core(3)?;
                Ok([3, changes, involuntary])
            },
            |bench| bench.run(python::SWITCHES)?.each(["threads", "changes", "involuntary"]),
        ),
        claim(
            "an async task is switched only where it gives way itself",
            ASYNC,
            judge::tasks_give_way,
            |_| {
                let turns = turns(ms(100));
                Ok([turns.work, turns.without_await, turns.with_await])
            },
            |bench| bench.run(python::GIVES_WAY)?.each(["seconds", "without_await", "with_await"]),
        ),
        claim(
            "each process has its own memory, and threads share theirs",
            MULTIPROCESSING,
            judge::processes_share_nothing,
            |_| {
                let sights = isolation().sights;
                let seen = |at: usize| sights[at].seen();
                Ok([seen(0) && seen(1), seen(2), seen(3)])
            },
            |bench| {
                // The script writes 7 in a thread and in a process, and 9 in the parent.
                let said = bench.run(python::ISOLATION)?;
                let [thread, from, to]: [u64; 3] =
                    said.each(["from_thread", "from_process", "to_process"])?;
                Ok([thread == 7, from == 7, to == 9])
            },
        ),
        claim("concurrency makes programs faster", WHY, judge::faster, probes::speedups_by_work, |bench| {
            let said = bench.run(python::WAITS)?;
            let waits = said.speedup("asyncio", "sequential")?;
            let tiny = said.speedup("tiny_threads", "tiny_sequential")?;
            Ok([waits, bench.python_speedup("threads").unwrap_or(None), tiny])
        }),
        claim(
            "concurrency keeps a program responsive while it works",
            WHY,
            judge::responsive,
            |bench| {
                let late = |place| bench.heartbeat().pulse(place).map_or(f64::NAN, Pulse::latest);
                Ok([
                    late(Place::InPlace),
                    late(Place::Thread),
                    late(Place::Process),
                    late(Place::TaskThatYields),
                    late(Place::Task),
                ])
            },
            |bench| {
                let said = bench.run(python::HEARTBEAT)?;
                let beats = said.each(["in_place", "thread", "process", "task_that_yields", "task"])?;
                Ok(beats.map(|late: Vec<f64>| late.into_iter().fold(0.0, f64::max)))
            },
        ),
        claim(
            "concurrency lets a server serve more clients",
            WHY,
            judge::scalable,
            |_| Ok(probes::served()),
            |bench| {
                let said = bench.run(python::SERVER)?;
                let [sequential, threads, tasks] = said.each(["sequential/1", "threads/1", "asyncio/1"])?;
                let (clients, how) = (said.at("clients/1")?, "each asks again once answered");
                Ok(judge::Served { clients, how, sequential, threads, tasks, took: None })
            },
        ),
        claim(
            "concurrency shares resources",
            WHY,
            judge::shares_resources,
            |_| {
                let sharing = sharing(4, 50, 200);
                let used = |at: usize| [sharing.uses[at].hits, sharing.uses[at].entries];
                Ok(((sharing.workers * sharing.lookups) as u64, used(0), used(1)))
            },
            |bench| {
                let said = bench.run(python::CACHE)?;
                let threads = said.each(["threads/hits", "threads/entries"])?;
                Ok((said.at("lookups")?, threads, said.each(["processes/hits", "processes/entries"])?))
            },
        ),
        claim(
            "async suits thousands of waiting tasks, for which threads are too heavy",
            WHEN,
            judge::thousands_of_tasks,
            |bench| {
                let crowd = |count: usize, model, unit| -> Result<_, String> {
                    Ok([count as f64, probes::besides_the_wait(count, model)?, bench.bytes(unit)?.estimate])
                };
                Ok([crowd(10_000, Async, Unit::Task)?, crowd(1_000, Threads(1_000), Unit::Thread)?])
            },
            |bench| {
                let said = bench.run(python::MANY)?;
                Ok([
                    said.each(["tasks/1", "task_seconds/1", "bytes_a_task"])?,
                    said.each(["threads/1", "thread_seconds/1", "bytes_a_thread"])?,
                ])
            },
        ),
        claim(
            "threads suit fetching from several sources at once",
            WHEN,
            judge::fetching,
            |_| {
                const FILES: usize = 10;
                let fetched = compare(Downloads { files: FILES, size: 16 * KIB, latency: ms(10) })
                    .models([Sequential, Threads(FILES), Async])
                    .rounds(5)
                    .run();
                let [threads, tasks] = speedups(&fetched, [Threads(FILES), Async])?;
                Ok((FILES, threads, Some(tasks)))
            },
            |bench| {
                let said = bench.run(python::DOWNLOADS)?;
                Ok((said.at("files")?, said.speedup("threads", "sequential")?, None))
            },
        ),
        claim(
            "threads keep a graphical interface responsive",
            WHY,
            judge::interface_on_threads,
            |bench| {
                let missed = |place| bench.heartbeat().pulse(place).map_or(0, Pulse::missed);
                Ok([missed(Place::InPlace), missed(Place::Thread)])
            },
            |bench| {
                let said = bench.run(python::HEARTBEAT)?;
                let period: f64 = said.at("period")?;
                let missed = |late: Vec<f64>| late.into_iter().filter(|late| *late > period).count();
                Ok(said.each(["in_place", "thread"])?.map(missed))
            },
        ),
        claim(
            "processes suit computing work such as image processing",
            WHEN,
            judge::images_in_processes,
            |bench| {
                let n = bench.workers();
                let blurred = compare(probes::picture(n))
                    .models([Sequential, Threads(n), Processes(n)])
                    .rounds(5)
                    .budget(secs(10))
                    .run();
                speedups(&blurred, [Processes(n), Threads(n)])
            },
            |bench| {
                let said = bench.run(python::IMAGE)?;
                Ok([said.speedup("processes", "sequential")?, said.speedup("threads", "sequential")?])
            },
        ),
        claim(
            "a crash in one process leaves the others and their memory alone",
            WHEN,
            judge::crashes_stay_apart,
            |_| {
                let survivors = survivors(4);
                Ok([survivors.workers.len(), survivors.answered()])
            },
            |bench| bench.run(python::CRASH)?.each(["processes", "done"]),
        ),
        claim(
            "work that splits into independent chunks can be done in parallel",
            WHEN,
            judge::uses_many_cores,
            |bench| Ok(("threads", bench.speedup(Threads(bench.workers())))),
            |bench| Ok(("processes", bench.python_speedup("processes")?)),
        ),
        claim(
            "a library that blocks, such as a database client, defeats async",
            GOTCHAS,
            judge::blocking_defeats_async,
            |_| Ok((probes::blocked_by_a_query(), "spawn_blocking")),
            |bench| {
                let said = bench.run(python::SQLITE)?;
                let took = said.each(["in_place/query", "in_place/longest", "on_thread/longest"])?;
                Ok((took, "asyncio.to_thread"))
            },
        ),
        claim(
            "async is not thread-safe, so it cannot be combined with threads",
            GOTCHAS,
            judge::not_thread_safe,
            |_| Ok(judge::Handed::Rust(probes::handed_over().ok_or("no runtime could be made")?)),
            |bench| {
                let said = bench.run(python::THREAD_SAFETY)?;
                let refused: Option<String> = said.at("refused")?;
                let [plain, safe] = said.each(["unsafe", "safe"])?;
                Ok(judge::Handed::Python { plain, safe, refuses: refused.is_some() })
            },
        ),
        claim(
            "threads that change the same data race and corrupt it",
            GOTCHAS,
            judge::threads_race,
            |_| Ok(probes::raced()),
            |bench| {
                let said = bench.run(python::RACE)?;
                let count = |way: &str| said.at::<Count>(way);
                let fixes = vec![("a lock", count("locked")?.lost)];
                Ok(judge::Raced { natural: count("plain")?, forced: count("forced")?, fixes, refused: false })
            },
        ),
        claim(
            "processes are heavy on memory",
            GOTCHAS,
            judge::processes_are_heavy,
            |bench| {
                Ok(judge::Bytes {
                    forked: bench.bytes(Unit::Forked)?,
                    spawned: bench.bytes(Unit::Spawned)?,
                    thread: bench.bytes(Unit::Thread)?,
                    task: Some(bench.bytes(Unit::Task)?),
                })
            },
            |bench| {
                let (processes, many) = (bench.run(python::PROCESSES)?, bench.run(python::MANY)?);
                let [forked, spawned] =
                    processes.each(["bytes_forked", "bytes_spawned"])?.map(judge::exactly);
                let thread = judge::exactly(many.at("bytes_a_thread")?);
                Ok(judge::Bytes { forked, spawned, thread, task: None })
            },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_sentences_and_their_pages_are_notebooks() {
        let notebooks = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../notebooks");
        for claim in all() {
            assert!(claim.says.len() > 20 && !claim.says.ends_with('.'), "{}", claim.says);
            assert!(notebooks.join(claim.page).with_extension("ipynb").exists(), "{}", claim.page);
        }
    }
}
