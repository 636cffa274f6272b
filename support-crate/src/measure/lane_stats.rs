//! From samples to statistics: one lane's summary, and two lanes held against each other.

use serde::{Deserialize, Serialize};

use super::bootstrap;
use super::result::{Comparison, Lane, Sample};
use super::rng::Rng;
use super::stats::{Interval, mad, median, outliers};
use crate::model::Model;

/// Summary of one lane's warm runs. Times are seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneStats {
    /// Warm runs.
    pub runs: usize,
    /// Median time.
    pub median: f64,
    /// Median absolute deviation of the times.
    pub mad: f64,
    /// Shortest time.
    pub min: f64,
    /// Longest time.
    pub max: f64,
    /// Median processor time, children included.
    pub cpu: f64,
    /// Median count of voluntary context switches.
    pub voluntary: f64,
    /// Median count of involuntary context switches.
    pub involuntary: f64,
    /// Rounds in which its time lay far from the rest (marked, not dropped).
    pub outliers: Vec<usize>,
    /// How many times as fast as the baseline, from paired rounds; `None` below three common rounds.
    pub speedup: Option<Interval>,
}

/// How a lane stands against the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Standing {
    /// It is the baseline, or the baseline again.
    Baseline,
    /// Faster, by more than the null pair's spread.
    Faster(Interval),
    /// Slower, by more than the null pair's spread.
    Slower(Interval),
    /// The difference is inside what the same model shows against itself.
    NoClearDifference(Interval),
    /// Too few rounds in common with the baseline, or no null pair to judge by.
    NotDecided,
    /// The lane failed.
    Failed,
}

impl Comparison {
    /// The baseline's lane; `None` when nothing ran.
    pub fn baseline(&self) -> Option<&Lane> {
        self.lanes.iter().find(|lane| !lane.null)
    }

    /// The null lane: the baseline again.
    pub fn null(&self) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.null)
    }

    /// The lane of a model; the null lane is not meant.
    pub fn lane(&self, model: Model) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.model == model && !lane.null)
    }

    /// The summary of a model's lane; `None` when it has no samples.
    pub fn stats(&self, model: Model) -> Option<LaneStats> {
        self.lane(model).and_then(|lane| self.lane_stats(lane))
    }

    /// The summary of a lane; `None` when it has no samples.
    pub fn lane_stats(&self, lane: &Lane) -> Option<LaneStats> {
        let column = |value: fn(&Sample) -> f64| lane.samples.iter().map(value).collect::<Vec<f64>>();
        let wall = column(|sample| sample.wall);
        let far = outliers(&wall);
        Some(LaneStats {
            runs: wall.len(),
            median: median(&wall)?,
            mad: mad(&wall)?,
            min: wall.iter().copied().reduce(f64::min)?,
            max: wall.iter().copied().reduce(f64::max)?,
            cpu: median(&column(|sample| sample.cpu))?,
            voluntary: median(&column(|sample| sample.voluntary as f64))?,
            involuntary: median(&column(|sample| sample.involuntary as f64))?,
            outliers: far.into_iter().map(|index| lane.samples[index].round).collect(),
            speedup: self.baseline().and_then(|baseline| self.speedup(lane, baseline)),
        })
    }

    /// The typical time of a lane with its 95% interval, in seconds; `None` below three runs.
    pub fn typical_time(&self, lane: &Lane) -> Option<Interval> {
        let place = self.lanes.iter().position(|other| other.name == lane.name).unwrap_or(0);
        let logs: Vec<f64> = lane.samples.iter().map(|sample| sample.wall.ln()).collect();
        // Streams of their own: those of the ratios start at 1 and are fewer than the squared number of lanes.
        let stream = 1 + (self.lanes.len() * self.lanes.len() + place) as u64;
        bootstrap::interval(&logs, Rng::new(self.settings.seed, stream))
            .map(|interval| interval.map(f64::exp))
    }

    /// How many times as fast `lane` is as `other`, from the rounds both have; `None` below three.
    pub fn speedup(&self, lane: &Lane, other: &Lane) -> Option<Interval> {
        let place = |wanted: &Lane| self.lanes.iter().position(|lane| lane.name == wanted.name).unwrap_or(0);
        let stream = 1 + (place(lane) * self.lanes.len() + place(other)) as u64;
        ratio(lane, other, Rng::new(self.settings.seed, stream))
    }

    /// Detection floor: the ratio (1 or more) up to which the same model differs from itself in this comparison.
    /// Differences inside `1/floor ..= floor` are "no clear winner". `None` without a usable null pair.
    pub fn floor(&self) -> Option<f64> {
        let interval = self.speedup(self.null()?, self.baseline()?)?;
        Some(interval.high.max(1.0 / interval.low))
    }

    /// How a lane stands against the baseline.
    pub fn standing(&self, lane: &Lane) -> Standing {
        let Some(baseline) = self.baseline() else { return Standing::NotDecided };
        if lane.failure().is_some() {
            Standing::Failed
        } else if lane.null || lane.name == baseline.name {
            Standing::Baseline
        } else {
            self.judge(lane, baseline, self.floor())
        }
    }

    /// What `lane` is compared with `other`, given the detection floor.
    fn judge(&self, lane: &Lane, other: &Lane, floor: Option<f64>) -> Standing {
        let (Some(interval), Some(floor)) = (self.speedup(lane, other), floor) else {
            return Standing::NotDecided;
        };
        if interval.low > floor {
            Standing::Faster(interval)
        } else if interval.high < 1.0 / floor {
            Standing::Slower(interval)
        } else {
            Standing::NoClearDifference(interval)
        }
    }

    /// How any lane stands against any other.
    pub fn against(&self, lane: &Lane, other: &Lane) -> Standing {
        match (lane.failure(), other.failure()) {
            (None, None) => self.judge(lane, other, self.floor()),
            _ => Standing::Failed,
        }
    }

    /// Lanes that finished, the null lane left out, quickest median first.
    pub fn ranking(&self) -> Vec<&Lane> {
        let mut ranked: Vec<(&Lane, f64)> = self
            .lanes
            .iter()
            .filter(|lane| !lane.null && lane.failure().is_none())
            .filter_map(|lane| Some((lane, self.lane_stats(lane)?.median)))
            .collect();
        ranked.sort_by(|one, other| one.1.total_cmp(&other.1));
        ranked.into_iter().map(|(lane, _)| lane).collect()
    }

    /// The one model that is clearly faster than every other; `None` when no such claim can be made.
    pub fn winner(&self) -> Option<&Lane> {
        let ranked = self.ranking();
        let (&first, rest) = ranked.split_first()?;
        let floor = self.floor();
        let beats = |other: &&Lane| matches!(self.judge(first, other, floor), Standing::Faster(_));
        (!rest.is_empty() && rest.iter().all(beats)).then_some(first)
    }
}

