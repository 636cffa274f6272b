//! Rust functions in processes of their own, shaped like `std::thread`.
//!
//! ```
//! fn primes_below(limit: u32) -> Vec<u32> {
//!     (2..limit).filter(|n| (2..*n).all(|divisor| n % divisor != 0)).collect()
//! }
//! let fresh = subprocess::spawn_with(primes_below, 20);
//! let rows = vec![3, 1, 2];
//! let copy = subprocess::fork(|| rows.iter().sum::<i32>());
//! assert_eq!(fresh.join()?, [2, 3, 5, 7, 11, 13, 17, 19]);
//! assert_eq!(copy.join()?, 6);
//! # Ok::<(), subprocess::Crash>(())
//! ```
//!
//! # Why
//!
//! A thread shares everything; a panic in one is caught, but an abort, a wild pointer or a leak is everybody's. A process has memory
//! of its own, can be killed from outside, and its memory is given back whole when it ends. With `std::process` that
//! means a second program, a protocol and a parser. Here it is a function, its arguments and its value, which may be
//! anything that serde can write and read; how it failed comes back as one [`Crash`].
//!
//! - [`fork`] runs a closure, with all it captures, in a copy of this process. It starts in a fraction of a millisecond. The copy
//!   has one thread: pools, runtimes and locks of other threads are dead in it.
//! - [`spawn`] and [`spawn_with`] run a plain function in a fresh process of this program, which takes a few milliseconds and
//!   shares nothing.
//! - [`Workers`] keeps processes of either kind, and hands them tasks one at a time.
//!
//! A child does not outlive its parent, however that ends. What it prints appears in the parent, line by line, marked with its
//! pid. A child that can never answer, because all its threads wait for one another, is found and ended.
//!
//! # Where it runs
//!
//! On Linux with glibc, in a program or in shared objects that a program loads. A fresh process is this program once more: a
//! function in `.init_array`, ahead of the `main` of every program that links this crate, looks for one environment
//! variable, and takes over if the program was started by [`spawn`]. In any other process that look is all it does.
//!
//! Code in a forked child may allocate and print although the parent had more threads; that is a promise of glibc, not
//! of POSIX.

mod child;
mod code_address;
pub mod codec;
mod crash;
mod deadlock;
mod descriptors;
mod error;
mod forked;
mod frame;
mod fresh;
mod function_ref;
#[cfg(test)]
mod fuzz_tests;
mod handle;
pub mod hosted;
mod link;
mod observer;
mod output;
pub mod panics;
mod running;
mod start;
mod sys;
mod tied;
mod workers;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use child::is_forked_child;
pub use crash::Crash;
pub use error::{Error, ErrorKind};
pub use function_ref::FunctionRef;
pub use handle::Handle;
pub use observer::{Observer, observer};
pub use output::marked;
pub use running::poll_timeout;
pub use sys::{glibc, trim_heap};
pub use tied::start_tied;
pub use workers::Workers;

use link::Link;

/// Runs a closure, with everything it captures, in a copy of this process.
///
/// The copy has this process's memory as it is now; what it changes there, this process does not see. It has this one
/// thread only: thread pools, runtimes and locks that other threads held are dead there, so build what the
/// closure needs inside it.
///
/// ```
/// let rows = vec![3, 1, 2];
/// let sum = subprocess::fork(|| rows.iter().sum::<i32>());
/// assert_eq!(sum.join().unwrap(), 6);
/// ```
pub fn fork<F, T>(f: F) -> Handle<T>
where
    F: FnOnce() -> T,
    T: Serialize + DeserializeOwned + 'static,
{
    Handle::new(forked::start(move |link| {
        (observer::observer().runs)(std::any::type_name::<F>());
        child::once(&link, f)
    }))
}

/// Runs a plain function in a fresh process of this program, which shares nothing with this one.
///
/// ```
/// fn names() -> Vec<String> {
///     vec!["Ada".into(), "Grace".into()]
/// }
/// assert_eq!(subprocess::spawn(names).join().unwrap(), ["Ada", "Grace"]);
/// ```
///
/// A closure that captures something is refused by the compiler, because its captures are in this process's
/// memory: use [`fork`], or [`spawn_with`] and hand them over as arguments.
///
/// ```compile_fail,E0308
/// let rows = 3;
/// subprocess::spawn(move || rows + 1);
/// ```
pub fn spawn<T>(f: fn() -> T) -> Handle<T>
where
    T: Serialize + DeserializeOwned + 'static,
{
    Handle::new(fresh::start(call::<T>, f, &[]))
}

/// Like [`spawn`], with arguments that travel to the process: anything serde can carry, several as a tuple.
///
/// ```
/// fn repeat((word, times): (String, usize)) -> String {
///     word.repeat(times)
/// }
/// let word = subprocess::spawn_with(repeat, ("ha".to_string(), 3));
/// assert_eq!(word.join().unwrap(), "hahaha");
/// ```
pub fn spawn_with<A, T>(f: fn(A) -> T, arguments: A) -> Handle<T>
where
    A: Serialize + DeserializeOwned + 'static,
    T: Serialize + DeserializeOwned + 'static,
{
    Handle::new(
        codec::into_bytes(arguments).and_then(|arguments| fresh::start(call_with::<A, T>, f, &arguments)),
    )
}

/// Sets the recorder of this process; the first one stays. Fresh processes that are started from now on have it too.
///
/// `observer` has to be a plain function, because it is called again in every fresh process.
pub fn observe(observer: fn() -> &'static Observer) {
    observer::set(observer);
}

/// What the process of [`spawn`] does.
fn call<T: Serialize + 'static>(link: Link, function: FunctionRef, _: Vec<u8>) {
    let Some(function) = child::received(&link, function.pointer::<fn() -> T>()) else { return };
    child::once(&link, function)
}

/// What the process of [`spawn_with`] does.
fn call_with<A, T>(link: Link, function: FunctionRef, arguments: Vec<u8>)
where
    A: DeserializeOwned + 'static,
    T: Serialize + 'static,
{
    let Some(function) = child::received(&link, function.pointer::<fn(A) -> T>()) else { return };
    let Some(arguments) = child::received(&link, codec::from_bytes(arguments)) else { return };
    child::once(&link, || function(arguments))
}
