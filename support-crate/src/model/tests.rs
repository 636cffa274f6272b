use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::progress::Marked;
use super::*;
use crate::error::ErrorKind;
use crate::prelude::*;
use crate::workload::BoxedOutput;
use crate::workload::Nature;
use std::marker::PhantomData;
use std::sync::Arc;

/// A runner whose values have their type.
struct Started<W>(Runner, PhantomData<W>);

fn start<W: Workload>(model: Model, work: Arc<W>) -> Result<Started<W>, Error> {
    Ok(Started(Runner::start(model, work.erased(), &Hosts::Here)?, PhantomData))
}

impl<W: Workload> Started<W> {
    fn run(&mut self) -> Result<Vec<W::Output>, Error> {
        self.0.run().map(workload::typed::<W>)
    }
}

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

fn next(i: usize) -> usize {
    i + 1
}

async fn next_async(i: usize) -> usize {
    next(i)
}

fn unlucky(i: usize) -> usize {
    assert!(i != 17, "no luck with {i}");
    i
}

fn sleeps(i: usize) {
    if i == 1 {
        std::thread::sleep(Duration::from_secs(3_600));
    }
}

async fn never(i: usize) {
    if i == 1 {
        std::future::pending::<()>().await;
    }
}

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
    assert_eq!(start(Model::Processes(2), work.clone()).unwrap().run().unwrap(), [5, 6, 7]);
    let error = start(Model::Spawned(2), work).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::BadInput);
    assert!(error.to_string().contains("Processes(n)"), "{error}");
}

#[test]
fn a_model_runs_in_a_forked_process() {
    for model in [Model::Async, Model::Pool(2)] {
        let here = crate::process::fork(move || values(Primes { below: 100, tasks: 2 }, model).unwrap());
        assert_eq!(here.join().unwrap(), [15, 10], "{model}");
    }
}

#[test]
fn a_panic_in_a_process_names_the_task_and_the_runner_lives_on() {
    for model in [Model::Processes(2), Model::Spawned(2)] {
        let mut runner = start(model, Arc::new(Compute::new(40, unlucky))).unwrap();
        for _ in 0..2 {
            assert_eq!(runner.run().unwrap_err().to_string(), "task 17 panicked: no luck with 17", "{model}");
        }
        assert_eq!(runner.0.pids().len(), 2);
    }
}

#[test]
fn a_runner_runs_again_and_every_task_runs_once_a_run() {
    for model in SHARED {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        let work = Compute::new(100, move |i| {
            log.lock().unwrap().push(i);
            i * 2
        });
        let mut runner = start(model, Arc::new(work)).unwrap();
        for _ in 0..3 {
            seen.lock().unwrap().clear();
            assert_eq!(runner.run().unwrap(), (0..100).map(|i| i * 2).collect::<Vec<_>>(), "{model}");
            let mut ran = seen.lock().unwrap().clone();
            ran.sort_unstable();
            assert_eq!(ran, (0..100).collect::<Vec<_>>(), "{model}");
        }
    }
}

#[test]
fn a_panic_names_the_task_and_the_runner_lives_on() {
    for model in SHARED {
        let failing = Arc::new(AtomicUsize::new(17));
        let which = failing.clone();
        let work = Compute::new(40, move |i| {
            assert!(i != which.load(Ordering::Relaxed), "no luck with {i}");
            i
        });
        let mut runner = start(model, Arc::new(work)).unwrap();
        let error = runner.run().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Failed);
        assert_eq!(error.to_string(), "task 17 panicked: no luck with 17", "{model}");
        failing.store(usize::MAX, Ordering::Relaxed);
        assert_eq!(runner.run().unwrap().len(), 40, "{model}");
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
            let mut runner = start(model, Arc::new(Waits { tasks: 4, wait: ms(1) })).unwrap();
            assert_eq!(runner.run().unwrap(), [0, 1, 2, 3], "{model}");
            assert_eq!(
                workload::typed::<Waits>(
                    runner.0.run_until(Some(Deadline::after(secs(60))), &Progress::new(4, false)).unwrap()
                ),
                [0, 1, 2, 3],
                "{model}"
            );
        }
    });
}

