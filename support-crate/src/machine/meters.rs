//! Meters read before and after a run: processor time, context switches, foreign load, throttling.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

use super::cgroup::Group;
use super::cores::cores;
use super::proc::field;
use crate::format;

/// What this process and its children have used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Seconds of processor time, user and system.
    pub cpu: f64,
    /// Voluntary context switches: a thread waited.
    pub voluntary: u64,
    /// Involuntary context switches: the system took the core away.
    pub involuntary: u64,
    /// Seconds for which the calling thread was ready to run and had no core (`schedstat` in `/proc`); 0 where the system does
    /// not tell.
    pub queued: f64,
}

impl Usage {
    /// What this process, its children that ended, and the living workers named here have used so far; the context
    /// switches of a thread that only waits can be left out.
    pub fn now(workers: &[u32], waiting: Option<Pid>) -> Self {
        let mut total = Self { queued: queued(), ..Self::default() };
        for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
            let Ok(usage) = getrusage(who) else { continue };
            total.cpu += seconds(usage.user_time()) + seconds(usage.system_time());
            total.voluntary += usage.voluntary_context_switches() as u64;
            total.involuntary += usage.involuntary_context_switches() as u64;
        }
        for &pid in workers {
            total.cpu += cpu_of(pid).unwrap_or(0.0);
            for thread in threads_of(pid) {
                let Self { voluntary, involuntary, .. } = switches_in(&thread);
                total.voluntary += voluntary;
                total.involuntary += involuntary;
            }
        }
        let waited =
            waiting.map(|thread| switches_in(&Path::new("/proc/self/task").join(thread.to_string())));
        total.since(&waited.unwrap_or_default())
    }

    /// What was used between `earlier` and `self`; a worker that ended in between cannot make it negative.
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            cpu: (self.cpu - earlier.cpu).max(0.0),
            voluntary: self.voluntary.saturating_sub(earlier.voluntary),
            involuntary: self.involuntary.saturating_sub(earlier.involuntary),
            queued: (self.queued - earlier.queued).max(0.0),
        }
    }
}

fn seconds(time: TimeVal) -> f64 {
    time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6
}

fn queued() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_ascii_whitespace().nth(1).and_then(|field| field.parse::<f64>().ok());
    nanoseconds.map_or(0.0, |nanoseconds| nanoseconds / 1e9)
}

/// Seconds of processor time of a living process, to the nanosecond.
fn cpu_of(pid: u32) -> Option<f64> {
    let time = clock_getcpuclockid(Pid::from_raw(pid as i32)).ok()?.now().ok()?;
    Some(time.tv_sec() as f64 + time.tv_nsec() as f64 / 1e9)
}

/// The folders in `/proc` of the threads of a process; none once it has ended.
fn threads_of(pid: u32) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten().map(|thread| thread.path())
}

/// Context switches of a thread, by its folder; none once it has ended.
fn switches_in(thread: &Path) -> Usage {
    let status = fs::read_to_string(thread.join("status")).unwrap_or_default();
    let value = |name| field(&status, name).unwrap_or(0);
    let [voluntary, involuntary] = ["voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"].map(value);
    Usage { voluntary, involuntary, ..Usage::default() }
}

/// Work of others on this machine, and throttling, between two readings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pressure {
    /// Seconds of processor time that others used, on all cores together.
    pub foreign: f64,
    /// Seconds for which the control group was held back.
    pub throttled: f64,
}

impl Pressure {
    /// The share of the time of all cores that others had, in so long.
    pub(crate) fn foreign_share(self, took: Duration) -> f64 {
        self.foreign / (took.as_secs_f64() * cores() as f64)
    }
}

/// That others had such a share of the cores, where it matters.
pub(crate) fn crowded(share: f64) -> String {
    const MATTERS: f64 = 0.1;
    let (told, cores) = (format::percent(share.min(1.0)), format::plural(cores() as u64, "core"));
    match share > MATTERS {
        true => format!(
            "Other work on this machine took about {told} of the time of {cores}: close what else is running and run the cell again."
        ),
        false => String::new(),
    }
}

/// Reads [`Pressure`] between two moments.
#[derive(Debug)]
pub struct Meter {
    group: Group,
    busy: f64,
    own: f64,
    throttled: f64,
}

impl Meter {
    /// Starts reading now.
    pub fn start() -> Self {
        let group = Group::here();
        let throttled = group.throttled();
        Self { busy: busy(), own: own_cpu(), throttled, group }
    }

    /// What happened since the start or the last reading.
    pub fn read(&mut self) -> Pressure {
        let (busy, own, throttled) = (busy(), own_cpu(), self.group.throttled());
        let pressure = Pressure {
            foreign: (busy - self.busy - (own - self.own).max(0.0)).max(0.0),
            throttled: (throttled - self.throttled).max(0.0),
        };
        (self.busy, self.own, self.throttled) = (busy, own, throttled);
        pressure
    }
}

