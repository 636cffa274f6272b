//! A scaling curve carried on beyond what was measured: what would limit many more workers, if nothing else changed.
//!
//! A task of t seconds takes the workers t/n each, and the one that hands tasks out c seconds, however many workers there are: the cost
//! of its messages. So n workers do 1/(c + t/n) tasks a second, which is Amdahl's law with a serial share of c/(c + t), and the fit of
//! the curve is used.

use serde::{Deserialize, Serialize};

use super::amdahl::amdahl;
use super::scaling::{Scaling, ScalingPoint};
use super::stats::Interval;
use crate::machine::Machine;
use crate::model::Model;

/// What a fitted scaling curve says of more workers than were measured.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Reach {
    /// What was run.
    pub title: String,
    /// Tasks in a run; 0 where that is not known.
    pub tasks: usize,
    /// Where it was measured.
    pub machine: Machine,
    /// The model, with the most workers that were measured.
    pub model: Option<Model>,
    /// What was measured.
    pub points: Vec<ScalingPoint>,
    /// How many workers it is carried on to.
    pub most: usize,
    /// The share of a task's time that more workers do not shorten.
    pub serial: Option<Interval>,
    /// The same in seconds a task: what handing it out costs.
    pub each: Option<Interval>,
    /// Why nothing is said, in one sentence.
    pub problem: Option<String>,
}

impl Scaling {
    /// Carries the fitted law on to `most` workers. That is a guess, and is drawn as one.
    ///
    /// ```
    /// use concurrency_lab::prelude::*;
    /// let curve = scaling(Waits { tasks: 4, wait: ms(1) }, 1..=2).rounds(3).run();
    /// assert!(curve.guess(1_000).problem.unwrap().contains("needs 4 points or more"));
    /// ```
    pub fn guess(&self, most: usize) -> Reach {
        let (title, machine) = (self.runs.workload.title.clone(), self.runs.machine.clone());
        let reach = Reach {
            title,
            machine,
            most,
            tasks: self.runs.workload.tasks,
            points: self.points.clone(),
            ..Reach::default()
        };
        let measured = self.points.iter().map(|point| point.workers).max().unwrap_or(0);
        let problem = match (&self.problem, &self.not_fitted) {
            (Some(problem), _) | (None, Some(problem)) => Some(problem.clone()),
            _ if most <= measured => {
                Some(format!("{most} workers are no more than the {measured} that were measured; name more"))
            }
            _ => None,
        };
        let (Some(serial), Some(one)) = (self.serial.filter(|_| problem.is_none()), self.runs.baseline())
        else {
            return Reach { problem: problem.or_else(|| Some("nothing was fitted".to_owned())), ..reach };
        };
        let task = self.runs.lane_stats(one).map(|stats| stats.time / self.runs.workload.tasks as f64);
        let each = task.map(|task| serial.map(|share| share * task));
        Reach { model: Some(one.model.with_workers(measured)), serial: Some(serial), each, ..reach }
    }
}

impl Reach {
    /// How many times as fast as one so many workers would be, the slowest guess first and the fastest last; more workers than
    /// tasks find nothing to do.
    pub fn speedup(&self, workers: f64) -> Option<Interval> {
        let workers = if self.tasks > 0 { workers.min(self.tasks as f64) } else { workers };
        let at = |share: f64| amdahl(share.clamp(0.0, 1.0), workers);
        self.serial.map(|Interval { estimate, low, high }| Interval {
            estimate: at(estimate),
            low: at(high),
            high: at(low),
        })
    }
}
