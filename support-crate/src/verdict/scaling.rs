//! What a scaling curve says.

use super::Verdict;
use super::sentence::{place, show};
use crate::format;
use crate::measure::{Interval, Scaling, ScalingPoint};

impl Scaling {
    /// What this curve says, in words.
    pub fn verdict(&self) -> Verdict {
        if let Some(problem) = &self.problem {
            return Verdict { headline: problem.clone(), ..Verdict::default() };
        }
        let details = [self.use_of_cores(), self.beyond_cores(), self.law()];
        let failures = self.points.iter().filter_map(|point| {
            let reason = point.failure.as_ref()?;
            Some(format!("{} failed: {reason}.", self.counted(point.workers)))
        });
        Verdict {
            headline: self.headline(),
            details: details.into_iter().flatten().chain(failures).collect(),
            warnings: self
                .runs
                .warnings
                .iter()
                .map(|warning| format!("{}; {}", warning.what, warning.advice))
                .collect(),
        }
    }

    /// What the workers are: "threads", "pool threads", "processes".
    pub fn workers_name(&self) -> &'static str {
        self.names().1
    }

    fn names(&self) -> (&'static str, &'static str) {
        let model = self.runs.baseline().map(|lane| lane.model);
        model.and_then(|model| model.kind().worker).unwrap_or(("thread", "threads"))
    }

    fn counted(&self, workers: usize) -> String {
        let (one, many) = self.names();
        format!("{} {}", format::count(workers as u64), if workers == 1 { one } else { many })
    }

    fn headline(&self) -> String {
        let measured = self.points.iter().filter(|point| point.workers > 1);
        let best = measured
            .filter_map(|point| Some((point, point.speedup?)))
            .max_by(|one, other| one.1.estimate.total_cmp(&other.1.estimate));
        let place = place(&self.runs);
        let one = self.counted(1);
        let Some((point, speedup)) = best else {
            return "Not decided: no number of workers above one has an interval; allow 3 rounds or more."
                .to_owned();
        };
        let many = self.counted(point.workers);
        match self.runs.floor() {
            None => format!("Not decided: {one} has too few rounds against itself to tell noise from speed."),
            Some(floor) if speedup.low > floor => {
                // The fewest workers whose interval reaches into that of the best.
                let few = self.points.iter().filter(|few| few.workers > 1 && few.workers < point.workers);
                let few = few.filter_map(|few| Some((few, few.speedup?)));
                match few.into_iter().find(|(_, few)| few.high >= speedup.low && few.low > floor) {
                    Some((few, by)) => format!(
                        "{}: {} as fast as {one} {place}; more made no difference that this run can tell.",
                        self.counted(few.workers),
                        show(by)
                    ),
                    None => {
                        format!(
                            "{many}: {} as fast as {one} {place}, the most of all measured.",
                            show(speedup)
                        )
                    }
                }
            }
            Some(_) => format!(
                "More {} made no clear difference {place}: {many} {} as fast as {one}.",
                self.workers_name(),
                show(speedup)
            ),
        }
    }

    /// The point that uses every core once.
    fn full(&self) -> Option<(&ScalingPoint, Interval)> {
        let cores = self.bound?.floor().max(1.0) as usize;
        let point = self.points.iter().find(|point| point.workers == cores)?;
        Some((point, point.speedup?))
    }

    fn use_of_cores(&self) -> Option<String> {
        let (point, speedup) = self.full().filter(|(point, _)| point.workers > 1)?;
        let each = |ratio: f64| format::percent(ratio / point.workers as f64);
        Some(format!(
            "With {} each does {} [{}, {}] of what one does alone.",
            self.counted(point.workers),
            each(speedup.estimate),
            each(speedup.low),
            each(speedup.high)
        ))
    }

    /// Whether workers beyond the cores gained anything.
    fn beyond_cores(&self) -> Option<String> {
        let (full, at_cores) = self.full()?;
        let more =
            self.points.iter().rfind(|point| point.workers > full.workers && point.speedup.is_some())?;
        let beyond = more.speedup?;
        let says = if beyond.low > at_cores.high {
            "gained still more"
        } else if beyond.high < at_cores.low {
            "were slower than one for each core"
        } else {
            "gained nothing further that this run can tell"
        };
        Some(format!("{}, more than there are cores, {says}: {}.", self.counted(more.workers), show(beyond)))
    }

    fn law(&self) -> Option<String> {
        let Some(serial) = self.serial else {
            return self.not_fitted.as_ref().map(|reason| format!("Amdahl's law was not fitted: {reason}."));
        };
        let share = |value: f64| format::percent(value.clamp(0.0, 1.0));
        let fitted = format!(
            "By Amdahl's law {} [{}, {}] of the work is serial",
            share(serial.estimate),
            share(serial.low),
            share(serial.high)
        );
        Some(if serial.low > 0.0 {
            let most = format::times(1.0 / serial.low.min(1.0));
            format!("{fitted}: however many cores, at most {most} as fast as one.")
        } else {
            format!(
                "{fitted}, which may be none at all: what this run shows of a limit is the number of cores."
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::amdahl;
    use crate::measure::testing::{comparison, machine_with};
    use crate::model::Model;

    fn curve(most: usize, cores: usize, serial: f64) -> Scaling {
        let time = |workers: usize| 1.0 / amdahl(serial, workers.min(cores) as f64);
        let lanes: Vec<(Model, f64)> = (1..=most).map(|n| (Model::Processes(n), time(n))).collect();
        let mut runs = comparison(&lanes, 9, 0.005, 3);
        runs.machine = machine_with(cores);
        Scaling::of(runs)
    }

    #[test]
    fn speed_use_of_cores_and_the_law_are_told_with_intervals() {
        let verdict = curve(8, 4, 0.1).verdict().to_string();
        assert!(verdict.contains("as fast as 1 process on your 4 cores"), "{verdict}");
        assert!(verdict.contains("With 4 processes each does"), "{verdict}");
        assert!(
            verdict.contains("8 processes, more than there are cores, gained nothing further"),
            "{verdict}"
        );
        assert!(verdict.contains("By Amdahl's law 1") || verdict.contains("By Amdahl's law 9"), "{verdict}");
        assert!(
            verdict.contains("however many cores, at most 10") || verdict.contains("at most 1"),
            "{verdict}"
        );
    }

    #[test]
    fn no_gain_is_called_no_clear_difference() {
        let verdict = curve(4, 1, 0.0).verdict().to_string();
        assert!(verdict.starts_with("More processes made no clear difference on your one core"), "{verdict}");
        assert!(verdict.contains("on one core no number of workers"), "{verdict}");
    }

    #[test]
    fn too_few_points_say_so_and_a_mistake_is_the_whole_verdict() {
        let verdict = curve(3, 4, 0.1).verdict().to_string();
        assert!(verdict.contains("3 points cannot tell a law from chance"), "{verdict}");
        assert_eq!(Scaling::problem("0 workers").verdict().to_string(), "0 workers");
    }
}
