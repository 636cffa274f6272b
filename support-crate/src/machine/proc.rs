//! Numbers in the text files by which the kernel tells of itself.

use std::fs;
use std::path::Path;

/// The number that a file says alone.
pub(super) fn number(path: impl AsRef<Path>) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// The number that a text says behind this name, at the beginning of a line.
pub(crate) fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
}

/// The same of sizes, which are said in KiB, in bytes.
pub(crate) fn size_in(text: &str, name: &str) -> Option<u64> {
    Some(1024 * field(text, name)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_by_their_whole_name() {
        let text =
            "5641-7ffe ---p 0000 00:00 0 [rollup]\nRss:    1696 kB\nPss:     333 kB\nPss_Dirty: 1 kB\n";
        assert_eq!(size_in(text, "Pss:"), Some(333 * 1024));
        assert_eq!(size_in("Rss: 1 kB\n", "Pss:"), None);
        let text = "nr_throttled 1\nthrottled_usec 2500\n";
        assert_eq!(field(text, "throttled_usec"), Some(2_500));
    }
}
