//! How many threads one process can have here, and what sets that limit.

use std::fs;

use nix::sys::resource::{Resource, getrlimit};

use super::cgroup::Group;
use super::identity::memory_available;
use super::proc::number;
use crate::format;

/// Mappings of memory that a thread takes: its stack, the stack that std gives it for signals, and a guard below each.
const MAPPINGS_A_THREAD: u64 = 4;
/// Bytes a waiting thread is reckoned to need: its kernel stack, the touched part of its own, and bookkeeping.
const THREAD_BYTES: u64 = 40 * 1024;

/// What bounds the number of threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadLimit {
    /// Threads that can be added to this process before the limit is met.
    pub left: usize,
    /// What sets it, in words: "vm.max_map_count allows 65,530 mappings in a process, and a thread takes 4".
    pub name: String,
    /// Others on this machine draw from the same supply: do not use it up.
    pub shared: bool,
}

/// The tightest limit on threads; `None` where the system tells of none.
pub fn thread_limit() -> Option<ThreadLimit> {
    limits().into_iter().min_by_key(|limit| limit.left)
}

/// The limit by mappings of memory, which this process has for itself.
pub(crate) fn by_mappings() -> Option<ThreadLimit> {
    let most = number("/proc/sys/vm/max_map_count")?;
    let used = fs::read_to_string("/proc/self/maps").map_or(0, |text| text.lines().count() as u64);
    let name = format!(
        "vm.max_map_count allows {} mappings in a process, and a thread takes {MAPPINGS_A_THREAD}",
        format::count(most)
    );
    Some(ThreadLimit { left: (most.saturating_sub(used) / MAPPINGS_A_THREAD) as usize, name, shared: false })
}

fn limits() -> Vec<ThreadLimit> {
    let (running, group) = (threads_running(), Group::here().pids());
    let shared = |most: Option<u64>, used: u64, name: &str| {
        let name = name.replace('%', &format::count(most?));
        Some(ThreadLimit { left: most?.saturating_sub(used) as usize, name, shared: true })
    };
    let user = getrlimit(Resource::RLIMIT_NPROC).ok().map(|(soft, _)| soft).filter(|soft| *soft < 1 << 40);
    let threads = number("/proc/sys/kernel/threads-max");
    let numbers = number("/proc/sys/kernel/pid_max");
    let (granted, used) = group.unzip();
    let free = memory_available();
    let name = format!(
        "{} of memory are free, and a thread needs about {}",
        format::bytes(free as f64),
        format::bytes(THREAD_BYTES as f64)
    );
    let memory = ThreadLimit { left: (free / THREAD_BYTES) as usize, name, shared: true };
    let limits = [
        by_mappings(),
        shared(threads, running, "kernel.threads-max allows % threads on this machine"),
        shared(numbers, running, "kernel.pid_max allows % processes and threads on this machine"),
        shared(granted, used.unwrap_or(0), "the control group allows % processes and threads (pids.max)"),
        shared(user, running, "this user may have % processes and threads (ulimit -u)"),
        Some(memory),
    ];
    limits.into_iter().flatten().collect()
}

/// Threads of all processes together; 0 where the system does not tell.
fn threads_running() -> u64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let field = text.split_whitespace().nth(3).and_then(|field| field.split_once('/'));
    field.and_then(|(_, total)| total.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_limit_is_the_one_that_is_named() {
        let limits = limits();
        let tightest = limits.iter().map(|limit| limit.left).min().expect("Linux tells of some limit");
        // Free memory and running threads change between two readings, the limits themselves do not.
        let named = thread_limit().expect("Linux tells of some limit");
        let same = |limit: &&ThreadLimit| limit.name.split(' ').next() == named.name.split(' ').next();
        assert!(limits.iter().filter(same).any(|limit| limit.left < 2 * tightest), "{named:?} of {limits:?}");
        assert!(limits.iter().any(|limit| limit.name.starts_with("vm.max_map_count") && !limit.shared));
    }

    #[test]
    fn a_thread_takes_as_many_mappings_as_is_said() {
        const THREADS: usize = 200;
        // In a child: other tests map and unmap in this process meanwhile.
        let child = crate::process::fork(|| {
            let mappings = || fs::read_to_string("/proc/self/maps").map_or(0, |maps| maps.lines().count());
            let before = mappings();
            let barrier = std::sync::Barrier::new(THREADS + 1);
            std::thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| (barrier.wait(), barrier.wait()));
                }
                barrier.wait();
                let added = mappings() - before;
                barrier.wait();
                added
            })
        });
        let each = child.join().unwrap() as f64 / THREADS as f64;
        assert!((each - MAPPINGS_A_THREAD as f64).abs() < 0.5, "{each} mappings a thread");
    }
}
