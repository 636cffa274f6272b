//! What is to be run, checked for mistakes before any work starts.

use std::time::Duration;

use super::result::Lane;
use super::typical::FEWEST;
use crate::error::Error;
use crate::machine::{Restriction, allowed_cores, cores};
use crate::model::{Hosts, Model};
use crate::workload::{Nature, check};

/// Time allowed for the rounds unless the reader says otherwise.
pub(crate) const DEFAULT_BUDGET: Duration = Duration::from_secs(2);
/// Most rounds that may be asked for.
const MOST_ROUNDS: usize = 1_000;
/// Most threads that a waiting workload gets by default.
const WAITING_THREADS: usize = 64;

/// What the reader asked for; nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) models: Option<Vec<Model>>,
    pub(crate) rounds: Option<usize>,
    pub(crate) budget: Option<Duration>,
    pub(crate) patience: Option<Duration>,
    pub(crate) cores: Option<usize>,
    pub(crate) hosts: Hosts,
    /// The cores in force where this was made; empty: no restriction.
    pub(crate) kept_on: Vec<usize>,
}

/// What can be asked of every measurement that has `options`: written once, since traits would have to be in scope.
macro_rules! setters {
    () => {
        /// Exactly so many rounds (1 to 1,000); without it, as many as the budget allows, and 100 at most.
        pub fn rounds(mut self, rounds: usize) -> Self {
            self.options.rounds = Some(rounds);
            self
        }

        /// Time allowed for the rounds; 2 s without it, and then five rounds are run even if they take longer. One that is
        /// too short for a round leaves the times of the first runs. It also bounds the first run of each model, which is
        /// given up after 30 s without it.
        pub fn budget(mut self, budget: Duration) -> Self {
            self.options.budget = Some(budget);
            self
        }

        /// How long one run may take before it is given up; without it, ten times as long as runs took so far, and 5 s at
        /// least.
        pub fn patience(mut self, patience: Duration) -> Self {
            self.options.patience = Some(patience);
            self
        }

        /// Be a machine with `n` cores: the run, its threads and its processes stay on the first `n` allowed ones.
        pub fn cores(mut self, n: usize) -> Self {
            self.options.cores = Some(n);
            self
        }

        /// Machines for `Ranks`: names or addresses, with a number of ranks where that is not one, as in `["alpha", "beta:4"]`; or the
        /// path of a file with one a line. The folder of the checkout and the one of the kernel have to be shared with them.
        pub fn hosts(mut self, hosts: impl Into<$crate::model::Hosts>) -> Self {
            self.options.hosts = hosts.into();
            self
        }
    };
}
pub(super) use setters;

/// A checked plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// The baseline first, the control last.
    pub(crate) lanes: Vec<Lane>,
    /// Exactly so many rounds, unless a budget that was asked for ends first.
    pub(crate) rounds: Option<usize>,
    /// Seconds for the rounds.
    pub(crate) budget: f64,
    /// Seconds that a run may take, where the reader said so.
    pub(crate) patience: Option<f64>,
    /// The reader set the budget: it is kept even if that leaves too few rounds for an interval.
    pub(crate) strict: bool,
    /// Cores to stay on; empty: no restriction.
    pub(crate) cores: Vec<usize>,
    /// Machines for ranks.
    pub(crate) hosts: Hosts,
}

impl Options {
    /// Nothing asked for yet. Made inside `on_cores` and shown after it has ended, a measurement still means those cores.
    pub(super) fn here() -> Self {
        Self { kept_on: Restriction::current(), ..Self::default() }
    }

    /// Checks everything that can be checked without running.
    pub(crate) fn plan(&self, tasks: usize, nature: Nature) -> Result<Plan, Error> {
        let cores = self.restriction()?;
        let workers = if cores.is_empty() { self::cores() } else { cores.len() }.max(2);
        let models = self.models.clone().unwrap_or_else(|| default_models(workers, tasks, nature));
        if models.is_empty() {
            return Err(Error::bad_input(
                "no models: name at least one, as in .models([Sequential, Threads(4)])",
            ));
        }
        for (place, model) in models.iter().enumerate() {
            model.validate()?;
            if models[..place].contains(model) {
                return Err(Error::bad_input(format!(
                    "{model} is listed twice: list each model once; the baseline runs a second time by itself"
                )));
            }
        }
        let baseline = if models.contains(&Model::Sequential) { Model::Sequential } else { models[0] };
        let others = models.into_iter().filter(|&model| model != baseline);
        let lanes = std::iter::once(baseline).chain(others).map(Lane::new);
        let lanes = lanes.chain([Lane::control(baseline)]).collect();

        check::number("rounds", self.rounds.unwrap_or(FEWEST), 1..=MOST_ROUNDS)?;
        for (what, time) in [("budget", self.budget), ("patience", self.patience)] {
            if time == Some(Duration::ZERO) {
                let mistake =
                    format!("a {what} of 0 s is too short for one run: give a time, as in .{what}(secs(5))");
                return Err(Error::bad_input(mistake));
            }
        }
        Ok(Plan {
            lanes,
            rounds: self.rounds,
            budget: self.budget.unwrap_or(DEFAULT_BUDGET).as_secs_f64(),
            patience: self.patience.map(|patience| patience.as_secs_f64()),
            strict: self.budget.is_some(),
            cores,
            hosts: self.hosts.clone(),
        })
    }

