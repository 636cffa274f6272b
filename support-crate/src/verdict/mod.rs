//! Sentences made from results: who was faster, by how much, how sure that is, and what the run cannot tell.
//!
//! Every number in a sentence comes from the comparison; nothing is claimed that the control does not allow.

#[cfg(test)]
mod bad_input_tests;
mod costs;
mod growth;
mod machines;
mod message_costs;
mod reach;
mod scaling;
mod sentence;

use std::fmt;

use crate::format;
use crate::measure::{Comparison, Stop, Warning};

/// What a comparison says, in words.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let result = compare(Waits { tasks: 8, wait: ms(2) }).models([Sequential, Async]).rounds(5).run();
/// println!("{}", result.verdict());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The finding, which is the title of the chart too: without a full stop.
    pub headline: String,
    /// What that leaves open, a sentence each: the nearest rival or why nobody won, what the processor time says, why models
    /// failed. How each stands against the baseline is in chart and table.
    pub details: Vec<String>,
    /// What to know before believing it, each with what to do.
    pub warnings: Vec<String>,
}

impl Comparison {
    /// What this comparison says, in words.
    pub fn verdict(&self) -> Verdict {
        if let Some(problem) = &self.problem {
            return Verdict::of_problem(problem);
        }
        let failures = self.lanes.iter().filter_map(|lane| sentence::failure(self, lane));
        let details = sentence::nearest(self).into_iter().chain(sentence::processor_time(self));
        // The gravest warning comes first: that the reader stopped it, if so, which is no doubt but a finding.
        let stops = usize::from(self.settings.stopped == Stop::Reader).min(self.warnings.len());
        let (stopped, warnings) = self.warnings.split_at(stops);
        let stopped = stopped.iter().map(|warning| format::sentence(&format!("{warning}.")));
        let details = details.chain(failures).chain(stopped).collect();
        let warnings = warnings.iter().map(Warning::to_string).collect();
        Verdict { headline: sentence::headline(self), details, warnings }
    }
}

impl Verdict {
    fn of_problem(sentence: &str) -> Self {
        Self { headline: sentence.to_owned(), ..Self::default() }
    }
}

