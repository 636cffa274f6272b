//! The downloader of pages 7 to 10 as a program: `downloader plain|tasks|threads|processes URL…`.
//!
//! Prints a line for each page, its checksum or what went wrong, and how long all of them took.

use std::time::Instant;

use concurrency_lab::lesson::downloader::{
    download, download_in_processes, download_in_tasks, download_in_threads,
};
use concurrency_lab::tokio;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (way, urls) = (arguments.next().unwrap_or_default(), arguments.collect::<Vec<_>>());
    let begun = Instant::now();
    let pages = match way.as_str() {
        "plain" => download(&urls),
        "tasks" => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(download_in_tasks(&urls))
        }
        "threads" => download_in_threads(&urls),
        "processes" => download_in_processes(&urls),
        _ => return eprintln!("downloader plain|tasks|threads|processes URL…"),
    };
    let took = begun.elapsed().as_secs_f64();
    for page in pages {
        match page {
            Ok(checksum) => println!("{checksum}"),
            Err(error) => println!("{error}"),
        }
    }
    println!("{took}");
}
