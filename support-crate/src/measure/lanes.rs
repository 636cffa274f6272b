//! The lanes of a comparison: one started crew each, and the answers held against each other.

use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::model::{JobCrew, Model};
use crate::process::panics::{self, Panic};
use crate::workload::{Job, Value};

/// What a lane is asked to do; lanes are named by their place in the plan.
pub(crate) trait Lanes {
    /// Makes the lane's threads, pool, runtime or processes.
    fn start(&mut self, lane: usize, model: Model) -> Result<(), Error>;
    /// Runs every task once; the answer is kept for [`Lanes::check`].
    fn run(&mut self, lane: usize) -> Result<(), Error>;
    /// Holds the last answer against the first lane's that ran.
    fn check(&mut self, lane: usize, name: &str) -> Result<(), Error>;
    /// Worker processes of the lane.
    fn pids(&self, lane: usize) -> Vec<u32>;
    /// Ends the lane's threads or processes.
    fn stop(&mut self, lane: usize);
}

/// The lanes of one workload.
pub(crate) struct Crews {
    job: Arc<dyn Job>,
    crews: Vec<Option<JobCrew>>,
    answer: Option<Vec<Value>>,
    reference: Option<(String, Vec<Value>)>,
}

impl Crews {
    pub(crate) fn new(job: Arc<dyn Job>, lanes: usize) -> Self {
        Self { job, crews: (0..lanes).map(|_| None).collect(), answer: None, reference: None }
    }
}

impl Lanes for Crews {
    fn start(&mut self, lane: usize, model: Model) -> Result<(), Error> {
        let crew = caught(|| model.start_job(self.job.clone()))?;
        self.crews[lane] = Some(crew);
        Ok(())
    }

    fn run(&mut self, lane: usize) -> Result<(), Error> {
        let Some(crew) = &mut self.crews[lane] else { return Err(Error::failed("it was not started")) };
        self.answer = Some(caught(|| crew.run())?);
        Ok(())
    }

    fn check(&mut self, lane: usize, name: &str) -> Result<(), Error> {
        let _ = lane;
        let Some(answer) = self.answer.take() else { return Ok(()) };
        match &self.reference {
            None => {
                self.reference = Some((name.to_owned(), answer));
                Ok(())
            }
            Some((first, expected)) => match difference(&*self.job, &answer, expected) {
                None => Ok(()),
                Some((task, given, wanted)) => Err(Error::new(
                    ErrorKind::WrongAnswer,
                    if first == name {
                        format!(
                            "{name} answered task {task} with {given} after {wanted} in its first run: a task's value may depend on nothing but its number"
                        )
                    } else {
                        format!("{name} answered task {task} with {given}, {first} with {wanted}")
                    },
                )),
            },
        }
    }

    fn pids(&self, lane: usize) -> Vec<u32> {
        self.crews[lane].as_ref().map_or_else(Vec::new, JobCrew::pids)
    }

    fn stop(&mut self, lane: usize) {
        self.crews[lane] = None;
    }
}

/// A panic on this thread, of a workload's own code outside its tasks, as an error.
fn caught<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let failed = |panic: Panic| Err(Error::failed(format!("panicked: {}", panic.message)));
    panics::catch(run).unwrap_or_else(failed)
}

/// The first task with another value than expected, and both values, shortened.
fn difference(job: &dyn Job, given: &[Value], expected: &[Value]) -> Option<(usize, String, String)> {
    let shown = |value: &Value| short(&job.show(value));
    if given.len() != expected.len() {
        let task = given.len().min(expected.len());
        let shown = |values: &[Value]| values.get(task).map_or_else(|| "nothing".to_owned(), shown);
        return Some((task, shown(given), shown(expected)));
    }
    let differ = |task: &usize| {
        let (one, other) = (&given[*task], &expected[*task]);
        // A value with NaN in it is not equal to itself; its bytes are.
        !job.equal(one, other) && job.write(one).ok() != job.write(other).ok()
    };
    let task = (0..given.len()).find(differ)?;
    Some((task, shown(&given[task]), shown(&expected[task])))
}

/// Text, cut in the middle when it is long.
fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= LONGEST {
        return text.to_owned();
    }
    let (head, tail) = (&letters[..LONGEST - 20], &letters[letters.len() - 15..]);
    format!("{} … {}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::{Serialize, de::DeserializeOwned};

    use super::*;
    use crate::workload::{Compute, Workload};

    fn values<T: Send + 'static>(values: impl IntoIterator<Item = T>) -> Vec<Value> {
        values.into_iter().map(|value| Box::new(value) as Value).collect()
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
        assert_eq!(differ(&[1], &[1, 7]), Some((1, "nothing".to_owned(), "7".to_owned())));
    }

    #[test]
    fn long_values_are_shortened_in_the_middle() {
        let text = short(&"é".repeat(500));
        assert!(text.chars().count() < 70 && text.contains(" … "), "{text}");
        assert_eq!(short("12"), "12");
    }

    #[test]
    fn a_lane_that_answers_otherwise_is_told_apart() {
        let mut lanes = Crews::new(Arc::new(Compute::new(3, |i| i * 10)).erased(), 2);
        lanes.start(0, Model::Sequential).unwrap();
        lanes.run(0).unwrap();
        lanes.check(0, "sequential").unwrap();
        lanes.answer = Some(values([0usize, 11, 20]));
        let error = lanes.check(1, "async").unwrap_err();
        assert_eq!(error.to_string(), "async answered task 1 with 11, sequential with 10");
        assert_eq!(error.kind(), ErrorKind::WrongAnswer);
        lanes.answer = Some(values([0usize, 11, 20]));
        let error = lanes.check(0, "sequential").unwrap_err();
        assert!(error.to_string().contains("in its first run"), "{error}");
    }
}
