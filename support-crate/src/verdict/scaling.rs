//! What a scaling curve says.

use super::Verdict;
use super::sentence::show;
use crate::format;
use crate::measure::{Interval, Scaling, Warning};

impl Scaling {
    /// What this curve says, in words.
    pub fn verdict(&self) -> Verdict {
        if let Some(problem) = &self.problem {
            return Verdict::of_problem(problem);
        }
        Verdict {
            headline: self.headline(),
            details: self.law().into_iter().collect(),
            warnings: self.runs.warnings.iter().map(Warning::to_string).collect(),
        }
    }

    /// What the workers are: "threads", "pool threads", "processes".
    pub(crate) fn workers_name(&self) -> &'static str {
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
        let measured = || self.points.iter().filter_map(|point| Some((point.workers, point.speedup?)));
        let several = || measured().filter(|(workers, _)| *workers > 1);
        let best = several().max_by(|one, other| one.1.estimate.total_cmp(&other.1.estimate));
        let (Some((most, best)), Some(floor)) = (best, self.runs.floor()) else {
            return "Not decided: allow 5 rounds or more, with more workers than one".to_owned();
        };
        let one = self.counted(1);
        if best.low <= floor {
            let (workers, most) = (self.workers_name(), self.counted(most));
            let control = match best.low > 1.0 {
                true => format!(", where the same twice differed by up to {}", format::percent(floor - 1.0)),
                false => String::new(),
            };
            return format!(
                "More {workers} made no clear difference: {most} {} as fast as {one}{control}",
                show(best)
            );
        }
        // The fewest workers whose interval reaches into that of the best, if not the best themselves.
        let as_fast = |speedup: Interval| speedup.high >= best.low && speedup.low > floor;
        let (few, speedup) = several().find(|(_, speedup)| as_fast(*speedup)).unwrap_or((most, best));
        let beyond: Vec<Interval> =
            measured().filter(|(workers, _)| *workers > few).map(|(_, speedup)| speedup).collect();
        let more = match beyond.last() {
            None => ", the most of all measured",
            Some(last) if last.high < speedup.low => "; with the most it was less",
            Some(_) => "; more made no difference that this run can tell",
        };
        format!("{}: {} as fast as {one}{more}", self.counted(few), show(speedup))
    }

    fn law(&self) -> Option<String> {
        let Some(serial) = self.serial else {
            return self.not_fitted.as_ref().map(|reason| format!("No fit by Amdahl's law: {reason}."));
        };
        let [estimate, low, high] = [serial.estimate, serial.low, serial.high].map(format::percent);
        let limit = if serial.high < 0.0 {
            ", less than none: they gained more than the law allows".to_owned()
        } else if serial.low > 0.0 {
            format!(": at most {} as fast on any number of cores", format::times(1.0 / serial.low.min(1.0)))
        } else {
            ", which may be none".to_owned()
        };
        Some(format!("By Amdahl's law {estimate} [{low}, {high}] of the work is serial{limit}."))
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
        assert!(verdict.contains("as fast as 1 process; more made"), "{verdict}");
        assert!(verdict.contains("; more made no difference that this run can tell"), "{verdict}");
        assert!(verdict.contains("By Amdahl's law 1") || verdict.contains("By Amdahl's law 9"), "{verdict}");
        assert!(verdict.contains(": at most 1"), "{verdict}");
    }

    #[test]
    fn no_gain_is_called_no_clear_difference() {
        let verdict = curve(4, 1, 0.0).verdict().to_string();
        assert!(verdict.starts_with("More processes made no clear difference: "), "{verdict}");
        assert!(verdict.contains("1 core cannot test it"), "{verdict}");
    }

    #[test]
    fn a_serial_share_below_none_is_told_as_it_is() {
        let below = |share: f64| {
            let serial = Some(Interval { estimate: share, low: share - 0.01, high: share + 0.01 });
            Scaling { serial, ..curve(8, 4, 0.1) }.verdict().to_string()
        };
        assert!(
            below(-0.05).contains("−5% [−6%, −4%] of the work is serial, less than none"),
            "{}",
            below(-0.05)
        );
        assert!(
            below(0.005).contains("0.5% [−0.5%, 1.5%] of the work is serial, which may be none."),
            "{}",
            below(0.005)
        );
    }

    #[test]
    fn too_few_points_say_so_and_a_mistake_is_the_whole_verdict() {
        let verdict = curve(3, 4, 0.1).verdict().to_string();
        assert!(verdict.contains("3 points cannot tell a law from chance"), "{verdict}");
        assert_eq!(Scaling::problem("0 workers").verdict().to_string(), "0 workers.");
    }
}
