//! Being a smaller machine: a run, its threads and its processes on given cores only.

use std::cell::RefCell;
use std::fs;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

use crate::error::Error;
use crate::format;

/// The cores the calling thread may run on, by number, lowest first.
pub fn allowed_cores() -> Vec<usize> {
    match sched_getaffinity(Pid::from_raw(0)) {
        Ok(set) => (0..CpuSet::count()).filter(|&core| set.is_set(core) == Ok(true)).collect(),
        Err(_) => (0..std::thread::available_parallelism().map_or(1, |cores| cores.get())).collect(),
    }
}

/// The lowest-numbered core the calling thread may run on: the one to name where a single core is wanted.
///
/// ```
/// use concurrency_lab::machine::{allowed_cores, first_core};
/// assert!(allowed_cores().contains(&first_core()));
/// ```
pub fn first_core() -> usize {
    allowed_cores().first().copied().unwrap_or(0)
}

thread_local! {
    /// What the innermost restriction on this thread is, for builders that run only after it has ended.
    static CURRENT: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Keeps this process's threads, and what they start, on given cores until it is dropped.
///
/// All threads that exist are moved, thread pools included; threads and processes made meanwhile inherit the
/// restriction. Dropping gives every thread what the calling one had, also while a panic unwinds.
#[derive(Debug)]
pub struct Restriction {
    home: CpuSet,
    outer: Vec<usize>,
}

impl Restriction {
    /// Restricts to `cores`.
    ///
    /// # Errors
    /// When the list is empty or names a core that this process may not use: the sentence names those it may.
    pub fn to(cores: &[usize]) -> Result<Self, Error> {
        let set = validate(cores, &allowed_cores())?;
        let refused = |error| {
            Error::unavailable(format!("the system refused to restrict the run to {}: {error}", list(cores)))
        };
        let home = sched_getaffinity(Pid::from_raw(0)).map_err(refused)?;
        move_threads(&set);
        Ok(Self { home, outer: CURRENT.with(|current| current.replace(cores.to_vec())) })
    }

    /// Restricts to `cores`, or not at all when there are none.
    ///
    /// # Errors
    /// Those of [`Restriction::to`].
    pub(crate) fn unless_empty(cores: &[usize]) -> Result<Option<Self>, Error> {
        if cores.is_empty() { Ok(None) } else { Self::to(cores).map(Some) }
    }

    /// The cores of the innermost restriction on this thread; empty without one.
    pub fn current() -> Vec<usize> {
        CURRENT.with(|current| current.borrow().clone())
    }
}

impl Drop for Restriction {
    fn drop(&mut self) {
        move_threads(&self.home);
        CURRENT.with(|current| current.replace(std::mem::take(&mut self.outer)));
    }
}

/// Runs `body` with this process's threads, and everything they start, kept on the given cores.
///
/// # Errors
/// Where a core is named that this process may not use; `body` is not run then.
///
/// ```
/// use concurrency_lab::machine::{allowed_cores, on_cores};
/// let first = allowed_cores()[0];
/// assert_eq!(on_cores([first], || 6 * 7).unwrap(), 42);
/// let refused = on_cores([9_999], || ());
/// assert!(refused.unwrap_err().to_string().starts_with("core 9999 "));
/// ```
pub fn on_cores<T>(cores: impl IntoIterator<Item = usize>, body: impl FnOnce() -> T) -> Result<T, Error> {
    let cores: Vec<usize> = cores.into_iter().collect();
    Restriction::to(&cores).map(|_restriction| body())
}

fn validate(cores: &[usize], allowed: &[usize]) -> Result<CpuSet, Error> {
    if cores.is_empty() {
        return Err(Error::bad_input(format!("no core is named: name at least one of {}", list(allowed))));
    }
    let mut set = CpuSet::new();
    for &core in cores {
        if !allowed.contains(&core) || set.set(core).is_err() {
            return Err(Error::unavailable(format!(
                "core {core} does not exist or may not be used here: choose from {}",
                list(allowed)
            )));
        }
    }
    Ok(set)
}

/// "core 0", "cores 0 and 1", "cores 0 to 7", "cores 0, 2 and 5".
pub(crate) fn list(cores: &[usize]) -> String {
    let contiguous = cores.windows(2).all(|pair| pair[1] == pair[0] + 1);
    match cores {
        [only] => format!("core {only}"),
        [first, .., last] if contiguous && cores.len() > 2 => format!("cores {first} to {last}"),
        cores => format!("cores {}", format::list(cores)),
    }
}

/// Allows all threads of this process these cores; one that ended meanwhile needs nothing.
fn move_threads(set: &CpuSet) {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    for thread in threads.filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
        let _ = sched_setaffinity(Pid::from_raw(thread), set);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn cores_read_as_a_sentence_would_say_them() {
        assert_eq!(list(&[3]), "core 3");
        assert_eq!(list(&[0, 1]), "cores 0 and 1");
        assert_eq!(list(&[0, 1, 2, 3]), "cores 0 to 3");
        assert_eq!(list(&[0, 2, 5]), "cores 0, 2 and 5");
    }

    #[test]
    fn a_core_that_is_not_there_is_named_with_those_that_are() {
        let error = validate(&[0, 7], &[0, 1]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "core 7 does not exist or may not be used here: choose from cores 0 and 1"
        );
        let error = validate(&[], &[0]).unwrap_err();
        assert_eq!(error.to_string(), "no core is named: name at least one of core 0");
        assert!(validate(&[100_000], &[100_000]).is_err(), "more than a mask can hold");
    }

    // One test: affinity belongs to the whole process, and tests run on threads of one.
    #[test]
    fn threads_are_kept_on_the_core_and_get_back_what_they_had() {
        let before = allowed_cores();
        let first = before[0];
        let inherited = on_cores([first], || std::thread::spawn(allowed_cores).join().unwrap()).unwrap();
        assert_eq!(inherited, [first]);
        assert_eq!(allowed_cores(), before);
        assert!(Restriction::current().is_empty());

        let panicked = catch_unwind(AssertUnwindSafe(|| on_cores([first], || panic!("on purpose"))));
        assert!(panicked.is_err());
        assert_eq!(allowed_cores(), before);

        let (send, receive) = std::sync::mpsc::channel::<()>();
        let survivor = on_cores([first], || {
            std::thread::spawn(move || {
                let _ = receive.recv();
                allowed_cores()
            })
        })
        .unwrap();
        send.send(()).unwrap();
        assert_eq!(survivor.join().unwrap(), before, "a thread that outlives the restriction is freed too");
    }
}
