//! The downloaders that pages 7 to 10 show are real programs: as such they run here, outside notebooks.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Instant;

use concurrency_lab::lesson::downloader::{
    download, download_in_processes, download_in_tasks, download_in_threads, page,
};
use concurrency_lab::prelude::*;

const WAYS: [&str; 4] = ["plain", "tasks", "threads", "processes"];

/// The lines that the program prints, and its own time in seconds.
fn program(way: &str, urls: &[String]) -> (Vec<String>, f64) {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--offline", "--manifest-path", manifest, "--example", "downloader", "--"]);
    let output = cargo.arg(way).args(urls).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut lines: Vec<_> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    let took = lines.pop().unwrap().parse().unwrap();
    (lines, took)
}

/// What a page's function comes to, in this process.
fn function(way: &str, urls: &[String]) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let pages = match way {
        "plain" => download(urls),
        "tasks" => runtime.block_on(download_in_tasks(urls)),
        "threads" => download_in_threads(urls),
        _ => download_in_processes(urls),
    };
    pages.into_iter().map(|page| page.map_or_else(|error| error.to_string(), |sum| sum.to_string())).collect()
}

#[test]
fn every_program_comes_to_what_the_pages_function_comes_to() {
    let urls = Downloads { files: 12, size: 64 * KIB, latency: ms(10) }.urls().unwrap();
    let expected = function("plain", &urls);
    assert!(expected.iter().all(|page| page.parse::<u64>().is_ok()), "{expected:?}");
    let mut ratios = BTreeMap::<_, Vec<f64>>::new();
    for _ in 0..7 {
        for way in WAYS {
            let (pages, took) = program(way, &urls);
            assert_eq!(pages, expected, "{way}");
            let begun = Instant::now();
            assert_eq!(function(way, &urls), expected, "{way}");
            ratios.entry(way).or_default().push(took / begun.elapsed().as_secs_f64());
        }
    }
    for (way, ratios) in ratios {
        let middle = concurrency_lab::measure::median(&ratios).unwrap();
        println!("{way}: the program took {middle:.2}x as long as the function, median of {}", ratios.len());
    }
}

#[test]
fn what_went_wrong_with_a_page_is_said_in_its_place_and_the_others_come() {
    let mut urls = Downloads { files: 3, size: 1_000, latency: ms(1) }.urls().unwrap();
    let sums = function("plain", &urls);
    urls[1] += "/missing";
    urls[2] = "ftp://elsewhere/".into();
    for way in WAYS {
        let (pages, _) = program(way, &urls);
        assert_eq!(pages, [sums[0].as_str(), "status 404", "no address: ftp://elsewhere/"], "{way}");
    }
}

#[test]
fn a_page_that_is_cut_short_is_no_page() {
    let answer = |length| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nhello");
    assert_eq!(page(answer(5).as_bytes()).unwrap(), b"hello");
    assert_eq!(page(answer(6).as_bytes()).unwrap_err().to_string(), "the page was cut short");
    assert_eq!(page(b"").unwrap_err().to_string(), "status unknown");
}

/// Words of code without where the lines break, and without `pub`, which a cell needs no more than a notebook does.
fn words(code: &str) -> String {
    code.replace("pub ", "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each function stands on its page, word for word.
#[test]
fn the_pages_show_these_functions() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../notebooks");
    let shown_on = |number: &str| {
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let mut found = files.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(number));
        let text = std::fs::read_to_string(found.next().unwrap()).unwrap();
        let notebook: serde_json::Value = serde_json::from_str(&text).unwrap();
        let lines =
            notebook["cells"].as_array().unwrap().iter().map(|cell| cell["source"].as_array().unwrap());
        words(
            &lines
                .map(|lines| lines.iter().filter_map(|line| line.as_str()).collect::<String>() + "\n")
                .collect::<String>(),
        )
    };
    let source = include_str!("../src/workload/downloader.rs");
    let number = |item: &str| match item {
        item if item.contains("async") => "08",
        item if item.contains("thread::scope") => "09",
        item if item.contains("process::fork") => "10",
        _ => "07",
    };
    let functions = source.split("\n\n").filter(|item| item.contains("fn "));
    for item in functions {
        let shown = shown_on(number(item));
        assert!(shown.contains(&words(item)), "page {} does not show\n{item}", number(item));
    }
}
