//! The control group: how much processor time and memory it grants, and how long it held us back.
//!
//! Format of the files: the Linux kernel's documents "Control Group v2" and, for machines that still mount a hierarchy for each
//! controller, "Control Groups version 1".

use std::fs;
use std::path::{Path, PathBuf};

use super::proc::{field, number};

/// The folders of our control groups, innermost first, up to each root: a limit set on any of them binds us.
#[derive(Debug, Default)]
pub(crate) struct Group(Vec<PathBuf>);

impl Group {
    /// The control groups of this process.
    pub(crate) fn here() -> Self {
        let membership = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        Self::below(Path::new("/sys/fs/cgroup"), &membership)
    }

    /// From where groups are mounted and the text of `/proc/self/cgroup`, which names no controllers for version 2. Where a
    /// container shows only a part of the hierarchy, folders above or beside it are not there, and the root is the container's.
    fn below(root: &Path, membership: &str) -> Self {
        let mut folders = Vec::new();
        for line in membership.lines() {
            let Some((controllers, path)) = line.split_once(':').and_then(|(_, rest)| rest.split_once(":/"))
            else {
                continue;
            };
            let root = root.join(controllers);
            let innermost = root.join(path);
            folders
                .extend(innermost.ancestors().take_while(|at| at.starts_with(&root)).map(Path::to_path_buf));
        }
        Self(folders)
    }

    fn texts(&self, file: &'static str) -> impl Iterator<Item = String> {
        self.0.iter().filter_map(move |folder| fs::read_to_string(folder.join(file)).ok())
    }

    fn numbers(&self, file: &'static str) -> impl Iterator<Item = f64> {
        self.texts(file).filter_map(|text| text.trim().parse().ok())
    }

    /// Cores' worth of time granted; the tightest limit on the way up counts.
    pub(crate) fn quota(&self) -> Option<f64> {
        let share = |text: String| {
            let (quota, period) = text.trim().split_once(' ')?;
            Some(quota.parse::<f64>().ok()? / period.parse::<f64>().ok()?)
        };
        let of_version_1 = self.numbers("cpu.cfs_quota_us").zip(self.numbers("cpu.cfs_period_us"));
        let shares =
            self.texts("cpu.max").filter_map(share).chain(of_version_1.map(|(quota, period)| quota / period));
        shares.filter(|share| *share > 0.0).reduce(f64::min)
    }

    /// Memory granted, in bytes; `None` without a limit, which version 1 says by a number beyond all memory.
    pub(crate) fn memory_limit(&self) -> Option<u64> {
        let limits = self.numbers("memory.max").chain(self.numbers("memory.limit_in_bytes"));
        limits.filter(|limit| *limit < 2f64.powi(60)).reduce(f64::min).map(|limit| limit as u64)
    }

    /// Processes and threads granted, and how many there are; `None` without a limit.
    pub(crate) fn pids(&self) -> Option<(u64, u64)> {
        let limit =
            |folder: &PathBuf| Some((number(folder.join("pids.max"))?, number(folder.join("pids.current"))?));
        self.0.iter().filter_map(limit).min_by_key(|(allowed, used)| allowed.saturating_sub(*used))
    }

    /// Seconds for which the group was held back so far; 0 where nothing tells.
    pub(crate) fn throttled(&self) -> f64 {
        let seconds = |text: String| {
            let in_parts = |name, parts: f64| Some(field(&text, name)? as f64 / parts);
            in_parts("throttled_usec", 1e6).or_else(|| in_parts("throttled_time", 1e9))
        };
        self.texts("cpu.stat").filter_map(seconds).fold(0.0, f64::max)
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
    fn groups_of_version_1_bind_too() {
        let root = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
        write("cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        write("cpu,cpuacct/half/cpu.cfs_quota_us", "50000\n");
        write("cpu,cpuacct/half/cpu.cfs_period_us", "100000\n");
        write("cpu,cpuacct/half/cpu.stat", "nr_throttled 3\nthrottled_time 2500000000\n");
        write("memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("memory/box/memory.limit_in_bytes", "536870912\n");
        let group = Group::below(root.path(), "5:cpu,cpuacct:/half\n4:memory:/box\n1:name=systemd:/\n0::/\n");
        assert_eq!(group.quota(), Some(0.5));
        assert_eq!(group.throttled(), 2.5);
        assert_eq!(group.memory_limit(), Some(512 << 20));
    }

    #[test]
    fn nothing_readable_means_no_limit() {
        let group = Group::below(Path::new("/no/such/folder"), "0::/docker/abc\n");
        assert_eq!((group.quota(), group.memory_limit(), group.throttled()), (None, None, 0.0));
    }
}
