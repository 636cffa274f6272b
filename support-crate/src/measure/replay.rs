//! Running a lane of a finished comparison once more, so that a timeline can film it.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::machine::Restriction;
use crate::model::{Hosts, Model, Runner};
use crate::workload::DynWorkload;

/// Runs a model on the workload of a finished comparison again, on the same cores.
#[derive(Clone)]
pub struct Replay {
    pub(super) job: Arc<dyn DynWorkload>,
    pub(super) cores: Vec<usize>,
    pub(super) hosts: Hosts,
}

impl Replay {
    /// Starts `model`, on the cores of the comparison while what comes first is kept.
    ///
    /// # Errors
    /// When the model cannot be started.
    pub(crate) fn start(&self, model: Model) -> Result<(Option<Restriction>, Runner), Error> {
        Ok((Restriction::unless_empty(&self.cores)?, Runner::start(model, self.job.clone(), &self.hosts)?))
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Replay").field("cores", &self.cores).finish_non_exhaustive()
    }
}