/// Seconds that all cores together were busy since boot, time taken by other guests of a virtual machine
/// included (`/proc/stat`, in ticks of usually 10 ms); 0 where the system does not tell.
fn busy() -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields = text.lines().next().unwrap_or_default().split_whitespace().skip(1);
    let ticks: Vec<f64> = fields.filter_map(|field| field.parse().ok()).collect();
    // user nice system idle iowait irq softirq steal; guest time is part of user time already.
    let busy: f64 = [0, 1, 2, 5, 6, 7].iter().filter_map(|&field| ticks.get(field)).sum();
    let per_second = nix::unistd::sysconf(nix::unistd::SysconfVar::CLK_TCK).ok().flatten().unwrap_or(100);
    busy / per_second as f64
}

/// Seconds of processor time of this process and everything it started that still lives or was waited for.
fn own_cpu() -> f64 {
    Usage::now(&family(), None).cpu
}

/// The children of this process, and theirs, that live.
pub(crate) fn family() -> Vec<u32> {
    let mut family = Vec::new();
    descendants(std::process::id(), &mut family);
    family
}

fn descendants(pid: u32, found: &mut Vec<u32>) {
    for thread in threads_of(pid) {
        let children = fs::read_to_string(thread.join("children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|text| text.parse().ok()) {
            found.push(child);
            descendants(child, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;
    use std::time::{Duration, Instant};

    fn spin(time: Duration) {
        let start = Instant::now();
        while start.elapsed() < time {
            black_box(0);
        }
    }

    #[test]
    fn computing_is_charged_and_waiting_is_counted() {
        let before = Usage::now(&[], None);
        spin(Duration::from_millis(20));
        std::thread::sleep(Duration::from_millis(1));
        let used = Usage::now(&[], None).since(&before);
        assert!(used.cpu > 0.001, "{used:?}");
        assert!(used.voluntary >= 1, "{used:?}");
    }

    #[test]
    fn a_living_process_can_be_read_and_an_ended_one_counts_nothing() {
        assert!(cpu_of(std::process::id()).is_some_and(|cpu| cpu > 0.0));
        assert!(threads_of(std::process::id()).count() > 0);
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let pid = child.id();
        child.wait().unwrap();
        assert_eq!(threads_of(pid).count(), 0);
    }

    #[test]
    fn who_shares_a_core_stands_in_the_queue() {
        let runs = || {
            std::thread::scope(|scope| {
                scope.spawn(|| spin(Duration::from_millis(60)));
                let before = Usage::now(&[], None);
                spin(Duration::from_millis(60));
                Usage::now(&[], None).since(&before).queued
            })
        };
        let queued = crate::machine::on_cores([crate::machine::first_core()], runs).unwrap();
        assert!(queued > 0.005, "ready without a core for {queued} s of 0.06");
    }

    #[test]
    fn an_earlier_reading_larger_than_the_later_gives_zero() {
        let earlier = Usage { cpu: 2.0, voluntary: 5, involuntary: 5, queued: 0.5 };
        assert_eq!(Usage::default().since(&earlier), Usage::default());
    }

    #[test]
    fn own_work_is_no_pressure_and_the_work_of_others_is() {
        // Others are told apart by what is not charged to this process: a meter that begins with too much of its own
        // sees none, one that begins with too little sees it all.
        let busy =
            |own: f64| Meter { busy: 0.0, own: own_cpu() + own, throttled: 0.0, group: Group::default() };
        let all = super::busy();
        let seen = busy(0.0).read().foreign;
        assert!(seen > 0.0 && seen <= all + 1.0, "{seen} of {all}");
        let mut calm = busy(-2.0 * all);
        assert_eq!(calm.read().foreign, 0.0, "more of its own than the whole machine was busy");
    }

    #[test]
    fn the_switches_of_a_thread_that_waits_are_left_out() {
        let waiting = std::thread::spawn(|| {
            let here = nix::unistd::gettid();
            (0..50).for_each(|_| std::thread::sleep(Duration::from_micros(50)));
            let Usage { voluntary, .. } = switches_in(&Path::new("/proc/self/task").join(here.to_string()));
            let gap = Usage::now(&[], None).voluntary - Usage::now(&[], Some(here)).voluntary;
            (voluntary, gap)
        });
        let (voluntary, gap) = waiting.join().unwrap();
        assert!(voluntary >= 50, "{voluntary}");
        // Other tests of this process go on between the two readings, and only add to the second.
        assert!(gap <= voluntary, "{gap} left out of {voluntary}");
    }
}
