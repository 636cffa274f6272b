//! What a growth measurement says.

use super::Verdict;
use crate::format;
use crate::measure::{Growth, GrowthLane, Interval};

impl Growth {
    /// What this measurement says, in words.
    pub fn verdict(&self) -> Verdict {
        if let Some(problem) = &self.problem {
            return Verdict::of_problem(problem);
        }
        let reached: Vec<String> = self.lanes.iter().filter_map(reached).collect();
        let headline = match reached.as_slice() {
            [] => "Nothing can be said: no model ran.".to_owned(),
            reached => format!("{}.", reached.join("; ")),
        };
        let ended = |lane: &GrowthLane| Some(format!("{}: {}.", lane.name, lane.ended.as_ref()?));
        let details = self.lanes.iter().filter_map(ended);
        Verdict { headline, details: details.collect(), warnings: Vec::new() }
    }
}

fn reached(lane: &GrowthLane) -> Option<String> {
    let last = lane.points.last()?;
    let tasks = format::plural(last.tasks as u64, "task");
    Some(format!("{}: {tasks}, done after {}", lane.name, format::duration(last.time()?)))
}

/// "602 B [601 B, 603 B]".
pub(super) fn size(bytes: Interval) -> String {
    let show = |value: f64| format::measured_bytes(value.max(0.0));
    format!("{} [{}, {}]", show(bytes.estimate), show(bytes.low), show(bytes.high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::GrowthPoint;
    use crate::model::Model;

    #[test]
    fn time_memory_and_the_end_are_told() {
        let lane = GrowthLane {
            model: Model::Threads(1_000),
            name: "threads, one a task".to_owned(),
            points: vec![GrowthPoint {
                tasks: 1_000,
                times: vec![0.25, 0.26, 0.27],
                memory: vec![9_000_000],
            }],
            ended: Some("stopped at 1,000, so that other programs can start theirs too; a limit".to_owned()),
        };
        let verdict = Growth { lanes: vec![lane], ..Growth::default() }.verdict().to_string();
        assert_eq!(
            verdict,
            "threads, one a task: 1,000 tasks, done after 260 ms.\n\
             threads, one a task: stopped at 1,000, so that other programs can start theirs too; a limit."
        );
    }

    #[test]
    fn nothing_measured_says_so() {
        assert_eq!(Growth::default().verdict().to_string(), "Nothing can be said: no model ran.");
        assert_eq!(Growth::problem("0 tasks").verdict().to_string(), "0 tasks");
    }
}
