//! 13: which model for which job.

use crate::model::Model;
use crate::units::secs;

use super::reply::{Reply, Verdict, judged};

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
/// assert!(check::choose(choose).sentence().contains("todo!()"));
/// ```
pub fn choose<F>(theirs: F) -> Reply
where
    F: Fn(Situation) -> Model,
{
    let endless = "a choice needs no loop";
    judged::<F>(secs(3), endless, move || judge(theirs))
}

/// Whether a model suits a situation.
type Suits = fn(Model) -> bool;

fn judge(theirs: impl Fn(Situation) -> Model) -> Verdict {
    let calm = Situation { tasks: 8, waits: false, library_blocks: false, may_crash: false, cores: 4 };
    let computing = |model| !matches!(model, Model::Sequential | Model::Async);
    let apart = |model| matches!(model, Model::Processes(_) | Model::Spawned(_));
    let blocking = |model| matches!(model, Model::Threads(n) | Model::Pool(n) | Model::Processes(n) | Model::Spawned(n) if n > 1);
    let light = |model| matches!(model, Model::Async | Model::AsyncOn(_));
    let lone = |model| matches!(model, Model::Sequential);
    let cases: [(Situation, &str, Suits); 6] = [
        (calm, "8 tasks that compute, on 4 cores, need a model that uses more than one core", computing),
        (
            Situation { tasks: 50_000, waits: true, ..calm },
            "50,000 tasks that wait need tasks that weigh next to nothing: a thread for each does not scale, and fewer \
             threads wait in turn",
            light,
        ),
        (
            Situation { waits: true, library_blocks: true, ..calm },
            "a library that blocks would stop an async thread; 8 of its waits overlap only on threads of their own",
            blocking,
        ),
        (
            Situation { may_crash: true, ..calm },
            "a crash takes its whole process along, so those tasks need their own",
            apart,
        ),
        (
            Situation { waits: true, may_crash: true, ..calm },
            "whether it waits or computes, a task that may crash needs a process of its own",
            apart,
        ),
        (
            Situation { tasks: 1, ..calm },
            "one task that computes has nothing to overlap with: the plain program is enough",
            lone,
        ),
    ];
    for (situation, reason, suits) in cases {
        let chosen = theirs(situation);
        if !suits(chosen) {
            return Err(format!("for {} you chose {chosen}: {reason}", in_words(situation)));
        }
    }
    Ok(format!("a model that fits in each of {} situations", cases.len()))
}

fn in_words(job: Situation) -> String {
    let mut words = format!("{} task", job.tasks);
    words += if job.tasks == 1 { " that " } else { "s that " };
    words += match (job.waits, job.tasks == 1) {
        (true, true) => "waits",
        (true, false) => "wait",
        (false, true) => "computes",
        (false, false) => "compute",
    };
    if job.library_blocks {
        words += ", by a library that blocks,";
    }
    if job.may_crash {
        words += " and may crash";
    }
    words
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
        assert_reply(&choose(|job| Threads(job.tasks)), Wrong, "a thread for each does not scale");
        let forgets_the_library = |job: Situation| if job.library_blocks { Async } else { right(job) };
        assert_reply(&choose(forgets_the_library), Wrong, "would stop an async thread");
        let forgets_crashes = |job: Situation| right(Situation { may_crash: false, ..job });
        assert_reply(&choose(forgets_crashes), Wrong, "takes its whole process along");
        let always_more = |job: Situation| if job.tasks == 1 { Pool(job.cores) } else { right(job) };
        assert_reply(&choose(always_more), Wrong, "nothing to overlap with");
        assert_reply(&choose(right), Right, "6 situations");
    }
}
