//! What a scaling curve says of more workers than were measured.

use super::Verdict;
use super::sentence::show;
use crate::format;
use crate::measure::{Interval, Reach};

impl Reach {
    /// What is guessed, and from what.
    pub fn verdict(&self) -> Verdict {
        if let Some(problem) = &self.problem {
            return Verdict::of_problem(problem);
        }
        let (Some(serial), Some(model), Some(speedup)) =
            (self.serial, self.model, self.speedup(self.most as f64))
        else {
            return Verdict::of_problem("nothing was fitted");
        };
        let (one, many) = model.kind().worker.unwrap_or(("worker", "workers"));
        let most = format::count(self.most as u64);
        let headline = format!("A guess: {most} {many} would be {} as fast as one {one}", show(speedup));
        let mut details = Vec::new();
        if let Some(Interval { estimate, low, high }) = self.each {
            let [estimate, low, high] =
                [estimate, low, high].map(|seconds| format::duration(seconds.max(0.0)));
            let share = format::percent(serial.estimate.max(0.0));
            details.push(format!(
                "Fitted to 1 to {}: handing out a task costs {estimate} [{low}, {high}], {share} of one task, however many {many} there are.",
                format::plural(model.workers() as u64, one)
            ));
        }
        let limit =
            Interval { estimate: 1.0 / serial.estimate, low: 1.0 / serial.high, high: 1.0 / serial.low };
        details.push(match serial.low > 0.0 {
            true => format!(
                "By that, no number of {many} comes beyond {}, and {} give half of it; tasks twice as long would go twice as far.",
                show(limit),
                format::count((1.0 / serial.estimate - 1.0).round().max(1.0) as u64)
            ),
            false => "That cost may be nothing by this run, so it names no limit.".to_owned(),
        });
        if (1..self.most).contains(&self.tasks) {
            details.push(format!(
                "There are {} tasks: further {many} would find nothing to do.",
                format::count(self.tasks as u64)
            ));
        }
        let cores = self.machine.cores.allowed;
        if model.workers() > cores {
            details.push(format!(
                "Here {} shared {}: what the {many} themselves compute is in that cost.",
                format::plural(model.workers() as u64, one),
                format::plural(cores as u64, "core")
            ));
        }
        Verdict { headline, details, ..Verdict::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;

    fn reach(low: f64) -> Reach {
        let serial = Interval { estimate: 0.02, low, high: 0.03 };
        let each = Some(serial.map(|share| share * 2e-3));
        Reach { model: Some(Model::Threads(16)), serial: Some(serial), each, most: 1_000, ..Reach::default() }
    }

    #[test]
    fn the_guess_is_called_one_and_its_limit_is_told() {
        let verdict = reach(0.01).verdict();
        assert!(
            verdict.headline.starts_with("A guess: 1,000 threads would be 47.7x [32.3, 91.0]"),
            "{verdict}"
        );
        assert!(verdict.details[0].contains("costs 40.0 µs [20.0 µs, 60.0 µs], 2% of one task"), "{verdict}");
        assert!(
            verdict.details[1].contains("comes beyond 50.0x [33.3, 100.0], and 49 give half"),
            "{verdict}"
        );
        let few = Reach { tasks: 400, ..reach(-0.01) };
        let told = few.verdict();
        assert!(told.details[2].starts_with("There are 400 tasks: further threads"), "{told}");
        assert!(few.speedup(1_000.0).unwrap().high <= 400.0);
        assert!(reach(-0.01).verdict().details[1].contains("names no limit"));
        assert_eq!(reach(0.01).speedup(1.0).unwrap().estimate, 1.0);
    }
}
