use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::*;
use crate::error::ErrorKind;
use crate::prelude::*;
use std::sync::Arc;

const ALL: [Model; 7] = [
    Model::Sequential,
    Model::Async,
    Model::AsyncOn(2),
    Model::Threads(3),
    Model::Pool(2),
    Model::Processes(2),
    Model::Spawned(2),
];
/// Every model whose workers share this process.
const SHARED: [Model; 5] =
    [Model::Sequential, Model::Async, Model::AsyncOn(2), Model::Threads(3), Model::Pool(2)];

#[test]
fn every_model_comes_to_the_same_values() {
    let work = Primes { below: 5_000, tasks: 7 };
    let expected = values(work, Model::Sequential).unwrap();
    for model in ALL {
        assert_eq!(values(work, model).unwrap(), expected, "{model}");
    }
}

#[test]
fn what_is_made_ready_once_serves_every_model() {
    let downloads = Downloads { files: 3, size: 3 * KIB, latency: ms(1) };
    let files = Files { files: 3, size: 3 * KIB };
    let queries = Queries { queries: 3, rows: 300 };
    let blur = Blur { width: 30, height: 20, radius: 2, tasks: 3 };
    fn same<W: Workload + Copy>(work: W) {
        let expected = values(work, Model::Sequential).unwrap();
        for model in ALL {
            assert_eq!(values(work, model).unwrap(), expected, "{model}");
        }
        for model in [Model::Async, Model::Spawned(1)] {
            assert_eq!(values(work.off_thread(), model).unwrap(), expected, "off thread, {model}");
        }
    }
    same(downloads);
    same(files);
    same(queries);
    same(blur);
}

#[test]
fn functions_of_the_readers_own_run_in_every_model() {
    fn cube(i: usize) -> usize {
        i * i * i
    }
    fn next(i: usize) -> usize {
        i + 1
    }
    async fn next_async(i: usize) -> usize {
        next(i)
    }
    let pointer: fn(usize) -> usize = cube;
    for model in ALL {
        assert_eq!(values(Compute::new(4, cube), model).unwrap(), [0, 1, 8, 27], "{model}");
        assert_eq!(values(Compute::new(4, pointer), model).unwrap(), [0, 1, 8, 27], "{model}");
        let rows: fn(usize) -> Vec<usize> = |i| vec![i; i];
        assert_eq!(values(Compute::new(3, rows), model).unwrap(), [vec![], vec![1], vec![2; 2]], "{model}");
        let both = Tasks::new(3).blocking(next).asynchronous(next_async);
        assert_eq!(values(both, model).unwrap(), [1, 2, 3], "{model}");
    }
}

#[test]
fn a_closure_that_captures_runs_by_fork_and_is_refused_by_spawn() {
    let table = Box::new([5, 6, 7]);
    let work = Compute::new(3, move |i| table[i]);
    let work = Arc::new(work);
    assert_eq!(Model::Processes(2).start(work.clone()).unwrap().run().unwrap(), [5, 6, 7]);
    let error = Model::Spawned(2).start(work).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::BadInput);
    assert!(error.to_string().contains("Processes(n)"), "{error}");
}

#[test]
fn a_crew_stays_with_the_process_that_started_it() {
    for model in [Model::Async, Model::Pool(2)] {
        let mut crew = model.start(Arc::new(Primes { below: 100, tasks: 2 })).unwrap();
        let told = crate::process::fork(move || {
            let sentence = crew.run().unwrap_err().to_string();
            let here = values(Primes { below: 100, tasks: 2 }, model).unwrap();
            (sentence, here)
        });
        let (sentence, here) = told.join().unwrap();
        assert!(sentence.contains("started in another process"), "{sentence}");
        assert_eq!(here, [15, 10], "{model}");
    }
}

fn unlucky(i: usize) -> usize {
    assert!(i != 17, "no luck with {i}");
    i
}

#[test]
fn a_panic_in_a_process_names_the_task_and_the_crew_lives_on() {
    for model in [Model::Processes(2), Model::Spawned(2)] {
        let mut crew = model.start(Arc::new(Compute::new(40, unlucky))).unwrap();
        for _ in 0..2 {
            assert_eq!(crew.run().unwrap_err().to_string(), "task 17 panicked: no luck with 17", "{model}");
        }
        assert_eq!(crew.pids().len(), 2);
    }
}

#[test]
fn a_crew_runs_again_and_every_task_runs_once_a_run() {
    for model in SHARED {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        let work = Compute::new(100, move |i| {
            log.lock().unwrap().push(i);
            i * 2
        });
        let mut crew = model.start(Arc::new(work)).unwrap();
        for _ in 0..3 {
            seen.lock().unwrap().clear();
            assert_eq!(crew.run().unwrap(), (0..100).map(|i| i * 2).collect::<Vec<_>>(), "{model}");
            let mut ran = seen.lock().unwrap().clone();
            ran.sort_unstable();
            assert_eq!(ran, (0..100).collect::<Vec<_>>(), "{model}");
        }
    }
}

#[test]
fn a_panic_names_the_task_and_the_crew_lives_on() {
    for model in SHARED {
        let failing = Arc::new(AtomicUsize::new(17));
        let which = failing.clone();
        let work = Compute::new(40, move |i| {
            assert!(i != which.load(Ordering::Relaxed), "no luck with {i}");
            i
        });
        let mut crew = model.start(Arc::new(work)).unwrap();
        let error = crew.run().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Failed);
        assert_eq!(error.to_string(), "task 17 panicked: no luck with 17", "{model}");
        failing.store(usize::MAX, Ordering::Relaxed);
        assert_eq!(crew.run().unwrap().len(), 40, "{model}");
    }
}

