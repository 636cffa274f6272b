//! What a task spends its time on.

use serde::{Deserialize, Serialize};

/// What a task spends its time on; says nothing about how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Nature {
    /// Mostly waits: for a timer, a disk, a server.
    Waits,
    /// Mostly computes.
    Computes,
    /// Some of both.
    #[default]
    Mixed,
}
