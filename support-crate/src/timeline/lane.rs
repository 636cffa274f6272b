//! One recording in a timeline.

use std::sync::Arc;

use crate::model::Model;
use crate::trace::{Facts, Trace};

/// One recording in a timeline: the film, or one model of a comparison.
#[derive(Clone, Debug)]
pub struct Lane {
    /// "threads (4)"; empty for a film.
    pub name: String,
    /// The model that ran, in a comparison.
    pub model: Option<Model>,
    /// What was recorded.
    pub trace: Arc<Trace>,
    /// What the recording proves.
    pub facts: Facts,
    /// Why it stopped early, if it did.
    pub failure: Option<String>,
    /// Nanoseconds by which the clock of a worker on another machine may be off.
    pub clock_error: Option<u64>,
}

impl Lane {
    /// A lane of a recording.
    pub fn new(name: impl Into<String>, model: Option<Model>, trace: Trace) -> Self {
        let facts = Facts::of(&trace);
        Self { name: name.into(), model, trace: Arc::new(trace), facts, failure: None, clock_error: None }
    }

    /// Whether it used more than one core at a time: one thread that is moved to another core does not.
    pub(crate) fn is_parallel(&self) -> bool {
        self.facts.overlap * 20 > self.facts.busy
    }

    /// Who used more than one core at a time, where nobody did.
    pub(crate) fn nobody<'a>(lanes: impl IntoIterator<Item = &'a Self>) -> &'static str {
        match lanes.into_iter().any(|lane| lane.facts.overlap > 0) {
            true => "no model, as far as can be told, for more than a twentieth of its work",
            false => "no model",
        }
    }
}
