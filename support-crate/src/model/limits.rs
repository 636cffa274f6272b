//! How many threads the system lets this process have, and which limit it was that ended the number.

use std::fs::read_to_string;
use std::io;
use std::path::Path;

use nix::sys::resource::{Resource, getrlimit};

use crate::error::Error;
use crate::machine::MAPPINGS_A_THREAD;
use crate::workload::words;

/// Left free for everything else that the process will map.
const SPARE_MAPPINGS: usize = 1_000;

/// Refuses more threads than the system has mappings for. It has to be known before: where they run out inside a
/// new thread, std cannot but abort the whole process.
pub(super) fn check_mappings(threads: usize) -> Result<(), Error> {
    // Below this no system is known to be short of them, and counting takes time.
    if threads < 1_000 {
        return Ok(());
    }
    let Some(limit) = number("/proc/sys/vm/max_map_count") else { return Ok(()) };
    let used = read_to_string("/proc/self/maps").map_or(0, |maps| maps.lines().count());
    let most = limit.saturating_sub(used + SPARE_MAPPINGS) / MAPPINGS_A_THREAD;
    if threads <= most {
        return Ok(());
    }
    Err(Error::unavailable(format!(
        "Threads({threads}): a process may have {} mappings of memory (vm.max_map_count), and each thread takes \
         {MAPPINGS_A_THREAD}; ask for at most {} threads",
        words::count(limit),
        words::count(most)
    )))
}

/// The system's refusal of one more thread, with the limit that was met where it can be told.
pub(super) fn refused(started: usize, asked: usize, error: &io::Error) -> Error {
    Error::unavailable(format!(
        "Threads({asked}): the system refused one more after {} ({}); ask for fewer",
        words::counted(started, "thread", "threads"),
        reason(error)
    ))
}

/// What the system said, and the limit that was met where it can be told.
pub(super) fn reason(error: &dyn std::fmt::Display) -> String {
    limit_met().map_or_else(|| error.to_string(), |limit| format!("{error}: {limit}"))
}

/// The first limit on threads that is used up.
fn limit_met() -> Option<String> {
    let used_up = |name: &str, limit: usize| format!("{name} of {} is used up", words::count(limit));
    let here = read_to_string("/proc/self/cgroup").ok();
    let group = here.as_deref().and_then(|groups| groups.lines().find_map(|line| line.strip_prefix("0::/")));
    let root = Path::new("/sys/fs/cgroup");
    for folder in
        root.join(group.unwrap_or_default()).ancestors().take_while(|folder| folder.starts_with(root))
    {
        if let (Some(limit), Some(now)) =
            (number(folder.join("pids.max")), number(folder.join("pids.current")))
            && now >= limit
        {
            return Some(used_up("this container's limit (pids.max)", limit));
        }
    }
    // "running/all" threads of the whole system.
    let load = read_to_string("/proc/loadavg").ok()?;
    let all: usize = load.split(' ').nth(3)?.split('/').nth(1)?.parse().ok()?;
    for (file, name) in [
        ("pid_max", "the system's limit (kernel.pid_max)"),
        ("threads-max", "the system's limit (kernel.threads-max)"),
    ] {
        // Some numbers are never given out, and others come and go meanwhile.
        if let Some(limit) =
            number(Path::new("/proc/sys/kernel").join(file)).filter(|limit| all + 400 >= *limit)
        {
            return Some(used_up(name, limit));
        }
    }
    let (user, _) = getrlimit(Resource::RLIMIT_NPROC).ok()?;
    (user as usize <= all + 400).then(|| used_up("this user's limit (ulimit -u)", user as usize))
}

fn number(file: impl AsRef<Path>) -> Option<usize> {
    read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_how_far_it_came_and_what_to_do() {
        let error = io::Error::from_raw_os_error(nix::errno::Errno::EAGAIN as i32);
        let sentence = refused(1_312, 5_000, &error).to_string();
        assert!(sentence.starts_with("Threads(5000): the system refused one more after 1,312 threads ("));
        assert!(sentence.ends_with("; ask for fewer"));
    }

    #[test]
    fn few_threads_are_always_let_through() {
        assert!(check_mappings(40).is_ok());
        if number("/proc/sys/vm/max_map_count").is_some_and(|limit| limit < 400_000) {
            assert!(check_mappings(100_000).unwrap_err().to_string().contains("max_map_count"));
        }
    }
}
