//! From a growth measurement to what its figure is drawn from.

use figure::draw::Values;
use figure::{Caption, Figure, Line, LinePoint, LinesSeries, Quantity, format};

use super::figure;
use crate::measure::{Growth, GrowthLane, GrowthPoint};

impl Growth {
    /// The figure: time and memory against the number of tasks, and where a model ends.
    pub fn chart(&self) -> Figure {
        figure(&self.problem, || self.series())
    }

    fn series(&self) -> LinesSeries {
        let points = || self.lanes.iter().flat_map(|lane| &lane.points);
        let tasks = Quantity::Number;
        let tasks = Values::log(tasks, points().map(|point| point.tasks as f64));
        let ends = points().filter_map(GrowthPoint::typical).flat_map(|time| [time.low, time.high]);
        let times = points().filter_map(GrowthPoint::time).chain(ends);
        let memory: Vec<f64> = points().filter_map(GrowthPoint::bytes).filter(|bytes| *bytes > 0.0).collect();
        let mut up = vec![("time".into(), Values::log(Quantity::Seconds, times))];
        if !memory.is_empty() {
            up.push(("memory".into(), Values::log(Quantity::Bytes, memory)));
        }
        LinesSeries {
            caption: Caption {
                title: self.verdict().headline,
                subtitle: format!("Up to {} · {} · every point in a process of its own", self.title, self.machine.in_short()),
                notes: vec!["Time from nothing to the last answer, start-up included; memory as proportional set size.".into()],
            },
            across: ("tasks".into(), tasks),
            up,
            lines: self.lanes.iter().map(line).collect(),
            guides: Vec::new(),
            each: Some(("time a task", format::duration)),
            table: None,
        }
    }
}

fn line(lane: &GrowthLane) -> Line {
    let points = lane.points.iter().map(|point| {
        let time = point.typical().map(|interval| (interval.low, interval.high));
        let values =
            vec![(point.time().unwrap_or(f64::NAN), time), (point.bytes().unwrap_or(f64::NAN), None)];
        LinePoint { at: point.tasks as f64, values, failed: None }
    });
    Line {
        look: Some(lane.model.look()),
        name: lane.name.clone(),
        points: points.collect(),
        end: lane.ended.clone(),
        ..Line::default()
    }
}
