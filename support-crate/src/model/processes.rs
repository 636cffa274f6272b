//! Worker processes, forked or freshly spawned, that are handed task numbers one at a time.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Instant;

use crate::error::Error;
use crate::workload::Workload;

pub(super) struct Processes<W: Workload>(PhantomData<W>);

impl<W: Workload> Processes<W> {
    pub(super) fn fork(_n: usize, _workload: &Arc<W>) -> Result<Self, Error> {
        Err(Error::unavailable("worker processes are not built yet"))
    }

    pub(super) fn spawn(_n: usize, _workload: &Arc<W>) -> Result<Self, Error> {
        Err(Error::unavailable("worker processes are not built yet"))
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        Vec::new()
    }

    pub(super) fn run(&mut self, _tasks: usize, _deadline: Option<Instant>) -> Result<Vec<W::Output>, Error> {
        Err(Error::unavailable("worker processes are not built yet"))
    }
}
