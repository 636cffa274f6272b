//! What a process costs through the crate, beside hand-written code and CPython doing the same job in the same run.
//!
//! `cargo bench --bench processes`. Every round measures every way once; figures are medians over the rounds, ratios
//! medians of the rounds' own ratios, so that a busy moment touches both sides.

use std::hint::black_box;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use subprocess::Workers;

const ROUNDS: usize = 15;
/// What the child of the hand-written fresh process is called with.
const BARE_CHILD: &str = "--bare-child";

fn main() {
    if std::env::args().any(|argument| argument == BARE_CHILD) {
        std::io::stdout().write_all(&answer().to_le_bytes()).expect("stdout is a pipe");
        return;
    }
    let python = Python::find();
    let mut ways: Vec<Way> = vec![
        Way::new("fork, hand-written", 40, bare_fork),
        Way::new("fork, subprocess::fork", 40, || {
            black_box(subprocess::fork(answer).join()).map(drop).expect("answers")
        }),
        Way::new("fresh, hand-written", 10, bare_fresh),
        Way::new("fresh, subprocess::spawn", 10, || {
            black_box(subprocess::spawn(answer).join()).map(drop).expect("answers")
        }),
        Way::new("100 MB to a process and back", 1, there_and_back),
        Way::new("1,000 tasks, hand-written pool of 2", 1, BarePool::new(2).run()),
        Way::new("1,000 tasks, Workers::fork(2)", 1, pool()),
    ];
    for round in 0..ROUNDS {
        for way in &mut ways {
            way.measure(round == 0);
        }
        if let Some(python) = &python {
            python.measure(&mut ways, round == 0);
        }
    }
    report(&ways);
}

fn answer() -> u64 {
    42
}

/// One way of doing a job, and its seconds a job, one for each round.
struct Way {
    name: String,
    jobs: u32,
    job: Box<dyn FnMut()>,
    seconds: Vec<f64>,
}

impl Way {
    fn new(name: &str, jobs: u32, job: impl FnMut() + 'static) -> Self {
        Self { name: name.into(), jobs, job: Box::new(job), seconds: Vec::new() }
    }

    fn measure(&mut self, warm_up: bool) {
        if self.jobs == 0 {
            return;
        }
        if warm_up {
            (self.job)();
        }
        let started = Instant::now();
        for _ in 0..self.jobs {
            (self.job)();
        }
        self.seconds.push((started.elapsed() / self.jobs).as_secs_f64());
    }
}

/// The least that forking for an answer takes: a pipe, a fork, eight bytes, a wait.
fn bare_fork() {
    let (mut read, mut write) = std::io::pipe().expect("a pipe");
    // SAFETY: the child writes to a pipe and exits at once; this program has one thread that matters here.
    match unsafe { libc::fork() } {
        0 => {
            let _ = write.write_all(&answer().to_le_bytes());
            // SAFETY: ends the child without running the parent's exit handlers.
            unsafe { libc::_exit(0) }
        }
        pid => {
            drop(write);
            let mut bytes = [0; 8];
            read.read_exact(&mut bytes).expect("the child answers");
            // SAFETY: waits for the child just made; a null status pointer is allowed.
            unsafe { libc::waitpid(pid, std::ptr::null_mut(), 0) };
            black_box(u64::from_le_bytes(bytes));
        }
    }
}

/// The least that a fresh process takes: this program once more, its answer on a pipe.
fn bare_fresh() {
    let program = std::env::current_exe().expect("this program has a path");
    let output = Command::new(program).arg(BARE_CHILD).stdin(Stdio::null()).output().expect("it starts");
    assert_eq!(output.stdout, answer().to_le_bytes());
}

fn back(bytes: Vec<u8>) -> Vec<u8> {
    bytes
}

fn there_and_back() {
    let bytes = vec![7u8; 100_000_000];
    let sum = subprocess::spawn_with(back, bytes).join().expect("100 MB fit").len();
    assert_eq!(sum, 100_000_000);
}

fn pool() -> impl FnMut() {
    let mut workers = Workers::fork(2, task).expect("two workers");
    move || assert!(workers.run(1000).into_iter().all(|result| result.is_ok()))
}

fn task(index: usize) -> u64 {
    (0..2000).fold(index as u64, |sum, step| black_box(sum.rotate_left(5) ^ step))
}

/// Two forked processes, a socket each, eight bytes there and eight back.
struct BarePool(Vec<std::os::unix::net::UnixStream>);

impl BarePool {
    fn new(workers: usize) -> Self {
        let start = || {
            let (ours, mut theirs) = std::os::unix::net::UnixStream::pair().expect("a socket pair");
            // SAFETY: the child only reads, computes and writes, and never returns.
            if unsafe { libc::fork() } == 0 {
                drop(ours);
                let mut bytes = [0; 8];
                while theirs.read_exact(&mut bytes).is_ok() {
                    let value = task(u64::from_le_bytes(bytes) as usize);
                    let _ = theirs.write_all(&value.to_le_bytes());
                }
                // SAFETY: ends the child without running the parent's exit handlers.
                unsafe { libc::_exit(0) }
            }
            ours
        };
        Self((0..workers).map(|_| start()).collect())
    }

