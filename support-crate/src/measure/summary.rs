//! From samples to statistics: what verdict, chart and table all read.

use serde::{Deserialize, Serialize};

use super::result::{Comparison, Lane, Sample};
use super::stats::{Interval, mad, median, outliers};
use super::typical::{centre, typical};
use crate::model::Model;

/// Summary of one lane's warm runs. Times are seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneStats {
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

impl Comparison {
    /// The baseline's lane; `None` when nothing ran.
    pub fn baseline(&self) -> Option<&Lane> {
        self.lanes.iter().find(|lane| !lane.control)
    }

    /// The control: the baseline, or the quickest model where the baseline takes long, once more.
    pub fn control(&self) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.control)
    }

    /// The lane of a model; the control is not meant.
    pub fn lane(&self, model: Model) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.model == model && !lane.control)
    }

    /// The summary of a model's lane; `None` when it has no samples.
    pub fn stats(&self, model: Model) -> Option<LaneStats> {
        self.lane(model).and_then(|lane| self.lane_stats(lane))
    }

    /// The summary of a lane; `None` when it has no samples.
    pub fn lane_stats(&self, lane: &Lane) -> Option<LaneStats> {
        let column = |value: fn(&Sample) -> f64| lane.samples.iter().map(value).collect::<Vec<f64>>();
        let wall = column(|sample| sample.wall);
        Some(LaneStats {
            time: centre(&wall)?,
            median: median(&wall)?,
            typical: typical(wall.iter().copied()),
            mad: mad(&wall)?,
            min: wall.iter().copied().reduce(f64::min)?,
            cpu: median(&column(|sample| sample.cpu))?,
            voluntary: median(&column(|sample| sample.voluntary as f64))?,
            involuntary: median(&column(|sample| sample.involuntary as f64))?,
            outliers: outliers(&wall).into_iter().map(|index| lane.samples[index].round).collect(),
            speedup: self.baseline().and_then(|baseline| self.speedup(lane, baseline)),
        })
    }

    /// How many times as fast `lane` is as `other`, from the rounds both have; `None` below five.
    pub fn speedup(&self, lane: &Lane, other: &Lane) -> Option<Interval> {
        typical(ratios(lane, other))
    }

    /// Detection floor: the ratio (1 or more) up to which the same model differs from itself in this comparison.
    /// Differences inside `1/floor ..= floor` are "no clear winner". `None` without a usable control.
    ///
    /// It is what the control differs by, and a part of how uncertain that is: where a difference is as uncertain, its own
    /// interval and that part make up the uncertainty of both together, the root of the sum of their squares.
    pub fn floor(&self) -> Option<f64> {
        let control = self.control()?;
        let Interval { estimate, high, .. } = self.speedup(control, self.lane(control.model)?)?;
        Some(estimate.max(1.0 / estimate) * (high / estimate).powf(2f64.sqrt() - 1.0))
    }

    /// How a lane stands against the baseline.
    pub fn standing(&self, lane: &Lane) -> Standing {
        match (lane.failure(), self.baseline()) {
            (Some(_), _) => Standing::Failed,
            (None, Some(baseline)) if !lane.control && lane.name != baseline.name => {
                self.judge(self.speedup(lane, baseline))
            }
            _ => Standing::Baseline,
        }
    }

    /// How any lane stands against any other.
    pub fn against(&self, lane: &Lane, other: &Lane) -> Standing {
        match (lane.failure(), other.failure()) {
            (None, None) => self.judge(self.speedup(lane, other)),
            _ => Standing::Failed,
        }
    }

    /// Whether other work disturbed more than half of the rounds.
    pub(crate) fn is_mostly_disturbed(&self) -> bool {
        2 * self.conditions.disturbed.len() > self.settings.rounds
    }

    /// Whether a lane is clearly faster than another.
    pub(crate) fn is_clear(&self, lane: &Lane, other: &Lane) -> bool {
        matches!(self.against(lane, other), Standing::Faster(_))
    }

    /// What a ratio says, given the detection floor.
    fn judge(&self, ratio: Option<Interval>) -> Standing {
        match ratio.zip(self.floor()) {
            Some((ratio, floor)) if ratio.low > floor => Standing::Faster(ratio),
            Some((ratio, floor)) if ratio.high < 1.0 / floor => Standing::Slower(ratio),
            Some((ratio, _)) => Standing::NoClearDifference(ratio),
            None => Standing::NotDecided,
        }
    }

    /// Lanes that finished, the control left out, quickest first.
    pub fn ranking(&self) -> Vec<&Lane> {
        let finished = self.lanes.iter().filter(|lane| !lane.control && lane.failure().is_none());
        let timed = finished.filter_map(|lane| Some((self.lane_stats(lane)?.time, lane)));
        let mut timed: Vec<_> = timed.collect();
        timed.sort_by(|one, other| one.0.total_cmp(&other.0));
        timed.into_iter().map(|(_, lane)| lane).collect()
    }

    /// The one model that is clearly faster than every other; `None` when no such claim can be made.
    pub fn winner(&self) -> Option<&Lane> {
        let ranking = self.ranking();
        (ranking.len() > 1 && self.close_to_first().is_empty()).then(|| ranking[0])
    }

    /// Lanes up to the last that the quickest is not clearly faster than, itself left out, quickest first: who took less
    /// than one that is tied is not left behind it.
    pub(crate) fn close_to_first(&self) -> Vec<&Lane> {
        let mut close = self.ranking();
        let first = (!close.is_empty()).then(|| close.remove(0));
        let last = close.iter().rposition(|other| first.is_some_and(|first| !self.is_clear(first, other)));
        close.truncate(last.map_or(0, |last| last + 1));
        close
    }
}

/// Cores kept busy at once: the median of processor time over time.
pub(crate) fn cores_kept_busy<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Option<f64> {
    let timed = samples.into_iter().filter(|sample| sample.wall > 0.0);
    median(&timed.map(|sample| sample.cpu / sample.wall).collect::<Vec<_>>())
}

/// The share of its time for which the thread that ran it was ready and had no core: the median over runs.
pub(crate) fn queued<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Option<f64> {
    let timed = samples.into_iter().filter(|sample| sample.wall > 0.0);
    median(&timed.map(|sample| sample.queued / sample.wall).collect::<Vec<_>>())
}

/// How many times as fast runs were as those of a baseline, from times in seconds of the same rounds, in order;
/// `None` below five. For measurements that were made elsewhere than in a comparison.
///
/// ```
/// use concurrency_lab::measure::paired_speedup;
/// let speedup = paired_speedup(&[1.0, 1.1, 0.9, 1.0, 1.2], &[2.0, 2.2, 1.8, 2.0, 2.4]).unwrap();
/// assert!((speedup.estimate - 2.0).abs() < 1e-9);
/// ```
pub fn paired_speedup(times: &[f64], baseline: &[f64]) -> Option<Interval> {
    let pairs = times.iter().zip(baseline).filter(|(time, base)| **time > 0.0 && **base > 0.0);
    typical(pairs.map(|(time, base)| base / time))
}

/// Time of the other by time of the lane, one for each round that both have.
pub(crate) fn ratios(lane: &Lane, other: &Lane) -> impl Iterator<Item = f64> {
    lane.samples.iter().filter_map(|sample| {
        let partner = other.samples.iter().find(|partner| partner.round == sample.round)?;
        (sample.wall > 0.0 && partner.wall > 0.0).then(|| partner.wall / sample.wall)
    })
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
