//! A system that refuses another thread: the lane that asked for it fails in a sentence, everything else goes on.

use std::fs;
use std::os::unix::fs::MetadataExt;

use concurrency_lab::measure::compare;
use concurrency_lab::model::Model::{Sequential, Threads};
use concurrency_lab::process;
use concurrency_lab::workload::Waits;
use nix::sys::resource::{Resource, setrlimit};
use nix::unistd::{Uid, getuid, setuid};

/// The limit does not hold for root, so root becomes a user that nobody else is.
const NOBODY_ELSE: u32 = 61_234;

/// Threads of this process's user on the whole machine, which is what the limit counts.
fn threads_of_this_user() -> u64 {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let mine = processes.filter(|entry| entry.metadata().is_ok_and(|about| about.uid() == getuid().as_raw()));
    mine.filter_map(|entry| Some(fs::read_dir(entry.path().join("task")).ok()?.count() as u64)).sum()
}

#[test]
fn a_thread_that_the_system_refuses_fails_its_lane_alone() {
    let outcome = process::fork(|| {
        if getuid().is_root() {
            setuid(Uid::from_raw(NOBODY_ELSE)).unwrap();
        }
        let most = threads_of_this_user() + 40;
        setrlimit(Resource::RLIMIT_NPROC, most, most).unwrap();
        let waits = Waits { tasks: 200, wait: concurrency_lab::units::us(50) };
        let result = compare(waits).models([Sequential, Threads(200), Threads(4)]).rounds(3).run();
        let failures: Vec<_> = result.lanes.iter().map(|lane| lane.failure().map(str::to_owned)).collect();
        (failures, result.verdict().to_string())
    });
    let (failures, verdict) = outcome.join().unwrap();
    let refused: Vec<&String> = failures.iter().flatten().collect();
    assert_eq!(refused.len(), 1, "{failures:?}");
    assert!(refused[0].starts_with("Threads(200): the system refused one more after "), "{}", refused[0]);
    assert!(refused[0].ends_with("; ask for fewer"), "{}", refused[0]);
    assert!(verdict.contains("threads (200) failed: "), "{verdict}");
}
