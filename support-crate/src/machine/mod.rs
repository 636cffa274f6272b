//! What this machine is: cores five ways, memory, processor, build profile, kernel, load and throttling.
//!
//! ```
//! let here = concurrency_lab::machine::machine();
//! assert!(here.cores.online >= here.cores.physical);
//! ```

mod affinity;
mod cgroup;
mod cores;
mod identity;
mod limits;
mod meters;
mod proc;
mod profile;
mod pss;

use serde::{Deserialize, Serialize};

use crate::format;

pub use affinity::{Restriction, allowed_cores, first_core, on_cores};
pub use cores::{Cores, cores};
pub(crate) use limits::by_mappings;
pub use limits::{ThreadLimit, thread_limit};
pub use meters::{Meter, Pressure, Usage};
pub(crate) use meters::{crowded, family};
pub(crate) use proc::size_in;
pub use profile::Profile;
pub use pss::{kernel_memory, memory_in_use};

/// What a result was measured on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Processor model as the system names it.
    pub cpu: String,
    /// Cores counted five ways.
    pub cores: Cores,
    /// Memory in bytes: what the machine has, or what the control group grants if that is less.
    pub memory: u64,
    /// Operating system and its version.
    pub system: String,
    /// Compiler that built the support crate.
    pub rustc: String,
    /// Build profile in force: optimisation level, overflow checks, debug assertions.
    pub profile: Profile,
    /// Which kernel runs the cells: "lab", "stock evcxr", or "none" (an ordinary program).
    pub kernel: String,
}

/// The machine this runs on, read anew at each call.
///
/// ```
/// # use concurrency_lab::machine::machine;
/// println!("{}", machine().table().text());
/// ```
pub fn machine() -> Machine {
    Machine {
        cpu: identity::cpu(),
        cores: Cores::here(),
        memory: identity::memory(),
        system: identity::system(),
        rustc: env!("CONCURRENCY_LAB_RUSTC").to_owned(),
        profile: Profile::here(),
        kernel: identity::kernel(),
    }
}

impl Machine {
    /// What the machine is, as rows of a name and its value, in the order in which they are shown.
    pub fn rows(&self) -> [(&'static str, String); 11] {
        let cores = &self.cores;
        let quota = |quota: f64| format!("{quota:.2} cores' worth of time");
        [
            ("processor", self.cpu.clone()),
            ("cores online", cores.online.to_string()),
            ("cores this process may use", cores.allowed.to_string()),
            ("quota of the control group", cores.quota.map_or("none".to_owned(), quota)),
            ("physical cores among them", cores.physical.to_string()),
            ("workers that models use", cores.workers.to_string()),
            ("memory", format!("{:.1} GiB", self.memory as f64 / (1u64 << 30) as f64)),
            ("system", self.system.clone()),
            ("compiler", self.rustc.clone()),
            ("build profile", self.profile.to_string()),
            ("notebook kernel", self.kernel.clone()),
        ]
    }

    /// What stands below a title: processor, cores, build.
    pub(crate) fn in_short(&self) -> String {
        self.with_cores(&format::plural(self.cores.allowed as u64, "core"))
    }

    /// As [`Machine::in_short`], for a run that had other `cores` than the machine.
    pub(crate) fn with_cores(&self, cores: &str) -> String {
        format!("{} · {cores} · {}", self.cpu, self.profile.in_short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_a_name_cores_and_memory() {
        let here = machine();
        assert!(!here.cpu.is_empty());
        assert!(here.memory > 0);
        assert!(here.rustc.starts_with("rustc"));
        assert!(here.cores.online >= here.cores.allowed);
        assert!(here.cores.allowed >= here.cores.physical);
    }

    #[test]
    fn the_table_names_all_five_counts() {
        let text = machine().table().text().to_string();
        for name in ["online", "may use", "quota", "physical", "workers"] {
            assert!(text.contains(name), "{name} is missing from:\n{text}");
        }
    }
}
