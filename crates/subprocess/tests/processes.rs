//! Processes as a reader uses them: answers, crashes and pools.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use proptest::prelude::*;

use subprocess::{Crash, ErrorKind, Workers};

fn lines() -> Vec<String> {
    (1..=3).map(|line| format!("line {line} of {}", std::process::id())).collect()
}

fn add((left, right): (u64, u64)) -> u64 {
    left + right
}

#[test]
fn answers_come_from_another_process() {
    let handle = subprocess::spawn(lines);
    let pid = handle.pid();
    assert_eq!(handle.join().unwrap()[2], format!("line 3 of {pid}"));
    assert_eq!(subprocess::spawn_with(add, (3, 4)).join(), Ok(7));
    let captured = vec![1u64; 1000];
    assert_eq!(subprocess::fork(|| captured.iter().sum::<u64>()).join(), Ok(1000));
    assert_ne!(subprocess::fork(std::process::id).join(), Ok(std::process::id()));
}

#[test]
fn five_crashes_are_told_apart() {
    assert_eq!(
        subprocess::fork(|| -> () { panic!("no {}", "luck") }).join(),
        Err(Crash::Panicked("no luck".into()))
    );
    assert_eq!(
        subprocess::fork(|| -> () { std::process::abort() }).join(),
        Err(Crash::Signalled(6, "SIGABRT".into()))
    );
    let killed = subprocess::fork(|| std::thread::sleep(Duration::from_secs(60)));
    killed.kill();
    assert_eq!(killed.join(), Err(Crash::Signalled(9, "SIGKILL".into())));
    assert_eq!(subprocess::fork(|| -> () { std::process::exit(3) }).join(), Err(Crash::Exited(3)));
    let limit = Duration::from_millis(20);
    let slow = subprocess::fork(|| std::thread::sleep(Duration::from_secs(60)));
    assert_eq!(slow.join_within(limit), Err(Crash::TimedOut(limit)));
}

#[test]
fn a_process_that_closes_its_channel_and_goes_on_is_ended() {
    let begun = Instant::now();
    let became_another = || -> u8 { panic!("{}", Command::new("sleep").arg("60").exec()) };
    let crash = subprocess::fork(became_another).join().unwrap_err();
    assert!(crash.to_string().contains("no answer could come"), "{crash}");
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_crash_signal_is_told_as_itself() {
    let crash =
        subprocess::fork(|| nix::sys::signal::raise(nix::sys::signal::Signal::SIGSEGV).unwrap()).join();
    assert_eq!(crash, Err(Crash::Signalled(11, "SIGSEGV".into())));
}

fn refuses() -> u8 {
    panic!("refused in a fresh process")
}

fn rejects(_: u8) -> Rejected {
    Rejected
}

/// A value that cannot be encoded.
struct Rejected;

impl serde::Serialize for Rejected {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("this value stays here"))
    }
}

impl<'de> serde::Deserialize<'de> for Rejected {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

#[test]
fn a_fresh_process_tells_its_crash_too() {
    assert_eq!(subprocess::spawn(refuses).join(), Err(Crash::Panicked("refused in a fresh process".into())));
    let crash = subprocess::spawn_with(rejects, 1).join().err().map(|crash| crash.to_string());
    assert_eq!(
        crash.as_deref(),
        Some(
            "the answer of the process is lost: a processes::Rejected cannot be sent to another process: this value stays here"
        )
    );
    let never = subprocess::spawn_with(rejects, 1);
    never.kill();
    assert_eq!(never.join().err(), Some(Crash::Signalled(9, "SIGKILL".into())));
}

#[test]
fn a_wait_is_no_deadlock() {
    let slow = subprocess::fork(|| {
        let sleeper = thread::spawn(|| thread::sleep(Duration::from_millis(900)));
        sleeper.join().unwrap();
        7
    });
    assert_eq!(slow.join(), Ok(7));
}

#[test]
fn a_lock_of_a_thread_that_is_not_there_ends_as_a_deadlock() {
    let lock = Mutex::new(());
    let (held, is_held) = mpsc::channel();
    let (release, is_released) = mpsc::channel::<()>();
    let lock = &lock;
    thread::scope(|scope| {
        scope.spawn(move || {
            let _guard = lock.lock().unwrap();
            held.send(()).unwrap();
            let _ = is_released.recv();
        });
        is_held.recv().unwrap();
        assert_eq!(subprocess::fork(|| drop(lock.lock())).join(), Err(Crash::Deadlocked));
        drop(release);
    });
}

#[test]
fn a_pool_of_the_parent_ends_as_a_deadlock() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    assert_eq!(pool.install(|| rayon::join(|| 1, || 2)), (1, 2));
    assert_eq!(subprocess::fork(|| pool.install(|| rayon::join(|| 1, || 2))).join(), Err(Crash::Deadlocked));
}

