//! What this machine is: cores five ways, memory, processor, build profile, kernel, load and throttling.

use serde::{Deserialize, Serialize};

/// What a result was measured on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// Processor model as the system names it.
    pub cpu: String,
    /// Cores counted five ways.
    pub cores: Cores,
    /// Memory in bytes.
    pub memory: u64,
    /// Operating system and its version.
    pub system: String,
    /// Compiler that built the support crate.
    pub rustc: String,
    /// Build profile in force: optimisation level, overflow checks, debug assertions.
    pub profile: String,
    /// Which kernel runs the cells: the lab's, a stock one, or none (an ordinary program).
    pub kernel: String,
}

/// Cores, counted five ways: each answers another question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cores {
    /// Logical cores that are online.
    pub online: usize,
    /// Logical cores that this process may run on (affinity mask).
    pub allowed: usize,
    /// Cores' worth of time the control group grants (`cpu.max`); `None` without a quota.
    pub quota: Option<f64>,
    /// Physical cores within the mask.
    pub physical: usize,
    /// Workers that models use by default.
    pub workers: usize,
}