    fn restriction(&self) -> Result<Vec<usize>, Error> {
        let allowed = allowed_cores();
        let Some(n) = self.cores else { return Ok(self.kept_on.clone()) };
        check::number("cores", n, 1..=allowed.len())?;
        Ok(allowed[..n].to_vec())
    }
}

/// All usual models; threads are many where tasks only wait, since a waiting thread takes no core, and there a runtime on
/// several threads has nothing to spread.
pub(crate) fn default_models(workers: usize, tasks: usize, nature: Nature) -> Vec<Model> {
    let threads = match nature {
        Nature::Waits => tasks.clamp(1, WAITING_THREADS),
        _ => workers,
    };
    let spread = (nature != Nature::Waits).then_some(Model::AsyncOn(workers));
    let others = [Model::Threads(threads), Model::Pool(workers), Model::Processes(workers)];
    [Model::Sequential, Model::Async].into_iter().chain(spread).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(options: &Options) -> Vec<String> {
        options.plan(40, Nature::Computes).unwrap().lanes.into_iter().map(|lane| lane.name).collect()
    }

    fn refusal(options: &Options) -> String {
        options.plan(40, Nature::Computes).unwrap_err().to_string()
    }

    #[test]
    fn all_models_run_by_default_and_the_baseline_twice() {
        let n = cores().max(2);
        let expected = [
            "sequential".to_owned(),
            "async".to_owned(),
            format!("async on {n}"),
            format!("threads ({n})"),
            format!("pool ({n})"),
            format!("processes ({n})"),
            "sequential (again)".to_owned(),
        ];
        assert_eq!(names(&Options::default()), expected);
    }

    #[test]
    fn waiting_tasks_get_a_thread_each_up_to_64() {
        let threads = |tasks| default_models(2, tasks, Nature::Waits)[2];
        assert_eq!(
            (threads(1), threads(40), threads(5_000)),
            (Model::Threads(1), Model::Threads(40), Model::Threads(64))
        );
    }

    #[test]
    fn the_baseline_is_sequential_or_else_the_first_and_comes_first() {
        let models = Some(vec![Model::Threads(2), Model::Sequential]);
        let options = Options { models, ..Options::default() };
        assert_eq!(names(&options), ["sequential", "threads (2)", "sequential (again)"]);
        let options = Options { models: Some(vec![Model::Threads(2), Model::Async]), ..Options::default() };
        assert_eq!(names(&options), ["threads (2)", "async", "threads (2) (again)"]);
    }

    #[test]
    fn mistakes_are_named_before_any_work_starts() {
        let models = |list: &[Model]| Options { models: Some(list.to_vec()), ..Options::default() };
        assert_eq!(
            refusal(&models(&[])),
            "no models: name at least one, as in .models([Sequential, Threads(4)])"
        );
        assert!(refusal(&models(&[Model::Async, Model::Async])).starts_with("async is listed twice"));
        assert!(refusal(&models(&[Model::Threads(0)])).contains("0 threads"));
        assert!(refusal(&models(&[Model::Processes(1_000_000_000)])).contains("1,000,000,000 processes"));
        let rounds = |rounds| Options { rounds: Some(rounds), ..Options::default() };
        assert_eq!(
            refusal(&rounds(0)),
            "rounds: 0 is outside what is allowed; set rounds to a value from 1 to 1,000"
        );
        assert!(refusal(&rounds(1_001)).starts_with("rounds: 1,001 is outside"));
        assert!(rounds(1_000).plan(1, Nature::Waits).is_ok());
        let options = Options { budget: Some(Duration::ZERO), ..Options::default() };
        assert!(refusal(&options).starts_with("a budget of 0 s"));
        let options = Options { cores: Some(0), ..Options::default() };
        assert!(
            refusal(&options)
                .starts_with("cores: 0 is outside what is allowed; set cores to a value from 1 to ")
        );
    }
}
