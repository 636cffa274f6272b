//! The life of a child: made its own, one function or many tasks, the answer sent, gone.

use std::any::Any;
use std::cell::Cell;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::channel::{Channel, Kind};
use super::own::Own;
use super::{codec, sys};
use crate::trace;

const NOT_A_CHILD: u8 = 0;
const FORKED: u8 = 1;
const SPAWNED: u8 = 2;
static ROLE: AtomicU8 = AtomicU8::new(NOT_A_CHILD);

/// Whether this code runs in a process that [`fork`](super::fork) made.
///
/// Only the thread that forked lives on there: thread pools and runtimes built before the fork have no threads.
///
/// ```
/// use concurrency_lab::process;
/// assert!(!process::is_forked_child());
/// assert!(process::fork(process::is_forked_child).join().unwrap());
/// ```
pub fn is_forked_child() -> bool {
    ROLE.load(Ordering::Relaxed) == FORKED
}

/// Whether this code runs in a process that [`fork`](super::fork), [`spawn`](super::spawn) or
/// [`Workers`](super::Workers) made.
pub fn is_child() -> bool {
    ROLE.load(Ordering::Relaxed) != NOT_A_CHILD
}

pub(super) fn become_forked() {
    ROLE.store(FORKED, Ordering::Relaxed);
}

pub(super) fn become_spawned() {
    ROLE.store(SPAWNED, Ordering::Relaxed);
}

thread_local! {
    /// Whether a panic on this thread is told to the parent, so that it need not be printed.
    static TOLD: Cell<bool> = const { Cell::new(false) };
}

/// Sees to it that a panic in a child, which its parent is told of, prints neither message nor backtrace.
///
/// Set in the parent, because a forked child must not take the hook's lock for writing: another thread may have
/// held it when the process forked.
pub(super) fn install_panic_hook(own: &mut Own) {
    if own.hook {
        return;
    }
    own.hook = true;
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !is_child() {
            before(panic);
        } else if KEEPING.load(Ordering::Relaxed) {
            lock_first_panic().get_or_insert_with(|| message(panic.payload()));
        } else if !TOLD.get() {
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("without a name").to_owned();
            eprintln!("thread {name} panicked: {}", message(panic.payload()));
        }
    }));
}

static KEEPING: AtomicBool = AtomicBool::new(false);
static FIRST_PANIC: Mutex<Option<String>> = Mutex::new(None);

fn lock_first_panic() -> MutexGuard<'static, Option<String>> {
    FIRST_PANIC.lock().unwrap_or_else(PoisonError::into_inner)
}

/// In a child: from now on no panic on any of its threads is printed; [`first_panic`] tells the first one.
pub(crate) fn keep_panics() {
    debug_assert!(is_child(), "the notebook's own process goes on printing its panics");
    KEEPING.store(true, Ordering::Relaxed);
}

/// In a child that keeps its panics: the message of the first one, which later ones may only echo.
pub(crate) fn first_panic() -> Option<String> {
    lock_first_panic().clone()
}

fn message(payload: &(dyn Any + Send)) -> String {
    match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "with a value that is not text".to_owned(),
    }
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
pub(super) fn answer<T: Serialize + 'static>(channel: &Channel, run: impl FnOnce() -> T) -> bool {
    let encoded = quietly(|| codec::to_bytes(&run()));
    // What it printed is with the parent before the answer is.
    let _ = catch_unwind(AssertUnwindSafe(|| io::stdout().flush()));
    let trace = trace::take_for_parent();
    if !trace.is_empty() && channel.write(Kind::Trace, &trace).is_err() {
        return false;
    }
    let written = match encoded {
        Ok(Ok(bytes)) => channel.write(Kind::Value, &bytes),
        Ok(Err(error)) => channel.write(Kind::Trouble, error.to_string().as_bytes()),
        Err(payload) => {
            let text = explained(message(&*payload));
            // Dropping what was thrown may throw again.
            std::mem::forget(payload);
            channel.write(Kind::Panic, text.as_bytes())
        }
    };
    written.is_ok()
}

/// One function, then the end.
pub(super) fn once<T: Serialize + 'static>(channel: &Channel, run: impl FnOnce() -> T) -> ! {
    let sent = answer(channel, run);
    sys::exit_now(i32::from(!sent))
}

/// Tasks by number for as long as the parent sends them.
pub(super) fn many<T: Serialize + 'static>(channel: &mut Channel, mut task: impl FnMut(usize) -> T) -> ! {
    while let Some(frame) = channel.read() {
        let Some((index, flag)) = task_number(&frame.body) else { break };
        trace::follow(flag);
        if !answer(channel, || task(index)) {
            break;
        }
    }
    sys::exit_now(0)
}

/// Like [`many`], with a function that is made here first; if making it panics, that is the answer to every task.
pub(super) fn many_from<T: Serialize + 'static, G: FnMut(usize) -> T>(
    channel: &mut Channel,
    make: impl FnOnce() -> G,
) -> ! {
    match quietly(make) {
        Ok(task) => many(channel, task),
        Err(payload) => {
            let text = message(&*payload);
            many(channel, move |_| -> T { panic::resume_unwind(Box::new(text.clone())) })
        }
    }
}

/// Catches a panic of which the parent will be told.
fn quietly<R>(run: impl FnOnce() -> R) -> std::thread::Result<R> {
    TOLD.set(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    TOLD.set(false);
    result
}

/// The body of a [`Kind::Task`] frame.
pub(super) fn task_message(index: usize, flag: u64) -> [u8; 16] {
    let mut body = [0; 16];
    body[..8].copy_from_slice(&(index as u64).to_le_bytes());
    body[8..].copy_from_slice(&flag.to_le_bytes());
    body
}

fn task_number(body: &[u8]) -> Option<(usize, u64)> {
    let (index, flag) = body.split_first_chunk::<8>()?;
    Some((u64::from_le_bytes(*index) as usize, u64::from_le_bytes(flag.try_into().ok()?)))
}
