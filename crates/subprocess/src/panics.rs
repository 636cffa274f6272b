//! What panics print, and what they said: one hook and one way from payload to text for a whole program.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

thread_local! {
    /// Whether panics of this thread are told in another way, so that they need not be printed.
    static QUIET: Cell<bool> = const { Cell::new(false) };
    /// File and line of the last panic of this thread that was not printed.
    static PLACE: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
}

/// A process of one's own, whose panics go to the hook that was there before.
const NORMAL: u8 = 0;
/// A child: what its parent is not told otherwise is printed as one line.
const CHILD: u8 = 1;
/// A child that prints no panic at all and keeps the first.
const KEEPING: u8 = 2;
static MODE: AtomicU8 = AtomicU8::new(NORMAL);
static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// A panic that was caught: what it said, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// What it said; "(no message)" if that was no text.
    pub message: String,
    /// File and line of code, if this thread panicked itself instead of passing on a panic of another one.
    pub place: Option<(String, u32)>,
}

/// Runs `run`; a panic in it prints nothing, and comes back as what it said.
///
/// ```
/// use subprocess::panics;
/// assert_eq!(panics::catch(|| 6 * 7), Ok(42));
/// let panic = panics::catch(|| -> u8 { panic!("no {}", "luck") }).unwrap_err();
/// assert_eq!(panic.message, "no luck");
/// ```
pub fn catch<T>(run: impl FnOnce() -> T) -> Result<T, Panic> {
    PLACE.set(None);
    quietly(|| catch_unwind(AssertUnwindSafe(run))).map_err(|payload| {
        let panic = Panic { message: message(&*payload).to_owned(), place: PLACE.take() };
        // Dropping what was thrown may throw again.
        std::mem::forget(payload);
        panic
    })
}

/// What a panic said; "(no message)" if that was no text.
pub fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no message)")
}

/// Runs `run` while panics of this thread print nothing.
pub fn quietly<T>(run: impl FnOnce() -> T) -> T {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            QUIET.set(self.0);
        }
    }
    install();
    let _restore = Restore(QUIET.replace(true));
    run()
}

/// From now on panics of this thread print nothing: for threads whose panics are all told in another way.
pub fn quiet_thread() {
    install();
    QUIET.set(true);
}

/// In a child process: from now on no panic on any of its threads is printed; [`first`] tells the first one.
pub fn keep() {
    debug_assert!(MODE.load(Ordering::Relaxed) != NORMAL, "the program itself goes on printing its panics");
    MODE.store(KEEPING, Ordering::Relaxed);
}

/// In a child process that keeps its panics: the message of the first one, which later ones may only echo.
pub fn first() -> Option<String> {
    lock_first().clone()
}

/// In a child, at its start.
pub(crate) fn become_child() {
    MODE.store(CHILD, Ordering::Relaxed);
}

/// Puts the hook before the one in force, once.
///
/// A program that forks does so before: a forked child must not take the hook's lock for writing, because another
/// thread may have held it when the process forked.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| hook(panic, &*before)));
    });
}

fn hook(panic: &PanicHookInfo<'_>, before: &(dyn Fn(&PanicHookInfo<'_>) + Send + Sync)) {
    let mode = MODE.load(Ordering::Relaxed);
    // A thread that is ending may have lost its flags already: then its panic is shown.
    let quiet = QUIET.try_with(Cell::get).unwrap_or(false);
    if quiet {
        let place = panic.location().map(|place| (place.file().to_owned(), place.line()));
        let _ = PLACE.try_with(|kept| kept.replace(place));
    }
    if mode == KEEPING {
        lock_first().get_or_insert_with(|| message(panic.payload()).to_owned());
    } else if !quiet && mode == CHILD {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("without a name").to_owned();
        eprintln!("thread {name} panicked: {}", message(panic.payload()));
    } else if !quiet {
        before(panic);
    }
}

fn lock_first() -> MutexGuard<'static, Option<String>> {
    FIRST.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_with_its_line() {
        let panic = catch(|| panic!("{} is too much", 9)).unwrap_err();
        let place = Some((file!().to_owned(), line!() - 1));
        assert_eq!(panic, Panic { message: "9 is too much".into(), place });
        assert_eq!(catch(|| panic::panic_any(5)).unwrap_err().message, "(no message)");
    }

    #[test]
    fn quiet_ends_with_the_call() {
        let _ = catch(|| panic!("hidden"));
        assert!(!QUIET.get());
        quietly(|| {
            let _ = catch(|| panic!("hidden"));
            assert!(QUIET.get(), "an inner call must not end the outer quiet");
        });
        assert!(!QUIET.get());
    }

    #[test]
    fn what_panics_as_it_is_dropped_does_no_harm() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        assert_eq!(catch(|| panic::panic_any(Bomb)).unwrap_err().message, "(no message)");
    }
}
