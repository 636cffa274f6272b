//! Cores, counted five ways.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use nix::unistd::{SysconfVar, sysconf};
use serde::{Deserialize, Serialize};

use super::{affinity, cgroup};

/// Cores, counted five ways: each answers another question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cores {
    /// Logical cores that are online.
    pub online: usize,
    /// Logical cores that this process may run on (affinity mask).
    pub allowed: usize,
    /// Cores' worth of time the control group grants (`cpu.max`); `None` without a quota.
    pub quota: Option<f64>,
    /// Physical cores within the mask: hyper-threads of one core count once.
    pub physical: usize,
    /// Workers that models use by default: as many as can run at the same time, and two at least, so that
    /// there is something to compare on a machine with one core.
    pub workers: usize,
}

impl Cores {
    /// The counts of this machine, now and for the calling thread.
    pub fn here() -> Self {
        let allowed = affinity::allowed_cores();
        let online = sysconf(SysconfVar::_NPROCESSORS_ONLN).ok().flatten().map_or(0, |cores| cores as usize);
        let quota = cgroup::Group::here().quota();
        let physical = physical(Path::new("/sys/devices/system/cpu"), &allowed);
        let workers = usable(allowed.len(), quota).max(2);
        Self { online: online.max(allowed.len()), allowed: allowed.len(), quota, physical, workers }
    }
}

/// How many cores a run can use at the same time here: the affinity mask, bounded by the quota, 1 at least.
///
/// ```
/// let range = 1..=2 * concurrency_lab::machine::cores();
/// assert!(range.count() >= 2);
/// ```
pub fn cores() -> usize {
    usable(affinity::allowed_cores().len(), cgroup::Group::here().quota())
}

/// A quota is rounded up: one and a half cores' worth of time keeps two workers busy three quarters of the time.
fn usable(allowed: usize, quota: Option<f64>) -> usize {
    let granted = quota.map_or(usize::MAX, |quota| quota.ceil() as usize);
    allowed.min(granted).max(1)
}

/// Counts the distinct cores behind the logical ones; what the system does not tell counts as a core of its own.
fn physical(root: &Path, allowed: &[usize]) -> usize {
    let siblings = |cpu: &usize| {
        let topology = root.join(format!("cpu{cpu}/topology"));
        fs::read_to_string(topology.join("thread_siblings_list"))
            .map_or_else(|_| cpu.to_string(), |text| text.trim().to_owned())
    };
    allowed.iter().map(siblings).collect::<HashSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_rounded_up_and_never_below_one() {
        assert_eq!(usable(8, None), 8);
        assert_eq!(usable(8, Some(1.5)), 2);
        assert_eq!(usable(8, Some(0.2)), 1);
        assert_eq!(usable(2, Some(6.0)), 2);
    }

    #[test]
    fn hyper_threads_of_one_core_count_once() {
        let root = tempfile::tempdir().unwrap();
        for (cpu, list) in [(0, "0,2"), (1, "1,3"), (2, "0,2"), (3, "1,3")] {
            let folder = root.path().join(format!("cpu{cpu}/topology"));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("thread_siblings_list"), format!("{list}\n")).unwrap();
        }
        assert_eq!(physical(root.path(), &[0, 1, 2, 3]), 2);
        assert_eq!(physical(root.path(), &[0, 2]), 1);
        assert_eq!(physical(root.path(), &[0, 9]), 2, "an unknown core counts as one of its own");
    }
}
