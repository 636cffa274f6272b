//! The cell that runs, as its kernel compiled it.

use std::path::PathBuf;
use std::{env, fs, panic, thread};

use crate::process::panics;

/// Whether this process runs cells for a kernel.
pub(crate) fn runs_here() -> bool {
    env::var_os("EVCXR_IS_RUNTIME").is_some()
}

/// The reader's own words at a place in the code that the kernel made of a cell; `None` for a place elsewhere.
pub(crate) fn words_at((file, line): &(String, u32)) -> Option<String> {
    if !file.ends_with("ctx/src/lib.rs") {
        return None;
    }
    let build = PathBuf::from(env::var_os("EVCXR_TMPDIR")?);
    let source = fs::read_to_string(build.parent()?.join(file)).ok()?;
    let words = source.lines().nth(line.checked_sub(1)? as usize)?.trim();
    Some(format!("“{words}”"))
}

/// From now on a panic in a cell is told by the reader's words and what it said: the place in the kernel's file means nothing.
pub(crate) fn tell_panics() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(|place| (place.file().to_owned(), place.line()));
        let Some(words) = place.as_ref().and_then(words_at) else { return before(panic) };
        let thread = thread::current();
        let who = thread.name().map_or(String::new(), |name| format!("thread {name} "));
        eprintln!("{who}panicked at {words}: {}", panics::message(panic.payload()));
    }));
}
