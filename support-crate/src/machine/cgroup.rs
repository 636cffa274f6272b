//! The control group: how much processor time and memory it grants, and how long it held us back.
//!
//! Both editions are read: v2 (`cpu.max`, `memory.max`) and v1 (`cpu.cfs_quota_us`, `memory.limit_in_bytes`).
//! Format of the files: the Linux kernel's "Control Group v2" and "CFS Bandwidth Control" documents.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders of our control group, innermost first, up to the root of each hierarchy: a limit set on any of
/// them binds us.
#[derive(Debug, Default)]
pub(crate) struct Group {
    cpu: Vec<PathBuf>,
    memory: Vec<PathBuf>,
    pids: Vec<PathBuf>,
}

impl Group {
    /// The control group of this process.
    pub(crate) fn here() -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        Self::from_proc(&read("/proc/self/cgroup"), &read("/proc/self/mountinfo"))
    }

    /// From the texts of `/proc/self/cgroup` and `/proc/self/mountinfo`.
    fn from_proc(membership: &str, mounts: &str) -> Self {
        let mut group = Self::default();
        for line in membership.lines() {
            let mut fields = line.splitn(3, ':');
            let (Some(_), Some(controllers), Some(path)) = (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let unified = controllers.is_empty();
            let has = |name: &str| unified || controllers.split(',').any(|controller| controller == name);
            for name in ["cpu", "memory", "pids"] {
                if !has(name) {
                    continue;
                }
                let Some(mount) = find_mount(mounts, if unified { None } else { Some(name) }) else {
                    continue;
                };
                let folders = match name {
                    "cpu" => &mut group.cpu,
                    "memory" => &mut group.memory,
                    _ => &mut group.pids,
                };
                folders.extend(mount.folders(path));
            }
        }
        group
    }

    /// Cores' worth of time granted; the tightest limit on the way up counts.
    pub(crate) fn quota(&self) -> Option<f64> {
        self.cpu.iter().filter_map(|folder| quota_in(folder)).reduce(f64::min)
    }

    /// Memory granted, in bytes; `None` without a limit.
    pub(crate) fn memory_limit(&self) -> Option<u64> {
        let limit = |folder: &PathBuf| {
            number(&folder.join("memory.max")).or_else(|| number(&folder.join("memory.limit_in_bytes")))
        };
        // Version 1 writes "no limit" as the largest multiple of the page size.
        self.memory.iter().filter_map(limit).filter(|&bytes| bytes < 1 << 60).min()
    }

    /// Processes and threads granted, and how many there are; `None` without a limit.
    pub(crate) fn pids(&self) -> Option<(u64, u64)> {
        let limit = |folder: &PathBuf| {
            Some((number(&folder.join("pids.max"))?, number(&folder.join("pids.current"))?))
        };
        self.pids.iter().filter_map(limit).min_by_key(|(allowed, used)| allowed.saturating_sub(*used))
    }

    /// Seconds for which the group was held back so far (`cpu.stat`); 0 where nothing tells.
    pub(crate) fn throttled(&self) -> f64 {
        self.cpu.iter().filter_map(|folder| throttled_in(folder)).fold(0.0, f64::max)
    }
}

/// Where a hierarchy is mounted and which part of it.
struct Mount {
    root: String,
    point: PathBuf,
}

impl Mount {
    fn folders(&self, path: &str) -> Vec<PathBuf> {
        // Inside a container the mount may show only a part of the hierarchy; the path is then relative to it.
        let inner = path.strip_prefix(self.root.trim_end_matches('/')).unwrap_or("");
        let innermost = self.point.join(inner.trim_start_matches('/'));
        innermost
            .ancestors()
            .take_while(|folder| folder.starts_with(&self.point))
            .map(Path::to_path_buf)
            .collect()
    }
}

