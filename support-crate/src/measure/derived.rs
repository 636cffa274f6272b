//! What follows from the samples of a comparison, as data: worked out once, by `summary`.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::stats::Interval;

/// Summary of one lane's warm runs. Times are seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneStats {
    /// Warm runs.
    pub runs: usize,
    /// Typical time: the mean of the logarithms, a fifth of the runs cut from each end. What bars show and what ranks.
    pub time: f64,
    /// Median time.
    pub median: f64,
    /// The typical time with its interval; `None` below five runs.
    pub typical: Option<Interval>,
    /// Median absolute deviation of the times.
    pub mad: f64,
    /// Shortest time.
    pub min: f64,
    /// Median processor time, children included.
    pub cpu: f64,
    /// Median count of voluntary context switches.
    pub voluntary: f64,
    /// Median count of involuntary context switches.
    pub involuntary: f64,
    /// Rounds in which its time lay far from the rest (marked, not dropped).
    pub outliers: Vec<usize>,
    /// How many times as fast as the baseline, from paired rounds; `None` below five common rounds.
    pub speedup: Option<Interval>,
}

/// How a lane stands against the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Standing {
    /// It is the baseline, or the baseline again.
    Baseline,
    /// Faster, by more than the control differs.
    Faster(Interval),
    /// Slower, by more than the control differs.
    Slower(Interval),
    /// The difference is inside what the same model shows against itself.
    NoClearDifference(Interval),
    /// Too few rounds in common with the baseline, or no control to judge by.
    NotDecided,
    /// The lane failed.
    Failed,
}

/// All that follows from the samples of a comparison, by the place of its lanes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    /// The figures of each lane, and how it stands against the baseline.
    pub(super) lanes: Vec<(Option<LaneStats>, Standing)>,
    pub(super) floor: Option<f64>,
    /// Places of the lanes that finished, the control left out, quickest first.
    pub(super) ranking: Vec<usize>,
    /// Those of them, the first left out, that the first is not clearly faster than.
    pub(super) close_to_first: Vec<usize>,
}

/// The summary of a comparison, made when it is first asked for. A clone has none: it may be changed before it is read.
#[derive(Debug, Default)]
pub(crate) struct Derived(pub(super) OnceLock<Summary>);

impl Clone for Derived {
    fn clone(&self) -> Self {
        Self::default()
    }
}
