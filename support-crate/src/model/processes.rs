//! Worker processes, forked or freshly spawned, that are handed task numbers one at a time.

use std::sync::Arc;
use std::time::Instant;

use super::crew;
use crate::error::Error;
use crate::process::{Crash, Workers};
use crate::trace;
use crate::workload::Workload;

/// What a worker answers: the task's value, or why there is none.
type Answer<W> = Result<<W as Workload>::Output, String>;

pub(super) struct Processes<W: Workload>(Workers<Answer<W>>);

impl<W: Workload> Processes<W> {
    pub(super) fn fork(n: usize, workload: &Arc<W>) -> Result<Self, Error> {
        let workload = workload.clone();
        Workers::fork(n, move |index| task(&*workload, index)).map(Self)
    }

    pub(super) fn spawn(n: usize, workload: &Arc<W>) -> Result<Self, Error> {
        Workers::spawn(n, worker::<W>, workload.to_bytes()?).map(Self)
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        self.0.pids()
    }

    pub(super) fn run(&mut self, tasks: usize, deadline: Option<Instant>) -> Result<Vec<W::Output>, Error> {
        super::all_ready(tasks);
        let answers = self.0.run_while(tasks, deadline, |answer| matches!(answer, Ok(Ok(_))));
        let mut values = Vec::with_capacity(tasks);
        let mut missing = false;
        for (index, answer) in answers.into_iter().enumerate() {
            match answer {
                Some(Ok(Ok(value))) => values.push(value),
                Some(Ok(Err(error))) => return Err(Error::failed(format!("task {index}: {error}"))),
                Some(Err(crash)) => return Err(crashed(index, &crash)),
                None => missing = true,
            }
        }
        match missing {
            false => Ok(values),
            true => Err(crew::given_up(values.len(), tasks, "the worker processes were killed")),
        }
    }
}

/// What a freshly spawned worker makes of the workload's bytes: the function that runs tasks.
fn worker<W: Workload>(bytes: Vec<u8>) -> impl FnMut(usize) -> Answer<W> {
    let workload = W::from_bytes(&bytes);
    move |index| match &workload {
        Ok(workload) => task(workload, index),
        Err(error) => Err(error.to_string()),
    }
}

fn task<W: Workload>(workload: &W, index: usize) -> Answer<W> {
    trace::task(index, || workload.task(index)).map_err(|error| error.to_string())
}

fn crashed(index: usize, crash: &Crash) -> Error {
    match crash {
        Crash::Panicked(message) => Error::failed(format!("task {index} panicked: {message}")),
        Crash::NotStarted(error) => error.clone(),
        crash => Error::failed(format!("task {index}: {crash}")),
    }
}
