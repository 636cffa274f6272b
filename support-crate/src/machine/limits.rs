//! How many threads one process can have here, and what sets that limit.

use std::fs;

use nix::sys::resource::{Resource, getrlimit};

use super::cgroup::Group;
use super::identity::memory_available;
use crate::format;

/// Bytes a waiting thread is reckoned to need: its kernel stack, the touched part of its own, and bookkeeping.
const THREAD_BYTES: u64 = 40 * 1024;

/// What bounds the number of threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadLimit {
    /// Threads that can be added to this process before the limit is met.
    pub left: usize,
    /// What sets it, in words: "vm.max_map_count allows 65,530 mappings in a process, and a thread takes two".
    pub name: String,
    /// Others on this machine draw from the same supply: do not use it up.
    pub shared: bool,
}

/// The tightest limit on threads; `None` where the system tells of none.
pub fn thread_limit() -> Option<ThreadLimit> {
    limits().into_iter().min_by_key(|limit| limit.left)
}

fn limits() -> Vec<ThreadLimit> {
    let number = |path: &str| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let mut limits = Vec::new();
    let mut add = |allowed: u64, used: u64, name: String, shared: bool| {
        limits.push(ThreadLimit { left: allowed.saturating_sub(used) as usize, name, shared });
    };
    if let Some(maps) = number("/proc/sys/vm/max_map_count") {
        let used = fs::read_to_string("/proc/self/maps").map_or(0, |text| text.lines().count() as u64);
        let name = format!(
            "vm.max_map_count allows {} mappings in a process, and a thread takes two",
            format::count(maps)
        );
        add(maps / 2, used / 2, name, false);
    }
    let running = threads_running();
    if let Some(threads) = number("/proc/sys/kernel/threads-max") {
        add(
            threads,
            running,
            format!("kernel.threads-max allows {} threads on this machine", format::count(threads)),
            true,
        );
    }
    if let Some(ids) = number("/proc/sys/kernel/pid_max") {
        add(
            ids,
            running,
            format!("kernel.pid_max allows {} processes and threads on this machine", format::count(ids)),
            true,
        );
    }
    if let Some((allowed, used)) = Group::here().pids() {
        add(
            allowed,
            used,
            format!("the control group allows {} processes and threads (pids.max)", format::count(allowed)),
            true,
        );
    }
    if let Ok((soft, _)) = getrlimit(Resource::RLIMIT_NPROC)
        && soft < 1 << 40
    {
        add(
            soft,
            running,
            format!("this user may have {} processes and threads (ulimit -u)", format::count(soft)),
            true,
        );
    }
    let memory = memory_available();
    let name = format!(
        "{} of memory are free, and a thread needs about {}",
        format::bytes(memory as f64),
        format::bytes(THREAD_BYTES as f64)
    );
    add(memory / THREAD_BYTES, 0, name, true);
    limits
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
    fn the_tightest_limit_is_named() {
        let limit = thread_limit().expect("Linux tells of some limit");
        assert!(limit.left > 0);
        assert!(limits().iter().all(|other| other.left >= limit.left || other.left > limit.left / 2));
        assert!(limit.name.contains(|letter: char| letter.is_ascii_digit()), "{}", limit.name);
    }
}
