//! From a growth measurement to what its figure is drawn from.

use figure::{Caption, Figure, GrowthLine, GrowthPoint, GrowthSeries};

use crate::measure::{Growth, GrowthLane};

impl Growth {
    /// The figure: time and memory against the number of tasks, and where a model ends.
    pub fn chart(&self) -> Figure {
        match &self.problem {
            Some(problem) => Figure::problem(problem),
            None => Figure::new(self.series()),
        }
    }

    /// What the figure is drawn from.
    pub fn series(&self) -> GrowthSeries {
        let caption = Caption {
            title: format!("From few tasks to many: up to {}", self.title),
            subtitle: format!("{} · every point in a process of its own", self.machine.in_short()),
            notes: vec![
                "Time from nothing to the last answer, start-up included; memory as proportional set size."
                    .into(),
            ],
        };
        GrowthSeries { caption, lines: self.lanes.iter().map(line).collect() }
    }
}

fn line(lane: &GrowthLane) -> GrowthLine {
    let points = lane.points.iter().map(|point| GrowthPoint {
        tasks: point.tasks as u64,
        seconds: point.time().unwrap_or(f64::NAN),
        interval: point.typical().map(|interval| (interval.low, interval.high)),
        bytes: point.bytes(),
    });
    GrowthLine {
        look: Some(lane.model.look()),
        name: lane.name.clone(),
        points: points.collect(),
        bytes_per_task: lane.per_task.map(|bytes| (bytes.estimate, Some((bytes.low, bytes.high)))),
        end: lane.ended.clone(),
    }
}
