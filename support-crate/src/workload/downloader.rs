//! A downloader in four versions: what pages 7 to 10 show, word for word, and the later of them take from here. So does the
//! workload [`Downloads`](crate::workload::Downloads), whose clients differ in what they set up.
//!
//! Plain code over std and tokio, for a reader to take along; `Downloads` has addresses for it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::process;

/// Whom to ask and what, from an address such as "http://127.0.0.1:8080/a/page".
pub fn request(url: &str) -> io::Result<(&str, String)> {
    let parts = url.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
    let (host, path) = parts.ok_or_else(|| io::Error::other(format!("no address: {url}")))?;
    Ok((host, format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")))
}

/// The page in an answer: so many bytes after the empty line as the lines before it say.
pub fn page(answer: &[u8]) -> io::Result<&[u8]> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, page) = answer.split_at(end.map_or(answer.len(), |end| end + 4));
    let head = String::from_utf8_lossy(head).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    match head.split(' ').nth(1) {
        Some("200") if length == Some(&page.len().to_string()) => Ok(page),
        Some("200") => Err(io::Error::other("the page was cut short")),
        status => Err(io::Error::other(format!("status {}", status.unwrap_or("unknown")))),
    }
}

/// A number that depends on every byte (FNV-1a).
pub fn checksum(page: &[u8]) -> u64 {
    page.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ *byte as u64).wrapping_mul(0x0100_0000_01b3))
}

/// How long to wait for a server that says nothing.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// The checksum of the page at an address.
pub fn fetch(url: &str) -> io::Result<u64> {
    let (host, request) = request(url)?;
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(checksum(page(&answer)?))
}

/// One page after the other.
pub fn download(urls: &[String]) -> Vec<io::Result<u64>> {
    urls.iter().map(|url| fetch(url)).collect()
}

/// Like [`fetch`], giving way where it waits.
pub async fn fetch_async(url: &str) -> io::Result<u64> {
    let (host, request) = request(url)?;
    let mut stream = tokio::net::TcpStream::connect(host).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(checksum(page(&answer)?))
}

/// Like [`fetch_async`], given up after so long.
pub async fn within(limit: Duration, url: String) -> io::Result<u64> {
    match tokio::time::timeout(limit, fetch_async(&url)).await {
        Ok(fetched) => fetched,
        Err(late) => Err(late.into()),
    }
}

/// A task for each page, all of them on one thread.
pub async fn download_in_tasks(urls: &[String]) -> Vec<io::Result<u64>> {
    let start = |url: &String| tokio::spawn(within(PATIENCE, url.clone()));
    let tasks: Vec<_> = urls.iter().map(start).collect();
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.unwrap_or_else(|panic| Err(panic.into())));
    }
    pages
}

/// A thread for each page.
pub fn download_in_threads(urls: &[String]) -> Vec<io::Result<u64>> {
    thread::scope(|scope| {
        let threads: Vec<_> = urls.iter().map(|url| scope.spawn(|| fetch(url))).collect();
        let panicked = |_| Err(io::Error::other("the thread panicked"));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
    })
}

/// A process for each page.
pub fn download_in_processes(urls: &[String]) -> Vec<io::Result<u64>> {
    // An io::Error cannot be written as bytes; its sentence can.
    let start = |url: &String| {
        let url = url.clone();
        process::fork(move || fetch(&url).map_err(|error| error.to_string()))
    };
    let children: Vec<_> = urls.iter().map(start).collect();
    let home = |child: process::Handle<Result<u64, String>>| match child.join() {
        Ok(page) => page.map_err(io::Error::other),
        Err(crash) => Err(io::Error::other(crash.to_string())),
    };
    children.into_iter().map(home).collect()
}
