//! A recommendation for the reader's own workload, with the evidence it rests on.

use std::fmt;

use crate::chart::Figure;
use crate::format;
use crate::machine::cores;
use crate::measure::{Comparison, Lane, Standing, compare, default_models};
use crate::model::{Family, Model};
use crate::units::secs;
use crate::workload::{Nature, Workload};

/// A recommendation; see [`advise`].
#[derive(Clone, Debug)]
pub struct Advice {
    /// The model to use; `None` when the run allows no recommendation.
    pub model: Option<Model>,
    /// What was measured, and why it leads there.
    pub evidence: Vec<String>,
    /// What the run cannot tell, or what to mind.
    pub caveats: Vec<String>,
    /// The comparison behind it.
    pub comparison: Comparison,
}

/// Measures a workload for a few seconds in every model, and recommends one: the fastest, or the simplest of those that
/// are not clearly slower than the fastest.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let advice = advise(Waits { tasks: 8, wait: ms(2) });
/// assert!(advice.evidence.len() > 0);
/// ```
pub fn advise<W: Workload>(workload: W) -> Advice {
    let models = models(cores(), workload.tasks(), workload.nature());
    let comparison = compare(workload).models(models).budget(secs(4)).run();
    judge(comparison, cores())
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

fn judge(comparison: Comparison, cores: usize) -> Advice {
    let ranking: Vec<Lane> = comparison.ranking().into_iter().cloned().collect();
    let Some(fastest) = ranking.first() else {
        let failure = comparison.baseline().and_then(Lane::failure).unwrap_or("none was run");
        let why = comparison.problem.clone().unwrap_or_else(|| format!("no model finished: {failure}"));
        return Advice { model: None, evidence: vec![why], caveats: Vec::new(), comparison };
    };
    let standing = |lane: &Lane| comparison.against(lane, fastest);
    let slower = |lane: &&Lane| matches!(standing(lane), Standing::Slower(_) | Standing::NotDecided);
    let near: Vec<&Lane> = ranking.iter().filter(|lane| lane.name == fastest.name || !slower(lane)).collect();
    let simplicity = |lane: &&&Lane| {
        let (computing, waiting) = lane.model.kind().simplicity;
        if comparison.workload.nature == Nature::Computes { computing } else { waiting }
    };
    let chosen = near.iter().min_by_key(simplicity).copied().unwrap_or(fastest);

    let verdict = comparison.verdict();
    let mut evidence: Vec<String> = std::iter::once(verdict.headline).chain(verdict.details).collect();
    let others: Vec<_> =
        near.iter().filter(|lane| lane.name != chosen.name).map(|lane| lane.name.as_str()).collect();
    if !others.is_empty() {
        let were = if others.len() == 1 { "was" } else { "were" };
        let (others, name) = (format::list(&others), &chosen.name);
        evidence.push(format!("{others} {were} not clearly different, and {name} is the simplest."));
    }

    let mut caveats: Vec<String> =
        chosen.notes.iter().map(|note| format!("{}: {note}.", chosen.name)).collect();
    if ranking.iter().any(|lane| matches!(standing(lane), Standing::NotDecided)) {
        let why = "some models had too few rounds to be judged; allow more time or make the work smaller.";
        caveats.push(why.into());
    }
    let disturbed = comparison.conditions.disturbed.len();
    if 2 * disturbed > comparison.settings.rounds {
        caveats.push(format!(
            "this run cannot tell well: other programs had the cores in {disturbed} of {}; close them and ask again.",
            format::plural(comparison.settings.rounds as u64, "round")
        ));
    }
    if cores == 1 {
        caveats.push("with one core this run cannot show what more cores would give to computing.".into());
    }
    caveats.extend(mind(chosen.model).iter().map(ToString::to_string));
    caveats.extend(comparison.warnings.iter().map(|warning| format!("{warning}.")));
    Advice { model: Some(chosen.model), evidence, caveats, comparison }
}

/// What to mind in a model, whatever a run says of it.
fn mind(model: Model) -> &'static [&'static str] {
    const CRASHES: &str = "if a task may crash or damage memory, use processes whatever their speed.";
    match model.kind().family {
        Family::Sequential => &[CRASHES],
        Family::Async => {
            &["one call that blocks stops every task on its thread: keep the whole path awaiting.", CRASHES]
        }
        Family::Threads => &[
            "what threads share and change needs a lock, a channel or an atomic number (page 12 shows each).",
            CRASHES,
        ],
        Family::Processes => {
            &["arguments and results are copied between processes, and each has memory of its own."]
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.model {
            Some(model) => writeln!(out, "Use {model} for {}.", self.comparison.workload.title)?,
            None => writeln!(out, "No recommendation.")?,
        }
        for sentence in &self.evidence {
            writeln!(out, "{}", format::sentence(sentence))?;
        }
        for caveat in &self.caveats {
            writeln!(out, "Mind: {caveat}")?;
        }
        Ok(())
    }
}

impl Advice {
    /// The words above the comparison they rest on.
    pub fn figure(&self) -> Figure {
        match self.model {
            Some(_) => self.comparison.chart().with_prose(self.to_string().trim_end()),
            None => Figure::problem(self.evidence.join(" ")),
        }
    }

    /// Shows the advice under the cell.
    pub fn evcxr_display(&self) {
        self.figure().evcxr_display();
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
                disturbed: false,
            };
            lane.samples = (0..9).map(sample).collect();
            lane
        };
        let mut comparison = Comparison { lanes: lanes.iter().map(lane).collect(), ..Comparison::default() };
        comparison.workload.nature = nature;
        comparison
    }

    fn advice(nature: Nature, lanes: &[(Model, f64)], cores: usize) -> Advice {
        let mut all = vec![(Sequential, false, 1.0), (Sequential, true, 1.0)];
        all.extend(lanes.iter().map(|&(model, seconds)| (model, false, seconds)));
        judge(result(nature, &all), cores)
    }

    #[test]
    fn the_fastest_is_advised_and_the_simplest_where_several_are_as_fast() {
        let computes = advice(
            Nature::Computes,
            &[(Async, 1.0), (AsyncOn(2), 0.5), (Threads(2), 0.5), (Pool(2), 0.5), (Processes(2), 0.6)],
            2,
        );
        assert_eq!(computes.model, Some(Pool(2)));
        assert!(
            computes.to_string().contains("Async on 2 and threads (2) were not clearly different"),
            "{computes}"
        );
        let waits = advice(Nature::Waits, &[(Async, 0.1), (Threads(8), 0.1)], 2);
        assert_eq!(waits.model, Some(Async));
        assert!(waits.to_string().contains("keep the whole path awaiting"), "{waits}");
    }

    #[test]
    fn tokio_on_several_threads_is_asked_once_whatever_the_work() {
        for nature in [Nature::Computes, Nature::Mixed, Nature::Waits] {
            let models = models(2, 8, nature);
            assert_eq!(models.iter().filter(|model| **model == AsyncOn(2)).count(), 1, "{models:?}");
        }
        let spread = advice(Nature::Mixed, &[(Async, 1.0), (AsyncOn(2), 0.3), (Threads(2), 0.5)], 2);
        assert_eq!(spread.model, Some(AsyncOn(2)));
    }

    #[test]
    fn nothing_faster_means_the_plain_program() {
        let lone = advice(Nature::Computes, &[(Async, 1.0), (Threads(2), 1.0), (Processes(2), 1.3)], 1);
        assert_eq!(lone.model, Some(Sequential));
        assert!(lone.to_string().contains("with one core this run cannot show"), "{lone}");
    }

    #[test]
    fn a_problem_is_no_recommendation() {
        let advice = judge(Comparison::problem("0 tasks: give 1 or more"), 2);
        assert_eq!((advice.model, advice.evidence.len()), (None, 1));
        assert!(advice.figure().text().contains("0 tasks"));
    }
}