#[test]
fn threads_are_as_many_as_asked_for() {
    let ids = Arc::new(Mutex::new(HashSet::new()));
    let log = ids.clone();
    let barrier = std::sync::Barrier::new(6);
    let work = Compute::new(6, move |_| {
        log.lock().unwrap().insert(std::thread::current().id());
        barrier.wait();
    });
    values(work, Model::Threads(6)).unwrap();
    assert_eq!(ids.lock().unwrap().len(), 6);
}

#[test]
fn async_waits_overlap_on_one_thread() {
    let ids = Arc::new(Mutex::new(HashSet::new()));
    let log = ids.clone();
    let most = Arc::new(AtomicUsize::new(0));
    let (now, peak) = (Arc::new(AtomicUsize::new(0)), most.clone());
    let work = Tasks::new(50).blocking(|i| i).asynchronous(move |i| {
        let (now, peak, log) = (now.clone(), peak.clone(), log.clone());
        async move {
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(1)).await;
            log.lock().unwrap().insert(std::thread::current().id());
            now.fetch_sub(1, Ordering::SeqCst);
            i
        }
    });
    values(work, Model::Async).unwrap();
    assert_eq!((ids.lock().unwrap().len(), most.load(Ordering::SeqCst)), (1, 50));
}

#[test]
fn a_model_runs_inside_a_runtime_too() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for model in ALL {
            let mut crew = model.start(Arc::new(Waits { tasks: 4, wait: ms(1) })).unwrap();
            assert_eq!(crew.run().unwrap(), [0, 1, 2, 3], "{model}");
            assert_eq!(crew.run_within(secs(60)).unwrap(), [0, 1, 2, 3], "{model}");
        }
    });
}

#[test]
fn a_run_over_its_limit_is_given_up() {
    for model in ALL.into_iter().filter(|model| !matches!(model, Model::Spawned(_))) {
        let open = Arc::new((Mutex::new(false), std::sync::Condvar::new()));
        let gate = open.clone();
        let work = Tasks::new(3)
            .blocking(move |i| match (model, i) {
                // One thread gets back between tasks only.
                (Model::Sequential, _) => std::thread::sleep(ms(30)),
                (_, 1) => drop(gate.1.wait_while(gate.0.lock().unwrap(), |open| !*open).unwrap()),
                _ => {}
            })
            .asynchronous(|i| async move {
                if i == 1 {
                    std::future::pending::<()>().await;
                }
            });
        let mut crew = model.start(Arc::new(work)).unwrap();
        let pids = crew.pids();
        let error = crew.run_within(ms(20)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimeLimit, "{model}");
        assert!(error.to_string().starts_with("stopped after 20 ms: "), "{error}");
        assert_eq!(crew.run().unwrap_err(), error, "{model}");
        for pid in pids {
            let pid = nix::unistd::Pid::from_raw(pid as i32);
            assert_eq!(
                nix::sys::signal::kill(pid, None),
                Err(nix::errno::Errno::ESRCH),
                "{model}: {pid} lives"
            );
        }
        *open.0.lock().unwrap() = true;
        open.1.notify_all();
    }
}

#[test]
fn numbers_of_workers_that_cannot_be_meant_are_refused() {
    for model in
        [Model::AsyncOn(0), Model::Threads(0), Model::Pool(0), Model::Processes(0), Model::Spawned(0)]
    {
        let error = model.validate().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadInput);
        assert!(error.to_string().contains("ask for 1 or more"), "{error}");
        let many = model.with_workers(1_000_000_000).validate().unwrap_err().to_string();
        assert!(many.contains("1,000,000,000"), "{many}");
        assert!(model.with_workers(2).validate().is_ok());
    }
    let sentence = Model::Threads(1_000_000_000).validate().unwrap_err().to_string();
    assert_eq!(
        sentence,
        "Threads(1000000000): 1,000,000,000 threads are more than the 100,000 allowed; ask for fewer"
    );
}

#[test]
fn what_a_model_cannot_do_is_told() {
    let compute = Compute::new(2, |i| i);
    assert!(Model::Sequential.notes(&compute).is_empty());
    assert!(Model::Async.notes(&compute)[0].contains("nothing to wait for"));
    assert!(Model::AsyncOn(2).notes(&compute.waits())[0].contains("one of the 2 threads"));
    assert!(Model::Threads(4).notes(&compute)[0].starts_with("2 of 4 workers have nothing to do"));
}

#[test]
fn a_waiting_task_is_small() {
    // What tokio keeps beside it comes to some 256 bytes; 1 KiB in all is the most that is allowed.
    use crate::workload::Job;
    let waits = Arc::new(Waits { tasks: 1, wait: ms(1) });
    let size = std::mem::size_of_val(&*Job::task_async(waits, 0));
    assert!(size <= 256, "{size} bytes");
}

#[test]
fn a_hundred_thousand_waits_end_together() {
    // Overlap, not speed: one after the other they would take a hundred seconds.
    let begun = Instant::now();
    let waits = values(Waits { tasks: 100_000, wait: ms(1) }, Model::Async).unwrap();
    assert_eq!(waits.len(), 100_000);
    assert!(begun.elapsed() < secs(50));
}
