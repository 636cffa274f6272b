//! What `Ranks` costs beside a task farm written by hand for MPI: the same tasks on as many ranks, in alternating rounds of one run.
//!
//! ```console
//! cargo run --release -p ranks --features mpi --example farm -- MPI_HOME [ranks] [tasks] [rounds]
//! ```
//!
//! The farm is what one would write: rank 0 hands out a task for each answer, and workers wait in a blocking receive. Rank 0 waits so
//! too (`blocking`), which takes a core, or looks up every 50 microseconds (`sleeping`). Between rounds both jobs sleep.

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mpi::traits::*;
use ranks::{Hosts, Place, Ranks};

const SOCKET: &str = "FARM_SOCKET";
const STEPS: &str = "FARM_STEPS";
const BLOCKING: &str = "FARM_BLOCKING";

/// One task: so many steps of computing.
fn task(number: u64, steps: u64) -> u64 {
    (0..steps).fold(number, |a, b| black_box(a.rotate_left(5) ^ b))
}

fn of_steps(steps: u64) -> impl FnMut(usize) -> u64 {
    move |number| task(number as u64, steps)
}

fn main() {
    if let Ok(socket) = std::env::var(SOCKET) {
        return by_hand(&socket);
    }
    let _world = ranks::world();
    let mut arguments = std::env::args().skip(1);
    let home: PathBuf = arguments.next().expect("name the folder of MPI").into();
    let mut number = |usual: usize| arguments.next().map_or(usual, |text| text.parse().expect("a number"));
    let (n, tasks, rounds) = (number(2), number(400), number(30));
    // The quickest of some, since others may be at work here.
    let quickest = (0..30).map(|_| {
        let started = Instant::now();
        task(1, 1 << 18);
        started.elapsed().as_secs_f64()
    });
    let steps = (f64::from(1 << 18) * 1e-3 / quickest.fold(f64::MAX, f64::min)) as u64;
    println!("{n} ranks, {tasks} tasks of 1 ms, {rounds} rounds");
    for blocking in [false, true] {
        let mut farm = Farm::start(&home, n, steps, blocking);
        let place = Place { home: home.clone(), mend: "cargo lab setup --mpi" };
        let mut ranks = Ranks::start(n, &Hosts::Here, &place, of_steps, steps).unwrap();
        let expected: Vec<u64> = (0..tasks).map(|number| task(number as u64, steps)).collect();
        let sum = expected.iter().fold(0, |sum: u64, value| sum.wrapping_add(*value));
        let mut theirs = || farm.run(tasks, sum);
        let mut ours = || {
            let started = Instant::now();
            let values: Vec<u64> =
                ranks.run_while(tasks, None, |_| true).into_iter().map(Result::unwrap).collect();
            let took = started.elapsed();
            assert_eq!(values, expected);
            took.as_secs_f64()
        };
        ours();
        theirs();
        let mut ratios = Vec::new();
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..rounds {
            let (a, b) = if round % 2 == 0 {
                let a = ours();
                (a, theirs())
            } else {
                let b = theirs();
                (ours(), b)
            };
            ratios.push(a / b);
            times[0].push(a);
            times[1].push(b);
        }
        let name = if blocking { "blocking" } else { "sleeping" };
        let [ours, theirs] = times.map(|times| middle(&times)[1]);
        let [low, ratio, high] = middle(&ratios);
        println!("{name}: {ours:.4} s beside {theirs:.4} s by hand: {ratio:.3} times [{low:.3}, {high:.3}]");
    }
}

/// The median, between the ends of its 95% interval by order statistics.
fn middle(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let reach = 0.98 * n.sqrt();
    let at = |place: f64| sorted[(place.max(0.0) as usize).min(sorted.len() - 1)];
    [at((n / 2.0 - reach).floor()), at((n / 2.0).floor()), at((n / 2.0 + reach).ceil())]
}

/// The farm by hand, as the one who asks for rounds sees it.
struct Farm {
    socket: BufReader<UnixStream>,
    job: std::process::Child,
}

