//! What a growth measurement says.

use super::Verdict;
use crate::format;
use crate::measure::{Growth, GrowthLane};

impl Growth {
    /// What this measurement says, in words.
    pub fn verdict(&self) -> Verdict {
        if let Some(problem) = &self.problem {
            return Verdict::of_problem(problem);
        }
        let reached: Vec<String> = self.lanes.iter().filter_map(reached).collect();
        let headline = match reached.as_slice() {
            [] => "Nothing can be said: no model ran".to_owned(),
            reached => format!("Most tasks: {}", reached.join("; ")),
        };
        Verdict { headline, ..Verdict::default() }
    }
}

fn reached(lane: &GrowthLane) -> Option<String> {
    let last = lane.points.last()?;
    let (tasks, time) = (format::count(last.tasks as u64), format::duration(last.time()?));
    Some(format!("{tasks} in {time} ({})", lane.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::GrowthPoint;
    use crate::model::Model;

    #[test]
    fn how_far_each_came_and_in_what_time_is_told() {
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
        let growth = Growth { lanes: vec![lane], ..Growth::default() };
        assert_eq!(growth.verdict().to_string(), "Most tasks: 1,000 in 260 ms (threads, one a task).");
    }

    #[test]
    fn nothing_measured_says_so() {
        assert_eq!(Growth::default().verdict().to_string(), "Nothing can be said: no model ran.");
        assert_eq!(Growth::problem("0 tasks").verdict().to_string(), "0 tasks.");
    }
}
