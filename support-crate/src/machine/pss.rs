//! Memory in use, with pages that processes share divided among them.

use std::fs;

use super::proc::size_in;

/// Bytes that this process and the `others` take now, as proportional set size: a page shared by n processes counts
/// 1/n in each. One of the others that has ended takes none; `None` where the system does not tell.
///
/// Source: `/proc/self/smaps_rollup` (Linux 4.14).
pub fn memory_in_use(others: &[u32]) -> Option<u64> {
    let of =
        |process: &str| size_in(&fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?, "Pss:");
    Some(of("self")? + others.iter().filter_map(|pid| of(&pid.to_string())).sum::<u64>())
}

/// Bytes that the kernel takes for all processes together: the stacks of threads, page tables, and slab (its records of
/// everything else). `None` where the system does not tell.
///
/// Source: `/proc/meminfo`. Counters of each core are added now and then, so that a single reading is off by up to some
/// hundred KiB.
pub fn kernel_memory() -> [Option<u64>; 3] {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    ["KernelStack:", "PageTables:", "Slab:"].map(|name| size_in(&text, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touched_memory_is_seen() {
        // In a child: other tests allocate and free in this process meanwhile.
        let child = crate::process::fork(|| {
            let before = memory_in_use(&[]).unwrap();
            let block = vec![1u8; 32 << 20];
            let after = memory_in_use(&[]).unwrap();
            assert_eq!(block[block.len() - 1], 1);
            (before, after)
        });
        let (before, after) = child.join().unwrap();
        assert!(after > before + (24 << 20), "{before} -> {after}");
    }
}
