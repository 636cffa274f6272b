//! Films of the deck's program in every model, and of what goes wrong, as pictures to look at:
//! `cargo run --release --example timelines -- FOLDER [WIDTH]`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use concurrency_lab::prelude::*;
use concurrency_lab::trace;
use rayon::prelude::*;

fn do_first() {
    for line in 1..=3 {
        step!("do_first line {line}");
    }
}

fn do_second() {
    for line in 1..=3 {
        step!("do_second line {line}");
    }
}

async fn first_block() {
    step!("do_first block 1");
    tokio::task::yield_now().await;
    step!("do_first block 2");
}

async fn second_block() {
    step!("do_second block 1");
    tokio::task::yield_now().await;
    step!("do_second block 2");
}

fn spin(time: Duration) -> u64 {
    let start = Instant::now();
    let mut turns = 0;
    while start.elapsed() < time {
        turns += 1;
    }
    turns
}

fn busy(name: &str) {
    for part in 1..=3 {
        step!("{name} part {part}");
        spin(ms(10));
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
}

struct Gallery {
    folder: PathBuf,
    width: u32,
}

impl Gallery {
    fn show(&self, name: &str, timeline: &Timeline) {
        let start = Instant::now();
        let figure = timeline.width(self.width).figure();
        let saved = figure.save(self.folder.join(format!("{name}-{}.png", self.width)));
        println!("{name}: {} in {:?}\n  {}\n", saved.text().trim(), start.elapsed(), figure.alt());
    }
}

fn main() {
    let mut words = std::env::args().skip(1);
    let folder = PathBuf::from(words.next().unwrap_or_else(|| "timelines".into()));
    let width = words.next().and_then(|width| width.parse().ok()).unwrap_or(800);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let gallery = Gallery { folder, width };
    deck(&gallery);
    computing(&gallery);
    trouble(&gallery);
    models(&gallery);
    slicing(&gallery);
}

fn deck(gallery: &Gallery) {
    let sequential = film(|| {
        do_first();
        do_second();
    });
    gallery.show("sequential", &sequential);
    let tasks = film(|| {
        runtime().block_on(async {
            for task in [tokio::spawn(first_block()), tokio::spawn(second_block())] {
                task.await.expect("the task ends");
            }
        });
    });
    gallery.show("async", &tasks);
    let watched = film(|| {
        runtime().block_on(async {
            tokio::join!(watch("do_first", first_block()), watch("do_second", second_block()))
        })
    });
    gallery.show("async-watched", &watched);
    let threads = film(|| {
        let first = std::thread::spawn(do_first);
        let second = std::thread::spawn(do_second);
        first.join().unwrap();
        second.join().unwrap();
    });
    gallery.show("threads", &threads);
    let processes = film(|| {
        let first = process::fork(do_first);
        let second = process::fork(do_second);
        first.join().unwrap();
        second.join().unwrap();
    });
    gallery.show("processes", &processes);
}

fn computing(gallery: &Gallery) {
    let threads = film(|| {
        let first = std::thread::spawn(|| busy("first"));
        let second = std::thread::spawn(|| busy("second"));
        first.join().unwrap();
        second.join().unwrap();
    });
    gallery.show("busy-threads", &threads);
    gallery.show("busy-threads-by-core", &threads.by_core());
    let processes = film(|| {
        let first = process::fork(|| busy("first"));
        let second = process::fork(|| busy("second"));
        first.join().unwrap();
        second.join().unwrap();
    });
    gallery.show("busy-processes", &processes);
    gallery.show("busy-processes-by-core", &processes.by_core());
    gallery.show("busy-processes-by-process", &processes.by_process());
    let four = film(|| {
        std::thread::scope(|scope| {
            for name in ["a", "b", "c", "d"] {
                scope.spawn(move || busy(name));
            }
        });
    });
    gallery.show("four-threads", &four);
    let silent = film(|| (0..200u64).into_par_iter().map(|_| spin(us(200))).sum::<u64>());
    gallery.show("rayon-silent", &silent);
    let sleeping = film(|| {
        let sleepers = [10, 20, 15].map(|time| {
            std::thread::spawn(move || {
                step!("before");
                std::thread::sleep(ms(time));
                step!("after");
                spin(ms(5));
            })
        });
        sleepers.map(|sleeper| sleeper.join().unwrap())
    });
    gallery.show("sleeping-threads", &sleeping);
}

fn trouble(gallery: &Gallery) {
    let panic = film(|| {
        step!("so far so good");
        spin(ms(2));
        panic!("the number 7 is too much");
    });
    gallery.show("panic", &panic);
    let left = film(|| {
        let left = std::thread::spawn(|| {
            step!("begins");
            std::thread::sleep(ms(100));
        });
        spin(ms(5));
        drop(left);
        runtime().block_on(async {
            let never = watch("never", std::future::pending::<()>());
            let _ = tokio::time::timeout(ms(3), never).await;
        });
    });
    gallery.show("left-running", &left);
    gallery.show("empty", &film(|| ()));
    let million = film(|| {
        for index in 0..500_000 {
            trace::task(index % 5, || ());
        }
    });
    gallery.show("million", &million);
}

fn models(gallery: &Gallery) {
    for (name, model) in [("model-async", Async), ("model-threads", Threads(4)), ("model-pool", Pool(2))] {
        let work = Arc::new(Waits { tasks: 40, wait: ms(5) });
        let mut crew = model.start(work).expect("the model starts");
        let film = film(|| crew.run());
        gallery.show(name, &film);
        gallery.show(&format!("{name}-by-thread"), &film.by_thread());
    }
}

fn slicing(gallery: &Gallery) {
    let save = |name: &str, slices: &Slices| {
        let path = gallery.folder.join(format!("{name}-{}.png", gallery.width));
        let saved = slices.figure().width(gallery.width).save(path);
        println!("{name}: {}\n  {}\n{}", saved.text().trim(), slices.figure().alt(), slices.figure().text());
    };
    save("slices", &slices(3, ms(200)));
    save("task-slices", &task_slices(3, ms(200), 4));
    save("slices-problem", &slices(0, ms(200)));
    let result = compare(Waits { tasks: 40, wait: ms(5) }).rounds(2).run();
    gallery.show("comparison-waits", &result.timeline());
    let result = compare(Primes { below: 400_000, tasks: 16 }).rounds(2).run();
    gallery.show("comparison-primes", &result.timeline());
    gallery.show("comparison-primes-by-core", &result.timeline().by_core());
    gallery.show("comparison-lane", &result.timeline().lane("threads (2)"));
}
