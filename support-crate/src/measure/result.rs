//! The data of a comparison: everything charts, tables, verdicts and shared files are made from.

use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::model::Model;
use crate::workload::Nature;

/// A finished comparison, with every sample kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comparison {
    /// Version of this format, so that an older file can be told.
    pub format: u32,
    /// What was run.
    pub workload: WorkloadInfo,
    /// Where it was run.
    pub machine: Machine,
    /// How it was run.
    pub settings: Settings,
    /// One lane a model, the baseline first, the null lane (the baseline again) marked.
    pub lanes: Vec<Lane>,
    /// What the reader should know before believing a number.
    pub warnings: Vec<Warning>,
}

/// What was run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WorkloadInfo {
    /// For titles: "40 downloads of 64 KiB, latency 25 ms".
    pub title: String,
    /// Number of tasks in one run.
    pub tasks: usize,
    /// What a task spends its time on.
    pub nature: Nature,
    /// Parameters by name, as text with units.
    pub parameters: Vec<(String, String)>,
}

/// How a comparison was run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Rounds finished; a round is one run of every lane, in shuffled order.
    pub rounds: usize,
    /// Seed of the shuffles and of the bootstrap.
    pub seed: u64,
    /// Time allowed for all rounds, in seconds.
    pub budget: f64,
    /// Cores the run was restricted to; empty: no restriction.
    pub cores: Vec<usize>,
}

/// One model's runs in a comparison.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lane {
    /// The model.
    pub model: Model,
    /// Its name in tables and charts: "threads (4)"; the null lane's is "sequential (again)".
    pub name: String,
    /// The baseline a second time: its spread is the detection floor.
    pub null: bool,
    /// Whether it finished.
    pub outcome: Outcome,
    /// Start-up and first run together, in seconds: threads, pool, runtime or processes started from nothing.
    pub cold: Option<f64>,
    /// One warm run each, in the order of rounds.
    pub samples: Vec<Sample>,
    /// What this model had to do otherwise ("no async form: each task blocks the one thread").
    pub notes: Vec<String>,
}

/// How a lane ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Every round ran and every answer agreed.
    Finished,
    /// It stopped, with the reason in one sentence; samples up to there are kept.
    Failed(String),
}

/// One warm run of one model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// Which round, from 0.
    pub round: usize,
    /// Place within the shuffled round, from 0.
    pub position: usize,
    /// Seconds by the monotonic clock.
    pub wall: f64,
    /// Seconds of processor time, user and system, children included.
    pub cpu: f64,
    /// Voluntary context switches (the work waited).
    pub voluntary: u64,
    /// Involuntary context switches (the system took the core away).
    pub involuntary: u64,
    /// Throttling or foreign load was seen while it ran.
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
