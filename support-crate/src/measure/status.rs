//! What a reader who waits is told: a line after a second, and one every five seconds from then on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::trace;

const FIRST: Duration = Duration::from_secs(1);
const NEXT: Duration = Duration::from_secs(5);

/// Whether somebody tells already: what is measured as a part of something else is not told.
static TELLS: AtomicBool = AtomicBool::new(false);

/// A measurement under way, told of until this is dropped.
pub(crate) struct Status {
    line: Arc<Mutex<String>>,
    /// The thread that tells, and what it listens to for its end.
    teller: Option<(Sender<()>, JoinHandle<()>)>,
}

/// Nobody is told of anything from now on: for a process whose lines nobody waits for.
pub(crate) fn hush() {
    TELLS.store(true, Ordering::Relaxed);
}

impl Status {
    /// Tells of `what`, and of how far it is once it is known.
    pub(crate) fn start(what: String) -> Self {
        let line = Arc::new(Mutex::new(String::new()));
        // Nobody waits for a notebook that is executed to be read.
        if std::env::var_os("CONCURRENCY_LAB_QUIET").is_some() || TELLS.swap(true, Ordering::Relaxed) {
            return Self { line, teller: None };
        }
        let (told, (end, over)) = (line.clone(), channel());
        let tell = move || {
            trace::hide_thread();
            let (start, mut wait) = (Instant::now(), FIRST);
            while over.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                let line = told.lock().unwrap_or_else(PoisonError::into_inner);
                let far = if line.is_empty() { String::new() } else { format!(": {line}") };
                println!("{what}, {} s so far{far}", start.elapsed().as_secs());
                wait = NEXT;
            }
        };
        // Where the system has no thread to spare, nothing is told.
        let teller = thread::Builder::new().name("status".to_owned()).spawn(tell).ok();
        TELLS.store(teller.is_some(), Ordering::Relaxed);
        Self { line, teller: teller.map(|teller| (end, teller)) }
    }

    /// How far it is.
    pub(crate) fn set(&self, line: String) {
        *self.line.lock().unwrap_or_else(PoisonError::into_inner) = line;
    }
}

impl Drop for Status {
    fn drop(&mut self) {
        if let Some((end, teller)) = self.teller.take() {
            TELLS.store(false, Ordering::Relaxed);
            drop(end);
            let _ = teller.join();
        }
    }
}
