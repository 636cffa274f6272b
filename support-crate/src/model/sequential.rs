//! One task after the other, on the calling thread.

use std::time::Instant;

use super::{crew, guard};
use crate::error::Error;
use crate::trace;
use crate::workload::{Job, Value};

pub(super) fn run(job: &dyn Job, deadline: Option<Instant>) -> Result<Vec<Value>, Error> {
    let tasks = job.tasks();
    super::all_ready(tasks);
    let mut values = Vec::with_capacity(tasks);
    for index in 0..tasks {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(crew::given_up(index, tasks, "the rest was not begun"));
        }
        values.push(guard::caught(index, || trace::task(index, || job.task(index)))?);
    }
    Ok(values)
}
