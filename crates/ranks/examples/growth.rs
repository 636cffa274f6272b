//! How the coordinator's time, memory and bytes grow with ranks and tasks, held against a formula. `tests/hosts/growth.sh` runs it over
//! wires of several kinds.
//!
//! growth HOME ROUND_TRIP_MS RATE_MBIT [HOST …]

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use ranks::{Hosts, Place, Ranks};

/// What a rank waits for each task, and how many bytes it answers with.
type Task = (Duration, usize);

fn waits((wait, bytes): Task) -> impl FnMut(usize) -> Vec<u8> {
    move |_| {
        thread::sleep(wait);
        vec![7; bytes]
    }
}

/// Seconds a task; of those the coordinator's processor time; its memory in bytes.
fn measure(ranks: usize, tasks: usize, task: Task, hosts: &Hosts, place: &Place) -> Option<[f64; 3]> {
    let mut job =
        Ranks::start(ranks, hosts, place, waits, task).map_err(|error| eprintln!("{error}")).ok()?;
    let pid = *job.pids().first()?;
    let mut run = |tasks| job.run_while(tasks, None, |_| true).into_iter().all(|value| value.is_ok());
    run(2 * ranks); // so that connections are there
    let (before, start) = (processor_time(pid)?, Instant::now());
    if !run(tasks) {
        return None;
    }
    let seconds = start.elapsed().as_secs_f64();
    let each = |seconds: f64| seconds / tasks as f64;
    Some([each(seconds), each(processor_time(pid)? - before), memory(pid)?])
}

/// Seconds, from ticks of a hundredth.
fn processor_time(pid: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some((fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?) / 100.0)
}

fn memory(pid: u32) -> Option<f64> {
    let smaps = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = smaps.lines().find(|line| line.starts_with("Pss:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1024.0)
}

fn main() -> ExitCode {
    let _world = ranks::world();
    let mut words = std::env::args().skip(1);
    let mut word = || words.next().unwrap_or_default();
    let place = Place { home: PathBuf::from(word()), mend: "cargo lab setup --mpi" };
    let (trip, rate): (f64, f64) =
        (word().parse().unwrap_or(0.0) / 1e3, word().parse().unwrap_or(f64::INFINITY) * 1e6);
    let named: Vec<String> = words.collect();
    let links = named.len().max(1) as f64;
    let hosts = |ranks: usize| match named.len() {
        0 => Hosts::Here,
        several => {
            Hosts::Named(named.iter().map(|host| format!("{host}:{}", ranks.div_ceil(several))).collect())
        }
    };
    // Over a wire nobody is woken: each side looks up every millisecond, and twice, for a message takes MPI more than one step.
    let naps = if named.is_empty() { 0.0 } else { 4e-3 };
    // What the coordinator does for a task that takes nothing: all of it.
    let Some([each, busy, _]) = measure(4, 4_000, (Duration::ZERO, 0), &hosts(4), &place) else {
        return ExitCode::FAILURE;
    };
    println!(
        "tasks of nothing on 4 ranks: {:.1} us each, {:.1} us of them the coordinator's own",
        each * 1e6,
        busy * 1e6
    );
    println!("ranks  task ms  bytes   measured ms  formula ms  ratio  coordinator us/task  MiB");
    for (wait, bytes) in [(2, 0), (2, 20_000), (10, 0)] {
        for ranks in [1, 2, 4, 8, 16] {
            let task = wait as f64 / 1e3;
            // A rank has the next task too where tasks are short beside the way there.
            let gone = task + trip + naps;
            let held = if task + trip < 5e-3_f64.max(20.0 * trip) { 2.0 } else { 1.0 };
            let wire = 8.0 * bytes as f64 / rate / links.min(ranks as f64);
            let formula = busy.max(wire).max(task / ranks as f64).max(gone / (held * ranks as f64));
            let tasks = ((0.7 / formula) as usize).clamp(20, 2_000);
            let Some([each, busy, memory]) =
                measure(ranks, tasks, (Duration::from_millis(wait), bytes), &hosts(ranks), &place)
            else {
                println!("{ranks:5}  {wait:7}  {bytes:5}   failed");
                continue;
            };
            println!(
                "{ranks:5}  {wait:7}  {bytes:5}  {:12.3}  {:10.3}  {:5.2}  {:19.1}  {:.1}",
                each * 1e3,
                formula * 1e3,
                each / formula,
                busy * 1e6,
                memory / (1 << 20) as f64
            );
        }
    }
    ExitCode::SUCCESS
}
