//! Processes come and go without a trace: no zombie, no descriptor, no memory. Alone in its program, so that nothing
//! else opens and closes things meanwhile.

use std::fs;
use std::time::Duration;

use subprocess::Workers;

#[derive(Debug, PartialEq)]
struct Left {
    descriptors: usize,
    threads: usize,
    children: String,
}

fn left() -> Left {
    let count = |folder| fs::read_dir(folder).unwrap().count();
    let me = std::process::id();
    let children =
        |thread: fs::DirEntry| fs::read_to_string(thread.path().join("children")).unwrap_or_default();
    Left {
        descriptors: count("/proc/self/fd"),
        threads: count("/proc/self/task"),
        children: fs::read_dir(format!("/proc/{me}/task")).unwrap().flatten().map(children).collect(),
    }
}

/// Memory of this process alone, in KiB.
fn memory() -> u64 {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let private = rollup.lines().filter_map(|line| line.strip_prefix("Private_Dirty:")).next().unwrap();
    private.trim().trim_end_matches(" kB").parse().unwrap()
}

fn fresh() -> Vec<String> {
    vec!["fresh".into()]
}

fn each_way() {
    assert_eq!(subprocess::fork(|| 1).join(), Ok(1));
    assert_eq!(subprocess::spawn(fresh).join(), Ok(fresh()));
    assert!(subprocess::fork(|| -> () { std::process::exit(1) }).join().is_err());
}

#[test]
fn a_thousand_processes_and_two_hundred_at_once_leave_nothing() {
    each_way();
    let before = left();

    for number in 0..1000 {
        assert_eq!(subprocess::fork(|| number).join(), Ok(number));
    }
    let steady = memory();
    for number in 0..1000 {
        assert_eq!(subprocess::fork(|| number).join(), Ok(number));
    }
    // A descriptor's worth of bookkeeping a process would be far more than this.
    assert!(memory() <= steady + 64, "{steady} KiB before, {} KiB after", memory());
    assert_eq!(left(), before);

    let at_once: Vec<_> = (0..200).map(|number| subprocess::fork(move || number)).collect();
    for (number, handle) in at_once.into_iter().enumerate() {
        assert_eq!(handle.join(), Ok(number));
    }
    for _ in 0..20 {
        each_way();
    }
    let mut pool = Workers::fork(20, |index| assert!(index != 3)).unwrap();
    assert_eq!(pool.run(40).iter().filter(|result| result.is_err()).count(), 1);
    drop(pool);
    assert_eq!(left(), before);

    // Handles that nobody joins.
    for _ in 0..50 {
        drop(subprocess::fork(|| vec![0u8; 1_000_000]));
    }
    let waited = (0..1000).any(|_| {
        std::thread::sleep(Duration::from_millis(5));
        left() == before
    });
    assert!(waited, "{:?} before, {:?} after", before, left());
}
