//! Tells a process that can never go on from one that waits.
//!
//! In a forked child the threads of the parent's pools and runtimes do not exist, nor will any thread ever release
//! the locks they held: using one waits for ever. Such a wait can be proved from outside. When *every* thread of a
//! process sleeps in a futex wait without a time limit, on memory of its own, no thread is left that could wake
//! another. Seen twice, with no thread having run in between, that is a deadlock.
//!
//! What it cannot see: a process that keeps one thread alive (a timer, an open connection), and systems that
//! forbid a parent to look into `/proc/<pid>`. There, [`join_within`](crate::Handle::join_within) is the way.

use std::collections::BTreeSet;
use std::fs;

use nix::unistd::Pid;

/// Every thread of a process asleep for good, as far as one look can tell: of each its number, its system call with
/// arguments, stack and program counter, and how often it was taken off a core. Equal at two looks if none has run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asleep(BTreeSet<[String; 3]>);

impl Asleep {
    /// Looks at all threads of a process; `None` if any of them may go on.
    pub fn look(process: Pid) -> Option<Self> {
        let root = format!("/proc/{process}");
        // One file decides nearly always.
        endless_wait(&fs::read_to_string(format!("{root}/syscall")).ok()?)?;
        let mut threads = BTreeSet::new();
        let maps = fs::read_to_string(format!("{root}/maps")).ok()?;
        for entry in fs::read_dir(format!("{root}/task")).ok()? {
            let id = entry.ok()?.file_name().into_string().ok()?;
            let call = fs::read_to_string(format!("{root}/task/{id}/syscall")).ok()?;
            let address = endless_wait(&call)?;
            // Memory that another process can reach: it may be woken from there.
            if maps.lines().find_map(|line| shared(line, address))? {
                return None;
            }
            let status = fs::read_to_string(format!("{root}/task/{id}/status")).ok()?;
            let switches = status.lines().filter(|line| line.contains("ctxt_switches")).collect();
            threads.insert([id, call, switches]);
        }
        Some(Self(threads))
    }
}

/// Reads a line of `/proc/<pid>/syscall`: number, six arguments, stack, program counter. The address of a futex wait
/// without a time limit; `None` for any other call.
fn endless_wait(line: &str) -> Option<u64> {
    let mut words = line.split_whitespace();
    if words.next()?.parse() != Ok(libc::SYS_futex) {
        return None;
    }
    let mut argument = || u64::from_str_radix(words.next()?.trim_start_matches("0x"), 16).ok();
    let (address, operation, _value, limit) = (argument()?, argument()?, argument()?, argument()?);
    let flags = (libc::FUTEX_PRIVATE_FLAG | libc::FUTEX_CLOCK_REALTIME) as u64;
    let waits = [libc::FUTEX_WAIT, libc::FUTEX_WAIT_BITSET].map(|wait| wait as u64);
    (waits.contains(&(operation & !flags)) && limit == 0).then_some(address)
}

/// Reads a line of `/proc/<pid>/maps`; `None` if the address lies elsewhere.
fn shared(line: &str, address: u64) -> Option<bool> {
    let mut words = line.split_whitespace();
    let (from, to) = words.next()?.split_once('-')?;
    let range = u64::from_str_radix(from, 16).ok()?..u64::from_str_radix(to, 16).ok()?;
    range.contains(&address).then_some(words.next()?.ends_with('s'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(operation: i32, limit: u64) -> String {
        format!("{} 0x7f00 {operation:#x} 0x2 {limit:#x} 0x0 0xffffffff 0x7ffe 0x7f01\n", libc::SYS_futex)
    }

    #[test]
    fn only_a_futex_wait_without_limit_counts() {
        let private = libc::FUTEX_PRIVATE_FLAG;
        assert_eq!(endless_wait(&line(libc::FUTEX_WAIT_BITSET | private, 0)), Some(0x7f00));
        assert_eq!(endless_wait(&line(libc::FUTEX_WAIT, 0)), Some(0x7f00));
        assert_eq!(endless_wait(&line(libc::FUTEX_WAIT | private, 0x7ffe)), None);
        assert_eq!(endless_wait(&line(libc::FUTEX_WAKE | private, 0)), None);
        assert_eq!(endless_wait("running\n"), None);
        assert_eq!(endless_wait("0 0x0 0x7f 0x2 0x0 0x0 0x0 0x7ffe 0x7f01"), None);
    }

    #[test]
    fn memory_of_several_processes_is_told_from_private_memory() {
        let private = "7f0000000000-7f0000002000 rw-p 00000000 00:00 0";
        let shared_map = "7f0000000000-7f0000002000 rw-s 00000000 00:01 7 /memfd:x";
        assert_eq!(shared(private, 0x7f00_0000_1000), Some(false));
        assert_eq!(shared(shared_map, 0x7f00_0000_1000), Some(true));
        assert_eq!(shared(private, 0x7f00_0000_2000), None);
    }

    #[test]
    fn a_process_that_runs_is_not_asleep() {
        assert_eq!(Asleep::look(Pid::this()), None);
    }
}
