//! What processes have used: time on a core, and how often they left it.

use std::fs;
use std::ops::AddAssign;

use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

use super::sys::Ended;

/// What some processes have used since they were started.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Seconds on a core, user and system, of all their threads.
    pub cpu: f64,
    /// Context switches because a thread waited.
    pub voluntary: u64,
    /// Context switches because the system took the core away.
    pub involuntary: u64,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.cpu += other.cpu;
        self.voluntary += other.voluntary;
        self.involuntary += other.involuntary;
    }
}

impl From<Ended> for Usage {
    fn from(ended: Ended) -> Self {
        Self { cpu: ended.cpu, voluntary: ended.voluntary, involuntary: ended.involuntary }
    }
}

impl Usage {
    /// Reads what a live process has used; nothing if it is gone.
    ///
    /// Switches are those of the threads that are alive now.
    pub(super) fn of(process: Pid) -> Self {
        let time = clock_getcpuclockid(process).and_then(|clock| clock.now());
        let mut usage = Self {
            cpu: time.map_or(0.0, |time| time.tv_sec() as f64 + time.tv_nsec() as f64 * 1e-9),
            ..Self::default()
        };
        let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
        for status in threads.filter_map(|thread| fs::read_to_string(thread.path().join("status")).ok()) {
            usage.voluntary += counter(&status, "voluntary_ctxt_switches");
            usage.involuntary += counter(&status, "nonvoluntary_ctxt_switches");
        }
        usage
    }
}

/// Reads one counter of a `status` file.
fn counter(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_read_by_their_whole_name() {
        let status = "Name:\tx\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t3\n";
        assert_eq!(counter(status, "voluntary_ctxt_switches"), 12);
        assert_eq!(counter(status, "nonvoluntary_ctxt_switches"), 3);
        assert_eq!(counter(status, "Threads"), 0);
    }

    #[test]
    fn a_live_process_has_used_something() {
        let usage = Usage::of(Pid::this());
        assert!(usage.cpu > 0.0 && usage.voluntary + usage.involuntary > 0, "{usage:?}");
    }
}