impl Farm {
    fn start(home: &std::path::Path, ranks: usize, steps: u64, blocking: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("farm");
        let listener = UnixListener::bind(&path).unwrap();
        let mut job = Command::new(home.join("bin").join("mpiexec"));
        job.args(["-n", &(ranks + 1).to_string()]).arg(std::env::current_exe().unwrap()).stdin(Stdio::null());
        job.env(SOCKET, &path).env(STEPS, steps.to_string());
        if blocking {
            job.env(BLOCKING, "1");
        }
        let job = job.spawn().unwrap();
        let socket = BufReader::new(listener.accept().unwrap().0);
        Self { socket, job }
    }

    fn say(&mut self, what: &str) -> String {
        self.socket.get_mut().write_all(what.as_bytes()).unwrap();
        let mut line = String::new();
        self.socket.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn run(&mut self, tasks: usize, sum: u64) -> f64 {
        assert_eq!(self.say("wake\n"), "awake");
        let started = Instant::now();
        let answer = self.say(&format!("{tasks}\n"));
        let took = started.elapsed();
        assert_eq!(answer, sum.to_string());
        took.as_secs_f64()
    }
}

impl Drop for Farm {
    fn drop(&mut self) {
        let _ = self.socket.get_mut().shutdown(std::net::Shutdown::Both);
        let _ = self.job.wait();
    }
}

const TASK: i32 = 1;
const ANSWER: i32 = 2;
const WAKE: i32 = 3;
const SLEEP: i32 = 4;
const END: i32 = 5;

/// The farm by hand, on every rank.
fn by_hand(socket: &str) {
    let universe = mpi::initialize().unwrap();
    let world = universe.world();
    let steps: u64 = std::env::var(STEPS).unwrap().parse().unwrap();
    if world.rank() > 0 {
        return worker(&world, steps);
    }
    let blocking = std::env::var_os(BLOCKING).is_some();
    let mut socket = BufReader::new(UnixStream::connect(socket).unwrap());
    let all =
        |tag: i32| (1..world.size()).for_each(|rank| world.process_at_rank(rank).send_with_tag(&0_u64, tag));
    loop {
        let mut line = String::new();
        if socket.read_line(&mut line).unwrap_or(0) == 0 {
            return all(END);
        }
        let answer = if line.trim() == "wake" {
            all(WAKE);
            (1..world.size()).for_each(|rank| _ = world.process_at_rank(rank).receive_with_tag::<u64>(WAKE));
            "awake".to_owned()
        } else {
            let tasks: u64 = line.trim().parse().unwrap();
            let mut next = 0;
            for rank in 1..world.size() {
                if next < tasks {
                    world.process_at_rank(rank).send_with_tag(&next, TASK);
                    next += 1;
                }
            }
            let mut values = vec![0_u64; tasks as usize];
            for _ in 0..tasks {
                if !blocking {
                    while world.any_process().immediate_probe_with_tag(ANSWER).is_none() {
                        std::thread::sleep(Duration::from_micros(50));
                    }
                }
                let mut answer = [0_u64; 2];
                let status = world.any_process().receive_into_with_tag(&mut answer[..], ANSWER);
                if next < tasks {
                    world.process_at_rank(status.source_rank()).send_with_tag(&next, TASK);
                    next += 1;
                }
                values[answer[0] as usize] = answer[1];
            }
            all(SLEEP);
            values.iter().fold(0, |sum: u64, value| sum.wrapping_add(*value)).to_string()
        };
        writeln!(socket.get_mut(), "{answer}").unwrap();
    }
}

fn worker(world: &impl Communicator, steps: u64) {
    let first = world.process_at_rank(0);
    let mut asleep = true;
    loop {
        while asleep && first.immediate_probe().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let (number, status) = first.receive::<u64>();
        match status.tag() {
            TASK => first.send_with_tag(&[number, task(number, steps)][..], ANSWER),
            WAKE => {
                asleep = false;
                first.send_with_tag(&0_u64, WAKE);
            }
            SLEEP => asleep = true,
            _ => return,
        }
    }
}
