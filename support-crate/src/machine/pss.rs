//! Memory in use, with pages that processes share divided among them.

use std::fs;

use serde::{Deserialize, Serialize};

/// Memory that a process takes at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footprint {
    /// Bytes.
    pub bytes: u64,
    /// `true`: proportional set size, in which a page shared by n processes counts 1/n in each;
    /// `false`: resident size, in which it counts in full, since the system tells no more.
    pub proportional: bool,
}

impl Footprint {
    /// What the figure is, in words.
    pub fn measure(&self) -> &'static str {
        if self.proportional { "proportional set size" } else { "resident size" }
    }
}

/// Memory this process takes now; `None` where the system does not tell.
///
/// Source: `/proc/self/smaps_rollup` (Linux 4.14), else `/proc/self/statm`.
pub fn footprint() -> Option<Footprint> {
    read("self")
}

/// Memory the process with this id takes now; `None` when it has ended or the system does not tell.
pub fn footprint_of(pid: u32) -> Option<Footprint> {
    read(&pid.to_string())
}

fn read(process: &str) -> Option<Footprint> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok();
    if let Some(bytes) = rollup.and_then(|text| pss_in(&text)) {
        return Some(Footprint { bytes, proportional: true });
    }
    let statm = fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    let pages: u64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(Footprint { bytes: pages * page_size(), proportional: false })
}

fn pss_in(rollup: &str) -> Option<u64> {
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

fn page_size() -> u64 {
    nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE).ok().flatten().map_or(4096, |size| size as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proportional_size_is_taken_from_the_rollup() {
        let text =
            "5641-7ffe ---p 0000 00:00 0 [rollup]\nRss:    1696 kB\nPss:     333 kB\nPss_Dirty: 1 kB\n";
        assert_eq!(pss_in(text), Some(333 * 1024));
        assert_eq!(pss_in("Rss: 1 kB\n"), None);
    }

    #[test]
    fn touched_memory_is_seen() {
        // In a child: other tests allocate and free in this process meanwhile.
        let child = crate::process::fork(|| {
            let before = footprint().unwrap().bytes;
            let block = vec![1u8; 32 << 20];
            let after = footprint().unwrap().bytes;
            assert_eq!(block[block.len() - 1], 1);
            (before, after)
        });
        let (before, after) = child.join().unwrap();
        assert!(after > before + (24 << 20), "{before} -> {after}");
    }
}