/// Finds the mount of a version 1 controller, or of version 2 for `None`.
fn find_mount(mounts: &str, controller: Option<&str>) -> Option<Mount> {
    mounts.lines().find_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let left: Vec<&str> = left.split(' ').collect();
        let right: Vec<&str> = right.split(' ').collect();
        let wanted = match controller {
            None => right.first() == Some(&"cgroup2"),
            Some(name) => {
                right.first() == Some(&"cgroup")
                    && right.last().is_some_and(|options| options.split(',').any(|option| option == name))
            }
        };
        wanted
            .then(|| Some(Mount { root: (*left.get(3)?).to_owned(), point: PathBuf::from(left.get(4)?) }))?
    })
}

fn quota_in(folder: &Path) -> Option<f64> {
    if let Ok(text) = fs::read_to_string(folder.join("cpu.max")) {
        let mut fields = text.split_whitespace();
        let quota: f64 = fields.next()?.parse().ok()?;
        let period: f64 = fields.next()?.parse().ok()?;
        return (period > 0.0).then_some(quota / period);
    }
    let read = |name| fs::read_to_string(folder.join(name)).ok()?.trim().parse::<f64>().ok();
    let (quota, period) = (read("cpu.cfs_quota_us")?, read("cpu.cfs_period_us")?);
    (quota > 0.0 && period > 0.0).then_some(quota / period)
}

fn throttled_in(folder: &Path) -> Option<f64> {
    let text = fs::read_to_string(folder.join("cpu.stat")).ok()?;
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(' ')?;
        let value: f64 = value.trim().parse().ok()?;
        match name {
            "throttled_usec" => Some(value / 1e6),
            "throttled_time" => Some(value / 1e9),
            _ => None,
        }
    })
}

fn number(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_2_limits_are_the_tightest_on_the_way_up() {
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
        let mounts = format!("30 23 0:26 / {} rw - cgroup2 cgroup2 rw\n", root.path().display());
        let group = Group::from_proc("0::/user/lab\n", &mounts);
        assert_eq!(group.quota(), Some(1.5));
        assert_eq!(group.memory_limit(), Some(1 << 30));
        assert_eq!(group.throttled(), 2.5);
        assert_eq!(group.pids(), Some((500, 120)));
    }

    #[test]
    fn version_1_limits_are_read_from_their_own_mounts() {
        let root = tempfile::tempdir().unwrap();
        let (cpu, memory) = (root.path().join("cpu"), root.path().join("memory"));
        fs::create_dir_all(&cpu).unwrap();
        fs::create_dir_all(memory.join("job")).unwrap();
        fs::write(cpu.join("cpu.cfs_quota_us"), "50000\n").unwrap();
        fs::write(cpu.join("cpu.cfs_period_us"), "100000\n").unwrap();
        fs::write(cpu.join("cpu.stat"), "nr_periods 9\nnr_throttled 1\nthrottled_time 1500000000\n").unwrap();
        fs::write(memory.join("memory.limit_in_bytes"), "9223372036854771712\n").unwrap();
        fs::write(memory.join("job/memory.limit_in_bytes"), "2048\n").unwrap();
        let mounts = format!(
            "32 31 0:29 / {} rw - cgroup cgroup rw,cpu,cpuacct\n36 31 0:33 / {} rw - cgroup cgroup rw,memory\n",
            cpu.display(),
            memory.display()
        );
        let group = Group::from_proc("5:memory:/job\n2:cpu,cpuacct:/\n", &mounts);
        assert_eq!(group.quota(), Some(0.5));
        assert_eq!(group.memory_limit(), Some(2048));
        assert_eq!(group.throttled(), 1.5);
    }

    #[test]
    fn a_mount_that_shows_part_of_the_hierarchy_is_followed() {
        let mount = Mount { root: "/docker/abc".to_owned(), point: PathBuf::from("/sys/fs/cgroup") };
        assert_eq!(mount.folders("/docker/abc/inner")[0], Path::new("/sys/fs/cgroup/inner"));
        assert_eq!(mount.folders("/docker/abc"), [Path::new("/sys/fs/cgroup")]);
        assert_eq!(mount.folders("/elsewhere"), [Path::new("/sys/fs/cgroup")]);
    }

    #[test]
    fn nothing_readable_means_no_limit() {
        let group = Group::from_proc("", "");
        assert_eq!((group.quota(), group.memory_limit(), group.throttled()), (None, None, 0.0));
    }
}
