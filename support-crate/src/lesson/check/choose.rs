//! 13: which model for which job. Most jobs can be done in more than one way: what can be defended is accepted, and told what it
//! costs.

use super::reply::{Reply, judged};
use crate::format;
use crate::model::Model;

/// A job to choose a model for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Situation {
    /// How many tasks there are.
    pub tasks: usize,
    /// Whether a task mostly waits (`true`) or computes (`false`).
    pub waits: bool,
    /// Whether the only library for it blocks its thread.
    pub library_blocks: bool,
    /// Whether a task may crash or damage memory, and the others must live on.
    pub may_crash: bool,
    /// Cores that are free for it.
    pub cores: usize,
}

/// Checks a function that chooses a model for a job, against situations whose answer does not depend on the machine.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Situation};
/// use concurrency_lab::model::Model;
/// fn choose(job: Situation) -> Model {
///     todo!()
/// }
/// assert!(check::choose(choose).sentence.contains("todo!()"));
/// ```
pub fn choose(theirs: impl Fn(Situation) -> Model) -> Reply {
    let calm = Situation { tasks: 8, waits: false, library_blocks: false, may_crash: false, cores: 4 };
    let cases = [
        calm,
        Situation { tasks: 50_000, waits: true, ..calm },
        Situation { waits: true, ..calm },
        Situation { waits: true, library_blocks: true, ..calm },
        Situation { may_crash: true, ..calm },
        Situation { waits: true, may_crash: true, ..calm },
        Situation { tasks: 1, ..calm },
    ];
    judged(&theirs, "a choice needs no loop", || {
        let mut prices = Vec::new();
        for job in cases {
            let chosen = theirs(job);
            let costs = suits(job, chosen)
                .map_err(|reason| format!("for {} you chose {chosen}: {reason}", in_words(job)))?;
            if !costs.is_empty() {
                prices.push(format!("{chosen} for {}: {}", in_words(job), costs.join(", and ")));
            }
        }
        let fits = format!("a model that can be defended in each of {} situations", cases.len());
        Ok(if prices.is_empty() { fits } else { format!("{fits}. The price of {}", prices.join("; of ")) })
    })
}

/// What a model costs in a situation that it suits; `Err`: why it does not.
fn suits(job: Situation, model: Model) -> Result<Vec<&'static str>, String> {
    let Situation { tasks, cores, .. } = job;
    let workers = model.workers();
    let apart = matches!(model, Model::Processes(_) | Model::Spawned(_) | Model::Ranks(_));
    let is_async = matches!(model, Model::Async | Model::AsyncOn(_));
    let refuse = |reason: &str| Err(reason.to_owned());
    let mut costs = Vec::new();
    match job.waits {
        false if tasks == 1 && model == Model::Sequential => return Ok(costs),
        false if tasks == 1 => {
            return refuse("one task that computes has nothing to overlap with: the plain program is enough");
        }
        false if workers < 2 => {
            return refuse("tasks that compute need a model that uses more than one core");
        }
        false if workers < cores => costs.push("cores stay idle"),
        false if workers > cores => costs.push("workers without a core of their own gain nothing"),
        false if is_async => costs.push("whatever else is on that runtime stands still while they compute"),
        true if is_async && job.library_blocks => {
            costs.push("each blocking call has to go through `spawn_blocking`, and takes a thread after all");
        }
        true if !is_async && tasks > MANY && workers >= tasks => {
            return refuse("so many threads or processes are seldom allowed by the system's limits");
        }
        true if !is_async && workers < tasks && !(job.may_crash && workers > 1) => {
            let all = format::count(tasks as u64);
            return Err(format!("no more than {workers} of the {all} waits can be open at once"));
        }
        true if !is_async && workers < tasks => costs.push("not all waits are open at once"),
        true if !is_async && !job.library_blocks => costs.push("a worker, with its memory, for every wait"),
        _ => {}
    }
    match job.may_crash {
        true if model == Model::Sequential => return refuse("the first crash is the end of it"),
        true if !apart => {
            costs.push("a panic is caught, but an abort or damaged memory takes all tasks along")
        }
        false if apart => costs.push("what they return has to be sent as bytes"),
        _ => {}
    }
    Ok(costs)
}

/// More threads than these are seldom allowed.
const MANY: usize = 10_000;

fn in_words(job: Situation) -> String {
    let what = if job.waits { "wait" } else { "compute" };
    let ending = if job.tasks == 1 { "s" } else { "" };
    let how = if job.library_blocks { " in a library that blocks" } else { "" };
    let risk = if job.may_crash { " and may crash" } else { "" };
    format!("{} that {what}{ending}{how}{risk}", format::plural(job.tasks as u64, "task"))
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Grade::*, assert_reply};
    use super::*;
    use Model::*;

    fn right(job: Situation) -> Model {
        match job {
            Situation { may_crash: true, tasks, .. } => Processes(tasks),
            Situation { tasks: 1, .. } => Sequential,
            Situation { library_blocks: true, tasks, .. } => Threads(tasks),
            Situation { waits: true, .. } => Async,
            Situation { cores, .. } => Pool(cores),
        }
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&choose(|_| todo!()), NotDone, "todo!()");
        assert_reply(&choose(|_| Async), Wrong, "more than one core");
        assert_reply(&choose(|_| Threads(1)), Wrong, "more than one core");
        assert_reply(&choose(|job| Threads(job.tasks)), Wrong, "seldom allowed by the system's limits");
        let two = |job: Situation| if job.library_blocks { Pool(2) } else { right(job) };
        assert_reply(&choose(two), Wrong, "no more than 2 of the 8 waits");
        let in_turn = |job: Situation| if job.may_crash { Sequential } else { right(job) };
        assert_reply(&choose(in_turn), Wrong, "more than one core");
        let always_more = |job: Situation| if job.tasks == 1 { Pool(job.cores) } else { right(job) };
        assert_reply(&choose(always_more), Wrong, "nothing to overlap with");
        assert_reply(&choose(|_| panic!("cannot say")), Wrong, "it panicked: cannot say");
    }

    #[test]
    fn what_can_be_defended_is_right_and_told_its_price() {
        assert_reply(
            &choose(right),
            Right,
            "7 situations. The price of processes (8) for 8 tasks that compute and may",
        );
        let off_thread = |job: Situation| if job.library_blocks { Async } else { right(job) };
        assert_reply(&choose(off_thread), Right, "has to go through `spawn_blocking`");
        let threads = |job: Situation| if job.may_crash { Threads(job.tasks) } else { right(job) };
        assert_reply(&choose(threads), Right, "a panic is caught, but an abort");
        let spread = |job: Situation| match right(job) {
            Pool(n) => AsyncOn(n),
            model => model,
        };
        assert_reply(&choose(spread), Right, "whatever else is on that runtime stands still");
        let few = |job: Situation| if right(job) == Pool(job.cores) { Pool(2) } else { right(job) };
        assert_reply(&choose(few), Right, "cores stay idle");
    }
}
