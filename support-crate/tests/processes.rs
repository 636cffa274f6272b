//! Processes as a reader uses them: answers, crashes, pools, and nothing left behind.

use std::time::Duration;

use concurrency_lab::process::{self, Crash, Workers};

fn lines() -> Vec<String> {
    (1..=3).map(|line| format!("line {line} of {}", std::process::id())).collect()
}

fn add((left, right): (u64, u64)) -> u64 {
    left + right
}

#[test]
fn answers_come_from_another_process() {
    let handle = process::spawn(lines);
    let pid = handle.pid();
    assert_eq!(handle.join().unwrap()[2], format!("line 3 of {pid}"));
    assert_eq!(process::spawn_with(add, (3, 4)).join(), Ok(7));
    let captured = vec![1u64; 1000];
    assert_eq!(process::fork(|| captured.iter().sum::<u64>()).join(), Ok(1000));
    assert_ne!(process::fork(std::process::id).join(), Ok(std::process::id()));
}

#[test]
fn five_crashes_are_told_apart() {
    assert_eq!(
        process::fork(|| -> () { panic!("no {}", "luck") }).join(),
        Err(Crash::Panicked("no luck".into()))
    );
    assert_eq!(
        process::fork(|| -> () { std::process::abort() }).join(),
        Err(Crash::Signalled(6, "SIGABRT".into()))
    );
    let killed = process::fork(|| std::thread::sleep(Duration::from_secs(60)));
    killed.kill();
    assert_eq!(killed.join(), Err(Crash::Signalled(9, "SIGKILL".into())));
    assert_eq!(process::fork(|| -> () { std::process::exit(3) }).join(), Err(Crash::Exited(3)));
    let limit = Duration::from_millis(20);
    let slow = process::fork(|| std::thread::sleep(Duration::from_secs(60)));
    assert_eq!(slow.join_within(limit), Err(Crash::TimedOut(limit)));
}

fn worker_id(base: u64) -> impl FnMut(usize) -> (u64, u32) {
    move |index| (base + index as u64, std::process::id())
}

#[test]
fn workers_stay_warm() {
    let mut forked = Workers::fork(3, |index| (index as u64, std::process::id())).unwrap();
    let mut spawned = Workers::spawn(2, worker_id, 0u64).unwrap();
    for workers in [&mut forked, &mut spawned] {
        let before = workers.pids();
        for _ in 0..3 {
            for (index, result) in workers.run(20).into_iter().enumerate() {
                let (value, pid) = result.unwrap();
                assert_eq!(value, index as u64);
                assert!(before.contains(&pid));
            }
        }
    }
}