/// Cores kept busy at once: the median of processor time over time.
pub(crate) fn cores_kept_busy<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Option<f64> {
    let timed = samples.into_iter().filter(|sample| sample.wall > 0.0);
    median(&timed.map(|sample| sample.cpu / sample.wall).collect::<Vec<_>>())
}

/// How many times as fast `lane` is as `other`: exp of the centre of ln(other / lane) over common rounds.
pub(crate) fn ratio(lane: &Lane, other: &Lane, rng: Rng) -> Option<Interval> {
    bootstrap::interval(&log_ratios(lane, other), rng).map(|interval| interval.map(f64::exp))
}

/// How many times as fast runs were as those of a baseline, from times in seconds of the same rounds, in order;
/// `None` below three. For measurements that were made elsewhere than in a comparison.
///
/// ```
/// use concurrency_lab::measure::paired_speedup;
/// let speedup = paired_speedup(&[1.0, 1.1, 0.9], &[2.0, 2.2, 1.8]).unwrap();
/// assert!((speedup.estimate - 2.0).abs() < 1e-9);
/// ```
pub fn paired_speedup(times: &[f64], baseline: &[f64]) -> Option<Interval> {
    let pairs = times.iter().zip(baseline).filter(|(time, base)| **time > 0.0 && **base > 0.0);
    let logs: Vec<f64> = pairs.map(|(time, base)| (base / time).ln()).collect();
    bootstrap::interval(&logs, Rng::new(1, 0)).map(|interval| interval.map(f64::exp))
}

/// ln(other / lane), one for each round that both have.
pub(crate) fn log_ratios(lane: &Lane, other: &Lane) -> Vec<f64> {
    let pair = |sample: &Sample| {
        let partner = other.samples.iter().find(|partner| partner.round == sample.round)?;
        (sample.wall > 0.0 && partner.wall > 0.0).then(|| (partner.wall / sample.wall).ln())
    };
    lane.samples.iter().filter_map(pair).collect()
}

#[cfg(test)]
#[path = "lane_stats_tests.rs"]
mod tests;
