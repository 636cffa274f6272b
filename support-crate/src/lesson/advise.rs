//! A recommendation for the reader's own workload, with the evidence it rests on.

use crate::chart::Figure;
use crate::format;
use crate::machine::cores;
use crate::measure::{Comparison, Lane, Standing, compare, default_models};
use crate::model::{Family, Model};
use crate::workload::{Nature, Workload};

/// Measures a workload for a few seconds in every model, and recommends one: the fastest, or the simplest of those that
/// are not clearly slower than the fastest.
///
/// ```
/// use concurrency_lab::prelude::*;
/// assert!(advise(Waits { tasks: 8, wait: ms(2) }).text().starts_with("Use "));
/// ```
pub fn advise<W: Workload>(workload: W) -> Figure {
    let models = models(cores(), workload.tasks(), workload.nature());
    let comparison = compare(workload).models(models).run();
    judge(&comparison, cores())
        .map_or_else(Figure::problem, |(_, words)| comparison.chart().with_prose(words))
}

/// The usual models and, of work that waits too, tokio as it is usually run.
fn models(cores: usize, tasks: usize, nature: Nature) -> Vec<Model> {
    let workers = cores.max(2);
    let mut models = default_models(workers, tasks, nature);
    if !models.contains(&Model::AsyncOn(workers)) {
        models.insert(2, Model::AsyncOn(workers));
    }
    models
}

/// The model to use, and in words why, and what to mind; or why the run allows no recommendation.
fn judge(comparison: &Comparison, cores: usize) -> Result<(Model, String), String> {
    let ranking = comparison.ranking();
    let Some(fastest) = ranking.first() else {
        let failure = comparison.baseline().and_then(Lane::failure).unwrap_or("none was run");
        return Err(comparison.problem.clone().unwrap_or_else(|| format!("no model finished: {failure}")));
    };
    let standing = |lane: &Lane| comparison.against(lane, fastest);
    let slower = |lane: &&Lane| matches!(standing(lane), Standing::Slower(_) | Standing::NotDecided);
    let near = ranking.iter().filter(|lane| lane.name == fastest.name || !slower(lane));
    let simplicity = |lane: &&&Lane| {
        let (computing, waiting) = lane.model.kind().simplicity;
        if comparison.workload.nature == Nature::Computes { computing } else { waiting }
    };
    let Lane { name, model, .. } = near.clone().min_by_key(simplicity).unwrap_or(fastest);

    let others: Vec<_> = near.map(|lane| &lane.name).filter(|other| *other != name).collect();
    let why = match others.len() {
        _ if comparison.floor().is_none() => " perhaps: this run decides nothing".to_owned(),
        _ if comparison.is_mostly_disturbed() => {
            " perhaps: other work disturbed most rounds, so ask again when the machine is idle".to_owned()
        }
        0 => String::new(),
        1 => format!(": {} is not clearly different, and {name} is simpler", others[0]),
        _ => format!(": {} are not clearly different, and {name} is the simplest", format::list(&others)),
    };
    let mut words = vec![format!("Use {model}{why}.")];
    if cores == 1 {
        words
            .push("Mind: with one core this run cannot show what more cores would give to computing.".into());
    }
    let tasks = comparison.workload.tasks;
    let fewer = ranking.iter().find(|lane| matches!(lane.model, Model::Threads(n) if n < tasks));
    if let Some(threads) =
        fewer.filter(|lane| lane.name != *name && comparison.workload.nature == Nature::Waits)
    {
        words.push(format!(
            "Mind: {} had no more tasks open than that; `compare(…).models([Async, Threads({tasks})])` gives each task a thread.",
            threads.name
        ));
    }
    words.extend(mind(*model).iter().map(|mind| format!("Mind: {mind}")));
    Ok((*model, words.join("\n")))
}