/// The sentences in the order in which they are read.
impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if self.headline.ends_with('.') { "" } else { "." };
        write!(out, "{}{end}", self.headline)?;
        self.details.iter().try_for_each(|detail| write!(out, "\n{detail}"))?;
        self.warnings.iter().try_for_each(|warning| write!(out, "\nMind: {warning}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Lane, Sample};
    use crate::model::Model;

    /// A comparison with the given times in seconds, one a round, and its control.
    fn comparison(lanes: &[(Model, bool, &[f64])]) -> Comparison {
        let lane = |&(model, control, times): &(Model, bool, &[f64])| {
            let mut lane = if control { Lane::control(model) } else { Lane::new(model) };
            lane.samples = times
                .iter()
                .enumerate()
                .map(|(round, &wall)| Sample {
                    round,
                    wall,
                    cpu: wall,
                    voluntary: 0,
                    involuntary: 0,
                    queued: 0.0,
                    disturbed: false,
                })
                .collect();
            lane
        };
        let mut result = Comparison { lanes: lanes.iter().map(lane).collect(), ..Comparison::default() };
        result.machine.cores.workers = 2;
        result.machine.cores.allowed = 2;
        result
    }

    const SLOW: &[f64] = &[1.00, 1.01, 0.99, 1.02, 1.00];
    const AGAIN: &[f64] = &[1.01, 1.00, 1.00, 1.01, 1.00];
    const HALF: &[f64] = &[0.50, 0.51, 0.50, 0.50, 0.51];

    #[test]
    fn a_clear_winner_is_named_with_ratio_and_interval() {
        let result = comparison(&[
            (Model::Sequential, false, SLOW),
            (Model::Sequential, true, AGAIN),
            (Model::Threads(2), false, HALF),
        ]);
        let verdict = result.verdict();
        assert!(verdict.headline.contains("threads (2)"), "{verdict}");
        assert_eq!(verdict.headline, "Fastest: threads (2), 1.99 times as fast as sequential");
        assert_eq!(sentence::nearest(&result), None, "the baseline is the next");
    }

    #[test]
    fn a_stop_is_said_in_a_sentence() {
        let mut result = comparison(&[(Model::Sequential, false, SLOW), (Model::Threads(2), false, HALF)]);
        result.settings.stopped = Stop::Reader;
        result.warnings = crate::measure::warnings(&result);
        let told = result.verdict().details;
        assert!(told.iter().any(|detail| detail.starts_with("Stopped by you after ")), "{told:?}");
    }

    #[test]
    fn a_nearer_rival_than_the_baseline_is_named_with_its_interval() {
        let result = comparison(&[
            (Model::Sequential, false, SLOW),
            (Model::Sequential, true, AGAIN),
            (Model::Threads(2), false, HALF),
            (Model::Pool(2), false, &[0.60, 0.61, 0.60, 0.61, 0.60]),
        ]);
        let told = sentence::nearest(&result).unwrap();
        assert!(
            told.starts_with("Pool (2) came second: it took 1.20x [1.1")
                && told.ends_with("] as long as threads (2)."),
            "{told}"
        );
    }

    #[test]
    fn what_more_cores_did_is_told_as_it_was() {
        let pair = |times: &[f64]| {
            let again = (Model::Sequential, true, AGAIN);
            comparison(&[(Model::Sequential, false, SLOW), again, (Model::Threads(2), false, times)])
        };
        let told = |result: &Comparison| sentence::processor_time(result).unwrap();
        assert!(told(&pair(HALF)).ends_with("of its time; more cores helped."));
        assert!(told(&pair(SLOW)).ends_with("; more cores helped no model."));
        let mut alone = pair(SLOW);
        alone.settings.cores = vec![0];
        assert!(told(&alone).ends_with("; there was only one core."));
    }

    #[test]
    fn a_tie_of_few_rounds_says_what_they_took_and_that_the_rounds_are_few() {
        let result = comparison(&[
            (Model::Sequential, false, SLOW),
            (Model::Sequential, true, &[1.02, 0.99, 1.01, 0.99, 1.01]),
            (Model::Async, false, AGAIN),
        ]);
        let verdict = result.verdict();
        assert_eq!(verdict.headline, "A tie: sequential and async");
        assert_eq!(verdict.details[0], "The first 2 took 1.00 s; 5 rounds cannot separate them.");
    }

    /// Twelve rounds whose times vary by so much.
    fn twelve(time: f64, noise: f64, seed: u64) -> Vec<f64> {
        let mut rng = crate::measure::testing::Rng::new(seed, 3);
        (0..12).map(|_| time * (noise * rng.normal()).exp()).collect()
    }

    #[test]
    fn a_tie_of_many_rounds_says_whether_spread_or_control_is_why() {
        let told = |async_: &[f64], again: &[f64]| {
            let one = twelve(1.0, 0.001, 1);
            comparison(&[
                (Model::Sequential, false, &one),
                (Model::Sequential, true, again),
                (Model::Async, false, async_),
            ])
            .verdict()
            .details
            .remove(0)
        };
        let spread = told(&twelve(1.0, 0.05, 2), &twelve(1.0, 0.001, 3));
        assert!(spread.contains("; over 12 rounds their ratio varied by about "), "{spread}");
        let control = told(&twelve(1.02, 0.001, 2), &twelve(1.03, 0.001, 3));
        assert!(
            control.contains("; two runs of sequential differed by about 3") && control.ends_with("%."),
            "{control}"
        );
        let same = told(&twelve(1.0, 0.001, 1), &twelve(1.0, 0.001, 3));
        assert!(same.ends_with("; 12 rounds show no difference."), "{same}");
    }

    #[test]
    fn a_tie_names_all_that_are_tied() {
        let (one, two, three) = (twelve(0.5, 0.01, 1), twelve(0.5, 0.01, 2), twelve(0.5, 0.01, 3));
        let result = comparison(&[
            (Model::Sequential, false, &twelve(1.0, 0.01, 4)),
            (Model::Sequential, true, &twelve(1.0, 0.01, 5)),
            (Model::Threads(2), false, &one),
            (Model::Pool(2), false, &two),
            (Model::Processes(2), false, &three),
        ]);
        let headline = result.verdict().headline;
        let told = |name: &&str| headline.contains(name);
        assert!(["threads (2)", "pool (2)", "processes (2)"].iter().all(told), "{headline}");
        assert!(headline.ends_with(", 2.0 times as fast as sequential"), "{headline}");
    }

    #[test]
    fn a_tie_leaves_nobody_out_who_took_less_than_one_of_the_tied() {
        let result = comparison(&[
            (Model::Sequential, false, SLOW),
            (Model::Sequential, true, AGAIN),
            (Model::Threads(2), false, HALF),
            (Model::Pool(2), false, &[0.54, 0.55, 0.54, 0.54, 0.55]),
            (Model::Processes(2), false, &[0.45, 0.90, 0.48, 0.85, 0.60]),
        ]);
        assert!(!result.close_to_first().is_empty());
        let Verdict { headline, details, .. } = result.verdict();
        assert!(headline.starts_with("A tie: threads (2), pool (2) and processes (2), "), "{headline}");
        let due = "threads (2) and processes (2). In between, pool (2) took clearly longer than threads (2).";
        assert!(details[0].starts_with("The first 3 took ") && details[0].ends_with(due), "{details:?}");
    }

    #[test]
    fn too_few_rounds_decide_nothing() {
        let result = comparison(&[(Model::Sequential, false, &[1.0]), (Model::Async, false, &[0.5])]);
        assert!(result.verdict().headline.contains("Not decided"), "{}", result.verdict());
    }

    #[test]
    fn a_failed_lane_is_told_and_does_not_win() {
        let mut result = comparison(&[
            (Model::Sequential, false, SLOW),
            (Model::Sequential, true, AGAIN),
            (Model::Threads(2), false, HALF),
        ]);
        result.lanes[2].failure = Some("task 3 panicked: no luck".into());
        let verdict = result.verdict().to_string();
        assert!(verdict.contains("threads (2) failed: task 3 panicked: no luck"), "{verdict}");
        assert!(!verdict.contains("faster"), "{verdict}");
    }

    #[test]
    fn a_slower_model_is_told_as_slower() {
        let result = comparison(&[
            (Model::Sequential, false, HALF),
            (Model::Sequential, true, &[0.50, 0.50, 0.51, 0.50, 0.50]),
            (Model::Spawned(2), false, SLOW),
        ]);
        let verdict = result.verdict().to_string();
        assert!(
            verdict.starts_with("Fastest: sequential, 1.99 times as fast as spawned processes (2)."),
            "{verdict}"
        );
        assert!(!verdict.contains("0.5"), "a slow-down is told as a number above one: {verdict}");
    }

    #[test]
    fn processor_time_tells_computing_waiting_and_being_crowded_out() {
        let held = |cpu: f64, queued: f64, disturbed: bool, throttled: f64| {
            let mut result =
                comparison(&[(Model::Sequential, false, SLOW), (Model::Sequential, true, AGAIN)]);
            result.conditions.throttled = throttled;
            for sample in &mut result.lanes[0].samples {
                (sample.cpu, sample.queued, sample.disturbed) = (cpu, queued, disturbed);
            }
            sentence::processor_time(&result).unwrap_or_default()
        };
        let says = |cpu, queued, disturbed| held(cpu, queued, disturbed, 0.0);
        assert!(says(0.99, 0.0, false).starts_with("Sequential used a core for 99% of its time"));
        assert!(says(0.01, 0.0, false).ends_with(": this work waits."));
        assert!(says(0.5, 0.0, false).ends_with(": this work computes and waits."));
        assert!(says(0.35, 0.63, true).contains("other work on this machine had it otherwise"));
        // Being crowded out now and then is not what such a run spends its time with.
        assert!(says(0.01, 0.1, true).contains("this work waits"));
        assert_eq!(says(0.01, 0.5, true), "");
        assert!(held(0.5, 0.5, false, 0.4).contains("the quota of its control group held it back otherwise"));
        assert_eq!(held(0.5, 0.0, false, 0.4), "");
    }

    #[test]
    fn a_mistake_is_the_whole_verdict() {
        let verdict = Comparison::problem("0 tasks: choose 1 or more").verdict();
        assert_eq!(verdict.to_string(), "0 tasks: choose 1 or more.");
    }
}
