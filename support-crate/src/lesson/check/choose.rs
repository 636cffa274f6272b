//! 13: which model for which job.

use super::reply::{Reply, judged, require};
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
    let computing = |model| !matches!(model, Model::Sequential | Model::Async);
    let apart = |model| matches!(model, Model::Processes(_) | Model::Spawned(_));
    let calm = Situation { tasks: 8, waits: false, library_blocks: false, may_crash: false, cores: 4 };
    let cases: [(Situation, Suits, &str); 6] = [
        (calm, computing, "8 tasks that compute, on 4 cores, need a model that uses more than one core"),
        (
            Situation { tasks: 50_000, waits: true, ..calm },
            |model| matches!(model, Model::Async | Model::AsyncOn(_)),
            "50,000 tasks that wait are seldom allowed a thread for each by the system's limits, and on fewer threads they \
             wait in turn",
        ),
        (
            Situation { waits: true, library_blocks: true, ..calm },
            |model| matches!(model, Model::Threads(n) | Model::Pool(n) | Model::Processes(n) | Model::Spawned(n) if n > 1),
            "a library that blocks would stop an async thread; 8 of its waits overlap only on threads of their own",
        ),
        (
            Situation { may_crash: true, ..calm },
            apart,
            "a crash takes its whole process along, so those tasks need their own",
        ),
        (
            Situation { waits: true, may_crash: true, ..calm },
            apart,
            "whether it waits or computes, a task that may crash needs a process of its own",
        ),
        (
            Situation { tasks: 1, ..calm },
            |model| model == Model::Sequential,
            "one task that computes has nothing to overlap with: the plain program is enough",
        ),
    ];
    judged(&theirs, "a choice needs no loop", || {
        for (situation, suits, reason) in cases {
            let chosen = theirs(situation);
            require!(suits(chosen), "for {} you chose {chosen}: {reason}", in_words(situation));
        }
        Ok(format!("a model that fits in each of {} situations", cases.len()))
    })
}

/// Whether a model suits a situation.
type Suits = fn(Model) -> bool;

fn in_words(job: Situation) -> String {
    let what = if job.waits { "wait" } else { "compute" };
    let ending = if job.tasks == 1 { "s" } else { "" };
    let how = if job.library_blocks { ", by a library that blocks," } else { "" };
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
            Situation { may_crash: true, cores, .. } => Processes(cores),
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
        assert_reply(&choose(|job| Threads(job.tasks)), Wrong, "seldom allowed a thread for each");
        let forgets_the_library = |job: Situation| if job.library_blocks { Async } else { right(job) };
        assert_reply(&choose(forgets_the_library), Wrong, "would stop an async thread");
        let forgets_crashes = |job: Situation| right(Situation { may_crash: false, ..job });
        assert_reply(&choose(forgets_crashes), Wrong, "takes its whole process along");
        let always_more = |job: Situation| if job.tasks == 1 { Pool(job.cores) } else { right(job) };
        assert_reply(&choose(always_more), Wrong, "nothing to overlap with");
        assert_reply(&choose(right), Right, "6 situations");
    }
}
