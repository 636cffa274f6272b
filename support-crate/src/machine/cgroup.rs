//! The control group: how much processor time and memory it grants, and how long it held us back.
//!
//! Format of the files: the Linux kernel's "Control Group v2" document.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders of our control group, innermost first, up to the root: a limit set on any of them binds us.
#[derive(Debug, Default)]
pub(crate) struct Group(Vec<PathBuf>);

impl Group {
    /// The control group of this process.
    pub(crate) fn here() -> Self {
        let membership = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        Self::below(Path::new("/sys/fs/cgroup"), &membership)
    }

    /// From where groups are mounted and the text of `/proc/self/cgroup`. Where a container shows only a part of the
    /// hierarchy, folders above or beside it are not there, and the root is that of the container.
    fn below(root: &Path, membership: &str) -> Self {
        let path = membership.lines().find_map(|line| line.strip_prefix("0::/")).unwrap_or_default();
        let innermost = root.join(path);
        let folders = innermost.ancestors().take_while(|folder| folder.starts_with(root));
        Self(folders.map(Path::to_path_buf).collect())
    }

    fn texts(&self, file: &'static str) -> impl Iterator<Item = String> {
        self.0.iter().filter_map(move |folder| fs::read_to_string(folder.join(file)).ok())
    }

    /// Cores' worth of time granted; the tightest limit on the way up counts.
    pub(crate) fn quota(&self) -> Option<f64> {
        let quota = |text: String| {
            let (quota, period) = text.trim().split_once(' ')?;
            Some(quota.parse::<f64>().ok()? / period.parse::<f64>().ok()?)
        };
        self.texts("cpu.max").filter_map(quota).filter(|quota| *quota > 0.0).reduce(f64::min)
    }

    /// Memory granted, in bytes; `None` without a limit.
    pub(crate) fn memory_limit(&self) -> Option<u64> {
        self.texts("memory.max").filter_map(|text| text.trim().parse().ok()).min()
    }

    /// Processes and threads granted, and how many there are; `None` without a limit.
    pub(crate) fn pids(&self) -> Option<(u64, u64)> {
        let number = |path: PathBuf| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
        let limit =
            |folder: &PathBuf| Some((number(folder.join("pids.max"))?, number(folder.join("pids.current"))?));
        self.0.iter().filter_map(limit).min_by_key(|(allowed, used)| allowed.saturating_sub(*used))
    }

    /// Seconds for which the group was held back so far; 0 where nothing tells.
    pub(crate) fn throttled(&self) -> f64 {
        let micros = |text: String| {
            text.lines().find_map(|line| line.strip_prefix("throttled_usec ")?.trim().parse::<f64>().ok())
        };
        self.texts("cpu.stat").filter_map(micros).fold(0.0, f64::max) / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_the_tightest_on_the_way_up() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("user/lab");
        fs::create_dir_all(&inner).unwrap();
        fs::write(root.path().join("user/cpu.max"), "150000 100000\n").unwrap();
        fs::write(inner.join("cpu.max"), "max 100000\n").unwrap();
        fs::write(inner.join("memory.max"), "1073741824\n").unwrap();
        fs::write(inner.join("pids.max"), "max\n").unwrap();
        fs::write(root.path().join("user/pids.max"), "500\n").unwrap();
        fs::write(root.path().join("user/pids.current"), "120\n").unwrap();
        fs::write(inner.join("cpu.stat"), "usage_usec 5\nnr_throttled 2\nthrottled_usec 2500000\n").unwrap();
        let group = Group::below(root.path(), "1:name=systemd:/\n0::/user/lab\n");
        assert_eq!(group.quota(), Some(1.5));
        assert_eq!(group.memory_limit(), Some(1 << 30));
        assert_eq!(group.throttled(), 2.5);
        assert_eq!(group.pids(), Some((500, 120)));
    }

    #[test]
    fn nothing_readable_means_no_limit() {
        let group = Group::below(Path::new("/no/such/folder"), "0::/docker/abc\n");
        assert_eq!((group.quota(), group.memory_limit(), group.throttled()), (None, None, 0.0));
    }
}
