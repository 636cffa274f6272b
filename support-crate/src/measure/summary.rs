//! From samples to statistics, once a comparison: what verdict, chart and table all read.

use super::bootstrap;
use super::derived::{LaneStats, Standing, Summary};
use super::result::{Comparison, Lane, Sample};
use super::stats::{Interval, mad, median, outliers};
use crate::model::Model;
use crate::random::Rng;

impl Summary {
    fn of(result: &Comparison) -> Self {
        let control =
            result.control().and_then(|control| result.speedup(control, result.lane(control.model)?));
        let floor = control.map(floor);
        let lanes: Vec<_> = (0..result.lanes.len()).map(|place| lane(result, place, floor)).collect();
        let time = |place: &usize| lanes[*place].0.as_ref().map_or(f64::NAN, |stats| stats.time);
        let finished = |place: &usize| {
            let lane = &result.lanes[*place];
            !lane.control && lane.failure().is_none() && lanes[*place].0.is_some()
        };
        let mut ranking: Vec<usize> = (0..lanes.len()).filter(finished).collect();
        ranking.sort_by(|one, other| time(one).total_cmp(&time(other)));
        let is_close = |other: &usize| {
            let lead = result.speedup(&result.lanes[ranking[0]], &result.lanes[*other]);
            !matches!(judge(lead, floor), Standing::Faster(_))
        };
        let close_to_first = ranking.iter().skip(1).copied().filter(is_close).collect();
        Self { lanes, floor, ranking, close_to_first }
    }
}

/// What the same model differs by from itself, and a part of how uncertain that is: where a difference is as uncertain, its
/// own interval and that part make up the uncertainty of both together, the root of the sum of their squares.
fn floor(control: Interval) -> f64 {
    let differ = control.estimate.max(1.0 / control.estimate);
    differ * (control.high / control.estimate).powf(2f64.sqrt() - 1.0)
}

/// The figures of the lane at a place, and how it stands against the baseline.
fn lane(result: &Comparison, place: usize, floor: Option<f64>) -> (Option<LaneStats>, Standing) {
    let lane = &result.lanes[place];
    let speedup = result.baseline().and_then(|baseline| result.speedup(lane, baseline));
    let is_baseline = result.baseline().is_some_and(|baseline| baseline.name == lane.name);
    let standing = match lane.failure() {
        Some(_) => Standing::Failed,
        None if lane.control || is_baseline => Standing::Baseline,
        None => judge(speedup, floor),
    };
    // Streams of their own: those of the ratios start at 1 and are fewer than the squared number of lanes.
    let stream = 1 + (result.lanes.len() * result.lanes.len() + place) as u64;
    let times = lane.samples.iter().map(|sample| sample.wall);
    let typical = bootstrap::typical(times, Rng::new(result.settings.seed, stream));
    (stats(lane, typical, speedup), standing)
}

fn stats(lane: &Lane, typical: Option<Interval>, speedup: Option<Interval>) -> Option<LaneStats> {
    let column = |value: fn(&Sample) -> f64| lane.samples.iter().map(value).collect::<Vec<f64>>();
    let wall = column(|sample| sample.wall);
    Some(LaneStats {
        runs: wall.len(),
        time: bootstrap::centre(&wall)?,
        median: median(&wall)?,
        typical,
        mad: mad(&wall)?,
        min: wall.iter().copied().reduce(f64::min)?,
        cpu: median(&column(|sample| sample.cpu))?,
        voluntary: median(&column(|sample| sample.voluntary as f64))?,
        involuntary: median(&column(|sample| sample.involuntary as f64))?,
        outliers: outliers(&wall).into_iter().map(|index| lane.samples[index].round).collect(),
        speedup,
    })
}

/// What a ratio says, given the detection floor.
fn judge(ratio: Option<Interval>, floor: Option<f64>) -> Standing {
    match (ratio, floor) {
        (Some(ratio), Some(floor)) if ratio.low > floor => Standing::Faster(ratio),
        (Some(ratio), Some(floor)) if ratio.high < 1.0 / floor => Standing::Slower(ratio),
        (Some(ratio), Some(_)) => Standing::NoClearDifference(ratio),
        _ => Standing::NotDecided,
    }
}

impl Comparison {
    fn summary(&self) -> &Summary {
        self.summary.0.get_or_init(|| Summary::of(self))
    }

    fn summary_of(&self, lane: &Lane) -> Option<&(Option<LaneStats>, Standing)> {
        self.summary().lanes.get(self.place(lane)?)
    }

    fn place(&self, wanted: &Lane) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.name == wanted.name)
    }

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
        self.summary_of(lane)?.0.clone()
    }

    /// How many times as fast `lane` is as `other`, from the rounds both have; `None` below five.
    pub fn speedup(&self, lane: &Lane, other: &Lane) -> Option<Interval> {
        let stream = 1 + (self.place(lane)? * self.lanes.len() + self.place(other)?) as u64;
        bootstrap::typical(ratios(lane, other), Rng::new(self.settings.seed, stream))
    }

    /// Detection floor: the ratio (1 or more) up to which the same model differs from itself in this comparison.
    /// Differences inside `1/floor ..= floor` are "no clear winner". `None` without a usable control.
    pub fn floor(&self) -> Option<f64> {
        self.summary().floor
    }

    /// How a lane stands against the baseline.
    pub fn standing(&self, lane: &Lane) -> Standing {
        self.summary_of(lane).map_or(Standing::NotDecided, |summary| summary.1)
    }

    /// How any lane stands against any other.
    pub fn against(&self, lane: &Lane, other: &Lane) -> Standing {
        match (lane.failure(), other.failure()) {
            (None, None) => judge(self.speedup(lane, other), self.floor()),
            _ => Standing::Failed,
        }
    }

    /// Lanes that finished, the control left out, quickest first.
    pub fn ranking(&self) -> Vec<&Lane> {
        self.summary().ranking.iter().filter_map(|&place| self.lanes.get(place)).collect()
    }

    /// The one model that is clearly faster than every other; `None` when no such claim can be made.
    pub fn winner(&self) -> Option<&Lane> {
        let ranking = self.ranking();
        (ranking.len() > 1 && self.close_to_first().is_empty()).then(|| ranking[0])
    }

    /// Lanes that the quickest is not clearly faster than, itself left out, quickest first.
    pub(crate) fn close_to_first(&self) -> Vec<&Lane> {
        self.summary().close_to_first.iter().filter_map(|&place| self.lanes.get(place)).collect()
    }
}

/// Cores kept busy at once: the median of processor time over time.
pub(crate) fn cores_kept_busy<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Option<f64> {
    let timed = samples.into_iter().filter(|sample| sample.wall > 0.0);
    median(&timed.map(|sample| sample.cpu / sample.wall).collect::<Vec<_>>())
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
    bootstrap::typical(pairs.map(|(time, base)| base / time), Rng::new(1, 0))
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