    fn run(mut self) -> impl FnMut() {
        move || {
            let mut bytes = [0; 8];
            let mut next = 0u64;
            let mut results = vec![0u64; 1000];
            let mut held: Vec<Option<usize>> = vec![None; self.0.len()];
            let mut left = results.len();
            while left > 0 {
                for (worker, socket) in self.0.iter_mut().enumerate() {
                    if held[worker].is_none() && (next as usize) < results.len() {
                        socket.write_all(&next.to_le_bytes()).expect("the worker lives");
                        held[worker] = Some(next as usize);
                        next += 1;
                    }
                }
                let mut polled: Vec<libc::pollfd> = self
                    .0
                    .iter()
                    .map(|socket| libc::pollfd {
                        fd: std::os::fd::AsRawFd::as_raw_fd(socket),
                        events: libc::POLLIN,
                        revents: 0,
                    })
                    .collect();
                // SAFETY: the array is live and as long as told.
                unsafe { libc::poll(polled.as_mut_ptr(), polled.len() as u64, -1) };
                for (worker, polled) in polled.iter().enumerate().filter(|(_, polled)| polled.revents != 0) {
                    self.0[worker].read_exact(&mut bytes).expect("the worker answers");
                    results[held[worker].take().expect("it held a task")] = u64::from_le_bytes(bytes);
                    left -= 1;
                    let _ = polled;
                }
            }
            black_box(results);
        }
    }
}

/// CPython, told to start processes that send one number back, the three ways it has.
struct Python;

const SCRIPT: &str = r#"
import json, multiprocessing, os, sys, time

def answer(pipe):
    pipe.send(42)

def bare():
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(write, (42).to_bytes(8, "little"))
        os._exit(0)
    os.close(write)
    os.read(read, 8)
    os.close(read)
    os.waitpid(pid, 0)

def started(context):
    def one():
        read, write = context.Pipe(False)
        process = context.Process(target=answer, args=(write,))
        process.start()
        write.close()
        read.recv()
        process.join()
        read.close()
    return one

def seconds(job, jobs):
    job()
    begin = time.perf_counter()
    for _ in range(jobs):
        job()
    return (time.perf_counter() - begin) / jobs

if __name__ == "__main__":
    print(json.dumps([
        seconds(bare, 40),
        seconds(started(multiprocessing.get_context("fork")), 40),
        seconds(started(multiprocessing.get_context("spawn")), 4),
    ]))
"#;
const PYTHON_WAYS: [&str; 3] =
    ["CPython, os.fork", "CPython, multiprocessing fork", "CPython, multiprocessing spawn"];

impl Python {
    fn find() -> Option<Self> {
        let found = Command::new("python3")
            .arg("--version")
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !found {
            println!("python3 is not on the PATH: its columns are left out");
        }
        found.then_some(Self)
    }

    fn measure(&self, ways: &mut Vec<Way>, first: bool) {
        let folder = std::env::temp_dir().join(format!("processes-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        // A file, because spawn imports the program again.
        let file = folder.join("processes.py");
        std::fs::write(&file, SCRIPT).expect("the script is written");
        let output =
            Command::new("python3").arg(&file).stdin(Stdio::null()).output().expect("python3 starts");
        let _ = std::fs::remove_dir_all(&folder);
        let seconds: Vec<f64> =
            serde_json::from_slice(&output.stdout).expect("the script prints three numbers");
        for (name, seconds) in PYTHON_WAYS.iter().zip(seconds) {
            if first {
                ways.push(Way::new(name, 0, || {}));
            }
            let way = ways.iter_mut().find(|way| way.name == *name).expect("pushed in the first round");
            way.seconds.push(seconds);
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn report(ways: &[Way]) {
    println!("\n{:38} {:>12}", "median of the rounds", "a job");
    for way in ways {
        println!("{:38} {:>12}", way.name, format!("{:.3} ms", median(way.seconds.clone()) * 1e3));
    }
    println!();
    let seconds = |name: &str| ways.iter().find(|way| way.name == name).map(|way| way.seconds.clone());
    let ratio = |one: &str, other: &str, goal: &str| {
        let (Some(one_seconds), Some(other_seconds)) = (seconds(one), seconds(other)) else { return };
        let ratios = one_seconds.iter().zip(&other_seconds).map(|(one, other)| one / other).collect();
        println!("{one} / {other}: {:.2} {goal}", median(ratios));
    };
    ratio("fork, subprocess::fork", "fork, hand-written", "");
    ratio("fork, subprocess::fork", "CPython, os.fork", "");
    ratio("fork, subprocess::fork", "CPython, multiprocessing fork", "(goal: at most 0.50)");
    ratio("fresh, subprocess::spawn", "fresh, hand-written", "");
    ratio("fresh, subprocess::spawn", "CPython, multiprocessing spawn", "(goal: at most 0.125)");
    ratio("1,000 tasks, Workers::fork(2)", "1,000 tasks, hand-written pool of 2", "");
    println!("goals: fork at most 0.6 ms, spawn at most 4 ms, 100 MB both ways under 1,000 ms");
}