#[test]
fn a_runtime_of_the_parent_ends_in_a_clear_error() {
    let many = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let nap = || async { tokio::time::sleep(Duration::from_millis(5)).await };
    many.block_on(nap_on(nap));
    assert_eq!(subprocess::fork(|| many.block_on(nap_on(nap))).join(), Err(Crash::Deadlocked));
    let one = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    one.block_on(nap());
    let crash = subprocess::fork(|| one.block_on(nap())).join().unwrap_err();
    assert!(crash.to_string().ends_with("build one inside the closure, or use process::spawn"), "{crash}");
    // The parent's runtimes are as they were.
    many.block_on(nap_on(nap));
    one.block_on(nap());
}

async fn nap_on<F: Future<Output = ()> + Send + 'static>(nap: impl Fn() -> F) {
    tokio::spawn(nap()).await.unwrap();
}

#[test]
fn pools_and_runtimes_built_in_the_child_work() {
    let sum = subprocess::fork(|| {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let one = runtime.block_on(async {
            tokio::spawn(tokio::time::sleep(Duration::from_millis(2))).await.unwrap();
            1
        });
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let (two, three) = pool.install(|| rayon::join(|| 2, || 3));
        one + two + three
    });
    assert_eq!(sum.join(), Ok(6));
}

#[test]
fn forks_while_other_threads_print_and_allocate() {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    // Empty writes take the lock of stdout and show nothing.
                    let _ = std::io::stdout().lock().write_all(b"");
                    std::hint::black_box(vec![0u8; 5000]);
                }
            });
        }
        for number in 0..100 {
            let child = subprocess::fork(|| {
                let _ = std::io::stdout().lock().write_all(b"");
                vec![number; 5000].len()
            });
            assert_eq!(child.join(), Ok(5000));
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_child_outlives_the_thread_that_forked_it() {
    let slow = || {
        thread::sleep(Duration::from_millis(150));
        5
    };
    let handle = thread::spawn(move || subprocess::fork(slow)).join().unwrap();
    assert_eq!(handle.join(), Ok(5));
}

#[test]
fn a_child_may_start_children() {
    let family = subprocess::fork(|| {
        let inner = subprocess::fork(|| subprocess::fork(|| 3).join().unwrap() + 10);
        let mut workers = Workers::fork(2, |index| index * 100).unwrap();
        (inner.join().unwrap(), workers.run(3).into_iter().map(Result::unwrap).collect::<Vec<_>>())
    });
    assert_eq!(family.join(), Ok((13, vec![0, 100, 200])));
}

#[test]
fn what_belongs_to_the_parent_is_refused_in_a_child() {
    let mut handle = Some(subprocess::fork(|| 1));
    let mut workers = Workers::fork(1, |index| index).unwrap();
    let told = subprocess::fork(|| {
        let joined = handle.take().map(|handle| handle.join().unwrap_err().to_string()).unwrap();
        (joined, workers.run(1).remove(0).unwrap_err().to_string())
    });
    let (joined, run) = told.join().unwrap();
    assert!(joined.ends_with("only the process that started it can join it"), "{joined}");
    assert!(run.ends_with("only the process that started these workers can use them"), "{run}");
    assert_eq!(handle.unwrap().join(), Ok(1));
    assert_eq!(workers.run(1), [Ok(0)]);
}

fn is_gone(pid: u32) -> bool {
    // A zombie only waits for somebody to ask how it ended.
    std::fs::read_to_string(format!("/proc/{pid}/status")).map_or(true, |status| status.contains("State:\tZ"))
}

fn wait_until(what: &str, met: impl Fn() -> bool) {
    let started = Instant::now();
    while !met() {
        assert!(started.elapsed() < Duration::from_secs(5), "{what}");
        thread::sleep(Duration::from_millis(2));
    }
}

fn sleep_long() {
    thread::sleep(Duration::from_secs(60));
}

#[test]
fn children_die_with_a_parent_that_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pids");
    let kernel = subprocess::fork(|| {
        let workers = Workers::fork(3, |index| index).unwrap();
        let mut pids = workers.pids();
        // One from a thread that is gone, one fresh, one at the end of a chain.
        pids.push(
            thread::spawn(|| subprocess::fork(sleep_long))
                .join()
                .map(|handle| std::mem::ManuallyDrop::new(handle).pid())
                .unwrap(),
        );
        let fresh = subprocess::spawn(sleep_long);
        pids.push(fresh.pid());
        let text = pids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        std::fs::write(file.with_extension("part"), text).unwrap();
        std::fs::rename(file.with_extension("part"), &file).unwrap();
        sleep_long();
    });
    wait_until("the workers start", || file.exists());
    let pids: Vec<u32> =
        std::fs::read_to_string(&file).unwrap().split(' ').map(|pid| pid.parse().unwrap()).collect();
    assert_eq!(pids.len(), 5);
    assert!(!pids.iter().any(|pid| is_gone(*pid)));
    kernel.kill();
    assert_eq!(kernel.join(), Err(Crash::Signalled(9, "SIGKILL".into())));
    wait_until("every child is gone", || pids.iter().all(|pid| is_gone(*pid)));
}

