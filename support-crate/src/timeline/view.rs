//! A timeline as the reader holds it: what was recorded, by what its rows go, and questions to ask of it.

use crate::chart::Figure;
use crate::figures::figure;
use crate::machine::{Machine, crowded};
use crate::trace::{By, Facts, Row, rows};

use super::lane::Lane;
use super::{picture, tell};

/// What ran when, on which core, thread and process. End a cell with one to see it.
///
/// The questions (`facts`, `steps`, `rows`) are about the first recording, which is the only one of a film;
/// [`Timeline::lanes`] has those of a comparison.
#[derive(Clone, Debug)]
pub struct Timeline {
    lanes: Vec<Lane>,
    by: By,
    pub(super) title: Option<String>,
    machine: Machine,
    /// The share of the cores that other programs had meanwhile.
    pub(super) foreign: f64,
    /// A sentence shown instead of a picture.
    pub(super) problem: Option<String>,
}

impl Timeline {
    /// A timeline of recordings, one under the other.
    pub fn new(lanes: Vec<Lane>, machine: Machine) -> Self {
        Self { lanes, by: By::Task, title: None, machine, foreign: 0.0, problem: None }
    }

    /// A sentence in place of a picture.
    pub(super) fn of_problem(sentence: impl Into<String>) -> Self {
        Self { problem: Some(sentence.into()), ..Self::new(Vec::new(), Machine::default()) }
    }

    /// The same with one row a core: who was on it when.
    #[must_use]
    pub fn by_core(&self) -> Self {
        Self { by: By::Core, ..self.clone() }
    }

    /// The recordings of this timeline.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// What the recording proves, as numbers: threads, processes, cores, time together, switches.
    pub fn facts(&self) -> Facts {
        self.lanes.first().map(|lane| lane.facts.clone()).unwrap_or_default()
    }

    /// The labels of all steps, in the order of time.
    pub fn steps(&self) -> Vec<String> {
        let Some(Lane { trace, .. }) = self.lanes.first() else { return Vec::new() };
        trace.steps.iter().map(|step| step.label.to_string()).collect()
    }

    /// The rows as data.
    pub fn rows(&self) -> Vec<Row> {
        self.lanes.first().map(|lane| rows(&lane.trace, self.by)).unwrap_or_default()
    }

    /// What it shows in one sentence for each recording, made from its facts.
    pub fn tell(&self) -> String {
        if let Some(problem) = &self.problem {
            return problem.clone();
        }
        let sentences = self.lanes.iter().map(|lane| {
            let sentence = match &lane.failure {
                Some(failure) => failure.clone(),
                None => tell::sentence(&lane.facts),
            };
            if lane.name.is_empty() { sentence } else { format!("{}: {sentence}", lane.name) }
        });
        sentences.collect::<Vec<_>>().join("\n")
    }

    /// That other programs had the cores meanwhile, if they had.
    pub(crate) fn crowded(&self) -> String {
        crowded(self.foreign)
    }

    /// The picture, with its table and its description.
    pub fn figure(&self) -> Figure {
        let picture = || picture::picture(&self.lanes, self.by, self.title.as_deref(), &self.machine);
        figure(&self.problem, picture).with_prose(self.crowded())
    }
}