#[test]
fn what_can_be_stopped_is_stopped_at_the_deadline() {
    for model in [Model::Async, Model::AsyncOn(2), Model::Processes(2), Model::Spawned(2)] {
        let work = Tasks::new(3).blocking(sleeps).asynchronous(never);
        let mut runner = start(model, Arc::new(work)).unwrap();
        let pids = runner.0.pids();
        let deadline = Deadline::after(ms(200));
        let error = runner.0.run_until(Some(deadline), &Progress::new(3, false)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimeLimit, "{model}");
        let rest =
            if pids.is_empty() { "the rest was cancelled" } else { "the processes at the rest were killed" };
        let told = error.to_string();
        assert!(told.starts_with("given up after 200 ms: task 1 did not end, "), "{model}: {told}");
        assert!(told.contains(rest), "{model}: {told}");
        drop(runner);
        for pid in pids {
            let pid = nix::unistd::Pid::from_raw(pid as i32);
            assert_eq!(
                nix::sys::signal::kill(pid, None),
                Err(nix::errno::Errno::ESRCH),
                "{model}: {pid} lives"
            );
        }
    }
}

#[test]
fn the_task_that_holds_a_thread_is_told_from_those_that_wait() {
    let progress = Progress::new(4, false);
    let wait = |index| Marked::new(Box::pin(std::future::pending()), index, &progress);
    let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::pin::pin!(wait(0)).poll(context).is_pending());
    let told = || progress.given_up(ms(5), "the rest").to_string();
    assert_eq!(told(), "given up after 5.00 ms: task 0 did not end, 0 of 4 tasks did; the rest");
    let (begun, open) = (Arc::new(std::sync::Barrier::new(2)), Arc::new(std::sync::Barrier::new(2)));
    let (here, gate) = (begun.clone(), open.clone());
    let job = Arc::new(Compute::new(4, move |i| {
        if i == 2 {
            here.wait();
            gate.wait();
        }
    }));
    let runs = Progress::new(4, false);
    let (worker, left) = (runs.clone(), left_running());
    let thread = std::thread::spawn(move || sequential::run(&*job, &worker));
    begun.wait();
    let told = runs.given_up(secs(1), "the rest").to_string();
    assert_eq!(
        told,
        "given up after 1.00 s: task 2 did not end, 2 of 4 tasks did; 1 thread was left running task 2"
    );
    assert!(left_running() > left);
    open.wait();
    let error = thread.join().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the run was given up", "no further task is begun");
    assert_eq!(left_running(), left);
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
    let notes = |model: Model, nature| model.notes(nature, 2, false);
    assert!(notes(Model::Sequential, Nature::Computes).is_empty());
    assert!(notes(Model::Async, Nature::Computes)[0].contains("await nothing"));
    assert!(notes(Model::AsyncOn(2), Nature::Waits)[0].contains("one of the 2 threads"));
    assert!(notes(Model::Threads(4), Nature::Computes)[0].starts_with("2 of 4 workers have nothing to do"));
    assert!(Model::Async.notes(Nature::Waits, 2, true).is_empty());
}

#[test]
fn every_model_has_a_row_of_its_own() {
    for (place, model) in ALL.into_iter().enumerate() {
        let (kind, nine) = (model.kind(), model.with_workers(9));
        assert!(model.to_string().starts_with(kind.name));
        assert_eq!((nine.kind().name, nine.workers() == 9), (kind.name, kind.worker.is_some()));
        for other in ALL.into_iter().skip(place + 1).map(Model::kind) {
            assert_ne!(kind.letters, other.letters);
            assert_ne!(kind.look.colour, other.look.colour);
            assert_ne!(kind.look.marker, other.look.marker);
        }
    }
}

#[test]
fn every_colour_stands_out_from_the_card_and_can_be_read_as_text() {
    use figure::theme::{CARD, contrast};
    for model in ALL {
        assert!(contrast(model.look().colour, CARD) >= 2.0, "{model}");
        assert!(contrast(model.look().colour.text(), CARD) >= 4.5, "{model}");
    }
}

#[test]
fn a_waiting_task_is_small() {
    // What tokio keeps beside it comes to some 256 bytes; 1 KiB in all is the most that is allowed.
    let waits = Arc::new(Waits { tasks: 1, wait: ms(1) });
    let size = std::mem::size_of_val(&*DynWorkload::task_async(waits, 0));
    assert!(size <= 256, "{size} bytes");
    // Tokio keeps a task's future where its value goes afterwards: marking costs no memory as long as it is no larger.
    let kept = std::mem::size_of::<Result<Result<BoxedOutput, Error>, tokio::task::JoinError>>();
    assert!(std::mem::size_of::<Marked>() <= kept, "{} bytes", std::mem::size_of::<Marked>());
}

#[test]
fn a_hundred_thousand_waits_end_together() {
    // Overlap, not speed: one after the other they would take a hundred seconds.
    let begun = Instant::now();
    let waits = values(Waits { tasks: 100_000, wait: ms(1) }, Model::Async).unwrap();
    assert_eq!(waits.len(), 100_000);
    assert!(begun.elapsed() < secs(50));
}