#[test]
fn a_hundred_megabytes_travel_both_ways() {
    fn back(bytes: Vec<u8>) -> Vec<u8> {
        bytes
    }
    let bytes: Vec<u8> = (0..100_000_000u32).map(|number| (number % 251) as u8).collect();
    assert!(subprocess::spawn_with(back, bytes.clone()).join().unwrap() == bytes);
    let numbers: Vec<f64> = (0..2_000_000).map(f64::from).collect();
    assert!(subprocess::fork(|| (numbers.clone(), "nested".to_string())).join().unwrap().0 == numbers);
}

#[test]
fn a_handle_tells_when_its_process_is_done() {
    let quick = subprocess::fork(|| 1);
    wait_until("the answer comes", || quick.is_finished());
    assert_eq!(quick.join(), Ok(1));
    let slow = subprocess::fork(sleep_long);
    assert!(!slow.is_finished());
    slow.kill();
    wait_until("the end is seen", || slow.is_finished());
}

#[test]
fn numbers_of_workers_that_cannot_work_are_refused() {
    for number in [0, 1_000_000_000, usize::MAX] {
        let error = Workers::fork(number, |index| index).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::BadInput);
        assert!(error.to_string().starts_with(&format!("{number} workers: ")), "{error}");
    }
}

#[test]
fn a_process_that_is_refused_is_one_sentence() {
    let told = subprocess::fork(|| {
        let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        // Other tests have files open too.
        setrlimit(Resource::RLIMIT_NOFILE, 200, hard).unwrap();
        let files: Vec<_> = std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).collect();
        let (forked, spawned) = (subprocess::fork(|| 1), subprocess::spawn(lines));
        let pids = (forked.pid(), spawned.pid());
        let told = (forked.join().unwrap_err().to_string(), spawned.join().unwrap_err().to_string());
        drop(files);
        (pids, told, subprocess::fork(|| 2).join().unwrap())
    });
    let (pids, (forked, spawned), after) = told.join().unwrap();
    assert_eq!((pids, after), ((0, 0), 2));
    for sentence in [forked, spawned] {
        assert!(
            sentence.starts_with("the process could not be started: no file descriptor is left"),
            "{sentence}"
        );
        assert!(sentence.contains("(this process may open 200)"), "{sentence}");
    }
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

