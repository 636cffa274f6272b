//! The lanes of a comparison: one started runner each, and the answers held against each other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::within::{self, SideThread, Timed, caught};
use crate::error::{Error, ErrorKind};
use crate::model::{Hosts, Model, Progress, Runner};
use crate::workload::{BoxedOutput, DynWorkload};

/// What a lane is asked to do; lanes are named by their place in the plan.
pub(crate) trait Lanes {
    /// Makes the lane's threads, pool, runtime or processes.
    fn start(&mut self, lane: usize, model: Model) -> Result<(), Error>;
    /// Runs every task once, within `limit`, and holds the answer against that of the first lane that ran.
    fn run(&mut self, lane: usize, name: &str, limit: Duration) -> Result<Timed, Error>;
    /// Ends the lane's threads or processes.
    fn stop(&mut self, lane: usize);
}

/// The lanes of one workload.
pub(crate) struct Runners {
    job: Arc<dyn DynWorkload>,
    hosts: Hosts,
    runners: Vec<Option<Runner>>,
    side: SideThread,
    /// The most tasks of each model that were begun and had not ended at the same time, in its first run; the later ones, which
    /// are timed, do not count.
    pub(super) open: HashMap<Model, usize>,
    reference: Option<(String, Vec<BoxedOutput>)>,
}

impl Runners {
    pub(crate) fn new(job: Arc<dyn DynWorkload>, lanes: usize, hosts: Hosts) -> Self {
        let runners = (0..lanes).map(|_| None).collect();
        Self { job, hosts, runners, side: SideThread::default(), open: HashMap::new(), reference: None }
    }

    /// Holds an answer against the first one.
    fn check(&mut self, name: &str, answer: Vec<BoxedOutput>) -> Result<(), Error> {
        let Some((first, expected)) = &self.reference else {
            self.reference = Some((name.to_owned(), answer));
            return Ok(());
        };
        let Some((task, given, wanted)) = difference(&*self.job, &answer, expected) else { return Ok(()) };
        let sentence = if first == name {
            format!(
                "{name} answered task {task} with {given} after {wanted} in its first run: a task's value may depend on nothing \
                 but its number"
            )
        } else {
            format!("{name} answered task {task} with {given}, {first} with {wanted}")
        };
        Err(Error::new(ErrorKind::WrongAnswer, sentence))
    }
}

impl Lanes for Runners {
    fn start(&mut self, lane: usize, model: Model) -> Result<(), Error> {
        self.runners[lane] = Some(caught(|| Runner::start(model, self.job.clone(), &self.hosts))?);
        Ok(())
    }

    fn run(&mut self, lane: usize, name: &str, limit: Duration) -> Result<Timed, Error> {
        let Some(runner) = self.runners[lane].take() else {
            return Err(Error::failed("it was not started"));
        };
        let (model, tasks) = (runner.model(), self.job.tasks());
        let progress = Progress::new(tasks, !self.open.contains_key(&model));
        let (runner, ran) = within::run(&mut self.side, runner, &progress, limit);
        self.runners[lane] = runner;
        let (values, timed) = ran?;
        self.open.extend(progress.most_open().map(|most| (model, most)));
        self.check(name, values).map(|()| timed)
    }

    fn stop(&mut self, lane: usize) {
        self.runners[lane] = None;
    }
}

/// The first task with another value than expected, and both values, shortened. Every answer has a value for each task.
fn difference(
    job: &dyn DynWorkload,
    given: &[BoxedOutput],
    expected: &[BoxedOutput],
) -> Option<(usize, String, String)> {
    let mut pairs = given.iter().zip(expected).enumerate();
    // A value with NaN in it is not equal to itself; its bytes are.
    let (task, (one, other)) = pairs
        .find(|(_, (one, other))| !job.equal(one, other) && job.write(one).ok() != job.write(other).ok())?;
    Some((task, short(&job.show(one)), short(&job.show(other))))
}

/// Text, cut when it is long.
fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let more = if text.chars().count() > LONGEST { " …" } else { "" };
    format!("{text:.LONGEST$}{more}")
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::{Serialize, de::DeserializeOwned};

    use super::*;
    use crate::workload::{Compute, Workload};

    fn values<T: Send + 'static>(values: impl IntoIterator<Item = T>) -> Vec<BoxedOutput> {
        values.into_iter().map(|value| Box::new(value) as BoxedOutput).collect()
    }

    /// The difference of two answers of a workload with values of such a type.
    fn differ<T>(given: &[T], expected: &[T]) -> Option<(usize, String, String)>
    where
        T: Copy + Default + Serialize + DeserializeOwned + PartialEq + Debug + Send + 'static,
    {
        let job = Arc::new(Compute::new(1, |_| T::default())).erased();
        difference(&*job, &values(given.to_vec()), &values(expected.to_vec()))
    }

    #[test]
    fn equal_answers_do_not_differ_even_with_nan() {
        assert_eq!(differ(&[1.5, f64::NAN], &[1.5, f64::NAN]), None);
        assert_eq!(differ::<u8>(&[], &[]), None);
    }

    #[test]
    fn the_first_difference_is_named_with_both_values() {
        assert_eq!(differ(&[1, 2, 3], &[1, 5, 6]), Some((1, "2".to_owned(), "5".to_owned())));
    }

    #[test]
    fn long_values_are_shortened() {
        let text = short(&"é".repeat(500));
        assert!(text.chars().count() < 70 && text.ends_with(" …"), "{text}");
        assert_eq!(short("12"), "12");
    }

    #[test]
    fn open_at_once_is_counted_in_every_model() {
        use crate::model::Model::{Async, AsyncOn, Pool, Processes, Sequential, Threads};
        use crate::workload::Waits;
        let models =
            [(Sequential, 1), (Async, 6), (AsyncOn(2), 6), (Threads(6), 6), (Pool(2), 2), (Processes(3), 3)];
        // Long enough for any machine to begin all that may be open.
        let job = Arc::new(Waits { tasks: 6, wait: Duration::from_millis(100) }).erased();
        let mut lanes = Runners::new(job, models.len(), Hosts::Here);
        for (lane, (model, most)) in models.into_iter().enumerate() {
            lanes.start(lane, model).unwrap();
            lanes.run(lane, "", Duration::from_secs(60)).unwrap();
            assert_eq!(lanes.open.get(&model), Some(&most), "{model}");
        }
        let job = Arc::new(Compute::new(6, |i| i)).erased();
        let mut lanes = Runners::new(job, 1, Hosts::Here);
        lanes.start(0, Async).unwrap();
        lanes.run(0, "", Duration::from_secs(60)).unwrap();
        assert_eq!(lanes.open.get(&Async), Some(&1), "a task that never waits ends before the next begins");
    }

    #[test]
    fn a_lane_that_answers_otherwise_is_told_apart() {
        let mut lanes = Runners::new(Arc::new(Compute::new(3, |i| i * 10)).erased(), 2, Hosts::Here);
        lanes.start(0, Model::Sequential).unwrap();
        lanes.run(0, "sequential", Duration::from_secs(60)).unwrap();
        let error = lanes.check("async", values([0usize, 11, 20])).unwrap_err();
        assert_eq!(error.to_string(), "async answered task 1 with 11, sequential with 10");
        assert_eq!(error.kind(), ErrorKind::WrongAnswer);
        let error = lanes.check("sequential", values([0usize, 11, 20])).unwrap_err();
        assert!(error.to_string().contains("in its first run"), "{error}");
    }
}
