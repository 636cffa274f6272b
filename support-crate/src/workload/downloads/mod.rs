//! Downloads: HTTP requests of a real server on this machine.

mod client;
mod page;
mod server;

pub(super) use server::{adopt, port};

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::content::Content;
use super::{Nature, Workload, check, erased_here, words};
use crate::error::Error;
use crate::trace;
use crate::units::MIB;

/// Fetches pages from an HTTP server on this machine; a task fetches one, and its value is the page's [`Content`].
///
/// The server runs in a process of its own on a free port of 127.0.0.1, is started with the first download and ends
/// with the notebook. It waits for `latency` before each answer, as a far-away server would. Every download opens
/// a connection, asks by HTTP/1.1, reads the whole body and closes: the blocking and the async form take the same
/// steps by the same code, one over std's `TcpStream` and one over tokio's.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let pages = values(Downloads { files: 4, size: 8 * KIB, latency: ms(2) }, Async).unwrap();
/// assert!(pages.iter().all(|page| page.bytes == 8 * 1024));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Downloads {
    /// How many files are fetched.
    pub files: usize,
    /// Size of each, in bytes.
    pub size: usize,
    /// How long the server waits before it answers; its timer counts whole milliseconds and rounds up.
    pub latency: Duration,
}

impl Downloads {
    /// Where the files are, for a client of your own; the server is started if it is not running yet.
    ///
    /// # Errors
    /// Parameters that are not allowed, or a server that does not come up.
    ///
    /// ```
    /// use concurrency_lab::prelude::*;
    /// let urls = Downloads { files: 2, size: 8 * KIB, latency: ms(5) }.urls().unwrap();
    /// assert!(urls[1].starts_with("http://127.0.0.1:") && urls[1].ends_with("/8192/5000/1"));
    /// ```
    pub fn urls(&self) -> Result<Vec<String>, Error> {
        self.validate()?;
        self.prepare()?;
        Ok((0..self.files).map(|index| client::url(self.page(index))).collect())
    }

    fn page(&self, index: usize) -> page::Page {
        page::Page { size: self.size, latency: self.latency, index }
    }
}

impl Workload for Downloads {
    type Output = Content;
    const NATURE: Nature = Nature::Waits;
    const HAS_ASYNC_FORM: bool = true;

    fn title(&self) -> String {
        let downloads = words::counted(self.files, "download", "downloads");
        format!("{downloads} of {}, latency {}", words::size(self.size), words::span(self.latency))
    }

    fn tasks(&self) -> usize {
        self.files
    }

    fn validate(&self) -> Result<(), Error> {
        check::number("files", self.files, 1..=100_000)?;
        check::size("size", self.size, 1..=256 * MIB)?;
        check::span("latency", self.latency, true)
    }

    fn prepare(&self) -> Result<(), Error> {
        server::ensure_running()
    }

    fn task(&self, index: usize) -> Result<Content, Error> {
        client::content(&trace::waiting(|| client::blocking(self.page(index)))?)
    }

    async fn task_async(&self, index: usize) -> Result<Content, Error> {
        client::content(&client::asynchronous(self.page(index)).await?)
    }

    erased_here!(plain data);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{KIB, ms};

    #[test]
    fn both_clients_fetch_the_page_that_was_asked_for() {
        let downloads = Downloads { files: 3, size: 150 * KIB + 1, latency: ms(0) };
        downloads.prepare().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for index in 0..3 {
            let expected = Content::of(&downloads.page(index).parts().collect::<Vec<_>>().concat());
            assert_eq!(downloads.task(index).unwrap(), expected);
            assert_eq!(runtime.block_on(downloads.task_async(index)).unwrap(), expected);
        }
    }

    /// One download at a time, in both forms by turns: neither is slower than the other for its client's sake.
    ///
    /// `cargo test --release -p concurrency-lab --lib one_download_costs_the_same -- --ignored --nocapture`
    #[test]
    #[ignore = "measures time"]
    fn one_download_costs_the_same_in_both_forms() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for (latency, pairs) in [(ms(0), 4_000), (ms(10), 200)] {
            let downloads = Downloads { files: 1, size: 64 * KIB, latency };
            downloads.prepare().unwrap();
            let (mut blocking, mut asynchronous) = (Vec::new(), Vec::new());
            for pair in 0..pairs {
                for form in [pair % 2, 1 - pair % 2] {
                    let begun = std::time::Instant::now();
                    match form {
                        0 => downloads.task(pair).unwrap(),
                        _ => runtime.block_on(downloads.task_async(pair)).unwrap(),
                    };
                    let times = if form == 0 { &mut blocking } else { &mut asynchronous };
                    times.push(begun.elapsed().as_secs_f64());
                }
            }
            let median = |times: &[f64]| crate::measure::median(times).unwrap();
            let (one, other) = (median(&blocking), median(&asynchronous));
            println!(
                "latency {latency:?}: blocking {:.1} µs, async {:.1} µs, ratio {:.3}",
                one * 1e6,
                other * 1e6,
                other / one
            );
            assert!((0.9..1.1).contains(&(other / one)), "one form costs more than the other");
        }
    }

    #[test]
    fn the_server_waits_before_it_answers() {
        let downloads = Downloads { files: 1, size: 1, latency: ms(30) };
        downloads.prepare().unwrap();
        let begun = std::time::Instant::now();
        downloads.task(0).unwrap();
        assert!(begun.elapsed() >= ms(30));
    }

    #[test]
    fn mistakes_are_refused() {
        let good = Downloads { files: 1, size: 1, latency: ms(0) };
        assert!(good.validate().is_ok());
        let message = |bad: Downloads| bad.validate().unwrap_err().to_string();
        assert!(message(Downloads { files: 0, ..good }).starts_with("files: 0"));
        assert!(message(Downloads { size: 0, ..good }).starts_with("size: 0 B"));
        assert!(message(Downloads { latency: ms(4_000_000), ..good }).starts_with("latency: 4000 s"));
    }
}