/// What to mind in a model, whatever a run says of it.
fn mind(model: Model) -> &'static [&'static str] {
    const CRASHES: &str = "where a task may crash or damage memory, use processes.";
    match model.kind().family {
        Family::Sequential => &[CRASHES],
        Family::Async => {
            &["one call that blocks stops every task on its thread: keep the whole path awaiting.", CRASHES]
        }
        Family::Threads => {
            &["what threads share and change needs a lock, a channel or an atomic number (page 12).", CRASHES]
        }
        Family::Processes => {
            &["arguments and results are copied between processes, and each has memory of its own."]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Sample;
    use Model::*;

    fn result(nature: Nature, lanes: &[(Model, bool, f64)]) -> Comparison {
        let lane = |&(model, control, seconds): &(Model, bool, f64)| {
            let mut lane = if control { Lane::control(model) } else { Lane::new(model) };
            let sample = |round: usize| Sample {
                round,
                // Rounds differ a little, each model in its own way.
                wall: seconds * (1.0 + 0.002 * ((round * 7 + seconds.to_bits() as usize) % 5) as f64),
                cpu: 0.0,
                voluntary: 0,
                involuntary: 0,
                queued: 0.0,
                disturbed: false,
            };
            lane.samples = (0..9).map(sample).collect();
            lane
        };
        let mut comparison = Comparison { lanes: lanes.iter().map(lane).collect(), ..Comparison::default() };
        comparison.workload.nature = nature;
        comparison
    }

    fn advice(nature: Nature, lanes: &[(Model, f64)], cores: usize) -> (Model, String) {
        let mut all = vec![(Sequential, false, 1.0), (Sequential, true, 1.0)];
        all.extend(lanes.iter().map(|&(model, seconds)| (model, false, seconds)));
        judge(&result(nature, &all), cores).unwrap()
    }

    #[test]
    fn the_fastest_is_advised_and_the_simplest_where_several_are_as_fast() {
        let computes = advice(
            Nature::Computes,
            &[(Async, 1.0), (AsyncOn(2), 0.5), (Threads(2), 0.5), (Pool(2), 0.5), (Processes(2), 0.6)],
            2,
        );
        assert_eq!(computes.0, Pool(2));
        assert!(computes.1.contains("async on 2 and threads (2) are not clearly different"), "{computes:?}");
        let waits = advice(Nature::Waits, &[(Async, 0.1), (Threads(8), 0.1)], 2);
        assert_eq!(waits.0, Async);
        assert!(waits.1.contains("keep the whole path awaiting"), "{waits:?}");
    }

    #[test]
    fn threads_that_are_fewer_than_the_waits_are_told() {
        let lanes = [
            (Sequential, false, 1.0),
            (Sequential, true, 1.0),
            (Async, false, 0.1),
            (Threads(64), false, 0.15),
        ];
        let mut waits = result(Nature::Waits, &lanes);
        waits.workload.tasks = 100;
        let (model, words) = judge(&waits, 2).unwrap();
        assert!(
            model == Async && words.contains("Mind: threads (64) had no more tasks open than that; `compare"),
            "{words}"
        );
        waits.workload.tasks = 64;
        assert!(!judge(&waits, 2).unwrap().1.contains("had no more tasks open"));
    }

    #[test]
    fn tokio_on_several_threads_is_asked_once_whatever_the_work() {
        for nature in [Nature::Computes, Nature::Mixed, Nature::Waits] {
            let models = models(2, 8, nature);
            assert_eq!(models.iter().filter(|model| **model == AsyncOn(2)).count(), 1, "{models:?}");
        }
        let spread = advice(Nature::Mixed, &[(Async, 1.0), (AsyncOn(2), 0.3), (Threads(2), 0.5)], 2);
        assert_eq!(spread.0, AsyncOn(2));
    }

    #[test]
    fn nothing_faster_means_the_plain_program() {
        let lone = advice(Nature::Computes, &[(Async, 1.0), (Threads(2), 1.0), (Processes(2), 1.3)], 1);
        assert_eq!(lone.0, Sequential);
        assert!(lone.1.contains("with one core this run cannot show"), "{lone:?}");
    }

    #[test]
    fn too_few_rounds_are_called_so() {
        let mut few = result(Nature::Waits, &[(Sequential, false, 1.0), (Async, false, 0.1)]);
        few.lanes.iter_mut().for_each(|lane| lane.samples.truncate(2));
        assert_eq!(
            judge(&few, 2).unwrap().1.lines().next(),
            Some("Use async perhaps: this run decides nothing.")
        );
    }

    #[test]
    fn a_problem_is_no_recommendation() {
        assert!(
            judge(&Comparison::problem("0 tasks: give 1 or more"), 2).unwrap_err().starts_with("0 tasks")
        );
    }
}
