//! A timeline as the reader holds it: what was recorded, by what its rows go, and questions to ask of it.

use std::sync::Arc;
use std::time::Duration;

use crate::chart::Figure;
use crate::machine::Machine;
use crate::trace::{By, Facts, Row, rows};

use super::lane::Lane;
use super::{picture, tell};

/// What ran when, on which core, thread and process. End a cell with one to see it.
///
/// The questions (`threads`, `overlap`, `steps`, …) are about the first recording, which is the only one of a film;
/// [`Timeline::lane`] singles out one model of a comparison.
#[derive(Clone, Debug)]
pub struct Timeline {
    lanes: Vec<Lane>,
    by: By,
    title: Option<String>,
    machine: Arc<Machine>,
    /// A sentence shown instead of a picture.
    pub(super) problem: Option<String>,
    width: u32,
}

impl Timeline {
    /// A timeline of recordings, one under the other.
    pub fn new(lanes: Vec<Lane>, machine: Machine) -> Self {
        let machine = Arc::new(machine);
        Self { lanes, by: By::Task, title: None, machine, problem: None, width: 800 }
    }

    /// A sentence in place of a picture.
    pub(super) fn of_problem(sentence: impl Into<String>) -> Self {
        Self { problem: Some(sentence.into()), ..Self::new(Vec::new(), Machine::default()) }
    }

    /// The same with one row a task (a thread or process where it is none); this is how a timeline begins.
    #[must_use]
    pub fn by_task(&self) -> Self {
        self.by(By::Task)
    }

    /// The same with one row a thread.
    #[must_use]
    pub fn by_thread(&self) -> Self {
        self.by(By::Thread)
    }

    /// The same with one row a core: who was on it when.
    #[must_use]
    pub fn by_core(&self) -> Self {
        self.by(By::Core)
    }

    /// The same with one row a process.
    #[must_use]
    pub fn by_process(&self) -> Self {
        self.by(By::Process)
    }

    fn by(&self, by: By) -> Self {
        Self { by, ..self.clone() }
    }

    /// The same under a title of your own ("two threads, one core").
    #[must_use]
    pub fn titled(&self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self.clone() }
    }

    /// The same, drawn `pixels` wide (800 unless told).
    #[must_use]
    pub fn width(&self, pixels: u32) -> Self {
        Self { width: pixels, ..self.clone() }
    }

    /// One model's part of a comparison's timeline, by its name ("threads (4)").
    #[must_use]
    pub fn lane(&self, name: &str) -> Self {
        let lanes: Vec<Lane> = self.lanes.iter().filter(|lane| lane.name == name).cloned().collect();
        if lanes.is_empty() {
            let names: Vec<&str> = self.lanes.iter().map(|lane| lane.name.as_str()).collect();
            return Self::of_problem(format!(
                "no lane is called {name:?}; this timeline has {}",
                if names.is_empty() { "none".to_owned() } else { crate::format::list(&names) }
            ));
        }
        Self { lanes, ..self.clone() }
    }

    /// The recordings of this timeline.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    fn facts(&self) -> Facts {
        self.lanes.first().map(|lane| lane.facts.clone()).unwrap_or_default()
    }

    /// How many threads ran a task, made a step or computed; a film's own thread only if it did more than wait.
    pub fn threads(&self) -> usize {
        self.facts().threads
    }

    /// How many processes those threads belong to.
    pub fn processes(&self) -> usize {
        self.facts().pids.len()
    }

    /// The numbers of those processes, in the order of appearance.
    pub fn pids(&self) -> Vec<u32> {
        self.facts().pids
    }

    /// The cores they ran on.
    pub fn cores(&self) -> Vec<usize> {
        self.facts().cores
    }

    /// The time in which at least two of them ran at the same instant, each on a core of its own.
    pub fn overlap(&self) -> Duration {
        Duration::from_nanos(self.facts().overlap)
    }

    /// The time in which at least one of them ran.
    pub fn busy(&self) -> Duration {
        Duration::from_nanos(self.facts().busy)
    }

    /// From the beginning to the end of the recording.
    pub fn length(&self) -> Duration {
        Duration::from_nanos(self.lanes.first().map_or(0, |lane| lane.trace.length()))
    }

    /// How often a thread went on with another task than it had run before.
    pub fn switches(&self) -> usize {
        self.facts().switches
    }

    /// How often a step was made by another one than the step before it: 1 where one follows the other, more where
    /// they take turns.
    pub fn turns(&self) -> usize {
        self.facts().turns
    }

    /// How many tasks there were: workload tasks, watched futures and tokio tasks that made a step.
    pub fn tasks(&self) -> usize {
        self.facts().tasks
    }

    /// The labels of all steps, in the order of time.
    pub fn steps(&self) -> Vec<String> {
        let Some(Lane { trace, .. }) = self.lanes.first() else { return Vec::new() };
        trace.steps.iter().map(|step| trace.label(step).to_owned()).collect()
    }

    /// Who made each step, in the order of time: as many names as [`Timeline::steps`] has labels.
    pub fn order(&self) -> Vec<String> {
        let Some(Lane { trace, .. }) = self.lanes.first() else { return Vec::new() };
        trace.steps.iter().map(|step| trace.actors[step.actor as usize].name.clone()).collect()
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

    /// The picture, with its table and its description.
    pub fn figure(&self) -> Figure {
        match &self.problem {
            Some(problem) => Figure::problem(problem),
            None => {
                let picture = picture::picture(&self.lanes, self.by, self.title.as_deref(), &self.machine);
                Figure::new(picture).width(self.width)
            }
        }
    }

    /// Shows it under the cell; the kernel calls this on a cell's last value.
    pub fn evcxr_display(&self) {
        self.figure().evcxr_display();
    }
}
