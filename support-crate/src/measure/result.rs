//! The data of a comparison: everything charts, tables, verdicts and saved files are made from.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::replay::Replay;
use crate::machine::Machine;
use crate::model::Model;
use crate::workload::Nature;

/// A finished comparison, with every sample kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// What was run.
    pub workload: WorkloadInfo,
    /// Where it was run.
    pub machine: Machine,
    /// How it was run.
    pub settings: Settings,
    /// One lane a model, the baseline first, the control (one of them again) marked.
    pub lanes: Vec<Lane>,
    /// What the machine was up to meanwhile.
    pub conditions: Conditions,
    /// What the reader should know before believing a number.
    pub warnings: Vec<Warning>,
    /// Why nothing was run, in one sentence; every figure and text made from this comparison shows it instead.
    pub problem: Option<String>,
    /// Runs a lane again, to film it; gone once a comparison was saved and loaded.
    #[serde(skip)]
    pub replay: Option<Replay>,
}

/// What was run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkloadInfo {
    /// For titles: "40 downloads of 64 KiB, latency 25 ms".
    pub title: String,
    /// Number of tasks in one run.
    pub tasks: usize,
    /// What a task spends its time on.
    pub nature: Nature,
}

/// How a comparison was run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Rounds finished; a round is one run of every lane, in shuffled order, or of every lane that does not take long.
    pub rounds: usize,
    /// Time allowed for all rounds, in seconds.
    pub budget: f64,
    /// Cores the run was restricted to; empty: no restriction.
    pub cores: Vec<usize>,
    /// Why no further round was run.
    pub stopped: Stop,
}

/// Why no further round was run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stop {
    /// The number of rounds asked for, or the most that are run, was reached.
    #[default]
    Rounds,
    /// The time allowed was used up.
    Budget,
    /// The time allowed is too short for one round: the samples are the first runs.
    FirstRuns,
    /// No lane was left that could run.
    NoLane,
    /// The reader stopped it.
    Reader,
}

/// What the machine was up to while a comparison ran.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Seconds of processor time that other programs used meanwhile, on all cores together.
    pub foreign: f64,
    /// Seconds for which the control group was held back meanwhile.
    pub throttled: f64,
    /// Seconds the comparison took, cold runs included.
    pub took: f64,
    /// Rounds that were disturbed, from 0.
    pub disturbed: Vec<usize>,
    /// Threads of this process that were at tasks that did not end, of this comparison or of an earlier one.
    pub left_running: usize,
}

/// One model's runs in a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// The model.
    pub model: Model,
    /// Its name in tables and charts: "threads (4)"; the control's is "sequential (again)".
    pub name: String,
    /// One model a second time, as an A/A control: what it differs by from the first is the detection floor.
    pub control: bool,
    /// Why it did not finish, in one sentence; samples up to there are kept.
    pub failure: Option<String>,
    /// Start-up and first run together, in seconds: threads, pool, runtime or processes started from nothing.
    /// `None` for the control and for one that failed at once.
    pub cold: Option<f64>,
    /// One warm run each, in the order of rounds.
    pub samples: Vec<Sample>,
    /// What this model had to do otherwise ("no async form: each task blocks the one thread").
    pub notes: Vec<String>,
    /// The most tasks that were begun and had not ended at the same time, counted in its first run; `None` if that failed.
    pub open: Option<usize>,
}

impl Lane {
    /// A lane that has not run yet.
    pub fn new(model: Model) -> Self {
        Self {
            model,
            name: model.to_string(),
            control: false,
            failure: None,
            cold: None,
            samples: Vec::new(),
            notes: Vec::new(),
            open: None,
        }
    }

    /// A model a second time, not run yet.
    pub fn control(model: Model) -> Self {
        Self { name: format!("{model} (again)"), control: true, ..Self::new(model) }
    }

    /// Why it failed, in one sentence; `None` when it finished.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }
}

/// One warm run of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Which round, from 0.
    pub round: usize,
    /// Seconds by the monotonic clock.
    pub wall: f64,
    /// Seconds of processor time, user and system, children included.
    pub cpu: f64,
    /// Voluntary context switches (the work waited).
    pub voluntary: u64,
    /// Involuntary context switches (the system took the core away).
    pub involuntary: u64,
    /// Seconds for which the thread that ran it, or that handed the tasks out, was ready and had no core.
    #[serde(default)]
    pub queued: f64,
    /// Throttling or foreign load was seen while its round ran.
    pub disturbed: bool,
}

/// Something the reader should know, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What was seen.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}; {}", self.what, self.advice)
    }
}