fn fails_to_begin(reason: String) -> impl FnMut(usize) -> usize {
    assert!(reason.is_empty(), "{reason}");
    |index| index
}

#[test]
fn a_worker_that_cannot_begin_says_so_for_every_task() {
    let mut workers = Workers::spawn(2, fails_to_begin, "no model".to_string()).unwrap();
    assert_eq!(workers.run(3), vec![Err(Crash::Panicked("no model".into())); 3]);
}

#[test]
fn a_worker_killed_from_outside_is_replaced() {
    let mut workers = Workers::fork(2, |_| std::process::id()).unwrap();
    let before = workers.pids();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(before[0] as i32), nix::sys::signal::Signal::SIGKILL)
        .unwrap();
    wait_until("it is gone", || is_gone(before[0]));
    assert!(workers.run(20).into_iter().all(|result| result.is_ok()));
    let after = workers.pids();
    assert_eq!(after.len(), 2);
    assert!(!after.contains(&before[0]));
}

/// What a task does, other than giving its value.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Value,
    Panic,
    Abort,
    Exit(u8),
    Kill,
}

impl Fate {
    fn meet(self) {
        match self {
            Self::Value => {}
            Self::Panic => panic!("fated"),
            Self::Abort => std::process::abort(),
            Self::Exit(code) => std::process::exit(code.into()),
            Self::Kill => nix::sys::signal::raise(nix::sys::signal::Signal::SIGKILL).unwrap(),
        }
    }

    fn result(self, index: usize) -> Result<usize, Crash> {
        match self {
            Self::Value => Ok(index),
            Self::Panic => Err(Crash::Panicked("fated".into())),
            Self::Abort => Err(Crash::Signalled(6, "SIGABRT".into())),
            Self::Exit(code) => Err(Crash::Exited(code.into())),
            Self::Kill => Err(Crash::Signalled(9, "SIGKILL".into())),
        }
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Value),
        1 => Just(Fate::Panic),
        1 => Just(Fate::Abort),
        1 => any::<u8>().prop_map(Fate::Exit),
        1 => Just(Fate::Kill),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_task_runs_exactly_once_whatever_the_workers_do(
        fates in proptest::collection::vec(fate(), 0..24),
        workers in 1usize..5,
    ) {
        let mut log = tempfile::tempfile().unwrap();
        let appended = Arc::new(log.try_clone().unwrap());
        let tasks = fates.clone();
        let task = move |index: usize| {
            (&*appended).write_all(&[index as u8]).unwrap();
            tasks[index].meet();
            index
        };
        let mut pool = Workers::fork(workers, task).unwrap();
        let results = pool.run(fates.len());
        let expected: Vec<_> = fates.iter().enumerate().map(|(index, fate)| fate.result(index)).collect();
        prop_assert_eq!(results, expected);
        let mut begun = Vec::new();
        std::io::Seek::rewind(&mut log).unwrap();
        std::io::Read::read_to_end(&mut log, &mut begun).unwrap();
        begun.sort_unstable();
        prop_assert_eq!(begun, (0..fates.len() as u8).collect::<Vec<_>>());
    }
}

#[test]
fn a_value_that_cannot_travel_is_told_by_its_type() {
    fn echo(value: serde_json::Value) -> serde_json::Value {
        value
    }
    let expected =
        "the answer of the process is lost: a serde_json::value::Value cannot be read in another process";
    let told = subprocess::spawn_with(echo, serde_json::json!([1])).join().unwrap_err().to_string();
    assert!(told.starts_with(expected), "{told}");
    let told = subprocess::fork(|| serde_json::json!([1])).join().unwrap_err().to_string();
    assert!(told.starts_with(expected), "{told}");
}
