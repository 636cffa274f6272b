//! The life of a child: made its own, one function or many tasks, the answer sent, gone.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use crate::error::Error;
use crate::frame::Kind;
use crate::link::Link;
use crate::observer::observer;
use crate::panics::{self, Panic};
use crate::{codec, sys};

static FORKED: AtomicBool = AtomicBool::new(false);

/// Whether this code runs in a process that [`fork`](crate::fork) made.
///
/// Only the thread that forked lives on there: thread pools and runtimes built before the fork have no threads.
///
/// ```
/// assert!(!subprocess::is_forked_child());
/// assert!(subprocess::fork(subprocess::is_forked_child).join().unwrap());
/// ```
pub fn is_forked_child() -> bool {
    FORKED.load(Ordering::Relaxed)
}

pub(crate) fn become_forked() {
    FORKED.store(true, Ordering::Relaxed);
    panics::become_child();
}

/// Adds the way out to the panic of an inherited tokio runtime whose event loop was put out of use.
fn explained(text: String) -> String {
    if is_forked_child() && text.contains("polling the I/O driver") {
        return format!(
            "{text}: a runtime of the parent does not work in a forked process; build one inside the closure, or \
             use process::spawn"
        );
    }
    text
}

/// Runs one function or task and sends its value, or why there is none; `false` once the parent is gone.
fn answer<T: Serialize + 'static>(link: &Link, run: impl FnOnce() -> T) -> bool {
    let encoded = panics::catch(|| codec::into_bytes(run()));
    // What it printed is with the parent before the answer is.
    let _ = panics::catch(|| io::stdout().flush());
    let report = (observer().report)();
    if !report.is_empty() && !link.write(Kind::Report, &report) {
        return false;
    }
    match encoded {
        Ok(Ok(bytes)) => link.write(Kind::Value, &bytes),
        Ok(Err(error)) => link.write(Kind::Trouble, error.to_string().as_bytes()),
        Err(Panic { message, .. }) => link.write(Kind::Panic, explained(message).as_bytes()),
    }
}

/// One function, then the end.
pub(crate) fn once<T: Serialize + 'static>(link: &Link, run: impl FnOnce() -> T) -> ! {
    let sent = answer(link, run);
    sys::exit_now(i32::from(!sent))
}

/// Tasks for as long as the parent sends them: the number of each, and the recorder's flag.
pub(crate) fn many<T: Serialize + 'static>(mut link: Link, mut task: impl FnMut(usize) -> T) {
    while let Some(order) = link.read() {
        let Ok((index, flag)) = codec::from_bytes::<(usize, u64)>(order) else { break };
        (observer().follow)(flag);
        if !answer(&link, || task(index)) {
            break;
        }
    }
}

/// What the parent sent; whoever cannot read it tells why, and is of no use.
pub(crate) fn received<T>(link: &Link, sent: Result<T, Error>) -> Option<T> {
    sent.inspect_err(|error| _ = link.write(Kind::Trouble, error.to_string().as_bytes())).ok()
}
