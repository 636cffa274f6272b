//! Running a lane of a finished comparison once more, so that a timeline can film it.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::machine::Restriction;
use crate::model::{Model, Runner};
use crate::workload::DynWorkload;

/// One warm run, to be called as often as wanted.
pub type RunOnce<'a> = &'a mut dyn FnMut() -> Result<(), Error>;

/// Runs a model on the workload of a finished comparison again, on the same cores.
#[derive(Clone)]
pub struct Replay {
    job: Arc<dyn DynWorkload>,
    cores: Vec<usize>,
}

impl Replay {
    pub(crate) fn new(job: Arc<dyn DynWorkload>, cores: Vec<usize>) -> Self {
        Self { job, cores }
    }

    /// Starts `model` (cold, outside the film) and hands `body` a call that makes one warm run.
    ///
    /// # Errors
    /// When the model cannot be started.
    pub fn with(&self, model: Model, mut body: impl FnMut(RunOnce<'_>)) -> Result<(), Error> {
        let _restriction = Restriction::unless_empty(&self.cores)?;
        let mut runner = Runner::start(model, self.job.clone())?;
        body(&mut || runner.run().map(drop));
        Ok(())
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Replay").field("cores", &self.cores).finish_non_exhaustive()
    }
}
