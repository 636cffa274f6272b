//! The lanes of a comparison with the types of their workload forgotten, so that rounds, clocks and statistics
//! are compiled once and not again in every notebook cell.

use std::any::Any;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::Serialize;

use crate::error::{Error, ErrorKind};
use crate::model::{Crew, Model};
use crate::workload::Workload;

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
pub(crate) struct Typed<W: Workload> {
    workload: Arc<W>,
    crews: Vec<Option<Crew<W>>>,
    answer: Option<Vec<W::Output>>,
    reference: Option<(String, Vec<W::Output>)>,
}

impl<W: Workload> Typed<W> {
    pub(crate) fn new(workload: Arc<W>, lanes: usize) -> Self {
        Self { workload, crews: (0..lanes).map(|_| None).collect(), answer: None, reference: None }
    }
}

impl<W: Workload> Lanes for Typed<W> {
    fn start(&mut self, lane: usize, model: Model) -> Result<(), Error> {
        let crew = caught(|| model.start(self.workload.clone()))?;
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
            Some((first, expected)) => match difference(&answer, expected) {
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
        self.crews[lane].as_ref().map_or_else(Vec::new, Crew::pids)
    }

    fn stop(&mut self, lane: usize) {
        self.crews[lane] = None;
    }
}

/// A panic on this thread, of a workload's own code outside its tasks, as an error.
fn caught<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| Err(panicked(payload.as_ref())))
}

fn panicked(payload: &(dyn Any + Send)) -> Error {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    Error::failed(format!("panicked: {}", text.unwrap_or("(no message)")))
}

/// The first task with another value than expected, and both values, shortened.
fn difference<T: PartialEq + Serialize + Debug>(
    given: &[T],
    expected: &[T],
) -> Option<(usize, String, String)> {
    if given.len() != expected.len() {
        let task = given.len().min(expected.len());
        let shown = |values: &[T]| values.get(task).map_or_else(|| "nothing".to_owned(), short);
        return Some((task, shown(given), shown(expected)));
    }
    let differ = |task: &usize| {
        let (one, other) = (&given[*task], &expected[*task]);
        // A value with NaN in it is not equal to itself; its bytes are.
        one != other && bytes(one) != bytes(other)
    };
    let task = (0..given.len()).find(differ)?;
    Some((task, short(&given[task]), short(&expected[task])))
}

/// The value as bytes; values that cannot be written are taken to differ.
fn bytes<T: Serialize>(value: &T) -> Option<Vec<u8>> {
    rmp_serde::to_vec(value).ok()
}

/// Debug text, cut in the middle when it is long.
fn short<T: Debug>(value: &T) -> String {
    const LONGEST: usize = 60;
    let text = format!("{value:?}");
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= LONGEST {
        return text;
    }
    let (head, tail) = (&letters[..LONGEST - 20], &letters[letters.len() - 15..]);
    format!("{} … {}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Compute;

    #[test]
    fn equal_answers_do_not_differ_even_with_nan() {
        assert_eq!(difference(&[1.5, f64::NAN], &[1.5, f64::NAN]), None);
        assert_eq!(difference::<u8>(&[], &[]), None);
    }

    #[test]
    fn the_first_difference_is_named_with_both_values() {
        assert_eq!(difference(&[1, 2, 3], &[1, 5, 6]), Some((1, "2".to_owned(), "5".to_owned())));
        assert_eq!(difference(&[1], &[1, 7]), Some((1, "nothing".to_owned(), "7".to_owned())));
    }

    #[test]
    fn long_values_are_shortened_in_the_middle() {
        let text = short(&"é".repeat(500));
        assert!(text.chars().count() < 70 && text.contains(" … "), "{text}");
        assert_eq!(short(&12), "12");
    }

    #[test]
    fn a_lane_that_answers_otherwise_is_told_apart() {
        let mut lanes = Typed::new(Arc::new(Compute::new(3, |i| i * 10)), 2);
        lanes.start(0, Model::Sequential).unwrap();
        lanes.run(0).unwrap();
        lanes.check(0, "sequential").unwrap();
        lanes.answer = Some(vec![0, 11, 20]);
        let error = lanes.check(1, "async").unwrap_err();
        assert_eq!(error.to_string(), "async answered task 1 with 11, sequential with 10");
        assert_eq!(error.kind(), ErrorKind::WrongAnswer);
        lanes.answer = Some(vec![0, 11, 20]);
        let error = lanes.check(0, "sequential").unwrap_err();
        assert!(error.to_string().contains("in its first run"), "{error}");
    }
}
